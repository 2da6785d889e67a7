// What the channel costs beside the work it carries: a turn-sized record through the ring, by
// itself and in a batch, and a wake-up of the other thread and back. A thousand per iteration, so
// that the time shown in microseconds is nanoseconds per record, and the time in milliseconds is
// microseconds per round trip.

import { Doorbell, DOORBELL_BYTES } from "../../lib/channel/doorbell.ts";
import {
  EMPTY,
  NO_ROOM,
  RingReader,
  ringSpanBytes,
  RingWriter,
  startRingAt,
} from "../../lib/channel/ring.ts";
import type { PartnerOrder } from "../channel/doorbell_partner.ts";

const RECORDS = 1024; // whole batches of 32
const ROUND_TRIPS = 1000;
const FRAME_BYTES = 28; // a turn
const CAPACITY_BYTES = 64 * 1024;

/** Counters past 2^31 no longer fit a small integer, and past 2^32 they start anew. */
const STARTS = { "0": 0, "2^31": 2 ** 31, "2^32 - 8": 2 ** 32 - 8 };

let wordSum = 0; // kept, so that nothing read is optimised away

function carry(batch: number, start: number): () => void {
  const memory = new SharedArrayBuffer(ringSpanBytes(CAPACITY_BYTES));
  const span = { memory, offset: 0, capacityBytes: CAPACITY_BYTES };
  startRingAt(span, start);
  const writer = new RingWriter(span);
  const reader = new RingReader(span);
  return () => {
    for (let batches = RECORDS / batch; batches > 0; batches--) {
      for (let count = 0; count < batch; count++) {
        const at = writer.reserve(FRAME_BYTES);
        if (at === NO_ROOM) throw new Error("The bench fills its ring");
        const word = at >>> 2;
        for (let index = 0; index < FRAME_BYTES / 4; index++) writer.words[word + index] = count;
        writer.commit();
      }
      writer.publish();
      reader.look();
      for (let at = reader.next(); at !== EMPTY; at = reader.next()) {
        const word = at >>> 2;
        for (let index = 0; index < FRAME_BYTES / 4; index++) {
          wordSum = (wordSum + (reader.words[word + index] ?? 0)) | 0;
        }
      }
      reader.release();
    }
  };
}

for (const [name, start] of Object.entries(STARTS)) {
  for (const batch of [1, 32]) {
    Deno.bench({
      name: `ring, ${FRAME_BYTES} bytes in batches of ${batch}, from ${name}`,
      group: "ring",
      baseline: batch === 1 && start === 0,
      fn: carry(batch, start),
    });
  }
}

/** Starts the partner thread and waits until it sleeps, or is about to. */
async function partnerOver(memory: SharedArrayBuffer): Promise<Worker> {
  const href = new URL("../channel/doorbell_partner.ts", import.meta.url).href;
  const worker = new Worker(href, { type: "module" });
  const ready = new Promise((resolve) => worker.onmessage = resolve);
  const order: PartnerOrder = { memory, roundTrips: ROUND_TRIPS };
  worker.postMessage(order);
  await ready;
  return worker;
}

for (const blocking of [true, false]) {
  Deno.bench({
    name: `doorbell round trip, this side ${blocking ? "blocks" : "waits on the event loop"}`,
    group: "doorbell",
    n: 50,
    warmup: 5,
    async fn(bench) {
      const memory = new SharedArrayBuffer(2 * DOORBELL_BYTES);
      const worker = await partnerOver(memory);
      const otherBell = new Doorbell(memory, 0);
      const ownBell = new Doorbell(memory, DOORBELL_BYTES);
      bench.start();
      for (let count = 0; count < ROUND_TRIPS; count++) {
        ownBell.lieDown();
        otherBell.ring();
        if (blocking) ownBell.waitBlocking(60_000);
        else await ownBell.waitAsync(60_000);
      }
      bench.end();
      worker.terminate();
    },
  });
}

const awakeBell = new Doorbell(new SharedArrayBuffer(DOORBELL_BYTES), 0);

Deno.bench("doorbell of a consumer who is awake", { group: "awake" }, () => {
  for (let count = 0; count < RECORDS; count++) awakeBell.ring();
});
