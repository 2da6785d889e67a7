// Two real threads, a ring far too small for them, and doorbells both ways. A lost wake-up leaves a
// thread waiting past WAIT_MS_MAX, which fails; a torn, lost or doubled frame has a wrong byte.

import { assertEquals, assertGreater } from "@std/assert";
import { Doorbell } from "../../lib/channel/doorbell.ts";
import { EMPTY, RingReader, startRingAt } from "../../lib/channel/ring.ts";
import { reportOf } from "./report.ts";
import {
  allocate,
  payloadBytesOf,
  type ProducerOrder,
  type ProducerReport,
  RECORD_BELL,
  ringOf,
  ROOM_BELL,
  WAIT_MS_MAX,
} from "./ring_traffic.ts";
import { firstWrong } from "./traffic.ts";

const FRAMES = 1_000_000;

/** Greedy spells alone fill the ring more than this often (see `isGreedy`). */
const FULL_COUNT_MIN = 5000;

/** Reads the frames of one order, and sleeps on the event loop whenever the ring is empty. */
class Consumer {
  readonly #ring: RingReader;
  readonly #recordBell: Doorbell;
  readonly #roomBell: Doorbell;
  #sequence = 0;
  emptyCount = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingReader(ringOf(memory));
    this.#recordBell = new Doorbell(memory, RECORD_BELL);
    this.#roomBell = new Doorbell(memory, ROOM_BELL);
  }

  async run(frames: number) {
    while (this.#sequence < frames) {
      this.#takeBatch();
      if (this.#sequence === frames) break;
      this.emptyCount++;
      this.#recordBell.lieDown();
      if (this.#ring.isEmpty) await this.#untilRung();
      this.#recordBell.getUp();
    }
  }

  async #untilRung() {
    const startMs = performance.now();
    await this.#recordBell.waitAsync(WAIT_MS_MAX);
    const timeIsOver = performance.now() - startMs >= WAIT_MS_MAX;
    assertEquals(timeIsOver, false, `Lost wake-up: frame ${this.#sequence} never came`);
  }

  #takeBatch() {
    this.#ring.look();
    for (let at = this.#ring.next(); at !== EMPTY; at = this.#ring.next()) {
      const sequence = this.#sequence++;
      const { bytes, payloadBytes } = this.#ring;
      const isWhole = payloadBytes === payloadBytesOf(sequence) &&
        firstWrong(bytes, at, payloadBytes, sequence) === -1;
      if (!isWhole) throw new Error(`Frame ${sequence} is torn, out of order or lost`);
    }
    this.#ring.release();
    this.#roomBell.ring();
  }
}

for (const start of [0, 2 ** 31 - 65_536, 2 ** 32 - 65_536]) {
  Deno.test(`Ring and doorbells carry ${FRAMES} frames between threads from ${start}`, async () => {
    const memory = allocate();
    startRingAt(ringOf(memory), start);
    const consumer = new Consumer(memory);
    const href = new URL("./ring_producer.ts", import.meta.url).href;
    const worker = new Worker(href, { type: "module" });
    try {
      const order: ProducerOrder = { memory, frames: FRAMES };
      worker.postMessage(order);
      const [producer] = await Promise.all([
        reportOf<ProducerReport>(worker),
        consumer.run(FRAMES),
      ]);
      assertGreater(producer.fullCount, FULL_COUNT_MIN);
      assertGreater(producer.sleepCount, 0);
      assertGreater(consumer.emptyCount, FULL_COUNT_MIN);
    } finally {
      worker.terminate();
    }
  });
}
