/**
 * How one log record looks as a line of text and as a line of JSON.
 *
 * @module
 */

import { escapeActive, quote } from "./escape.ts";
import type { LogLevel } from "./log_level.ts";
import { type LogValue, logValue, shorten } from "./log_value.ts";

/** A record ready to be written. */
export interface LogEntry {
  /** Epoch time in milliseconds. */
  readonly timeMs: number;
  /** How much it matters. */
  readonly level: LogLevel;
  /** Full name of the logger, such as `sluice.security`. */
  readonly logger: string;
  /** What happened. */
  readonly message: string;
  /** What it happened with; values of any type. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A stack trace fits; a body that someone logs by mistake does not. */
const TEXT_CHARS_MAX = 4096;

const PROPERTIES_MAX = 32;

/** Fields that only this module may write: a second `level` would win over the first in a parser. */
const OWN_FIELDS: ReadonlySet<string> = new Set(["time", "level", "logger", "message"]);

/** Needs no quotes in a line of text: no space, `=`, `"` or `\` that could end or forge a field. */
const BARE = /^[\w.:/@%+,;~*?&#!$'()[\]{}<>|^-]+$/;

const COLOURS = { debug: 90, info: 32, warn: 33, error: 31 } as const satisfies Record<
  LogLevel,
  number
>;

/**
 * Renders `time LEVEL logger  message name=value name="quoted value"` and a newline. Quoted names
 * and values are JSON strings.
 *
 * @param colour whether the level is coloured for a terminal
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const entry: LogEntry = {
 *   timeMs: 1_795_406_637_123,
 *   level: "warn",
 *   logger: "sluice.security",
 *   message: "Refused a target",
 *   properties: { status: 403, target: "/a b" },
 * };
 * assertEquals(
 *   formatText(entry, false),
 *   '2026-11-23T04:03:57.123Z WARN  sluice.security  Refused a target status=403 target="/a b"\n',
 * );
 * ```
 */
export function formatText(entry: LogEntry, colour: boolean): string {
  const level = entry.level.toUpperCase().padEnd(5);
  const shownLevel = colour ? `\x1b[${COLOURS[entry.level]}m${level}\x1b[39m` : level;
  let line = `${timestamp(entry)} ${shownLevel} ${bare(entry.logger)}  ` +
    escapeActive(shorten(entry.message, TEXT_CHARS_MAX));
  for (const [name, value] of values(entry)) line += ` ${bare(name)}=${bare(String(value))}`;
  return `${line}\n`;
}

/**
 * Renders one flat JSON object and a newline: `time`, `level`, `logger`, `message`, then the
 * properties. A property with one of these four names gets an underscore appended.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const entry: LogEntry = {
 *   timeMs: 1_795_406_637_123,
 *   level: "warn",
 *   logger: "sluice.security",
 *   message: "Refused a target",
 *   properties: { status: 403, level: "forged" },
 * };
 * assertEquals(
 *   formatJson(entry),
 *   '{"time":"2026-11-23T04:03:57.123Z","level":"warn","logger":"sluice.security",' +
 *     '"message":"Refused a target","status":403,"level_":"forged"}\n',
 * );
 * ```
 */
export function formatJson(entry: LogEntry): string {
  let line = `{"time":"${timestamp(entry)}","level":"${entry.level}",` +
    `"logger":${quote(entry.logger)},"message":${quote(shorten(entry.message, TEXT_CHARS_MAX))}`;
  for (const [name, value] of values(entry)) {
    const field = OWN_FIELDS.has(name) ? `${name}_` : name;
    line += `,${quote(field)}:${typeof value === "string" ? quote(value) : String(value)}`;
  }
  return `${line}}\n`;
}

function timestamp(entry: LogEntry): string {
  return new Date(entry.timeMs).toISOString();
}

function bare(text: string): string {
  return BARE.test(text) ? text : quote(text);
}

function* values(entry: LogEntry): Generator<[string, LogValue]> {
  for (const name of Object.keys(entry.properties).slice(0, PROPERTIES_MAX)) {
    const value = valueOf(entry.properties, name);
    if (value !== undefined) yield [shorten(name, TEXT_CHARS_MAX), logValue(value, TEXT_CHARS_MAX)];
  }
}

/** A property may be a getter, and a getter may throw; the rest of the record is still wanted. */
function valueOf(properties: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return properties[name];
  } catch {
    return "unreadable";
  }
}
