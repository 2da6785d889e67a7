/**
 * The bounded channel between the main thread and one worker: two rings, two doorbells, gauges, and
 * the buffers that socket bytes lie in. All of it is allocated once and shared; nothing in it grows.
 *
 * @module
 */

import { Buffers } from "./buffers.ts";
import { Doorbell, DOORBELL_BYTES } from "./doorbell.ts";
import {
  LOG_BYTES_MAX,
  type Repeated,
  takeToMain,
  takeToWorker,
  TO_MAIN_BYTES_PER_SLOT,
  TO_WORKER_BYTES_PER_SLOT,
  type ToMain,
  ToMainFrames,
  type ToWorker,
  ToWorkerFrames,
} from "./frames.ts";
import { Gauges } from "./gauges.ts";
import { Repeats } from "./repeats.ts";
import { RingReader, type RingSpan, ringSpanBytes, RingWriter } from "./ring.ts";

/** Room for log frames beside the control frames, in bytes. */
const LOG_RING_BYTES = 16 * LOG_BYTES_MAX;

/** Room for repeats beside the control frames, in bytes: twice as many as are told of before a wake-up. */
const REPEATS_RING_BYTES = 16 * 1024;

/** What the frame of one of them may take of it, with what is skipped at the end of the ring. */
const REPEAT_RING_BYTES = 64;

/** Frames a worker handles before it publishes: few enough to overlap, enough to share a wake-up. */
const FRAMES_PER_FLUSH = 8;

/**
 * Repeats that the worker is told of without waking it: few enough to be soon done with, enough to share a
 * wake-up. An idle one looks four times a second.
 */
const REPEATS_PER_WAKE = 256;

/** What both threads need to take their end; it can be posted to a worker. */
export interface ChannelMemory {
  /** Connection slots: 1 to 16384. */
  readonly slots: number;
  /** Doorbells, rings, repeats and gauges. */
  readonly rings: SharedArrayBuffer;
  /** Receive buffers, send buffers, blocks and what lies ready. */
  readonly buffers: SharedArrayBuffer;
}

/** The smallest power of two that is at least `bytes`. */
function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** How long the rings are, and where what comes behind them lies: repeats, and gauges. */
interface Layout {
  readonly toWorker: number;
  readonly toMain: number;
  readonly repeats: number;
  readonly gauges: number;
}

/** How doorbells, rings, repeats and gauges lie. */
function layout(slots: number): Layout {
  const toWorker = powerOfTwo(slots * TO_WORKER_BYTES_PER_SLOT + REPEATS_RING_BYTES);
  const toMain = powerOfTwo(slots * TO_MAIN_BYTES_PER_SLOT + LOG_RING_BYTES);
  const repeats = 2 * DOORBELL_BYTES + ringSpanBytes(toWorker) + ringSpanBytes(toMain);
  return { toWorker, toMain, repeats, gauges: repeats + Repeats.memoryBytes };
}

/** Allocates the memory of a channel for `slots` connections. */
export function allocateChannel(slots: number): ChannelMemory {
  return {
    slots,
    rings: new SharedArrayBuffer(layout(slots).gauges + Gauges.memoryBytes(slots)),
    buffers: new SharedArrayBuffer(Buffers.memoryBytes(slots)),
  };
}

/** The two ring spans of a channel. */
function spans(memory: ChannelMemory): { toWorker: RingSpan; toMain: RingSpan } {
  const sizes = layout(memory.slots);
  const first = 2 * DOORBELL_BYTES;
  return {
    toWorker: { memory: memory.rings, offset: first, capacityBytes: sizes.toWorker },
    toMain: {
      memory: memory.rings,
      offset: first + ringSpanBytes(sizes.toWorker),
      capacityBytes: sizes.toMain,
    },
  };
}

/** A ring's fill, in bytes. */
export interface RingFill {
  /** Of records that wait. */
  readonly usedBytes: number;
  /** Of records that it holds at the most. */
  readonly capacityBytes: number;
}

/** The gauges of a channel. */
function gaugesOf({ rings, slots }: ChannelMemory): Gauges {
  return new Gauges(rings, layout(slots).gauges, slots);
}

/** The repeats of a channel. */
function repeatsOf({ rings, slots }: ChannelMemory, buffers: Buffers): Repeats {
  return new Repeats(buffers, rings, layout(slots).repeats);
}

/** The main thread's end. */
export class MainEnd {
  /** Frames towards the worker; seen after {@linkcode flush}. */
  readonly send: ToWorkerFrames;
  /** The memory socket bytes lie in. */
  readonly buffers: Buffers;
  /** What the main thread answers without the worker. */
  readonly repeats: Repeats;
  /** How things stand, here and there. */
  readonly gauges: Gauges;
  readonly #out: RingWriter;
  readonly #in: RingReader;
  readonly #reservedBytes: number;
  readonly #workerBell: Doorbell;
  readonly #ownBell: Doorbell;
  readonly #flushNow = () => {
    this.#flushIsDue = false;
    this.flush();
  };
  #flushIsDue = false;
  #repeatsUntold = 0; // since the worker was woken last
  #isClosed = false;

  /** Takes the main thread's end of `memory`. */
  constructor(memory: ChannelMemory) {
    const { toWorker, toMain } = spans(memory);
    this.#out = new RingWriter(toWorker);
    this.#in = new RingReader(toMain);
    this.#workerBell = new Doorbell(memory.rings, 0);
    this.#ownBell = new Doorbell(memory.rings, DOORBELL_BYTES);
    this.#reservedBytes = memory.slots * TO_WORKER_BYTES_PER_SLOT;
    this.buffers = new Buffers(memory.buffers, memory.slots);
    this.repeats = repeatsOf(memory, this.buffers);
    this.gauges = gaugesOf(memory);
    this.send = new ToWorkerFrames(this.#out);
  }

  /** Publishes what was sent and wakes the worker if it sleeps. */
  flush(): void {
    if (!this.#out.publish()) return;
    this.#repeatsUntold = 0;
    this.#workerBell.ring();
  }

  /** Shows the worker how many connections wait for it, and wakes it if there are more than before. */
  showWaiting(count: number): void {
    const before = this.gauges.waiting;
    if (count === before) return;
    this.gauges.waiting = count;
    if (count > before) this.#workerBell.ring();
  }

  /** Whether one more repeat may begin: its frame must leave the room of control frames alone. */
  get canRepeat(): boolean {
    return this.#out.hasRoom(this.#reservedBytes + REPEAT_RING_BYTES);
  }

  /** Tells the worker of a repeat. It need not be woken for each: its peer has its answer already. */
  noteRepeat(slot: number, repeat: Repeated): void {
    this.send.repeated(slot, repeat);
    if (++this.#repeatsUntold >= REPEATS_PER_WAKE) this.flushSoon();
    else if (!this.#flushIsDue) this.#out.publish(); // else the flush publishes, and rings
  }

  /**
   * Flushes once everything that is ready in this round of the event loop has sent its frames: one
   * doorbell for the reads of many connections.
   */
  flushSoon(): void {
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    queueMicrotask(this.#flushNow);
  }

  /** Hands every frame that waits now to `receiver`. */
  receive(receiver: ToMain): void {
    this.#in.look();
    while (takeToMain(this.#in, receiver));
    this.#in.release();
  }

  /**
   * Receives frames until {@linkcode close}, sleeping on the event loop between batches.
   *
   * @param receiver Told of every frame.
   */
  async run(receiver: ToMain): Promise<void> {
    while (!this.#isClosed) {
      this.#ownBell.lieDown();
      if (this.#in.isEmpty) await this.#ownBell.waitAsync();
      this.#ownBell.getUp();
      this.receive(receiver);
    }
  }

  /** Ends {@linkcode run}: the worker is gone. */
  close(): void {
    this.#isClosed = true;
    this.#ownBell.ring();
  }
}

/** The worker's end. */
export class WorkerEnd {
  /** Frames towards the main thread; seen after {@linkcode flush}. */
  readonly send: ToMainFrames;
  /** The memory socket bytes lie in. */
  readonly buffers: Buffers;
  /** What the main thread answers without the worker. */
  readonly repeats: Repeats;
  /** How things stand, here and there. */
  readonly gauges: Gauges;
  readonly #out: RingWriter;
  readonly #in: RingReader;
  readonly #mainBell: Doorbell;
  readonly #ownBell: Doorbell;
  #batchBytes = 0;

  /** Takes the worker's end of `memory`. */
  constructor(memory: ChannelMemory) {
    const { toWorker, toMain } = spans(memory);
    this.#out = new RingWriter(toMain);
    this.#in = new RingReader(toWorker);
    this.#mainBell = new Doorbell(memory.rings, DOORBELL_BYTES);
    this.#ownBell = new Doorbell(memory.rings, 0);
    this.buffers = new Buffers(memory.buffers, memory.slots);
    this.repeats = repeatsOf(memory, this.buffers);
    this.gauges = gaugesOf(memory);
    this.send = new ToMainFrames(this.#out, memory.slots);
  }

  /** How full the ring towards this worker was when {@linkcode receive} began last. */
  get incoming(): RingFill {
    return { usedBytes: this.#batchBytes, capacityBytes: this.#in.capacityBytes };
  }

  /** How full the ring towards the main thread is. */
  get outgoing(): RingFill {
    return this.#out;
  }

  /** Publishes what was sent and wakes the main thread if it sleeps. */
  flush(): void {
    if (this.#out.publish()) this.#mainBell.ring();
  }

  /**
   * Hands every frame that waits now to `receiver`, and publishes what it answers a few frames at a
   * time: the main thread writes the first answers while the last are still being made. Each time
   * it shows that it lives: a long round is no hang. What comes behind a frame that the receiver has
   * to wait after stays for the next time.
   */
  receive(receiver: ToWorker): void {
    this.gauges.beat();
    this.#in.look();
    this.#batchBytes = this.#in.usedBytes;
    for (let frames = 1; !receiver.isWaiting && takeToWorker(this.#in, receiver); frames++) {
      if (frames % FRAMES_PER_FLUSH !== 0) continue;
      this.gauges.beat();
      this.flush();
    }
    this.#in.release();
    this.flush();
  }

  /**
   * Sleeps until a frame waits or the time is over.
   *
   * @param timeoutMs Longest sleep in milliseconds.
   * @param blocking Whether the thread has nothing else to wait for, and may block.
   */
  async sleep(timeoutMs: number, blocking: boolean): Promise<void> {
    this.#ownBell.lieDown();
    if (this.#in.isEmpty) {
      if (blocking) this.#ownBell.waitBlocking(timeoutMs);
      else await this.#ownBell.waitAsync(timeoutMs);
    }
    this.#ownBell.getUp();
  }
}
