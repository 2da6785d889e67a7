/** 9999-12-31T23:59:59.999Z: from the next second on the year has five digits. */
const TIME_MS_MAX = 253_402_300_799_999;

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

const encoder = new TextEncoder();

/**
 * The middle of a line in Common Log Format, from the client to the quote in front of the request;
 * rendered again only when another second has begun.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = new TextDecoder().decode(new ClfTime().at(1_795_406_637_123));
 * assertEquals(text, ' - - [23/Nov/2026:04:03:57 +0000] "');
 * ```
 */
export class ClfTime {
  #bytes: Uint8Array = new Uint8Array(0);
  #second = -1;

  /** Begins with the first second there is. */
  constructor() {
    this.at(0);
  }

  /** How long every middle is. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /**
   * The middle at an epoch time in milliseconds. The bytes are valid until the next call. A time
   * outside the years 1970 to 9999 is taken for the nearest one inside.
   */
  at(timeMs: number): Uint8Array {
    const second = timeMs >= 0 ? Math.floor(Math.min(timeMs, TIME_MS_MAX) / 1000) : 0;
    if (second !== this.#second) this.#render(second);
    return this.#bytes;
  }

  #render(second: number): void {
    this.#second = second;
    const iso = new Date(second * 1000).toISOString(); // 2026-11-23T04:03:57.000Z
    const month = 3 * (Number(iso.slice(5, 7)) - 1);
    const date = `${iso.slice(8, 10)}/${MONTHS.slice(month, month + 3)}/${iso.slice(0, 4)}`;
    this.#bytes = encoder.encode(` - - [${date}:${iso.slice(11, 19)} +0000] "`);
  }
}
