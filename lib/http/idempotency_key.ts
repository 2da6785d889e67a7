/** Characters of the longest key that is taken; a UUID has 36. */
const KEY_CHARS_MAX = 255;

/** A string of structured fields (RFC 9651 §3.3.3): printable ASCII in quotes. */
const STRING = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;

/** The same without quotes, as most clients send it: a token (RFC 9110 §5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The key in an `Idempotency-Key` field (draft-ietf-httpapi-idempotency-key-header): the mark by
 * which a client lets a request be known again when it is sent once more.
 *
 * @param value The field's value; two fields are one value with a comma, which is no key.
 * @returns The key, 1 to 255 characters; `undefined` for a malformed one. One in quotes and one
 * without are the same.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseIdempotencyKey('"8e03978e-40d5"'), "8e03978e-40d5");
 * assertEquals(parseIdempotencyKey("8e03978e-40d5"), "8e03978e-40d5");
 * assertEquals(parseIdempotencyKey('""'), undefined);
 * ```
 */
export function parseIdempotencyKey(value: string): string | undefined {
  const quoted = STRING.exec(value)?.[1]?.replaceAll(/\\(.)/g, "$1");
  const key = quoted ?? (TOKEN.test(value) ? value : undefined);
  return key !== undefined && key.length <= KEY_CHARS_MAX ? key : undefined;
}
