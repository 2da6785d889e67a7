/**
 * A worker's own log records on their way to the main thread.
 *
 * @module
 */

import { isLogLevel, type LogLevel } from "./log_level.ts";
import { type LogValue, logValue, shorten } from "./log_value.ts";

/** One thing worth logging that happened in a worker. */
export interface LogRecord {
  /** How much it matters. */
  readonly level: LogLevel;
  /** The room it comes from, such as `security`; see {@linkcode isCategory}. */
  readonly category: string;
  /** One sentence, the same for every record of its kind. */
  readonly message: string;
  /** What differs between the records of a kind. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The message of the record that tells of a request that took long. */
export const SLOW_REQUEST = "Slow request";

/** A record that has arrived: bounded, and its values are plain. */
export interface DecodedRecord extends LogRecord {
  /** At most 16 values. */
  readonly properties: Readonly<Record<string, LogValue>>;
}

/** Most bytes of an encoded record: it passes through a worker's ring like everything else. */
export const RECORD_BYTES_MAX = 4096;

// Of the message and of each value. Six bytes a character at worst, so a message always fits.
const TEXT_CHARS_MAX = 512;

const NAME_CHARS_MAX = 32;
const PROPERTIES_MAX = 16;
const CLOSING = "}}";
const CATEGORY = /^[a-z][a-z0-9_-]{0,31}$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Whether a text can be a category: lower case, a letter first, at most 32 characters, and no name
 * that every object has, such as `constructor`, as loggers are kept by name.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isCategory("security"), true);
 * assertEquals(isCategory("constructor"), false);
 * ```
 */
export function isCategory(text: string): boolean {
  return CATEGORY.test(text) && !(text in Object.prototype);
}

/**
 * Renders a record as at most 4096 bytes of JSON. Texts are cut at 512 characters, an error becomes
 * its stack, any other object its JSON; properties that do not fit are left out.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const record: LogRecord = {
 *   level: "warn",
 *   category: "security",
 *   message: "Refused a target",
 *   properties: { rule: "dot-segment", status: 403 },
 * };
 * assertEquals(decodeRecord(encodeRecord(record)), record);
 * ```
 */
export function encodeRecord(record: LogRecord): Uint8Array {
  const category = JSON.stringify(record.category.slice(0, NAME_CHARS_MAX));
  const message = JSON.stringify(shorten(record.message, TEXT_CHARS_MAX));
  let text = `{"level":"${record.level}","category":${category},"message":${message},` +
    '"properties":{';
  let roomBytes = RECORD_BYTES_MAX - CLOSING.length - encoder.encode(text).length;
  let count = 0;
  for (const [name, value] of Object.entries(record.properties ?? {})) {
    if (count === PROPERTIES_MAX) break;
    if (value === undefined) continue;
    const property = (count === 0 ? "" : ",") + JSON.stringify(name.slice(0, NAME_CHARS_MAX)) +
      `:${JSON.stringify(logValue(value, TEXT_CHARS_MAX))}`;
    const propertyBytes = encoder.encode(property).length;
    if (propertyBytes > roomBytes) continue;
    text += property;
    roomBytes -= propertyBytes;
    count++;
  }
  return encoder.encode(text + CLOSING);
}

/**
 * Reads a record back. A worker that a client has taken over may send anything, so whatever is not
 * a well-formed record within its bounds is `undefined`; it never throws.
 */
export function decodeRecord(bytes: Uint8Array): DecodedRecord | undefined {
  if (bytes.length > RECORD_BYTES_MAX) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { level, category, message, properties } = value;
  if (!isLogLevel(level) || typeof category !== "string" || !isCategory(category)) return undefined;
  if (typeof message !== "string" || !isObject(properties)) return undefined;
  const plain: [string, LogValue][] = [];
  for (const [name, property] of Object.entries(properties)) {
    if (!isLogValue(property) || plain.length === PROPERTIES_MAX) return undefined;
    plain.push([name, property]);
  }
  // `fromEntries` defines, where an assignment to `__proto__` would set the prototype.
  return { level, category, message, properties: Object.fromEntries(plain) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLogValue(value: unknown): value is LogValue {
  return value === null || typeof value === "string" || typeof value === "number" ||
    typeof value === "boolean";
}
