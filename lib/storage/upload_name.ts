/**
 * Names in the upload folder: those that uploads are kept under, and the hidden ones of files that
 * are only there for a while.
 *
 * @module
 */

/** How the names of files that nobody should see start: with a dot, so that they are never served. */
export const HIDDEN_PREFIX = ".upload_";

/** Random octets in a name: 64 bits neither clash nor can be guessed. */
const RANDOM_BYTES = 8;

/** Exactly the names that {@linkcode partialName} and {@linkcode probeName} make. */
const LEFTOVER = /^\.upload_(?:\d{8}_\d{6}_[0-9a-f]{16}\.json\.part|[0-9a-f]{16}\.probe)$/;

/** Octets as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

function randomHex(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}

/**
 * The name an upload is kept under: `upload_<UTC time>_<16 hexadecimal digits>.json`.
 *
 * @param epochMs Milliseconds since 1970; the name tells whole seconds.
 * @param hex Sixteen hexadecimal digits. Default: random ones.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   uploadName(Date.UTC(2026, 0, 2, 3, 4, 5), "0123456789abcdef"),
 *   "upload_20260102_030405_0123456789abcdef.json",
 * );
 * ```
 */
export function uploadName(epochMs: number, hex: string = randomHex()): string {
  const time = new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")
    .replace("T", "_");
  return `upload_${time}_${hex}.json`;
}

/** The name of an upload that is still coming: hidden, and random, so that it is nobody else's. */
export function partialName(epochMs: number): string {
  return `.${uploadName(epochMs)}.part`;
}

/** The name of a file that is made only to see whether one can be. */
export function probeName(): string {
  return `${HIDDEN_PREFIX}${randomHex()}.probe`;
}

/**
 * Whether a name is one of ours for a file that is only there for a while.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(isLeftoverName(partialName(0)));
 * assert(!isLeftoverName(uploadName(0)));
 * ```
 */
export function isLeftoverName(name: string): boolean {
  return LEFTOVER.test(name);
}
