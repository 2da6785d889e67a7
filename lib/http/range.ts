/**
 * The byte range (RFC 9110 §14): which bytes of a representation a request asks for, how the answer
 * names them, and what frames them when there are several.
 *
 * @module
 */

/** Bytes of a representation, both ends included. */
export interface ByteRange {
  /** Offset of the first byte, from 0. */
  readonly first: number;
  /** Offset of the last byte: at least `first`, below the size. */
  readonly last: number;
}

/** How much work one Range field may ask for. */
export interface RangeLimits {
  /** Most ranges in the field, satisfiable or not. Default is 16. */
  readonly rangesMax: number;
  /** Most ranges shorter than the heading they would travel under. Default is 8. */
  readonly tinyRangesMax: number;
}

/** RFC 9110 §15.3.7.2: what one more part costs, so that a gap below it is cheaper sent along. */
const PART_OVERHEAD_BYTES = 80;

/**
 * RFC 9110 §14.2, §17.15: a few bytes of request must not buy much work, and no player, reader or
 * download manager asks for more than a handful at once.
 */
const DEFAULT_LIMITS: RangeLimits = { rangesMax: 16, tinyRangesMax: 8 };

/** RFC 9110 §14.1: unit names are case-insensitive. */
const BYTES_UNIT = /^bytes=/i;

/** RFC 9110 §14.1.1: digits on at least one side, and nothing else. */
const RANGE_SPEC = /^[ \t]*(?:([0-9]+)-([0-9]+)?|-([0-9]+))[ \t]*$/;

/** A range that can be satisfied, and the place of its first mention. */
interface Mentioned extends ByteRange {
  readonly mention: number;
}

/**
 * Reads a Range field against the size of the representation.
 *
 * Ranges that overlap, or are less than 80 bytes apart, become one (RFC 9110 §15.3.7.2), so no byte
 * is ever sent twice; the rest keep the order of first mention. A field of another unit, one that
 * breaks the grammar anywhere, and one beyond the limits are ignored as a whole, as §14.2 allows.
 * Positions may be of any length: they are compared digit by digit, then clamped to the size.
 *
 * @param field The field value.
 * @param sizeBytes Size of the representation. An empty one has no byte to name, so a suffix, which
 * it satisfies all the same (§14.1.2), gets it whole.
 * @param limits Default is 16 ranges, 8 of them tiny.
 * @returns The ranges, at least one; `"ignore"` to answer as if the field were absent;
 * `"unsatisfiable"` to answer 416.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("bytes=0-99", 1000), [{ first: 0, last: 99 }]);
 * assertEquals(parseRange("bytes=-100, 0-0", 1000), [
 *   { first: 900, last: 999 },
 *   { first: 0, last: 0 },
 * ]);
 * assertEquals(parseRange("bytes=1000-", 1000), "unsatisfiable");
 * assertEquals(parseRange("bytes=2-1", 1000), "ignore");
 * ```
 */
export function parseRange(
  field: string,
  sizeBytes: number,
  limits: RangeLimits = DEFAULT_LIMITS,
): "ignore" | "unsatisfiable" | readonly ByteRange[] {
  const unit = BYTES_UNIT.exec(field);
  if (unit === null) return "ignore";
  const ranges = readSet(field.slice(unit[0].length), sizeBytes, limits.rangesMax);
  if (ranges === undefined) return "ignore";
  if (ranges.length === 0) return "unsatisfiable";
  if (sizeBytes === 0) return "ignore";
  const coalesced = coalesce(ranges);
  const tinyCount = coalesced.filter((it) => lengthOf(it) < PART_OVERHEAD_BYTES).length;
  return tinyCount > limits.tinyRangesMax ? "ignore" : coalesced;
}

/**
 * Value of Content-Range for one range (RFC 9110 §14.4).
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(contentRange({ first: 0, last: 99 }, 1000), "bytes 0-99/1000");
 * ```
 */
export function contentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.first}-${range.last}/${sizeBytes}`;
}

/**
 * Value of Content-Range in an answer of 416 (RFC 9110 §14.4), which tells the size.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(unsatisfiedContentRange(1000), "bytes *\/1000");
 * ```
 */
export function unsatisfiedContentRange(sizeBytes: number): string {
  return `bytes */${sizeBytes}`;
}

/**
 * What goes ahead of the bytes of one part of multipart/byteranges (RFC 9110 §14.6). The first part
 * too begins with a line break, which that section permits, so that all heads are alike.
 *
 * @param boundary 1 to 70 characters of RFC 2046 §5.1.1 that the bytes of the parts do not contain;
 * random enough that nobody can foresee it.
 * @param contentType What Content-Type would be for the whole representation, in ASCII.
 * @param sizeBytes Size of the whole representation.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   multipartHead("b", "text/plain", { first: 0, last: 9 }, 100),
 *   "\r\n--b\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-9/100\r\n\r\n",
 * );
 * ```
 */
export function multipartHead(
  boundary: string,
  contentType: string,
  range: ByteRange,
  sizeBytes: number,
): string {
  return `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\n` +
    `Content-Range: ${contentRange(range, sizeBytes)}\r\n\r\n`;
}

/**
 * What goes behind the last part.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(multipartTail("b"), "\r\n--b--\r\n");
 * ```
 */
export function multipartTail(boundary: string): string {
  return `\r\n--${boundary}--\r\n`;
}

/**
 * Content-Length of a multipart/byteranges body: every head, the bytes behind it, and the tail.
 *
 * @param boundary As for {@linkcode multipartHead}.
 * @param contentType As for {@linkcode multipartHead}.
 * @param ranges The parts.
 * @param sizeBytes Size of the whole representation.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const range = { first: 0, last: 9 };
 * const head = multipartHead("b", "text/plain", range, 100);
 * const body = `${head}0123456789${multipartTail("b")}`;
 * assertEquals(multipartLength("b", "text/plain", [range], 100), body.length);
 * ```
 */
export function multipartLength(
  boundary: string,
  contentType: string,
  ranges: readonly ByteRange[],
  sizeBytes: number,
): number {
  let lengthBytes = multipartTail(boundary).length;
  for (const range of ranges) {
    // Measured on the text that will be sent, so that the two can never disagree.
    const head = multipartHead(boundary, contentType, range, sizeBytes);
    lengthBytes += head.length + lengthOf(range);
  }
  return lengthBytes;
}

/** The satisfiable ranges of a set; `undefined` when the set is invalid or too long. */
function readSet(set: string, sizeBytes: number, rangesMax: number): Mentioned[] | undefined {
  // RFC 9110 §5.6.1.2: a reasonable number of empty elements; here, as many as ranges.
  const elementsMax = 2 * rangesMax;
  const elements = set.split(",", elementsMax + 1);
  if (elements.length > elementsMax) return undefined;
  const ranges: Mentioned[] = [];
  let specCount = 0;
  for (const element of elements) {
    if (/^[ \t]*$/.test(element)) continue;
    if (++specCount > rangesMax) return undefined;
    const range = readSpec(element, sizeBytes);
    if (range === "invalid") return undefined;
    if (range !== "unsatisfiable") ranges.push({ ...range, mention: specCount });
  }
  return specCount === 0 ? undefined : ranges;
}

/** One range-spec (RFC 9110 §14.1.1); for an empty representation a suffix gives 0 to -1. */
function readSpec(element: string, sizeBytes: number): ByteRange | "invalid" | "unsatisfiable" {
  const match = RANGE_SPEC.exec(element);
  if (match === null) return "invalid";
  const [, first, last, suffixLength] = match;
  // `Number` of any digits will do from here: what rounds, or overflows, lies beyond every size.
  if (first === undefined) {
    const length = Number(suffixLength);
    if (length === 0) return "unsatisfiable";
    return { first: Math.max(0, sizeBytes - length), last: sizeBytes - 1 };
  }
  if (last !== undefined && isBelow(significant(last), significant(first))) return "invalid";
  if (Number(first) >= sizeBytes) return "unsatisfiable";
  const end = sizeBytes - 1;
  return { first: Number(first), last: last === undefined ? end : Math.min(Number(last), end) };
}

/** Leading zeros are allowed, and mean nothing; of zero itself nothing is left. */
function significant(digits: string): string {
  return digits.replace(/^0+/, "");
}

/** Exact for digits of any length; neither text has leading zeros. */
function isBelow(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

/** Joins ranges with less than a part's overhead between them; order is that of first mention. */
function coalesce(ranges: readonly Mentioned[]): readonly ByteRange[] {
  const joined: Mentioned[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const previous = joined.at(-1);
    // A gap of n bytes puts `first` at `last + 1 + n`.
    if (previous === undefined || range.first > previous.last + PART_OVERHEAD_BYTES) {
      joined.push(range);
      continue;
    }
    joined[joined.length - 1] = {
      first: previous.first,
      last: Math.max(previous.last, range.last),
      mention: Math.min(previous.mention, range.mention),
    };
  }
  joined.sort((a, b) => a.mention - b.mention);
  return joined.map(({ first, last }) => ({ first, last }));
}

function lengthOf({ first, last }: ByteRange): number {
  return last - first + 1;
}
