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
const CLOCK = LINE_WORDS + 1;
const PROGRESS = 2 * LINE_WORDS; // a word for each slot

/** Bits of a word that count the repeats; those above are the realm's. */
const ALLOWED_BITS = 20;

/** Most repeats that a worker allows at one time. */
export const ALLOWED_MAX: number = 2 ** ALLOWED_BITS - 1;

/** Largest number of a realm: no word becomes negative. */
export const REALM_MAX: number = 2 ** (30 - ALLOWED_BITS) - 1;

/** The realm whose repeats are allowed. */
export function realmOf(allowed: number): number {
  return allowed >>> ALLOWED_BITS;
}

/** How many of them. */
export function countOf(allowed: number): number {
  return allowed & ALLOWED_MAX;
}

/** The gauges of one channel; both threads hold them over the same memory. */
export class Gauges {
  readonly #words: Int32Array;
  readonly #allowed: Int32Array; // a word for each slot, written by the worker

  /**
   * Takes the gauges at `offset`.
   *
   * @param offset A multiple of 64.
   * @param slots Connection slots: 1 to 16384.
   */
  constructor(memory: SharedArrayBuffer, offset: number, slots: number) {
    this.#words = new Int32Array(memory, offset, PROGRESS + slots);
    this.#allowed = new Int32Array(memory, offset + 4 * (PROGRESS + slots), slots);
  }

  /** Bytes of shared memory that the gauges of `slots` connections take. */
  static memoryBytes(slots: number): number {
    return 4 * (PROGRESS + 2 * slots);
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

  /** What the main thread's clock showed when it last sent a request on that it might have repeated. */
  get clockMs(): number {
    return Atomics.load(this.#words, CLOCK);
  }

  /** Main thread: shows its clock, in whole milliseconds, of which the lower 32 bits are kept. */
  set clockMs(nowMs: number) {
    Atomics.store(this.#words, CLOCK, nowMs | 0);
  }

  /**
   * Worker: says how many requests on a slot may be answered by repeats of a realm before the next is
   * the worker's.
   *
   * @param realm 0 to {@linkcode REALM_MAX}.
   * @param count From its last turn on; more than {@linkcode ALLOWED_MAX} is that many.
   */
  allow(slot: number, realm: number, count: number): void {
    const word = realm << ALLOWED_BITS | Math.min(count, ALLOWED_MAX);
    Atomics.store(this.#allowed, slot, word);
  }

  /**
   * Main thread: what was said, for {@linkcode realmOf} and {@linkcode countOf}. Read without order, which the ring
   * gives: what was said before a turn is there once the turn is.
   */
  allowed(slot: number): number {
    return this.#allowed[slot] ?? 0;
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
