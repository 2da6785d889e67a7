/**
 * Failed writes, told to the operator without flooding the terminal.
 *
 * @module
 */

/** A full disk fails many times a second; one line a minute says it as well. */
const REPORT_INTERVAL_MS = 60_000;

/**
 * Adds failures up and reports the first at once, later ones at most once a minute.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const reports: number[] = [];
 * let nowMs = 0;
 * const losses = new LossReport((_error, lines) => reports.push(lines), () => nowMs);
 * losses.add(new Error("No space left on device"), 10);
 * losses.add(new Error("No space left on device"), 20);
 * nowMs = 60_000;
 * losses.add(new Error("No space left on device"), 30);
 * assertEquals(reports, [10, 50]);
 * ```
 */
export class LossReport {
  readonly #report: (error: unknown, lines: number) => void;
  readonly #nowMs: () => number;
  #reportedAtMs = -Infinity;
  #unreportedLines = 0;
  #lastError: unknown;

  /** Takes what prints a report: the last error and the lines lost since the report before. */
  constructor(report: (error: unknown, lines: number) => void, nowMs = () => performance.now()) {
    this.#report = report;
    this.#nowMs = nowMs;
  }

  /** Counts a failed write. */
  add(error: unknown, lines: number): void {
    this.#lastError = error;
    this.#unreportedLines += lines;
    if (this.#nowMs() - this.#reportedAtMs >= REPORT_INTERVAL_MS) this.finish();
  }

  /** Reports what has not been reported yet, if anything. */
  finish(): void {
    if (this.#unreportedLines === 0) return;
    const lines = this.#unreportedLines;
    this.#unreportedLines = 0;
    this.#reportedAtMs = this.#nowMs();
    this.#report(this.#lastError, lines);
  }
}
