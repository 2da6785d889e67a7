/**
 * An address as a picture that a telephone reads.
 *
 * @module
 */

import { renderUnicodeCompact } from "uqr";

/** Draws a QR code of half blocks, light on dark: as terminals are, and as cameras take it too. */
export function qrCode(text: string): string {
  return renderUnicodeCompact(text);
}
