import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Next } from "../../lib/channel/frames.ts";
import { Admission, type AdmissionEvents } from "../../lib/net/admission.ts";
import { lingeringCount } from "../../lib/net/linger.ts";
import { readyAnswer } from "../../lib/net/refusal.ts";
import { FarEnd } from "./far_end.ts";
import { connected, type Pair, socketTest, until } from "./sockets.ts";

const DEAF: AdmissionEvents = { refused() {}, waited() {} };

/** Longer than any test here. */
const QUEUE_MS = 600_000;

/** Refusals by reason, those that happened. */
function refused({ counts }: Admission): Record<string, number> {
  return Object.fromEntries(Object.entries(counts.refused).filter(([, count]) => count > 0));
}

/** Runs `test` with lines of so many slots, and a way to get connections. */
function admissionTest(
  name: string,
  { slots, queue, perClient = 0, queueMs = QUEUE_MS, sockets = Infinity, events = DEAF }: {
    slots: readonly number[];
    queue: number;
    perClient?: number;
    queueMs?: number;
    sockets?: number;
    events?: AdmissionEvents;
  },
  test: (gate: Admission, ends: readonly FarEnd[], arrive: () => Promise<Pair>) => Promise<void>,
): void {
  socketTest(name, async () => {
    using opened = new DisposableStack();
    const gate = new Admission({
      queueMax: queue,
      queueMs,
      socketsMax: sockets,
      perClientMax: perClient,
      clientOf: (address) => address,
      isRefused: () => false,
    }, events);
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
  const { accepted, admitted, queued } = gate.counts;
  assertEquals([accepted, admitted, queued, refused(gate)], [6, 6, 0, {}]);
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
  const { accepted, admitted, queued } = gate.counts;
  assertEquals([accepted, admitted, queued, refused(gate)], [4, 1, 2, { saturated: 1 }]);
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
  gate.remove(first.line, false);
  gate.remove(second.line, true);
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
  assertEquals([refused(gate), gate.queueLength], [{ crowded: 1 }, 1]);
  end.turn(0, "", Next.Abort);
  gate.advance();
  await arrive();
  assertEquals([refused(gate), gate.queueLength], [{ crowded: 1 }, 1]);
});

socketTest("a client that is banned is told so", async () => {
  using pair = await connected();
  const told: string[] = [];
  const gate = new Admission({
    queueMax: 1,
    queueMs: QUEUE_MS,
    perClientMax: 0,
    clientOf: () => undefined,
    isRefused: (address) => address === "127.0.0.1",
  }, { ...DEAF, refused: (reason, address) => told.push(`${reason} ${address}`) });
  gate.admit(pair.server);
  assertEquals((await pair.client.answer()).status, 403);
  assertEquals(told, ["banned 127.0.0.1"]);
  pair.client.close();
  await until(() => lingeringCount() === 0);
});

admissionTest("who waited too long is told so, and the next one waits on", {
  slots: [],
  queue: 8,
  queueMs: 40,
}, async (gate, _, arrive) => {
  const first = await arrive();
  assertEquals((await first.client.answer()).status, 503);
  const second = await arrive();
  assertEquals([gate.queueLength, refused(gate)], [1, { expired: 1 }]);
  assertEquals((await second.client.answer()).status, 503);
  assertEquals([gate.queueLength, refused(gate)], [0, { expired: 2 }]);
});

admissionTest("without a worker all are refused, until one is there", {
  slots: [2],
  queue: 8,
}, async (gate, [end], arrive) => {
  assert(end !== undefined);
  for (let index = 0; index < 2; index++) await arrive();
  const waiting = await arrive();
  gate.remove(end.line, false);
  assertEquals((await waiting.client.answer()).status, 503);
  assertEquals((await (await arrive()).client.answer()).status, 503);
  assertEquals([gate.queueLength, refused(gate)], [0, { unattended: 2 }]);
  const next = new FarEnd(1);
  gate.add(next.line);
  await arrive();
  assertEquals([next.line.activeCount, gate.counts.admitted], [1, 3]);
});

admissionTest("while one worker is left, nobody is refused for want of one", {
  slots: [1, 1],
  queue: 8,
}, async (gate, [first, second], arrive) => {
  assert(first !== undefined && second !== undefined);
  gate.remove(first.line, false);
  await arrive();
  await arrive();
  assertEquals([gate.queueLength, second.line.activeCount, refused(gate)], [1, 1, {}]);
});

admissionTest("sockets are bounded before slots are", {
  slots: [8],
  queue: 8,
  sockets: 2,
}, async (gate, [end], arrive) => {
  assert(end !== undefined);
  await arrive();
  await arrive();
  const { client } = await arrive();
  assertEquals((await client.answer()).status, 503);
  assertEquals([end.line.activeCount, refused(gate)], [2, { saturated: 1 }]);
  client.close();
  end.turn(0, "", Next.Abort);
  await until(() => end.line.freeSlots === 7 && lingeringCount() === 0);
  await arrive();
  assertEquals([end.line.activeCount, gate.counts.admitted], [2, 3]);
});

admissionTest("more refusals than can be written are closed, and the next has to wait", {
  slots: [1],
  queue: 0,
  sockets: 1,
}, async (gate, _, arrive) => {
  await arrive();
  await arrive(); // its refusal is under way as long as it stays
  using pair = await connected();
  assert(gate.admit(pair.server) > 0);
  assert(await pair.client.isEnded());
  assertEquals(refused(gate), { saturated: 2 });
});

const waits: number[] = [];
admissionTest("a wait is told when it is over, in milliseconds", {
  slots: [1],
  queue: 2,
  events: { ...DEAF, waited: (waitedMs) => waits.push(waitedMs) },
}, async (gate, [end], arrive) => {
  assert(end !== undefined);
  await arrive();
  const beforeMs = performance.now();
  await arrive();
  assertEquals(waits, []);
  end.turn(0, "", Next.Abort);
  await until(() => end.line.freeSlots === 1);
  gate.advance();
  assertEquals(waits.length, 1);
  const [waitedMs = -1] = waits;
  assert(waitedMs >= 0 && waitedMs <= performance.now() - beforeMs);
});

admissionTest("the lines are asked for slots while somebody waits, each for its share", {
  slots: [1, 1],
  queue: 8,
}, async (gate, ends, arrive) => {
  const asked = () => ends.map((end) => end.waiting);
  for (let index = 0; index < 2; index++) await arrive();
  assertEquals(asked(), [0, 0]);
  for (let index = 0; index < 3; index++) await arrive();
  assertEquals(asked(), [2, 2]);
  gate.refuseWaiting();
  assertEquals(asked(), [0, 0]);
  gate.noteShortage(); // nobody waits, but nobody can be accepted either
  assertEquals(asked(), [1, 1]);
  await arrive();
  gate.refuseWaiting();
  assertEquals(asked(), [0, 0]);
});

Deno.test("a ready answer is whole", () => {
  const text = new TextDecoder().decode(
    readyAnswer("503 Service Unavailable", "full\n", "A: b\r\n"),
  );
  assertMatch(text, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assertStringIncludes(text, "\r\nContent-Length: 5\r\n");
  assertStringIncludes(text, "\r\nA: b\r\nConnection: close\r\n\r\nfull\n");
});
