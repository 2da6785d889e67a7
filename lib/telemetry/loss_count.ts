/**
 * How many lines a worker could not send, on their count's own way to the main thread.
 *
 * @module
 */

/** One 32-bit word. */
const COUNT_BYTES = 4;

/**
 * Renders a count; more than 2^32 - 1 is that.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeLoss(encodeLoss(1_000_000)), 1_000_000);
 * ```
 */
export function encodeLoss(lines: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(Math.min(lines, 0xffff_ffff)).buffer);
}

/** Reads a count back. A worker may send anything, so what is not a count is 0; it never throws. */
export function decodeLoss(bytes: Uint8Array): number {
  if (bytes.length !== COUNT_BYTES) return 0;
  return new Uint32Array(bytes.slice().buffer)[0] ?? 0;
}
