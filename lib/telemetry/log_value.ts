/**
 * What is logged beside the message, reduced to what every output can show.
 *
 * @module
 */

/** A value of a log record: one number or text, so that every line stays flat and searchable. */
export type LogValue = string | number | boolean | null;

/** Errors wrap each other at will; the innermost are rarely far. */
const CAUSES_MAX = 4;

/**
 * Reduces anything to a {@linkcode LogValue}: an error to its stack and those of its causes, other
 * objects to their JSON, what JSON has no word for to text. A text longer than `charsMax` loses its
 * end to `…`. It never throws, whatever the value's own methods do.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(logValue(403, 10), 403);
 * assertEquals(logValue({ a: [1n] }, 10), '{"a":["1"]}'.slice(0, 10) + "…");
 * assertEquals(logValue(NaN, 10), "NaN");
 * ```
 */
export function logValue(value: unknown, charsMax: number): LogValue {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return shorten(typeof value === "string" ? value : describe(value), charsMax);
}

/** Cuts the end off a text of more than `charsMax` UTF-16 code units and marks the cut. */
export function shorten(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
}

function describe(value: unknown): string {
  try {
    if (value instanceof Error) return describeError(value);
    if (typeof value === "object") return JSON.stringify(value, withBigInt) ?? "undefined";
    return String(value);
  } catch {
    return "unprintable";
  }
}

function describeError(error: Error): string {
  const texts: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && texts.length < CAUSES_MAX) {
    texts.push(current.stack ?? String(current));
    current = current.cause;
  }
  return texts.join("\nCaused by: ");
}

function withBigInt(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
