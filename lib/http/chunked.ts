/**
 * The chunked transfer coding (RFC 9112 §7.1), decoded in place: the caller gets spans of its own
 * bytes. Extensions are checked for octets that forge lines, bounded, and ignored.
 *
 * @module
 */

import { HttpError } from "./errors.ts";
import { CR, HTAB, isOf, LF, SP, VALUE } from "./octets.ts";

/** Octets of one chunk-size line, extensions and CRLF included. */
const LINE_BYTES_MAX = 256;

/** Octets of all extensions of one message: many tiny chunks with long extensions cost more than they carry. */
const EXTENSION_BYTES_MAX = 16 * 1024;

/** Hexadecimal digits of a chunk size: 2^52, well within what a number holds exactly. */
const SIZE_DIGITS_MAX = 13;

const SEMICOLON = 0x3b;

const State = {
  Size: 0,
  Blank: 1,
  Extension: 2,
  SizeLineEnd: 3,
  Data: 4,
  DataEnd: 5,
  DataLineEnd: 6,
  Last: 7,
} as const;

/** A resumable decoder for the chunks of one message, up to the trailer section. */
export class ChunkedDecoder {
  /** Where the span of content found last starts. */
  spanStart = 0;
  /** Where it ends; equal to the start when none was found. */
  spanEnd = 0;

  #state: number = State.Size;
  #size = 0;
  #digits = 0;
  #lineBytes = 0;
  #extensionBytes = 0;
  #left = 0;

  /** Whether the last chunk has been read; the trailer section follows. */
  get isLast(): boolean {
    return this.#state === State.Last;
  }

  /** Starts over with a new message. */
  reset(): void {
    this.#state = State.Size;
    this.#size =
      this.#digits =
      this.#lineBytes =
      this.#extensionBytes =
      this.#left =
        0;
  }

  /**
   * Goes on with the octets `from` to `to`, to the end of the next span of content, of the last
   * chunk's line, or of the octets.
   *
   * @returns The offset after what was taken.
   * @throws {HttpError} 400 when the coding is broken.
   */
  decode(bytes: Uint8Array, from: number, to: number): number {
    this.spanStart = this.spanEnd = from;
    let at = from;
    while (at < to && this.#state !== State.Last) {
      if (this.#state === State.Data) {
        this.spanStart = at;
        this.spanEnd = Math.min(to, at + this.#left);
        this.#left -= this.spanEnd - at;
        if (this.#left === 0) this.#state = State.DataEnd;
        return this.spanEnd;
      }
      this.#octet(bytes[at] ?? 0);
      at++;
    }
    return at;
  }

  #octet(octet: number): void {
    switch (this.#state) {
      case State.DataEnd:
        return this.#expect(octet, CR, State.DataLineEnd);
      case State.DataLineEnd:
        this.#expect(octet, LF, State.Size);
        this.#size = this.#digits = this.#lineBytes = 0;
        return;
    }
    if (++this.#lineBytes > LINE_BYTES_MAX) {
      throw new HttpError(400, "Cannot decode the chunks: a chunk-size line is too long");
    }
    switch (this.#state) {
      case State.Size:
        return this.#sizeOctet(octet);
      case State.Blank:
        // Bad white space is accepted where the grammar has it, before an extension only (§7.1.1).
        if (octet === SP || octet === HTAB) return;
        return this.#expect(octet, SEMICOLON, State.Extension);
      case State.Extension:
        return this.#extensionOctet(octet);
      default:
        this.#expect(octet, LF, this.#size === 0 ? State.Last : State.Data);
        this.#left = this.#size;
    }
  }

  #sizeOctet(octet: number): void {
    const digit = hexDigit(octet);
    if (digit >= 0) {
      if (++this.#digits > SIZE_DIGITS_MAX) {
        throw new HttpError(400, "Cannot decode the chunks: a chunk size is past counting");
      }
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) {
      throw new HttpError(400, "Cannot decode the chunks: a chunk size is not hexadecimal");
    }
    if (octet === SP || octet === HTAB) this.#state = State.Blank;
    else if (octet === SEMICOLON) this.#state = State.Extension;
    else this.#expect(octet, CR, State.SizeLineEnd);
  }

  #extensionOctet(octet: number): void {
    if (octet === CR) {
      this.#state = State.SizeLineEnd;
      return;
    }
    if (++this.#extensionBytes > EXTENSION_BYTES_MAX || !isOf(octet, VALUE)) {
      throw new HttpError(
        400,
        "Cannot decode the chunks: a chunk extension is malformed or too long",
      );
    }
  }

  #expect(octet: number, wanted: number, next: number): void {
    if (octet !== wanted) {
      throw new HttpError(400, "Cannot decode the chunks: a delimiter is missing");
    }
    this.#state = next;
  }
}

/** Value of a hexadecimal digit, or -1. */
function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
