/**
 * Wakes the consumer of a ring, and only when it sleeps.
 *
 * The word in shared memory says whether the consumer is {@linkcode AWAKE} or {@linkcode ASLEEP}. The consumer sets
 * `ASLEEP` and then looks at its ring once more; the producer publishes and then looks at the word.
 * All four steps are sequentially consistent, so one of the two always sees the other: a wake-up
 * cannot be lost. While the consumer is awake, ringing costs one load.
 *
 * @module
 */

const AWAKE = 0;
const ASLEEP = 1;

/**
 * Whether a notification wakes an event loop that sleeps. Before version 2.9 of the runtime it is
 * noticed only when something else wakes the loop, so a timer has to.
 */
const [MAJOR = 0, MINOR = 0] = Deno.version.deno.split(".").map(Number);
const WAKES_LOOP = MAJOR > 2 || (MAJOR === 2 && MINOR >= 9);

/** Longest pause between two looks of such a timer, in milliseconds; the first is a millisecond. */
const LOOK_MS_MAX = 16;

/** Bytes of shared memory a doorbell takes: a cache line of its own. */
export const DOORBELL_BYTES = 64;

/** One consumer's doorbell; both threads hold one over the same memory. */
export class Doorbell {
  readonly #word: Int32Array;
  #pending: Promise<unknown> | undefined;

  /** Takes the doorbell at `offset`, a multiple of 4. */
  constructor(memory: SharedArrayBuffer, offset: number) {
    this.#word = new Int32Array(memory, offset, 1);
  }

  /** Producer: wakes the consumer if it sleeps. Call after publishing. */
  ring(): void {
    if (Atomics.load(this.#word, 0) !== ASLEEP) return;
    if (Atomics.exchange(this.#word, 0, AWAKE) === ASLEEP) Atomics.notify(this.#word, 0);
  }

  /** Consumer: says that it is about to sleep. Look at the ring once more after this. */
  lieDown(): void {
    Atomics.store(this.#word, 0, ASLEEP);
  }

  /** Consumer: says that it is awake, so that nobody rings in vain. */
  getUp(): void {
    Atomics.store(this.#word, 0, AWAKE);
  }

  /**
   * Consumer: blocks its thread until rung. For a worker with nothing else to wait for: the
   * cheapest wake-up there is.
   *
   * @param timeoutMs Longest wait in milliseconds.
   */
  waitBlocking(timeoutMs: number): void {
    Atomics.wait(this.#word, 0, ASLEEP, timeoutMs);
  }

  /**
   * Consumer: resolves when rung, leaving the thread's event loop free, but not alive: something else
   * must be there to wait for. One wait is armed at a
   * time: calling again while it is armed gives the same promise, since waiters on a shared word
   * cannot be taken back.
   *
   * @returns A promise, or `undefined` when the doorbell has rung already.
   */
  waitAsync(timeoutMs?: number): Promise<unknown> | undefined {
    if (!WAKES_LOOP) return this.#lookOut(timeoutMs);
    if (this.#pending !== undefined) return this.#pending;
    const wait = Atomics.waitAsync(this.#word, 0, ASLEEP, timeoutMs);
    if (!wait.async) return undefined;
    this.#pending = wait.value.then(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** Looks at the word again and again, less and less often. */
  async #lookOut(timeoutMs = Infinity): Promise<void> {
    let pauseMs = 1;
    for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += pauseMs) {
      if (Atomics.load(this.#word, 0) !== ASLEEP) return;
      pauseMs = Math.min(LOOK_MS_MAX, 2 * pauseMs);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
