/**
 * A preallocated piece of memory that lines are written into, byte by byte.
 *
 * @module
 */

const INT32_MAX = 0x7fff_ffff;

/** From here on one call into the encoder is cheaper than a loop, by the bench. */
const LONG_CHARS = 64;

/** What needs no escape, by whether a space does. */
const PLAIN = { word: /^[!#-[\]-~]*$/, quoted: /^[ !#-[\]-~]*$/ } as const;

const encoder = new TextEncoder();

/**
 * Writes ASCII text and numbers one after the other. Its owner makes sure of the room for a
 * whole line before the first write, so no bounds are checked here.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const line = new LineBytes(64);
 * line.ascii("took ");
 * line.milliseconds(0.3124);
 * assertEquals(new TextDecoder().decode(line.written()), "took 0.312");
 * ```
 */
export class LineBytes {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** Allocates `capacityBytes`. */
  constructor(capacityBytes: number) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#at;
  }

  /** Bytes that can still be written. */
  get roomBytes(): number {
    return this.#bytes.length - this.#at;
  }

  /** A view of everything written; the next write after {@linkcode rewind} changes it. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Takes back everything from `position` on. */
  rewind(position: number): void {
    this.#at = position;
  }

  /** Copies bytes. */
  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Writes text that is known to be ASCII. */
  ascii(text: string): void {
    if (text.length >= LONG_CHARS) return this.#encode(text);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + text.length;
  }

  /** Writes any text, as UTF-8. @returns `true` */
  text(text: string): true {
    this.#at += encoder.encodeInto(text, this.#bytes.subarray(this.#at)).written;
    return true;
  }

  /**
   * Writes text if it needs no escape: visible ASCII, no `"`, no `\`.
   *
   * @param lowest The lowest character that needs none: 0x21, or 0x20 if spaces may stand.
   * @returns Whether it did; otherwise nothing is written.
   */
  plain(text: string, lowest = 0x21): boolean {
    if (text.length >= LONG_CHARS) {
      if (!(lowest > 0x20 ? PLAIN.word : PLAIN.quoted).test(text)) return false;
      this.#encode(text);
      return true;
    }
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < lowest || unit >= 0x7f || unit === 0x22 || unit === 0x5c) return false;
      bytes[at + i] = unit;
    }
    this.#at = at + text.length;
    return true;
  }

  /**
   * Writes a whole number, 16 digits at most: what is not a number or below zero becomes 0, what is
   * above 2^53 - 1 becomes that.
   */
  integer(value: number): void {
    if (!(value >= 1)) {
      this.#bytes[this.#at++] = 0x30;
    } else if (value > INT32_MAX) {
      this.ascii(String(Math.floor(Math.min(value, Number.MAX_SAFE_INTEGER))));
    } else {
      this.#digits(value | 0);
    }
  }

  /** Writes a duration with three decimals, 20 bytes at most, bounded like {@linkcode integer}. */
  milliseconds(value: number): void {
    const micros = value > 0 ? Math.min(Math.round(value * 1000), Number.MAX_SAFE_INTEGER) : 0;
    const whole = Math.floor(micros / 1000);
    const rest = micros - whole * 1000;
    this.integer(whole);
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = 0x2e;
    bytes[at + 1] = 0x30 + Math.floor(rest / 100);
    bytes[at + 2] = 0x30 + Math.floor(rest / 10) % 10;
    bytes[at + 3] = 0x30 + rest % 10;
    this.#at = at + 4;
  }

  #encode(text: string): void {
    encoder.encodeInto(text, this.#bytes.subarray(this.#at));
    this.#at += text.length;
  }

  #digits(value: number): void {
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits++;
    const end = this.#at + digits;
    let rest = value;
    for (let at = end - 1; at >= this.#at; at--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.#at = end;
  }
}
