/** Longest pause before a lost worker is replaced, in milliseconds: a worker that dies at once must not spin. */
const PAUSE_MS_MAX = 10_000;

/** A worker that lived this long, in milliseconds, is replaced at once: its loss is no storm. */
const STEADY_MS = 30_000;

/**
 * How long to wait before one worker is started again: not at all after a single loss, and longer and
 * longer while it is lost again soon after each start.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const backoff = new Backoff();
 * const pauses = [10, 10, 10, 60_000].map((livedMs) => backoff.pauseMs(livedMs));
 * assertEquals(pauses, [0, 400, 800, 0]);
 * ```
 */
export class Backoff {
  #failures = 0;

  /**
   * Counts one loss.
   *
   * @param livedMs How long the worker had lived, in milliseconds.
   * @returns Milliseconds to wait: 0, or 400 to 10000.
   */
  pauseMs(livedMs: number): number {
    this.#failures = livedMs > STEADY_MS ? 1 : this.#failures + 1;
    return this.#failures === 1 ? 0 : Math.min(PAUSE_MS_MAX, 100 * 2 ** this.#failures);
  }
}
