/**
 * The choice of a content coding (RFC 9110 §12.5.3) by what the client would like and what is there.
 *
 * @module
 */

/** A coding that a representation may be stored in. */
export type ContentCoding = "br" | "zstd" | "gzip";

/** The choice: a coding, none, or nothing that the client takes. */
export type CodingChoice = ContentCoding | "identity" | "not-acceptable";

/** Where the client has no opinion, the smaller usually goes first. */
const PREFERENCE: readonly ContentCoding[] = ["br", "zstd", "gzip"];

/** Elements that are looked at; there are some ten registered codings. */
const ELEMENTS_MAX = 32;

/** RFC 9110 §12.4.2: at most three decimals, and nothing above one. */
const QUALITY = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

/** `codings [ weight ]`: a token, which `*` is too, and at most the one parameter. */
const ELEMENT = /^[ \t]*([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*;[ \t]*q=([0-9.]*))?[ \t]*$/i;

/**
 * Sending the bytes as they are is fine unless excluded, but whoever lists codings wants one of
 * them: identity, when it is not mentioned, ranks below the least quality that can be written.
 */
const UNMENTIONED_IDENTITY_QUALITY = 0.0001;

/**
 * Reads a quality value (RFC 9110 §12.4.2); `undefined` when the text is not exactly that.
 *
 * @returns From 0, which means not acceptable, to 1.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseQuality("0.5"), 0.5);
 * assertEquals(parseQuality("1.5"), undefined);
 * ```
 */
export function parseQuality(text: string): number | undefined {
  return QUALITY.test(text) ? Number(text) : undefined;
}

/**
 * Chooses the coding to answer with. The highest quality wins; among equals `br`, then `zstd`, then
 * `gzip`, then none. An element that breaks the grammar is skipped, of a coding mentioned twice the
 * first mention counts, and after 32 elements nobody reads on.
 *
 * Without the field any coding would be acceptable, but a client that does not speak of codings may
 * not know them, so the bytes are then sent as they are.
 *
 * @param acceptEncoding The field value; `undefined` when absent.
 * @param available Codings at hand, in any order; sending without one is always possible.
 * @returns `"not-acceptable"` when the client excludes everything at hand; whether to refuse (406)
 * or to send the bytes as they are is for the caller to decide.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(preferredCoding("gzip, br", ["gzip", "br"]), "br");
 * assertEquals(preferredCoding("gzip, br;q=0.5", ["gzip", "br"]), "gzip");
 * assertEquals(preferredCoding("deflate", ["gzip", "br"]), "identity");
 * assertEquals(preferredCoding("br, *;q=0", ["gzip"]), "not-acceptable");
 * ```
 */
export function preferredCoding(
  acceptEncoding: string | undefined,
  available: readonly ContentCoding[],
): CodingChoice {
  if (acceptEncoding === undefined) return "identity";
  const qualities = readQualities(acceptEncoding);
  const wildcard = qualities.get("*");
  let choice: CodingChoice = "not-acceptable";
  let highest = 0;
  for (const coding of PREFERENCE) {
    const quality = qualities.get(coding) ?? wildcard ?? 0;
    if (quality > highest && available.includes(coding)) {
      choice = coding;
      highest = quality;
    }
  }
  const identity = qualities.get("identity") ?? wildcard ?? UNMENTIONED_IDENTITY_QUALITY;
  return identity > highest ? "identity" : choice;
}

/** Quality by coding name in lower case. */
function readQualities(field: string): ReadonlyMap<string, number> {
  const qualities = new Map<string, number>();
  for (const element of field.split(",", ELEMENTS_MAX)) {
    const match = ELEMENT.exec(element);
    if (match === null) continue;
    const [, name = "", weight] = match;
    const quality = weight === undefined ? 1 : parseQuality(weight);
    if (quality === undefined) continue;
    const lowered = name.toLowerCase();
    // RFC 9110 §8.4.1.3: x-gzip is an old name of gzip.
    const coding = lowered === "x-gzip" ? "gzip" : lowered;
    if (!qualities.has(coding)) qualities.set(coding, quality);
  }
  return qualities;
}
