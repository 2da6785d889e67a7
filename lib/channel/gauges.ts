/**
 * What one thread shows the other without a frame: words in shared memory that are looked at now and
 * then, and never waited for. A frame tells what happened; a gauge tells how things stand.
 *
 * @module
 */

/** Words of a cache line of 64 bytes: the threads write to lines of their own. */
const LINE_WORDS = 16;

const PULSE = 0; // written by the worker
const WAITING = LINE_WORDS; // written by the main thread, like all that follows
const PROGRESS = 2 * LINE_WORDS;

/** The gauges of one channel; both threads hold them over the same memory. */
export class Gauges {
  readonly #words: Int32Array;

  /**
   * Takes the gauges at `offset`.
   *
   * @param offset A multiple of 64.
   * @param slots Connection slots: 1 to 16384.
   */
  constructor(memory: SharedArrayBuffer, offset: number, slots: number) {
    this.#words = new Int32Array(memory, offset, PROGRESS + slots);
  }

  /** Bytes of shared memory that the gauges of `slots` connections take. */
  static memoryBytes(slots: number): number {
    return 4 * (PROGRESS + slots);
  }

  /** Worker: shows that it lives. */
  beat(): void {
    Atomics.add(this.#words, PULSE, 1);
  }

  /** Main thread: a number that changes as long as the worker lives; 0 before its first round. */
  get pulse(): number {
    return Atomics.load(this.#words, PULSE);
  }

  /** Connections that wait for this worker to give a slot up. */
  get waiting(): number {
    return Atomics.load(this.#words, WAITING);
  }

  /** Main thread: shows how many connections wait. */
  set waiting(count: number) {
    Atomics.store(this.#words, WAITING, count);
  }

  /** Main thread: shows that the peer took a part of what is being written to it. */
  noteProgress(slot: number): void {
    Atomics.add(this.#words, PROGRESS + slot, 1);
  }

  /** Worker: a number that changes as long as the peer takes parts of what is written to it. */
  progress(slot: number): number {
    return Atomics.load(this.#words, PROGRESS + slot);
  }
}
