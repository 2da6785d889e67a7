/**
 * Does Windows give this file name another meaning than the file of that name?
 *
 * @module
 */

// The base name decides, whatever extension or spaces follow, and superscript digits count: `con`,
// `nul.txt` and `com\u00b9 .log` open a device (CVE-2023-45284), and a read from it may never end.
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

// The 8.3 alias `ENV~1` opens `.env`, so it would walk around every rule about names.
const SHORT_NAME = /~[0-9]/;

/**
 * Whether the segment is a device name (`NUL`, `com1.txt`) or may be an 8.3 short name (`ENV~1`).
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isWindowsAlias("nul.txt"), true);
 * assertEquals(isWindowsAlias("null.txt"), false);
 * ```
 */
export function isWindowsAlias(segment: string): boolean {
  return DEVICE.test(segment) || SHORT_NAME.test(segment);
}
