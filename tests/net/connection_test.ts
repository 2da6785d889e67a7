// A socket does what the worker's turns say, in every order in which socket and worker can end it.

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Next } from "../../lib/channel/frames.ts";
import { REPEAT_MS } from "../../lib/channel/repeats.ts";
import { cutLingering, lingeringCount } from "../../lib/net/linger.ts";
import { textOf } from "../integration/answer.ts";
import type { Client } from "../integration/client.ts";
import { FarEnd } from "./far_end.ts";
import { connected, type Pair, socketTest, until } from "./sockets.ts";

/** Runs `test` with a connection that has slot 0 of a line of two. */
function connectionTest(
  name: string,
  test: (far: FarEnd, client: Client, pair: Pair) => Promise<void>,
): void {
  socketTest(name, async () => {
    using pair = await connected();
    const far = new FarEnd(2);
    far.line.open(pair.server, () => far.closings++);
    try {
      assertEquals(await far.frame(1), "opened 0 127.0.0.1 127.0.0.1");
      await test(far, pair.client, pair);
    } finally {
      cutLingering();
      await until(() => lingeringCount() === 0);
    }
  });
}

/** Has the worker answer "question", and allow so many repeats of that. */
async function repeatable(far: FarEnd, client: Client, allowed: number): Promise<void> {
  await client.send("question");
  assertEquals(await far.frame(2), "received 0 8");
  far.repeat(0, 8, "answer", allowed);
  far.turn(0, "answer", Next.Read);
  assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "answer");
}

/** Takes slot 0 back, and sees it free. */
async function abort(far: FarEnd): Promise<void> {
  const before = far.seen.length;
  far.turn(0, "", Next.Abort);
  assertEquals(await far.frame(before + 1), "closed 0");
  assertEquals([far.freed, far.closings, far.line.freeSlots], [1, 1, 2]);
}

connectionTest("what comes is reported, what a turn names is sent", async (far, client) => {
  await client.send("question");
  assertEquals(await far.frame(2), "received 0 8");
  assertEquals(far.buffered(0, 8), "question");
  far.turn(0, "answer", Next.Read);
  assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "answer");
  await client.send("more");
  assertEquals(await far.frame(3), "received 0 4");
  await abort(far);
  assert(await client.isEnded());
});

connectionTest("a turn that reports sends first", async (far, client) => {
  await client.send("?");
  await far.frame(2);
  far.turn(0, "part", Next.Report);
  assertEquals(await far.frame(3), "written 0");
  assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "part");
  await abort(far);
});

connectionTest("the peer's end is a read of nothing", async (far, client) => {
  await client.endSending();
  assertEquals(await far.frame(2), "received 0 0");
  far.turn(0, "still heard", Next.Close);
  assertEquals(textOf(await client.rest()), "still heard");
  assertEquals(await far.frame(3), "written 0");
  await abort(far);
});

connectionTest(
  "a turn that lingers frees the slot before the peer has left",
  async (far, client) => {
    await client.send("?");
    await far.frame(2);
    far.turn(0, "last", Next.Linger);
    assertEquals(await far.frame(3), "written 0");
    await abort(far);
    assertEquals(textOf(await client.rest()), "last"); // not cut by the abort
    client.close();
    await until(() => lingeringCount() === 0);
  },
);

connectionTest("a connection that breaks is reported once", async (far, client, { server }) => {
  server.close();
  assertEquals(await far.frame(2), "failed 0");
  far.turn(0, "crossed with it", Next.Read);
  await abort(far);
  assert(await client.isEnded());
});

connectionTest("an idle connection is closed in order when that is asked", async (far, client) => {
  await client.send("?");
  await far.frame(2);
  far.turn(0, "answer", Next.Read);
  far.turn(0, "", Next.CloseIdle); // most likely while the answer is being written
  assertEquals(textOf(await client.rest()), "answer");
  await client.send("?").catch(() => {}); // it crosses with the close, and nobody hears it
  client.close();
  assertEquals(await far.frame(3), "failed 0");
  await abort(far);
});

connectionTest("a fresh connection is closed when that is asked", async (far, client) => {
  far.turn(0, "", Next.CloseIdle);
  assertEquals(textOf(await client.rest()), "");
  client.close();
  assertEquals(await far.frame(2), "failed 0");
  await abort(far);
});

connectionTest("a request that crosses with the close is answered", async (far, client) => {
  await client.send("?");
  await far.frame(2); // the worker could have asked for the close before it took this frame
  far.turn(0, "", Next.CloseIdle);
  far.turn(0, "answer", Next.Read);
  assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "answer");
  await client.send("more");
  assertEquals(await far.frame(3), "received 0 4");
  await abort(far);
});

connectionTest(
  "a peer that neither sends nor leaves gives its slot back soon",
  async (far, client) => {
    far.turn(0, "", Next.CloseIdle);
    assertEquals(await far.frame(2), "failed 0"); // long before the end of a whole linger
    await abort(far);
    assert(await client.isEnded());
  },
);

connectionTest("what the peer takes of a long answer shows", async (far, client) => {
  far.turnOfAll(0);
  assertEquals(far.progress(0), 0);
  let lastBytes = 0;
  while (far.progress(0) === 0) lastBytes = (await client.read())?.length ?? 0;
  assert(lastBytes > 0);
  assertEquals(far.progress(1), 0);
  far.turn(0, "", Next.Abort);
  client.close();
  await until(() => far.line.freeSlots === 2);
});

connectionTest("an abort overtakes the read under way", async (far, client) => {
  await abort(far);
  assert(await client.isEnded());
});

connectionTest("late bytes never land in a slot that was given on", async (far, client) => {
  // A deadline: the answer is written and lingers while the first read is still under way.
  far.turn(0, "408", Next.Linger);
  assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "408");
  // The worker's patience ends before the peer's: it wants the slot back.
  far.turn(0, "", Next.Abort);
  const isGivenOn = far.line.freeSlots === 2;
  await client.send("late").catch(() => {}); // closed already: just as good
  client.close();
  await until(() => lingeringCount() === 0 && far.line.freeSlots === 2);
  if (isGivenOn) assertNotEquals(far.buffered(0, 4), "late");
});

connectionTest("memory that is still being sent is not given on", async (far, client) => {
  far.turnOfAll(0);
  assert(await client.read(1) !== null); // it is under way, and the peer takes no more of it
  far.turn(0, "", Next.Abort);
  const isGivenOn = far.line.freeSlots === 2;
  const foreign = 0xee;
  if (isGivenOn) far.fill(foreign);
  else client.close();
  await until(() => far.line.freeSlots === 2);
  if (isGivenOn) assertEquals((await client.rest()).indexOf(foreign), -1);
});

for (
  const [when, sent, want] of [["waits", "?", "500 lost"], ["has asked nothing", "", ""]] as const
) {
  connectionTest(`a lost worker's peer that ${when} hears "${want}"`, async (far, client) => {
    if (sent !== "") {
      await client.send(sent);
      await far.frame(2);
    }
    assertEquals(far.line.fail(new TextEncoder().encode("500 lost")), 1);
    assertEquals(textOf(await client.rest()), want);
  });
}

connectionTest(
  "a request that repeats is answered before the worker hears",
  async (far, client) => {
    await repeatable(far, client, 100);
    for (let count = 0; count < 3; count++) {
      await client.send("question");
      assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "answer");
      assertEquals(await far.frame(3 + count), "repeated 0 6 octets in 0 us at 2000");
    }
    await client.send("questions");
    assertEquals(await far.frame(6), "received 0 9");
    await abort(far);
  },
);

/** What makes a request the worker's own after all, though it repeats. */
const OWN: readonly (readonly [what: string, change: (far: FarEnd) => void])[] = [
  ["no more are allowed", (far) => far.repeat(0, 8, "answer", 0)],
  ["its client is not welcome", (far) => far.isWelcome = false],
  ["the answer is too old", (far) => far.clock.nowMs += REPEAT_MS],
  ["a new answer is wanted", (far) => far.clock.nowMs += REPEAT_MS / 2],
];
for (const [what, change] of OWN) {
  connectionTest(`a request that repeats goes to the worker when ${what}`, async (far, client) => {
    await repeatable(far, client, 100);
    change(far);
    await client.send("question");
    assertEquals(await far.frame(3), "received 0 8");
    await abort(far);
  });
}

connectionTest("repeats count from the last turn on", async (far, client) => {
  await repeatable(far, client, 1);
  const seen = ["repeated 0 6 octets in 0 us at 2000", "received 0 8"];
  for (const [index, frame] of [...seen, ...seen].entries()) {
    await client.send("question");
    assertEquals(await far.frame(3 + index), frame);
    if (frame.startsWith("received")) far.turn(0, "answer", Next.Read);
    assertEquals(textOf(await client.read() ?? new Uint8Array(0)), "answer");
  }
  await abort(far);
});

connectionTest("the worker is shown when a request might have repeated", async (far, client) => {
  await client.send("question");
  await far.frame(2);
  assertEquals(far.clockMs, 0); // nothing was allowed yet
  far.repeat(0, 8, "answer", 100);
  far.turn(0, "answer", Next.Read);
  far.clock.nowMs += 12.75;
  await client.send("another");
  await far.frame(3);
  assertEquals(far.clockMs, 1012);
  await abort(far);
});

connectionTest("a slot's next connection starts without repeats", async (far, client) => {
  await repeatable(far, client, 100);
  await abort(far);
  using pair = await connected();
  far.line.open(pair.server, () => {});
  const before = far.seen.length;
  await pair.client.send("question");
  assertEquals(await far.frame(before + 2), "received 0 8");
  far.turn(0, "", Next.Abort);
  await far.frame(before + 3);
});
