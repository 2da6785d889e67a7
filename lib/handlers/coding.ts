/**
 * Which content coding an answer gets: a stored variant beside the file, or gzip on the way.
 *
 * @module
 */

import type { CodingSuffix } from "../http/entity_tag.ts";
import { type ContentCoding, preferredCoding } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";

/** A coding, and how its variants are named. */
export interface Coding {
  /** As `Content-Encoding` says it. */
  readonly name: ContentCoding;
  /** What a variant's file name ends in. */
  readonly extension: string;
  /** What a variant's entity tag ends in. */
  readonly suffix: CodingSuffix;
}

/** Every coding that files may be stored in. */
export const STORED_CODINGS: readonly Coding[] = [
  { name: "br", extension: ".br", suffix: "br" },
  { name: "zstd", extension: ".zst", suffix: "zst" },
  { name: "gzip", extension: ".gz", suffix: "gz" },
];

/** Below about one TCP segment coding saves no packet. */
export const CODED_BYTES_MIN = 1_400;

const TEXTUAL =
  /^(text\/|application\/(.*[+/])?(json|xml|javascript|wasm|yaml|toml|rtf|sql)\b|image\/svg\+xml|font\/(ttf|otf))/;

/** Whether a media type is worth coding: text and its like; pictures and archives are coded already. */
export function isCompressible(mediaType: string): boolean {
  return TEXTUAL.test(mediaType);
}

/**
 * Chooses among the codings that could be had.
 *
 * A range counts octets of the representation it is asked of, so a request with one gets the plain
 * file; so does a client that refuses everything (RFC 9110 §12.5.3 leaves that to us).
 */
export function chooseCoding(
  { fields }: Request,
  available: readonly Coding[],
): Coding | undefined {
  if (available.length === 0 || fields.has("range")) return undefined;
  const choice = preferredCoding(
    fields.get("accept-encoding"),
    available.map((coding) => coding.name),
  );
  return available.find((coding) => coding.name === choice);
}
