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

/** Most digits taken: 10^15 octets, well within what a number holds exactly. */
const DIGITS = /^[0-9]{1,15}$/;
const ANY_DIGITS = /^[0-9]+$/;
const CODING_LIST = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+([ \t]*,[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+)*$/;

/**
 * Decides the framing of a request.
 *
 * @throws {HttpError} 400 where it is in doubt, 413 where the length is past counting, 501 for a
 * transfer coding that is well formed but not ours.
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
  if (coding.toLowerCase() === "chunked") return "chunked";
  throw refusedCoding(coding);
}

/** Several lines or a list of lengths reach here as text with a comma, and fail like any other text. */
function contentLength(value: string): number {
  if (DIGITS.test(value)) return Number(value);
  if (ANY_DIGITS.test(value)) {
    throw new HttpError(413, "Cannot accept the content: its length is past counting");
  }
  throw new HttpError(400, "Cannot frame the content: Content-Length is not one decimal number");
}

function refusedCoding(coding: string): HttpError {
  const names = coding.toLowerCase().split(",").map((name) => name.trim());
  if (!CODING_LIST.test(coding) || names.includes("identity")) {
    return new HttpError(400, "Cannot frame the content: Transfer-Encoding is malformed");
  }
  // Without chunked last, where the content ends is anybody's guess (§6.3).
  if (names.indexOf("chunked") !== names.length - 1 && names.includes("chunked")) {
    return new HttpError(400, "Cannot frame the content: chunked is not the last transfer coding");
  }
  return new HttpError(
    501,
    "Cannot decode the content: chunked is the only transfer coding served",
  );
}
