import { assert, assertEquals, assertGreaterOrEqual, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  LOG_BYTES_MAX,
  LogForm,
  Next,
  takeToMain,
  takeToWorker,
  TO_MAIN_BYTES_PER_SLOT,
  ToMainFrames,
  ToWorkerFrames,
} from "../../lib/channel/frames.ts";
import { RingReader, ringSpanBytes, RingWriter, startRingAt } from "../../lib/channel/ring.ts";
import { type MainCall, MainCalls, type WorkerCall, WorkerCalls } from "./calls.ts";

/** Both halves of a fresh ring, and what lets the reader see all that was committed. */
function ringOf(capacityBytes: number, start = 0) {
  const memory = new SharedArrayBuffer(ringSpanBytes(capacityBytes));
  const span = { memory, offset: 0, capacityBytes };
  startRingAt(span, start);
  const writer = new RingWriter(span);
  const reader = new RingReader(span);
  const publish = () => {
    writer.publish();
    reader.look();
  };
  return { writer, reader, publish };
}

/** What the worker hears of calls that were made on the main thread. */
function heardByWorker(calls: readonly WorkerCall[], start = 0): WorkerCall[] {
  const { writer, reader, publish } = ringOf(2048, start);
  const frames = new ToWorkerFrames(writer);
  const receiver = new WorkerCalls();
  for (const call of calls) {
    WorkerCalls.replay(call, frames);
    publish();
    assert(takeToWorker(reader, receiver));
    reader.release();
  }
  assertEquals(takeToWorker(reader, receiver), false);
  return receiver.calls;
}

/** What the main thread hears of calls that were made in the worker. */
function heardByMain(calls: readonly MainCall[], start = 0): MainCall[] {
  const { writer, reader, publish } = ringOf(65_536, start);
  const frames = new ToMainFrames(writer, 1);
  const receiver = new MainCalls();
  for (const call of calls) {
    MainCalls.replay(call, frames);
    publish();
    assert(takeToMain(reader, receiver));
    reader.release();
  }
  assertEquals(takeToMain(reader, receiver), false);
  assertEquals(frames.logDropped, 0);
  return receiver.calls;
}

const WORKER_CALLS: readonly WorkerCall[] = [
  ["opened", 0, "127.0.0.1", "127.0.0.1"],
  ["opened", 16_383, "2001:db8:85a3:8d3:1319:8a2e:370:7348", "fe80::1%eth0"],
  ["opened", 1, "", ""],
  ["opened", 2, "a".repeat(64), "b".repeat(64)],
  ["received", 5, 4096],
  ["received", 5, 0],
  ["written", 16_383],
  ["repeated", 3, { place: 127, sentBytes: 16_384, durationUs: 250, epochMs: -1 }],
  ["failed", 7],
  ["closed", 7, 131_072],
  ["drain"],
  ["renew"],
  ["stop"],
];
for (const call of WORKER_CALLS) {
  Deno.test(`ToWorkerFrames carries ${JSON.stringify(call)}`, () => {
    assertEquals(heardByWorker([call]), [call]);
  });
}

const MAIN_CALLS: readonly MainCall[] = [
  ...Object.values(Next).map((next): MainCall => ["turn", 3, 4096, 512, next, 0, 4096]),
  ["turn", 16_383, 2 ** 31 - 1, 2 ** 31 - 1, Next.Read, 2 ** 31 - 1, 2 ** 31 - 1],
  ...Object.values(LogForm).map((form): MainCall => ["log", form, [0, 1, 254, 255]]),
  ["log", LogForm.Text, []],
  ["drained"],
  ["left"],
];
for (const call of MAIN_CALLS) {
  Deno.test(`ToMainFrames carries ${JSON.stringify(call)}`, () => {
    assertEquals(heardByMain([call]), [call]);
  });
}

const anySlot = fc.nat({ max: 16_383 });
const anyOffset = fc.nat({ max: 2 ** 31 - 1 });
const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[ -~]{0,64}$/));
const anyWorkerCall = fc.oneof<fc.Arbitrary<WorkerCall>[]>(
  fc.tuple(fc.constant("opened" as const), anySlot, anyAddress, anyAddress),
  fc.tuple(fc.constant("received" as const), anySlot, anyOffset),
  fc.tuple(fc.constantFrom("written" as const, "failed" as const), anySlot),
  fc.tuple(fc.constant("closed" as const), anySlot, fc.nat()),
  fc.tuple(fc.constantFrom("drain" as const, "renew" as const, "stop" as const)),
);
const anyTurn = fc.tuple(
  fc.constant("turn" as const),
  anySlot,
  anyOffset,
  anyOffset,
  fc.constantFrom(...Object.values(Next)),
  anyOffset,
  anyOffset,
);
const anyLog = fc.tuple(
  fc.constant("log" as const),
  fc.constantFrom(...Object.values(LogForm)),
  fc.array(fc.nat({ max: 255 }), { maxLength: 600 }),
);
const anyMainCall = fc.oneof<fc.Arbitrary<MainCall>[]>(
  anyTurn,
  anyLog,
  fc.constantFrom<MainCall[]>(["drained"], ["left"]),
);
const anyStart = fc.oneof(
  fc.nat({ max: 8192 }).map((records) => records * 8),
  fc.integer({ min: 1, max: 300 }).map((records) => 2 ** 31 - records * 8),
  fc.integer({ min: 1, max: 300 }).map((records) => 2 ** 32 - records * 8),
);

Deno.test("ToWorkerFrames carries any calls in their order", () => {
  fc.assert(
    fc.property(fc.array(anyWorkerCall, { maxLength: 60 }), anyStart, (calls, start) => {
      assertEquals(heardByWorker(calls, start), calls);
    }),
  );
});

Deno.test("ToMainFrames carries any calls in their order", () => {
  fc.assert(
    fc.property(fc.array(anyMainCall, { maxLength: 40 }), anyStart, (calls, start) => {
      assertEquals(heardByMain(calls, start), calls);
    }),
  );
});

Deno.test("ToWorkerFrames cuts an address at 64 bytes", () => {
  const heard = heardByWorker([["opened", 1, "a".repeat(65), "b".repeat(1000)]]);
  assertEquals(heard, [["opened", 1, "a".repeat(64), "b".repeat(64)]]);
});

Deno.test("ToMainFrames cuts a log frame at its longest", () => {
  const bytes = Array.from({ length: LOG_BYTES_MAX + 1 }, (_, index) => index % 251);
  assertEquals(heardByMain([["log", LogForm.Text, bytes]]), [
    ["log", LogForm.Text, bytes.slice(0, LOG_BYTES_MAX)],
  ]);
});

Deno.test("ToMainFrames drops and counts log frames, never a slot's control frames", () => {
  const anyShape = fc.constantFrom([1, 1024], [4, 1024], [4, 4096], [100, 32_768]);
  const anyLengths = fc.array(fc.nat({ max: 500 }), { minLength: 60, maxLength: 120 });
  fc.assert(
    fc.property(
      anyShape,
      anyStart,
      anyLengths,
      ([slots = 0, capacityBytes = 0], start, lengths) => {
        const { writer, reader, publish } = ringOf(capacityBytes, start);
        const frames = new ToMainFrames(writer, slots);
        const expected: MainCall[] = [];
        const record = (call: MainCall) => {
          MainCalls.replay(call, frames);
          expected.push(call);
        };
        let dropped = 0;
        for (const [index, byteLength] of lengths.entries()) {
          record(["log", LogForm.Json, new Array(byteLength).fill(index % 256)]);
          if (frames.logDropped > dropped) expected.pop();
          dropped = frames.logDropped;
          assertGreaterOrEqual(writer.freeBytes, slots * TO_MAIN_BYTES_PER_SLOT);
        }
        assertEquals(dropped + expected.length, lengths.length);
        for (let slot = 0; slot < slots; slot++) {
          record(["turn", slot, 0, 0, Next.CloseIdle, 0, 0]);
          record(["turn", slot, 1, 2, Next.Read, 3, 4]);
          record(["turn", slot, 0, 0, Next.CloseIdle, 0, 0]);
          record(["turn", slot, 0, 0, Next.Abort, 0, 0]);
        }
        record(["drained"]);
        record(["left"]);
        publish();
        const receiver = new MainCalls();
        while (takeToMain(reader, receiver));
        assertEquals(receiver.calls, expected);
      },
    ),
  );
});

Deno.test("ToMainFrames takes log frames again once there is room", () => {
  const { writer, reader, publish } = ringOf(1024);
  const frames = new ToMainFrames(writer, 1);
  const line = new Uint8Array(100);
  while (frames.logDropped === 0) frames.log(LogForm.Text, line);
  publish();
  const receiver = new MainCalls();
  while (takeToMain(reader, receiver));
  reader.release();
  frames.log(LogForm.Text, line);
  assertEquals(frames.logDropped, 1);
  publish();
  assert(takeToMain(reader, receiver));
});

Deno.test("ToWorkerFrames insists on room for a control frame", () => {
  const { writer } = ringOf(64);
  const frames = new ToWorkerFrames(writer);
  frames.written(0);
  frames.written(1);
  assertThrows(() => frames.written(2), Error, "room for the control frames");
});

Deno.test("takeToWorker insists on a frame that is meant for a worker", () => {
  for (const call of MAIN_CALLS) {
    const { writer, reader, publish } = ringOf(1024);
    MainCalls.replay(call, new ToMainFrames(writer, 1));
    publish();
    assertThrows(() => takeToWorker(reader, new WorkerCalls()), Error, "known kind");
  }
});

Deno.test("takeToMain insists on a frame that is meant for the main thread", () => {
  for (const call of WORKER_CALLS) {
    const { writer, reader, publish } = ringOf(1024);
    WorkerCalls.replay(call, new ToWorkerFrames(writer));
    publish();
    assertThrows(() => takeToMain(reader, new MainCalls()), Error, "known kind");
  }
});

for (const kind of [0, 14, -1, 2 ** 31 - 1]) {
  Deno.test(`Frames of kind ${kind} are nobody's`, () => {
    const { writer, reader, publish } = ringOf(1024);
    for (let count = 0; count < 2; count++) {
      writer.words[writer.reserve(28) >>> 2] = kind;
      writer.commit();
    }
    publish();
    assertThrows(() => takeToWorker(reader, new WorkerCalls()), Error, "known kind");
    assertThrows(() => takeToMain(reader, new MainCalls()), Error, "known kind");
  });
}
