/**
 * How much a log record matters.
 *
 * @module
 */

/** From what only a developer wants to see to what needs a person. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One of the four levels, spelled as on the command line. */
export type LogLevel = typeof LOG_LEVELS[number];

/**
 * Whether records of `level` are written by a log that was opened at `lowest`.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isAtLeast("error", "warn"), true);
 * assertEquals(isAtLeast("info", "warn"), false);
 * ```
 */
export function isAtLeast(level: LogLevel, lowest: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(lowest);
}

/** Whether a value from outside names a level. */
export function isLogLevel(value: unknown): value is LogLevel {
  return LOG_LEVELS.some((level) => level === value);
}
