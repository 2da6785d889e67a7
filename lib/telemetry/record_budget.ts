/**
 * How many records of one kind may be written, so that nobody can fill a disk with them.
 *
 * @module
 */

/** How long records are counted together, in milliseconds. */
const WINDOW_MS = 10_000;

/**
 * Allows a number of records in every ten seconds and counts the others, so that the next one can say
 * how many it stands for.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const budget = new RecordBudget(2);
 * assertEquals([0, 1, 2, 3].map((nowMs) => budget.take(nowMs)), [true, true, false, false]);
 * assertEquals(budget.take(10_000), true);
 * assertEquals(budget.takeSuppressed(), 2);
 * ```
 */
export class RecordBudget {
  readonly #recordsMax: number;
  #endMs = -Infinity;
  #left = 0;
  #suppressed = 0;

  /** Allows `recordsMax` records in ten seconds. */
  constructor(recordsMax: number) {
    this.#recordsMax = recordsMax;
  }

  /** Whether a record may be written now; if not, it is counted. */
  take(nowMs: number): boolean {
    if (nowMs >= this.#endMs) {
      this.#endMs = nowMs + WINDOW_MS;
      this.#left = this.#recordsMax;
    }
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#suppressed++;
    return false;
  }

  /** How many were not written since this was asked last. */
  takeSuppressed(): number {
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
