/**
 * The part of a line before its first field, which changes once a millisecond at most.
 *
 * @module
 */

/** `2026-11-23T04:03:57.`: where the milliseconds begin in a timestamp. */
const MILLISECONDS_AT = 20;

/** 9999-12-31T23:59:59.999Z: from the next second on a timestamp is three characters longer. */
const TIME_MS_MAX = 253_402_300_799_999;

/**
 * A timestamp with fixed text around it, rendered again only when the time has moved: three digits
 * for another millisecond, all of it for another second.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const prefix = new StampedPrefix("[", "] ");
 * const text = new TextDecoder().decode(prefix.at(1_795_406_637_123));
 * assertEquals(text, "[2026-11-23T04:03:57.123Z] ");
 * ```
 */
export class StampedPrefix {
  readonly #before: string;
  readonly #after: string;
  readonly #millisecondsAt: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #timeMs = -1;
  #secondMs = -1;

  /** Takes the ASCII text that stands before and after the timestamp. */
  constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
    this.#millisecondsAt = before.length + MILLISECONDS_AT;
    this.at(0);
  }

  /** How long every prefix is. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /**
   * The prefix at an epoch time in milliseconds. The bytes are valid until the next call. A time
   * outside the years 1970 to 9999 is taken for the nearest one inside: a line with a wrong time
   * is worth more than no line.
   */
  at(timeMs: number): Uint8Array {
    if (timeMs === this.#timeMs) return this.#bytes;
    this.#timeMs = timeMs;
    const wholeMs = timeMs >= 0 ? Math.min(Math.floor(timeMs), TIME_MS_MAX) : 0;
    const millisecond = wholeMs % 1000;
    if (wholeMs - millisecond !== this.#secondMs) this.#render(wholeMs - millisecond);
    const bytes = this.#bytes;
    const at = this.#millisecondsAt;
    bytes[at] = 0x30 + Math.floor(millisecond / 100);
    bytes[at + 1] = 0x30 + Math.floor(millisecond / 10) % 10;
    bytes[at + 2] = 0x30 + millisecond % 10;
    return bytes;
  }

  #render(secondMs: number): void {
    this.#secondMs = secondMs;
    const time = new Date(secondMs).toISOString();
    this.#bytes = new TextEncoder().encode(this.#before + time + this.#after);
  }
}
