/**
 * The kinds of value an option can have: how each is read, what it must be, how it is written.
 *
 * @module
 */

import { parseHost, parseHostPattern } from "./hosts.ts";
import {
  DURATION_PATTERN,
  formatBytes,
  formatDuration,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
} from "./units.ts";
import type { Json, ValueSchema } from "./value_schema.ts";

/** A value, or the part of the text that breaks the kind's rule. */
export type Reading<T> = { readonly value: T } | { readonly refused: string };

/** What a shell offers to complete a value with. */
export type Completion = "file" | "folder" | readonly string[];

/** One kind of value: text in, checked value out. */
export interface Kind<T> {
  /** What stands for the value in the help text, such as `SIZE`. */
  readonly placeholder: string;
  /** What the value must be, fit to follow "must be". */
  readonly rule: string;
  /** Whether the flag may be given several times; the texts are then joined. */
  readonly repeatable?: boolean;
  /** What joins several texts into one; unless stated, a comma. */
  readonly separator?: string;
  /** Whether an empty environment variable is a value; otherwise it counts as not set. */
  readonly emptyAllowed?: boolean;
  /** Whether the flag stands alone, and then means `on`. */
  readonly isBare?: boolean;
  /** What no text at all means, as in an empty array; unless stated, it is refused. */
  readonly none?: T;
  /** How the value looks in a configuration file; unless stated, it is a string there. */
  readonly schema?: ValueSchema;
  /** What a shell can offer; unless stated, nothing. */
  readonly completion?: Completion;
  /** Writes a value as `schema` has it; unless stated, as `format` does. */
  toJson?(value: T): Json;
  /** Reads a value; never throws. */
  read(text: string): Reading<T>;
  /** Writes a value so that `read` gives it back. */
  format(value: T): string;
}

/** A whole number in decimal digits, `min` to `max`. */
export function integer(min: number, max: number): Kind<number> {
  const parse = (text: string) => /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : undefined;
  return {
    ...bounded({ placeholder: "N", noun: "", parse, format: String }, min, max),
    schema: { type: "integer", minimum: min, maximum: max },
    toJson: (value) => value,
  };
}

/** A size of `minBytes` to `maxBytes`; the value is in bytes. */
export function size(minBytes: number, maxBytes: number): Kind<number> {
  const notation = { placeholder: "SIZE", noun: "a size of ", parse: parseSize };
  return {
    ...bounded({ ...notation, format: formatBytes }, minBytes, maxBytes),
    schema: {
      type: ["string", "integer"],
      pattern: SIZE_PATTERN,
      minimum: minBytes,
      maximum: maxBytes,
    },
  };
}

/** A duration of `minMs` to `maxMs`; the value is in milliseconds. */
export function duration(minMs: number, maxMs: number): Kind<number> {
  const notation = { placeholder: "TIME", noun: "a time of ", parse: parseDuration };
  return {
    ...bounded({ ...notation, format: formatDuration }, minMs, maxMs),
    schema: {
      type: ["string", "number"],
      pattern: DURATION_PATTERN,
      minimum: minMs / 1000,
      maximum: maxMs / 1000,
    },
  };
}

/** A duration of `minMs` to `maxMs`, or 0; the value is in milliseconds. */
export function durationOrNone(minMs: number, maxMs: number): Kind<number> {
  const kind = duration(minMs, maxMs);
  return {
    ...kind,
    rule: `0s or ${kind.rule}`,
    schema: { ...kind.schema, minimum: 0 },
    read: (text) => parseDuration(text) === 0 ? { value: 0 } : kind.read(text),
  };
}

/** A path, taken as it is: whether it exists is for whoever opens it to say. */
export function path(placeholder: "DIR" | "FILE"): Kind<string> {
  return {
    placeholder,
    rule: placeholder === "DIR" ? "the path of a folder" : "the path of a file",
    // No system call takes a path with a NUL in it.
    read: (text) => text === "" || text.includes("\0") ? { refused: text } : { value: text },
    format: (value) => value,
    schema: { type: "string", minLength: 1 },
    completion: placeholder === "DIR" ? "folder" : "file",
  };
}

/** A host name or IP literal, in the spelling that `parseHost` gives it. */
export function host(): Kind<string> {
  return {
    placeholder: "HOST",
    rule: "a host name or an IP address",
    read: (text) => reading(text, parseHost(text)),
    format: (value) => value,
  };
}

/**
 * One of a few words in any letter case; `synonyms` maps further spellings to them. Where the words
 * are `on` or `off`, a configuration file may say `true` or `false`.
 */
export function oneOf<const W extends string>(
  words: readonly W[],
  synonyms: Readonly<Record<string, W>> = {},
): Kind<W> {
  const known = new Map(Object.entries(synonyms));
  for (const word of words) known.set(word, word);
  return {
    placeholder: "WORD",
    rule: words.join("|"),
    read: (text) => reading(text, known.get(text.toLowerCase())),
    format: (value) => value,
    schema: { enum: [...words, ...words.map(truthOf).filter((truth) => truth !== undefined)] },
    completion: words,
    toJson: (value) => truthOf(value) ?? value,
  };
}

/** A flag that stands alone and then means `on`. */
export function toggle(): Kind<"on" | "off"> {
  return { ...oneOf(["on", "off"]), placeholder: "", isBare: true };
}

function truthOf(word: string): boolean | undefined {
  return word === "on" ? true : word === "off" ? false : undefined;
}

/** What all lists have in common. */
const LIST = {
  repeatable: true,
  none: Object.freeze([]),
  schema: { type: ["array", "string"], items: { type: "string", minLength: 1 }, uniqueItems: true },
  toJson: (value: readonly string[]) => value,
} as const;

/** Host names, `*.` patterns and IP literals, separated by commas or given one flag each. */
export function hostPatterns(): Kind<readonly string[]> {
  return {
    ...LIST,
    placeholder: "NAME",
    rule: "a host name, *.name or an IP address, each with an optional :port, or *",
    read: (text) => list(text, parseHostPattern),
    format: (value) => value.join(","),
  };
}

/**
 * IP addresses and networks such as `10.0.0.0/8`, or `loopback`; as host patterns are given.
 *
 * @param none A word for no address at all, for an option that has some by default.
 */
export function networks(none?: string): Kind<readonly string[]> {
  return {
    ...LIST,
    placeholder: "CIDR",
    rule: `an IP address, a network such as 10.0.0.0/8, or loopback${
      none === undefined ? "" : `, or ${none}`
    }`,
    read: (text) => text.trim() === none ? { value: Object.freeze([]) } : list(text, parseNetwork),
    format: (value) => value.length === 0 ? none ?? "" : value.join(","),
  };
}

/** Origins such as `https://example.org`, `*` for every one, or `off`; as host patterns are given. */
export function origins(): Kind<readonly string[]> {
  return {
    ...LIST,
    placeholder: "ORIGIN",
    rule: "an origin such as https://example.org, * or off",
    read: (text) =>
      text.trim().toLowerCase() === "off" ? { value: Object.freeze([]) } : list(text, parseOrigin),
    format: (value) => value.length === 0 ? "off" : value.join(","),
  };
}

/** File name extensions, separated by commas; empty or `none` for no extension at all. */
export function extensions(): Kind<readonly string[]> {
  return {
    ...LIST,
    repeatable: false,
    placeholder: "EXT,...",
    rule: "extensions such as txt,png or none",
    emptyAllowed: true,
    read: (text) =>
      ["", "none"].includes(text.trim().toLowerCase())
        ? { value: Object.freeze([]) }
        : list(text, parseExtension),
    format: (value) => value.length === 0 ? "none" : value.join(","),
  };
}

function parseExtension(text: string): string | undefined {
  const extension = text.toLowerCase().replace(/^\./, "");
  // "none" next to other extensions contradicts them, and is an extension of nothing.
  return /^[a-z0-9_+-]{1,32}$/.test(extension) && extension !== "none" ? extension : undefined;
}

const NETWORK = /^([^/]+)(?:\/([0-9]{1,3}))?$/;

function parseNetwork(text: string): string | undefined {
  if (text.toLowerCase() === "loopback") return "loopback";
  const [, address = "", length] = NETWORK.exec(text) ?? [];
  const host = parseHost(address);
  if (host === undefined || !/^[0-9.]+$|:/.test(host)) return undefined;
  if (length === undefined) return host;
  return Number(length) <= (host.includes(":") ? 128 : 32)
    ? `${host}/${Number(length)}`
    : undefined;
}

/** RFC 6454 §6.2: scheme, host and port, and nothing behind them. */
function parseOrigin(text: string): string | undefined {
  if (text === "*" || text === "null") return text;
  const url = URL.parse(text);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) &&
    [url.origin, `${url.origin}/`].includes(text.toLowerCase());
  return isOrigin ? url.origin : undefined;
}

function list(
  text: string,
  parse: (item: string) => string | undefined,
): Reading<readonly string[]> {
  const values = new Set<string>();
  for (const item of text.split(",")) {
    const value = parse(item.trim());
    if (value === undefined) return { refused: item };
    values.add(value);
  }
  return { value: Object.freeze([...values]) };
}

function reading<T>(text: string, value: T | undefined): Reading<T> {
  return value === undefined ? { refused: text } : { value };
}

interface Notation {
  readonly placeholder: string;
  readonly noun: string;
  readonly parse: (text: string) => number | undefined;
  readonly format: (value: number) => string;
}

function bounded(notation: Notation, min: number, max: number): Kind<number> {
  const { placeholder, noun, parse, format } = notation;
  return {
    placeholder,
    rule: `${noun}${format(min)} to ${format(max)}`,
    read(text) {
      const value = parse(text);
      return value === undefined || value < min || value > max ? { refused: text } : { value };
    },
    format,
  };
}
