/**
 * Is this decoded path segment the plain name of a file or folder? The rules are a table, first
 * broken rule wins. Nothing is repaired: a name that has to be repaired was not an honest request.
 *
 * @module
 */

import { isWindowsAlias } from "./windows_name.ts";

/** Whose file naming the served tree follows. */
export type NameSystem = "posix" | "windows";

/** What a decoded segment can break. */
export type SegmentRule =
  | "nul"
  | "control"
  | "traversal"
  | "encoded-slash"
  | "backslash"
  | "double-encoding"
  | "colon"
  | "dot-file"
  | "trailing-dot-or-space"
  | "segment-length"
  | "windows-name";

/** Where a segment stands, as far as a rule depends on it. */
export interface SegmentContext {
  /** Whether no other segment stands before it. */
  readonly isFirst: boolean;
  /** Whose file naming applies. */
  readonly system: NameSystem;
}

/** Longest file name in bytes on ext4, XFS, APFS and NTFS alike; a longer one exists nowhere. */
export const SEGMENT_BYTES_MAX = 255;

/** RFC 8615: the one hidden folder that is meant to be found, and only at the top. */
export const WELL_KNOWN = ".well-known";

const CONTROL = /\p{Cc}/u; // C0, DEL and C1: line breaks for logs, escapes for terminals

const NOT_ASCII = /[\u0080-\uffff]/;

// Code points file systems may skip when they compare: on HFS+ `.g\u200cit` is `.git` (CVE-2014-9390).
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

// Before any `;params`, which Java servers cut off (`..;/`, CVE-2020-5902), nothing but dots and
// spaces, which Windows cuts off: that is a place relative to here, never a name.
const PLACE = /^ *\.[. ]*(?:;|$)/;

// One decoding has happened. An escape that is left, of a byte refused here or of an overlong
// UTF-8 sequence, waits for a second one (CVE-2001-0333, CVE-2020-5410). Other leftovers, such as
// `%20` in the name of a downloaded file, are honest text.
const LEFTOVER_ESCAPE = /%(?:[01][0-9a-f]|7f|2[5ef]|5c|c[01]|u[0-9a-f]{4})/i;

const ENCODER = new TextEncoder();

type Breaks = (segment: string, context: SegmentContext) => boolean;

const SEGMENT_RULES: readonly (readonly [SegmentRule, Breaks])[] = [
  ["nul", (segment) => segment.includes("\0")],
  ["control", (segment) => CONTROL.test(segment)],
  ["traversal", namesAPlace],
  ["encoded-slash", (segment) => segment.includes("/")],
  ["backslash", (segment) => segment.includes("\\")],
  ["double-encoding", (segment) => LEFTOVER_ESCAPE.test(segment)],
  // Drive letters (`C:`) and NTFS streams (`file::$DATA`, CVE-1999-0278).
  ["colon", (segment) => segment.includes(":")],
  ["dot-file", isHidden],
  // Windows drops them, so the name judged would not be the name opened.
  ["trailing-dot-or-space", (segment) => segment.endsWith(".") || segment.endsWith(" ")],
  ["segment-length", (segment) => utf8Length(segment) > SEGMENT_BYTES_MAX],
  ["windows-name", (segment, { system }) => system === "windows" && isWindowsAlias(segment)],
];

/**
 * The first rule that the decoded, non-empty segment breaks, or `undefined` when it breaks none.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const context = { isFirst: true, system: "posix" } as const;
 * assertEquals(brokenSegmentRule("index.html", context), undefined);
 * assertEquals(brokenSegmentRule("..", context), "traversal");
 * ```
 */
export function brokenSegmentRule(
  segment: string,
  context: SegmentContext,
): SegmentRule | undefined {
  for (const [rule, breaks] of SEGMENT_RULES) {
    if (breaks(segment, context)) return rule;
  }
  return undefined;
}

/**
 * Length of the text in UTF-8 bytes, the unit in which file systems count.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(utf8Length("é"), 2);
 * ```
 */
export function utf8Length(text: string): number {
  return NOT_ASCII.test(text) ? ENCODER.encode(text).length : text.length;
}

/**
 * `..` and `.`, plain or behind a forged separator, and look-alikes (`．．`, `‥`) which a layer
 * that folds compatibility forms would turn into them. RFC 3986 §5.2.4 has clients resolve both
 * before they send, so `.` is no honest request either.
 */
function namesAPlace(segment: string): boolean {
  if (segment.split(/[/\\]/).some((piece) => PLACE.test(piece))) return true;
  if (!NOT_ASCII.test(segment)) return false;
  return visible(segment).normalize("NFKC").split(/[/\\]/).some((piece) => PLACE.test(piece));
}

function isHidden(segment: string, { isFirst }: SegmentContext): boolean {
  if (isFirst && segment === WELL_KNOWN) return false;
  return visible(segment).startsWith(".");
}

function visible(segment: string): string {
  return NOT_ASCII.test(segment) ? segment.replace(IGNORABLE, "") : segment;
}
