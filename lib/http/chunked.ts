/**
 * The chunked transfer coding (RFC 9112 §7.1), decoded in place: the caller gets spans of its own
 * bytes. Extensions are ignored, but never skipped: each octet of a chunk-size line is judged by the
 * grammar, because a line that two decoders end in two places is how a request is smuggled.
 *
 * @module
 */

import { HttpError } from "./errors.ts";
import { BLANK, CLASSES, CR, HEX, LF, QUOTED, TOKEN, VALUE } from "./octets.ts";

/**
 * Octets of one chunk-size line, extensions and CRLF included. It bounds the digits of a size as well:
 * 254 of them make a number of some 10^305, which loses digits but never its order against a limit.
 */
const LINE_BYTES_MAX = 256;

/** Octets of all extensions of one message: many tiny chunks with long extensions cost more than they carry. */
const EXTENSION_BYTES_MAX = 16 * 1024;

const State = {
  /** Nothing leads here, and nothing leads on. */
  Broken: 0,
  SizeStart: 1,
  Size: 2,
  /** White space that only an extension may follow. */
  Gap: 3,
  ExtensionStart: 4,
  Name: 5,
  NameGap: 6,
  ValueStart: 7,
  Token: 8,
  Quoted: 9,
  Escaped: 10,
  QuoteEnd: 11,
  LineEnd: 12,
  /** The chunk-size line is complete. */
  Line: 13,
  Data: 14,
  DataEnd: 15,
  DataLineEnd: 16,
  Last: 17,
} as const;

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One way on: to a state, for the octets of a class or for one octet. */
type Way = readonly [to: number, on: { readonly class: number } | { readonly octet: number }];

const END: Way = [State.LineEnd, { octet: CR }];
const EXTEND: Way = [State.ExtensionStart, { octet: SEMICOLON }];
const GAP: Way = [State.Gap, { class: BLANK }];

/**
 * `chunk-size [ chunk-ext ] CRLF`, and the CRLF behind the data. White space stands only where the
 * grammar has it as BWS: around the semicolon and around the equals sign (§7.1.1).
 */
const WAYS: Readonly<Record<number, readonly Way[]>> = {
  [State.SizeStart]: [[State.Size, { class: HEX }]],
  [State.Size]: [[State.Size, { class: HEX }], GAP, EXTEND, END],
  [State.Gap]: [GAP, EXTEND],
  [State.ExtensionStart]: [[State.ExtensionStart, { class: BLANK }], [State.Name, {
    class: TOKEN,
  }]],
  [State.Name]: [
    [State.Name, { class: TOKEN }],
    [State.NameGap, { class: BLANK }],
    [State.ValueStart, { octet: EQUALS }],
    EXTEND,
    END,
  ],
  [State.NameGap]: [
    [State.NameGap, { class: BLANK }],
    [State.ValueStart, { octet: EQUALS }],
    EXTEND,
  ],
  [State.ValueStart]: [
    [State.ValueStart, { class: BLANK }],
    [State.Token, { class: TOKEN }],
    [State.Quoted, { octet: QUOTE }],
  ],
  [State.Token]: [[State.Token, { class: TOKEN }], GAP, EXTEND, END],
  [State.Quoted]: [
    [State.Quoted, { class: QUOTED }],
    [State.Escaped, { octet: BACKSLASH }],
    [State.QuoteEnd, { octet: QUOTE }],
  ],
  [State.Escaped]: [[State.Quoted, { class: VALUE }]],
  [State.QuoteEnd]: [GAP, EXTEND, END],
  [State.LineEnd]: [[State.Line, { octet: LF }]],
  [State.DataEnd]: [[State.DataLineEnd, { octet: CR }]],
  [State.DataLineEnd]: [[State.SizeStart, { octet: LF }]],
};

/** The ways as one lookup: state times 256 plus octet. */
const NEXT = compile(WAYS);

function compile(ways: Readonly<Record<number, readonly Way[]>>): Uint8Array {
  const table = new Uint8Array((State.Last + 1) * 256); // all broken
  for (const [state, list] of Object.entries(ways)) {
    for (const [to, on] of list) {
      for (let octet = 0; octet < 256; octet++) {
        const fits = "octet" in on ? on.octet === octet : ((CLASSES[octet] ?? 0) & on.class) !== 0;
        if (fits) table[Number(state) * 256 + octet] = to;
      }
    }
  }
  return table;
}

/** A resumable decoder for the chunks of one message after another, each up to its trailer section. */
export class ChunkedDecoder {
  /** Where the span of content found last starts. */
  spanStart = 0;
  /** Where it ends; equal to the start when none was found. */
  spanEnd = 0;

  readonly #contentBytesMax: number;
  #state: number = State.SizeStart;
  #size = 0; // of the chunk
  #left = 0; // of its data
  #lineBytes = 0;
  #extensionBytes = 0;
  #contentBytes = 0; // announced so far

  /**
   * Waits for a first chunk.
   *
   * @param contentBytesMax Octets of a message's content, at most 2^52: beyond it 413.
   */
  constructor(contentBytesMax: number) {
    this.#contentBytesMax = contentBytesMax;
  }

  /** Whether the last chunk has been read; the trailer section follows. */
  get isLast(): boolean {
    return this.#state === State.Last;
  }

  /** Starts over with a new message. */
  reset(): void {
    this.#state = State.SizeStart;
    this.#size =
      this.#left =
      this.#lineBytes =
      this.#extensionBytes =
      this.#contentBytes =
        0;
  }

  /**
   * Goes on with the octets `from` to `to`, to the end of the next span of content, of the last
   * chunk's line, or of the octets.
   *
   * @returns The offset after what was taken.
   * @throws {HttpError} 400 when the coding is broken, 413 when a chunk is announced that would make the
   * content too large.
   */
  decode(bytes: Uint8Array, from: number, to: number): number {
    this.spanStart = this.spanEnd = from;
    let at = from;
    while (at < to && this.#state !== State.Last) {
      if (this.#state === State.Data) return this.#takeData(at, to);
      this.#octet(bytes[at] ?? 0);
      at++;
    }
    return at;
  }

  #takeData(at: number, to: number): number {
    this.spanStart = at;
    this.spanEnd = Math.min(to, at + this.#left);
    this.#left -= this.spanEnd - at;
    if (this.#left === 0) this.#state = State.DataEnd;
    return this.spanEnd;
  }

  #octet(octet: number): void {
    const state = NEXT[this.#state * 256 + octet] ?? State.Broken;
    if (state === State.Broken) throw this.#broken();
    this.#state = state;
    if (state >= State.DataEnd || state === State.SizeStart) return;
    this.#countLine(state);
    if (state === State.Size) this.#size = this.#size * 16 + digit(octet);
    else if (state === State.Line) this.#endLine();
  }

  #countLine(state: number): void {
    if (++this.#lineBytes > LINE_BYTES_MAX) {
      throw new HttpError(400, "Cannot decode the chunks: a chunk-size line is too long");
    }
    if (state === State.Size || state >= State.LineEnd) return;
    if (++this.#extensionBytes > EXTENSION_BYTES_MAX) {
      throw new HttpError(400, "Cannot decode the chunks: chunk extensions are too long");
    }
  }

  #endLine(): void {
    this.#contentBytes += this.#size;
    if (this.#contentBytes > this.#contentBytesMax) {
      throw new HttpError(
        413,
        `Cannot accept the content: limit is ${this.#contentBytesMax} bytes`,
      );
    }
    this.#state = this.#size === 0 ? State.Last : State.Data;
    this.#left = this.#size;
    this.#size = this.#lineBytes = 0;
  }

  #broken(): HttpError {
    const part = this.#state >= State.DataEnd
      ? "data does not end where its size says"
      : this.#state <= State.Size
      ? "a chunk size is not hexadecimal"
      : "a chunk-size line is malformed";
    return new HttpError(400, `Cannot decode the chunks: ${part}`);
  }
}

/** Value of a hexadecimal digit. */
function digit(octet: number): number {
  return octet <= 0x39 ? octet - 0x30 : (octet | 0x20) - 0x57;
}
