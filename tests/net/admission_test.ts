import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Next } from "../../lib/channel/frames.ts";
import { Admission, readyAnswer } from "../../lib/net/admission.ts";
import { lingeringCount } from "../../lib/net/linger.ts";
import { FarEnd } from "./far_end.ts";
import { connected, type Pair, socketTest, until } from "./sockets.ts";

/** Runs `test` with lines of so many slots, and a way to get connections. */
function admissionTest(
  name: string,
  { slots, queue, perClient = 0 }: {
    slots: readonly number[];
    queue: number;
    perClient?: number;
  },
  test: (gate: Admission, ends: readonly FarEnd[], arrive: () => Promise<Pair>) => Promise<void>,
): void {
  socketTest(name, async () => {
    using opened = new DisposableStack();
    const gate = new Admission({
      queueMax: queue,
      perClientMax: perClient,
      clientOf: (address) => address,
      isRefused: () => false,
    });
    const ends = slots.map((count) => new FarEnd(count));
    for (const { line } of ends) gate.add(line);
    try {
      await test(gate, ends, async () => {
        const pair = opened.use(await connected());
        gate.admit(pair.server);
        return pair;
      });
    } finally {
      gate.refuseWaiting();
      opened.dispose(); // a refusal lingers no longer than its peer stays
      await until(() => lingeringCount() === 0);
    }
  });
}

function loads(ends: readonly FarEnd[]): number[] {
  return ends.map(({ line }) => line.activeCount);
}

admissionTest("the least loaded line takes the next connection", {
  slots: [2, 2, 2],
  queue: 0,
}, async (gate, ends, arrive) => {
  const steps = [[1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 1, 1], [2, 2, 1], [2, 2, 2]];
  for (const want of steps) {
    await arrive();
    assertEquals(loads(ends), want);
  }
  assertEquals(gate.counts, { admitted: 6, queued: 0, refused: 0 });
});

admissionTest("a full house queues, a full queue refuses", {
  slots: [1],
  queue: 2,
}, async (gate, _, arrive) => {
  await arrive();
  await arrive();
  await arrive();
  assertEquals(gate.queueLength, 2);
  const { client } = await arrive();
  const { status, fields } = await client.answer();
  assertEquals([status, fields.get("retry-after")], [503, "1"]);
  assertEquals(gate.counts, { admitted: 1, queued: 2, refused: 1 });
});

admissionTest("a slot that comes free goes to who came first", {
  slots: [1],
  queue: 2,
}, async (gate, [end], arrive) => {
  assert(end !== undefined);
  await arrive();
  const second = await arrive();
  const third = await arrive();
  for (const [index, pair] of [second, third].entries()) {
    end.turn(0, "", Next.Abort);
    await until(() => end.line.freeSlots === 1); // once its read has settled
    gate.advance();
    assertEquals(gate.queueLength, 1 - index);
    await pair.client.send(`${index}`);
    await until(() => {
      end.frame(0);
      return end.buffered(0, 1) === String(index);
    });
  }
});

admissionTest("a line that is added takes who waits, one that is removed takes nobody", {
  slots: [1],
  queue: 3,
}, async (gate, [first], arrive) => {
  assert(first !== undefined);
  for (let index = 0; index < 4; index++) await arrive();
  const second = new FarEnd(2);
  gate.add(second.line);
  assertEquals([gate.queueLength, second.line.activeCount], [1, 2]);
  gate.remove(first.line);
  gate.remove(second.line);
  first.turn(0, "", Next.Abort);
  await until(() => first.line.freeSlots === 1); // once its read has settled
  gate.advance();
  assertEquals([gate.queueLength, first.line.freeSlots], [1, 1]);
});

admissionTest("who waits at the end is refused", {
  slots: [],
  queue: 8,
}, async (gate, _, arrive) => {
  const pairs = [await arrive(), await arrive()];
  gate.refuseWaiting();
  for (const { client } of pairs) assertEquals((await client.answer()).status, 503);
  assertEquals(gate.queueLength, 0);
});

admissionTest("a client holds no more than its share, in slots and queue together", {
  slots: [1],
  queue: 8,
  perClient: 2,
}, async (gate, [end], arrive) => {
  assert(end !== undefined);
  await arrive();
  await arrive();
  assertEquals((await (await arrive()).client.answer()).status, 503);
  assertEquals([gate.counts.refused, gate.queueLength], [1, 1]);
  end.turn(0, "", Next.Abort);
  gate.advance();
  await arrive();
  assertEquals([gate.counts.refused, gate.queueLength], [1, 1]);
});

socketTest("a client that is banned is told so", async () => {
  using pair = await connected();
  const gate = new Admission({
    queueMax: 1,
    perClientMax: 0,
    clientOf: () => undefined,
    isRefused: (address) => address === "127.0.0.1",
  });
  gate.admit(pair.server);
  assertEquals((await pair.client.answer()).status, 403);
  pair.client.close();
  await until(() => lingeringCount() === 0);
});

Deno.test("a ready answer is whole", () => {
  const text = new TextDecoder().decode(
    readyAnswer("503 Service Unavailable", "full\n", "A: b\r\n"),
  );
  assertMatch(text, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assertStringIncludes(text, "\r\nContent-Length: 5\r\n");
  assertStringIncludes(text, "\r\nA: b\r\nConnection: close\r\n\r\nfull\n");
});
