import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  BLOCK_BYTES,
  BlockPool,
  BLOCKS_MAX,
  Buffers,
  LONG_BYTES,
  LongPool,
  LONGS_MAX,
  RECEIVE_BYTES,
  REPEAT_ANSWER_BYTES_MAX,
  REPEATS_MAX,
  SEND_BYTES,
  SendPool,
} from "../../lib/channel/buffers.ts";

/** Buffers of that many slots, with memory of their own. */
function buffersOf(slots: number): Buffers {
  return new Buffers(new SharedArrayBuffer(Buffers.memoryBytes(slots)), slots);
}

/** Every span of a layout: where it starts and where the next may start. */
function spansOf(buffers: Buffers, slots: number): { start: number; end: number }[] {
  const spans = [];
  for (let slot = 0; slot < slots; slot++) {
    const receive = buffers.receiveOffset(slot);
    const send = buffers.sendOffset(slot);
    spans.push({ start: receive, end: receive + RECEIVE_BYTES });
    spans.push({ start: send, end: send + SEND_BYTES });
  }
  for (let block = 0; block < BLOCKS_MAX; block++) {
    const start = buffers.blockOffset(block);
    spans.push({ start, end: start + BLOCK_BYTES });
  }
  for (let index = 0; index < LONGS_MAX; index++) {
    const start = buffers.longOffset(index);
    spans.push({ start, end: start + LONG_BYTES });
  }
  for (let place = 0; place < REPEATS_MAX; place++) {
    const start = buffers.repeatOffset(place);
    spans.push({ start, end: start + RECEIVE_BYTES + REPEAT_ANSWER_BYTES_MAX });
  }
  return spans.sort((one, other) => one.start - other.start);
}

for (const slots of [1, 2, 3, 100, 1023, 16_384]) {
  Deno.test(`Buffers of ${slots} slots lie side by side and fill their memory`, () => {
    const buffers = buffersOf(slots);
    let end = 0;
    for (const span of spansOf(buffers, slots)) {
      assertEquals(span.start, end, "a span starts where the one before it ends");
      assert(buffers.holds(span.start, span.end - span.start));
      end = span.end;
    }
    assertEquals(end, buffers.bytes.length);
  });
}

for (const [act, surplus] of [["short", -1], ["long", 1]] as const) {
  Deno.test(`Buffers refuse memory that is one byte too ${act}`, () => {
    const memory = new SharedArrayBuffer(Buffers.memoryBytes(2) + surplus);
    assertThrows(() => new Buffers(memory, 2), Error, "buffers fit their memory");
  });
}

const END = buffersOf(1).bytes.length;
const SPANS: readonly (readonly [string, number, number, boolean])[] = [
  ["all of the memory", 0, END, true],
  ["the last byte", END - 1, 1, true],
  ["nothing at the start", 0, 0, true],
  ["nothing at the end", END, 0, true],
  ["one byte more than the memory", 0, END + 1, false],
  ["one byte at the end", END, 1, false],
  ["nothing past the end", END + 1, 0, false],
  ["a span that runs over the end", END - 10, 11, false],
  ["a start before the memory", -1, 1, false],
  ["a negative length", 10, -1, false],
  ["a negative length that leads back inside", END + 10, -20, false],
  ["sums past 2^31", 2 ** 31 - 1, 2 ** 31 - 1, false],
  ["sums past 2^32", 2 ** 32 - 1, 1, false],
  ["no number as a start", NaN, 1, false],
  ["no number as a length", 0, NaN, false],
  ["no end", 0, Infinity, false],
];
for (const [what, offset, byteLength, expected] of SPANS) {
  Deno.test(`Buffers ${expected ? "hold" : "do not hold"} ${what}`, () => {
    assertEquals(buffersOf(1).holds(offset, byteLength), expected);
  });
}

Deno.test("BlockPool gives every block once, lowest first, and then none", () => {
  const buffers = buffersOf(3);
  const pool = new BlockPool(buffers);
  for (let block = 0; block < BLOCKS_MAX; block++) {
    assertEquals(pool.freeCount, BLOCKS_MAX - block);
    assertEquals(pool.take(), buffers.blockOffset(block));
  }
  assertEquals(pool.freeCount, 0);
  assertEquals(pool.take(), undefined);
  assertEquals(pool.take(), undefined);
});

Deno.test("BlockPool hands out the block that came back last", () => {
  const pool = new BlockPool(buffersOf(1));
  const taken = Array.from({ length: 3 }, () => pool.take() ?? NaN);
  for (const offset of taken) pool.give(offset);
  assertEquals(Array.from({ length: 3 }, () => pool.take() ?? NaN), taken.toReversed());
});

Deno.test("BlockPool never has a block out twice", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant(-1) }, // take
    { weight: 2, arbitrary: fc.nat() }, // give back one of those that are out
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2000, size: "max" }), (steps) => {
      const pool = new BlockPool(buffersOf(1));
      const out: number[] = [];
      for (const choice of steps) {
        if (choice >= 0) {
          for (const offset of out.splice(choice % (out.length + 1), 1)) pool.give(offset);
          continue;
        }
        const offset = pool.take();
        assertEquals(offset === undefined, out.length === BLOCKS_MAX);
        if (offset === undefined) continue;
        assert(!out.includes(offset), "the block is out already");
        out.push(offset);
      }
      assertEquals(pool.freeCount, BLOCKS_MAX - out.length);
    }),
    { numRuns: 50 },
  );
});

Deno.test("BlockPool refuses a block that was never taken", () => {
  const buffers = buffersOf(1);
  assertThrows(() => new BlockPool(buffers).give(buffers.blockOffset(0)), Error, "twice");
});

Deno.test("BlockPool refuses a block given back twice while others are out", () => {
  const pool = new BlockPool(buffersOf(1));
  const [first] = [pool.take() ?? NaN, pool.take(), pool.take()];
  pool.give(first);
  assertThrows(() => pool.give(first), Error, "twice");
});

const FOREIGN: readonly (readonly [string, (buffers: Buffers) => number])[] = [
  ["inside a block", (buffers) => buffers.blockOffset(0) + 1],
  ["of a slot's buffer", (buffers) => buffers.sendOffset(0)],
  ["a block's length before the blocks", (buffers) => buffers.blockOffset(-1)],
  ["past the last block", (buffers) => buffers.blockOffset(BLOCKS_MAX)],
  ["that is no number", () => NaN],
];
for (const [what, offsetIn] of FOREIGN) {
  Deno.test(`BlockPool refuses an offset ${what}`, () => {
    const buffers = buffersOf(32); // more slot memory than a block, so that none lies before it
    const pool = new BlockPool(buffers);
    pool.take();
    assertThrows(() => pool.give(offsetIn(buffers)), Error, "invariant broken");
  });
}

Deno.test("SendPool has a buffer for every slot, and no more", () => {
  const buffers = buffersOf(3);
  const pool = new SendPool(buffers);
  for (const index of [0, 1, 2]) assertEquals(pool.take(), buffers.sendOffset(index));
  assertEquals(pool.take(), undefined);
});

Deno.test("LongPool has so many spans, and no more", () => {
  const buffers = buffersOf(1);
  const pool = new LongPool(buffers);
  for (let index = 0; index < LONGS_MAX; index++) {
    assertEquals(pool.take(), buffers.longOffset(index));
  }
  assertEquals(pool.take(), undefined);
});

Deno.test("Buffers tell the worker what the main thread has written, slot by slot", () => {
  const memory = new SharedArrayBuffer(Buffers.memoryBytes(2));
  const [worker, main] = [new Buffers(memory, 2), new Buffers(memory, 2)];
  for (const slot of [0, 1]) worker.beginWriting(slot);
  assertEquals([worker.hasWritten(0), worker.hasWritten(1)], [false, false]);
  main.endWriting(1);
  assertEquals([worker.hasWritten(0), worker.hasWritten(1)], [false, true]);
  assert(worker.bytes.every((octet) => octet === 0), "the words lie beside the bytes");
  worker.beginWriting(1);
  assertEquals(worker.hasWritten(1), false);
});
