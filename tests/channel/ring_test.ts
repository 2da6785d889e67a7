import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  EMPTY,
  NO_ROOM,
  RECORD_HEADER_BYTES,
  RING_CONTROL_BYTES,
  RingReader,
  type RingSpan,
  ringSpanBytes,
  RingWriter,
  startRingAt,
} from "../../lib/channel/ring.ts";
import { SlowRing, type Taken } from "./slow_ring.ts";
import { chance, fill, firstWrong } from "./traffic.ts";

/** What one step of a run does; `reserve` carries the share of the longest payload, 0 to 1. */
type Step = { act: "reserve"; share: number } | {
  act: "commit" | "publish" | "freeBytes" | "isEmpty" | "look" | "next" | "release";
};

/** A span with other memory before and behind it, filled so that a write outside is seen. */
function fencedSpan(capacityBytes: number): RingSpan {
  const offset = 192;
  const memory = new SharedArrayBuffer(offset + ringSpanBytes(capacityBytes) + 64);
  const bytes = new Uint8Array(memory).fill(0xa5);
  bytes.fill(0, offset, offset + RING_CONTROL_BYTES);
  return { memory, offset, capacityBytes };
}

/** Whether nothing outside the span was written. */
function fenceStands({ memory, offset, capacityBytes }: RingSpan): boolean {
  const bytes = new Uint8Array(memory);
  const end = offset + ringSpanBytes(capacityBytes);
  return bytes.subarray(0, offset).every((byte) => byte === 0xa5) &&
    bytes.subarray(end).every((byte) => byte === 0xa5);
}

/** The ring beside its slow twin: every step is done to both and every answer compared. */
class Twins {
  readonly span: RingSpan;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  readonly #slow: SlowRing;
  #taken: Taken[] = [];
  takenCount = 0;
  noRoomCount = 0;

  constructor(capacityBytes: number, counter: number) {
    this.span = fencedSpan(capacityBytes);
    startRingAt(this.span, counter);
    this.#writer = new RingWriter(this.span);
    this.#reader = new RingReader(this.span);
    this.#slow = new SlowRing(capacityBytes, counter);
  }

  step(step: Step) {
    if (step.act === "reserve") this.#reserve(step.share);
    else if (step.act === "commit") this.#commit();
    else if (step.act === "publish") assertEquals(this.#writer.publish(), this.#slow.publish());
    else if (step.act === "freeBytes") this.#compareFreeBytes();
    else if (step.act === "isEmpty") assertEquals(this.#reader.isEmpty, this.#slow.isEmpty);
    else if (step.act === "look") this.#look();
    else if (step.act === "next") this.#next();
    else this.release();
  }

  #reserve(share: number) {
    const longest = this.span.capacityBytes / 2 - RECORD_HEADER_BYTES;
    const payloadBytes = Math.round(share * longest);
    const expected = this.#slow.reserve(payloadBytes);
    const at = this.#writer.reserve(payloadBytes);
    assertEquals(at, expected?.offset ?? NO_ROOM);
    if (expected === undefined) this.noRoomCount++;
    else fill(this.#writer.bytes, at, payloadBytes, expected.sequence);
  }

  #commit() {
    if (this.#slow.commit()) this.#writer.commit();
    else assertThrows(() => this.#writer.commit(), Error, "commit follows reserve");
  }

  #look() {
    this.#reader.look();
    this.#slow.look();
  }

  #next() {
    const expected = this.#slow.next();
    const at = this.#reader.next();
    assertEquals(at, expected?.offset ?? EMPTY);
    if (expected === undefined) return;
    this.takenCount++;
    assertEquals(this.#reader.payloadBytes, expected.payloadBytes);
    this.#check(expected);
    this.#taken.push(expected);
  }

  /** Looks at every taken payload once more, since it must lie untouched until now. */
  release() {
    for (const taken of this.#taken) this.#check(taken);
    this.#taken = [];
    this.#reader.release();
    this.#slow.release();
  }

  /** A step of its own: asking refreshes what the writer knows of the reader. */
  #compareFreeBytes() {
    assertEquals(this.#writer.freeBytes, this.#slow.freeBytes);
  }

  #check({ offset, payloadBytes, sequence }: Taken) {
    const wrong = firstWrong(this.#reader.bytes, offset, payloadBytes, sequence);
    assertEquals(wrong, -1, `payload ${sequence} of ${payloadBytes} bytes is torn`);
  }
}

const STARTS: readonly number[] = [
  0,
  2 ** 31 - 8,
  2 ** 31 - 40,
  2 ** 31 - 1024,
  2 ** 31,
  2 ** 32 - 8,
  2 ** 32 - 40,
  2 ** 32 - 1024,
];

const anyStart = fc.oneof(
  fc.constantFrom(...STARTS),
  fc.integer({ min: 0, max: 2 ** 29 - 1 }).map((records) => records * 8),
);
const anyShare = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const anyStep = fc.oneof(
  { weight: 5, arbitrary: anyShare.map((share): Step => ({ act: "reserve", share })) },
  { weight: 4, arbitrary: fc.constant<Step>({ act: "commit" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ act: "publish" }) },
  { weight: 1, arbitrary: fc.constantFrom<Step[]>({ act: "look" }, { act: "isEmpty" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ act: "freeBytes" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ act: "next" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ act: "release" }) },
);

Deno.test("RingWriter and RingReader answer every step as the slow twin does", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(64, 128, 256, 4096),
      anyStart,
      fc.array(anyStep, { maxLength: 120, size: "max" }),
      (capacityBytes, start, steps) => {
        const twins = new Twins(capacityBytes, start);
        for (const step of steps) twins.step(step);
        twins.release();
        assert(fenceStands(twins.span));
      },
    ),
    { numRuns: 2000 },
  );
});

for (const start of STARTS) {
  Deno.test(`RingWriter and RingReader keep every byte from counter ${start} on`, () => {
    const twins = new Twins(1024, start);
    const acts = ["commit", "publish", "look", "next", "release", "next", "freeBytes"] as const;
    for (let count = 0; count < 40_000; count++) {
      const act = acts[chance(count, 1, 9)]; // past the end in three of ten: a reserve
      if (act !== undefined) twins.step({ act });
      else twins.step({ act: "reserve", share: chance(count, 2, 1000) ** 2 / 1e6 });
    }
    twins.release();
    assert(twins.takenCount > 1000, `the run takes only ${twins.takenCount} records`);
    assert(twins.noRoomCount > 100, `the ring is full only ${twins.noRoomCount} times`);
    assert(fenceStands(twins.span));
  });
}

/** A fresh ring of 64 bytes, whose longest payload is 24. */
function smallRing(): { span: RingSpan; writer: RingWriter; reader: RingReader } {
  const span = { memory: new SharedArrayBuffer(ringSpanBytes(64)), offset: 0, capacityBytes: 64 };
  return { span, writer: new RingWriter(span), reader: new RingReader(span) };
}

Deno.test("RingWriter fills its ring to the last byte", () => {
  const { writer, reader } = smallRing();
  for (const payloadBytes of [24, 24]) {
    assert(writer.reserve(payloadBytes) !== NO_ROOM);
    writer.commit();
  }
  assertEquals(writer.freeBytes, 0);
  assertEquals(writer.reserve(0), NO_ROOM);
  writer.publish();
  reader.look();
  assertEquals([reader.next(), reader.next(), reader.next()], [8, 40, EMPTY]);
  assertEquals(writer.reserve(0), NO_ROOM, "room is the writer's again only after release");
  reader.release();
  assertEquals(writer.reserve(0), 8);
});

Deno.test("RingWriter counts the skip at the end against the room", () => {
  const { writer, reader } = smallRing();
  for (const payloadBytes of [8, 24]) { // 16 and 32 bytes: 16 are left in front of the end
    writer.reserve(payloadBytes);
    writer.commit();
  }
  writer.publish();
  reader.look();
  reader.next();
  reader.release();
  assertEquals(writer.freeBytes, 32);
  assertEquals(writer.reserve(16), NO_ROOM, "24 bytes at the start are 8 more than are free there");
  assertEquals(writer.reserve(8), 56, "16 bytes fit in front of the end");
});

Deno.test("RingReader passes a skip that no record follows", () => {
  const { writer, reader } = smallRing();
  for (let count = 0; count < 3; count++) {
    writer.reserve(8);
    writer.commit();
  }
  writer.publish();
  reader.look();
  while (reader.next() !== EMPTY);
  reader.release();
  assertEquals(writer.reserve(24), 8); // skips 16 bytes, and is given up
  assert(writer.publish());
  reader.look();
  assertEquals(reader.next(), EMPTY);
  assert(reader.isEmpty);
  reader.release();
  assertEquals(writer.freeBytes, 64);
});

Deno.test("RingReader sees no record before publish", () => {
  const { writer, reader } = smallRing();
  writer.reserve(4);
  assertEquals(writer.publish(), false, "a reserved record is not published");
  writer.commit();
  assert(reader.isEmpty);
  assertEquals(reader.next(), EMPTY);
  assertEquals(writer.publish(), true);
  assertEquals(writer.publish(), false);
  assert(!reader.isEmpty);
  assertEquals(reader.next(), 8);
  assertEquals(reader.payloadBytes, 4);
});

Deno.test("RingReader takes a round no further than it looked", () => {
  const { writer, reader } = smallRing();
  const publishOne = () => {
    writer.reserve(0);
    writer.commit();
    writer.publish();
  };
  publishOne();
  publishOne();
  assertEquals(reader.next(), EMPTY, "it has not looked yet");
  reader.look();
  assertEquals(reader.next(), 8);
  publishOne();
  assert(!reader.isEmpty, "one of the round is left, so this is no look");
  assertEquals([reader.next(), reader.next()], [16, EMPTY]);
  reader.look();
  assertEquals([reader.next(), reader.next()], [24, EMPTY]);
});

Deno.test("Ring halves start where the counters stand", () => {
  const { span, writer } = smallRing();
  writer.reserve(3);
  writer.commit();
  writer.publish();
  const lateReader = new RingReader(span); // looks while it is made
  assertEquals(lateReader.next(), 8);
  assertEquals(lateReader.payloadBytes, 3);
  assertEquals(new RingWriter(span).freeBytes, 48);
});

const BAD_SPANS: readonly (readonly [string, number, number])[] = [
  ["a ring starts on a cache line", 32, 64],
  ["a ring holds at least 64 bytes", 0, 32],
  ["a ring holds at most 2^30 bytes", 0, 2 ** 31],
  ["a ring's capacity is a power of two", 0, 96],
];
for (const [rule, offset, capacityBytes] of BAD_SPANS) {
  Deno.test(`RingWriter and RingReader insist that ${rule}`, () => {
    const span = { memory: new SharedArrayBuffer(1024), offset, capacityBytes };
    assertThrows(() => new RingWriter(span), Error, rule);
    assertThrows(() => new RingReader(span), Error, rule);
  });
}

for (const payloadBytes of [25, 64, 2 ** 30, 2 ** 31, 2 ** 32, -1, -8, -9, NaN]) {
  Deno.test(`RingWriter refuses a payload of ${payloadBytes} bytes in a ring of 64`, () => {
    const { writer } = smallRing();
    assertThrows(() => writer.reserve(payloadBytes), Error, "invariant broken");
    assertEquals(writer.publish(), false);
  });
}

// A length that the writer never wrote: the reader stops instead of walking out of the ring.
for (const length of [25, 64, -2, 2 ** 31 - 1, 2 ** 31 - 16, -(2 ** 31)]) {
  Deno.test(`RingReader refuses a record that says ${length} bytes`, () => {
    const { writer, reader } = smallRing();
    const at = writer.reserve(24);
    writer.commit();
    writer.publish();
    writer.words[(at - RECORD_HEADER_BYTES) >>> 2] = length;
    reader.look();
    assertThrows(() => reader.next(), Error, "invariant broken");
  });
}

Deno.test("startRingAt refuses a counter between two records", () => {
  assertThrows(() => startRingAt(smallRing().span, 2 ** 31 - 4), Error, "record boundary");
});
