/** How long a worker may take to load its modules, in milliseconds, however short its limit is. */
const LOAD_MS = 30_000;

/**
 * Whether one worker still lives, told by a number that it changes in every round.
 *
 * Time is counted in looks that were really taken, not by the clock: when the whole process was
 * stopped for an hour, every worker is quiet for one look and no more.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pulse = new Pulse();
 * const looks = [1, 2, 2, 2].map((beats) => pulse.look(beats, 100));
 * assertEquals(looks, [0, 0, 100, 200]);
 * ```
 */
export class Pulse {
  #seen = 0;
  #quietMs = 0;

  /**
   * Looks once more.
   *
   * @param beats The worker's number; 0 before its first round.
   * @param intervalMs Milliseconds between two looks.
   * @returns For how long it has been quiet, in milliseconds.
   */
  look(beats: number, intervalMs: number): number {
    this.#quietMs = beats === this.#seen ? this.#quietMs + intervalMs : 0;
    this.#seen = beats;
    return this.#quietMs;
  }

  /** Whether a worker that has been quiet for longer than `limitMs` must be given up. */
  exceeds(limitMs: number): boolean {
    return this.#quietMs > (this.#seen === 0 ? Math.max(limitMs, LOAD_MS) : limitMs);
  }
}
