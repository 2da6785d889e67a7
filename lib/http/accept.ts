/**
 * The choice of a media type (RFC 9110 §12.5.1) among those an answer can be written in.
 *
 * @module
 */

import { parseQuality } from "./negotiation.ts";

/** Elements that are looked at; browsers send fewer than ten. */
const ELEMENTS_MAX = 32;

/** Parameters of one element that are looked at before its weight. */
const PARAMETERS_MAX = 8;

/** A type with a subtype, both in characters of a token, of which `*` is one. */
const MEDIA_RANGE = /^[!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/**
 * How closely an element speaks of a type (RFC 9110 §12.5.1). Parameters ask for more than any type
 * has here, so they count less than the plain type; alone they are still a wish for it, as in
 * `application/json; charset=utf-8`.
 */
const CLOSENESS = { anyType: 1, anySubtype: 2, withParameters: 3, plain: 4 } as const;

/** One element of Accept. */
interface MediaRange {
  /** `type/subtype`, or `type/` for every subtype, or empty for every type; in lower case. */
  readonly name: string;
  readonly closeness: number;
  readonly quality: number;
}

/**
 * Chooses the type to answer with. The quality of a type is that of the element that fits it most
 * closely; the highest quality wins, and among equals the one offered first. An element that breaks
 * the grammar is skipped; after 32 elements nobody reads on.
 *
 * @param accept The field value; `undefined` when absent. Absent, or without any valid element, it
 * means that anything will do.
 * @param offered Types at hand, most wanted first, in lower case and without parameters.
 * @returns One of `offered`, or `undefined` when the client takes none of them.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const offered = ["application/json", "text/html"];
 * assertEquals(preferredType("text/html, *\/*;q=0.8", offered), "text/html");
 * assertEquals(preferredType("*\/*", offered), "application/json");
 * assertEquals(preferredType("image/png", offered), undefined);
 * ```
 */
export function preferredType(
  accept: string | undefined,
  offered: readonly string[],
): string | undefined {
  const ranges = accept === undefined ? [] : readRanges(accept);
  if (ranges.length === 0) return offered[0];
  let choice: string | undefined;
  let highest = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > highest) {
      choice = type;
      highest = quality;
    }
  }
  return choice;
}

/** The quality given by the element that speaks of the type most closely; 0 when none does. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  let closest: MediaRange | undefined;
  for (const range of ranges) {
    const isWhole = range.closeness >= CLOSENESS.withParameters;
    const isFit = isWhole ? type === range.name : type.startsWith(range.name);
    if (isFit && range.closeness > (closest?.closeness ?? 0)) closest = range;
  }
  return closest?.quality ?? 0;
}

function readRanges(field: string): readonly MediaRange[] {
  const ranges: MediaRange[] = [];
  for (const element of splitUnquoted(field, ",", ELEMENTS_MAX)) {
    const range = readRange(element);
    if (range !== undefined) ranges.push(range);
  }
  return ranges;
}

function readRange(element: string): MediaRange | undefined {
  const [head = "", ...parameters] = splitUnquoted(element, ";", PARAMETERS_MAX + 1);
  const name = trimmed(head).toLowerCase();
  if (!MEDIA_RANGE.test(name)) return undefined;
  let quality: number | undefined = 1;
  let hasParameters = false;
  for (const parameter of parameters) {
    const text = trimmed(parameter);
    // RFC 9110 §12.5.1: what follows the weight is no parameter of the type.
    if (/^q=/i.test(text)) {
      quality = parseQuality(text.slice(2));
      break;
    }
    hasParameters ||= text !== "";
  }
  // Refusing a type with parameters refuses nothing that is offered here.
  if (quality === undefined || (hasParameters && quality === 0)) return undefined;
  if (name === "*/*") return { name: "", closeness: CLOSENESS.anyType, quality };
  if (name.startsWith("*/")) return undefined;
  if (name.endsWith("/*")) {
    return { name: name.slice(0, -1), closeness: CLOSENESS.anySubtype, quality };
  }
  return { name, closeness: hasParameters ? CLOSENESS.withParameters : CLOSENESS.plain, quality };
}

/** Splits where the separator stands outside of a quoted-string (RFC 9110 §5.6.4), in one pass. */
function splitUnquoted(text: string, separator: string, partsMax: number): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length && parts.length < partsMax; at++) {
    const char = text[at];
    if (char === '"') isQuoted = !isQuoted;
    else if (char === "\\" && isQuoted) at++;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  if (parts.length < partsMax) parts.push(text.slice(start));
  return parts;
}

/** Without white space around; only that of HTTP (RFC 9110 §5.6.3), unlike `trim`. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

function isSpace(char: string | undefined): boolean {
  return char === " " || char === "\t";
}
