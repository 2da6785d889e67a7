// The producing thread of ring_threads_test.ts: writes every frame of an order, and sleeps through
// a doorbell whenever the ring is full.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { Doorbell } from "../../lib/channel/doorbell.ts";
import { NO_ROOM, RingWriter } from "../../lib/channel/ring.ts";
import { invariant } from "../../lib/channel/invariant.ts";
import { chance, fill } from "./traffic.ts";
import {
  isGreedy,
  payloadBytesOf,
  type ProducerOrder,
  type ProducerReport,
  RECORD_BELL,
  ringOf,
  ROOM_BELL,
  WAIT_MS_MAX,
} from "./ring_traffic.ts";

/** Writes the frames of one order. */
class Producer {
  readonly #ring: RingWriter;
  readonly #recordBell: Doorbell;
  readonly #roomBell: Doorbell;
  readonly #report: ProducerReport = { fullCount: 0, sleepCount: 0 };

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingWriter(ringOf(memory));
    this.#recordBell = new Doorbell(memory, RECORD_BELL);
    this.#roomBell = new Doorbell(memory, ROOM_BELL);
  }

  run(frames: number): ProducerReport {
    let batchLeft = 1;
    for (let sequence = 0; sequence < frames; sequence++) {
      const payloadBytes = payloadBytesOf(sequence);
      let at = this.#ring.reserve(payloadBytes);
      while (at === NO_ROOM) at = this.#reserveOnceRung(payloadBytes);
      fill(this.#ring.bytes, at, payloadBytes, sequence);
      this.#ring.commit();
      if (isGreedy(sequence) || --batchLeft > 0) continue;
      this.#publish();
      batchLeft = 1 + chance(sequence, 2, 15);
    }
    this.#publish();
    return this.#report;
  }

  #publish() {
    if (this.#ring.publish()) this.#recordBell.ring();
  }

  /** Lets the reader have all there is, and tries again once it has made room. */
  #reserveOnceRung(payloadBytes: number): number {
    this.#publish();
    this.#report.fullCount++;
    this.#roomBell.lieDown();
    let at = this.#ring.reserve(payloadBytes);
    if (at === NO_ROOM) {
      this.#report.sleepCount++;
      const startMs = performance.now();
      this.#roomBell.waitBlocking(WAIT_MS_MAX);
      at = this.#ring.reserve(payloadBytes);
      const timeIsOver = performance.now() - startMs >= WAIT_MS_MAX;
      invariant(!timeIsOver, `the producer is rung within ${WAIT_MS_MAX} ms of a release`);
    }
    this.#roomBell.getUp();
    return at;
  }
}

self.onmessage = ({ data }: MessageEvent<ProducerOrder>) => {
  self.postMessage(new Producer(data.memory).run(data.frames));
};
