/**
 * How long a request's content is, and whether that can be trusted (RFC 9112 §6). Whatever two
 * implementations could read in two ways is refused, since that is what request smuggling is made of.
 *
 * @module
 */

import { HttpError } from "./errors.ts";
import type { Fields } from "./fields.ts";

/** Content length in octets, or `"chunked"` when only the coding says where it ends. */
export type ContentFraming = number | "chunked";

const DIGITS = /^[0-9]+$/;

/** One or more tokens with commas between, and no parameters: codings that could be known. */
const CODINGS = /^[!#$%&'*+\-.^_`|~0-9a-z]+(?:[ \t]*,[ \t]*[!#$%&'*+\-.^_`|~0-9a-z]+)*$/;

/**
 * Decides the framing of a request.
 *
 * @returns A length may be larger than any limit, or even infinite; past 2^53 it is not exact.
 * @throws {HttpError} 400 where it is in doubt, 501 for a transfer coding that is well formed but
 * not ours.
 */
export function contentFraming(fields: Fields, minorVersion: number): ContentFraming {
  const coding = fields.get("transfer-encoding");
  const length = fields.get("content-length");
  if (coding === undefined) return length === undefined ? 0 : contentLength(length);
  if (length !== undefined) {
    throw new HttpError(400, "Cannot frame the content: both Content-Length and Transfer-Encoding"); // §6.3
  }
  if (minorVersion < 1) {
    throw new HttpError(400, "Cannot frame the content: Transfer-Encoding in HTTP/1.0"); // §6.1
  }
  const codings = coding.toLowerCase();
  if (codings === "chunked") return "chunked";
  throw refusedCoding(codings);
}

/** Several lines or a list of lengths reach here as text with a comma, and fail like any other text. */
function contentLength(value: string): number {
  if (DIGITS.test(value)) return Number(value);
  throw new HttpError(400, "Cannot frame the content: Content-Length is not one decimal number");
}

/** Only with chunked at the end, and nowhere before, is it known where the content ends (§6.3). */
function refusedCoding(codings: string): HttpError {
  if (!CODINGS.test(codings)) {
    return new HttpError(400, "Cannot frame the content: Transfer-Encoding is malformed");
  }
  const names = codings.split(/[ \t]*,[ \t]*/);
  if (names.indexOf("chunked") !== names.length - 1) {
    return new HttpError(400, "Cannot frame the content: chunked must come last, and once");
  }
  return new HttpError(
    501,
    "Cannot decode the content: chunked is the only transfer coding served",
  );
}
