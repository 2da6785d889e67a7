/**
 * Reads a message head, octet by octet: the request line and the field section of RFC 9112 §3
 * and §5, or a field section alone (trailers, §7.1.2). It is a state machine that stops wherever the
 * bytes end and goes on there, so no octet is looked at twice however a head is cut.
 *
 * Strict by choice: a recipient MAY take a bare LF for a line end, fold lines or skip odd white
 * space; every such leniency is a place where two implementations see two different messages. Here
 * each of them is a 400.
 *
 * @module
 */

import { HttpError } from "./errors.ts";
import { Fields } from "./fields.ts";
import { CLASSES, COLON, CR, DIGIT, HTAB, isOf, LF, SP, TARGET, TOKEN, VALUE } from "./octets.ts";

/** Bounds of a message head. */
export interface HeadLimits {
  /** Octets of the whole head, line ends included: beyond it 431. */
  readonly headBytesMax: number;
  /** Octets of the request target: beyond it 414. */
  readonly targetBytesMax: number;
  /** Field lines: beyond it 431. */
  readonly fieldsMax: number;
}

/** Longest method looked at: no registered method is longer than 17 octets (RFC 9110 §16.1). */
const METHOD_BYTES_MAX = 32;

/** Empty lines skipped before a request line (RFC 9112 §2.2 asks for at least one). */
const EMPTY_LINES_MAX = 4;

/** `HTTP/`, which is case-sensitive (RFC 9112 §2.3). */
const NAME = [0x48, 0x54, 0x54, 0x50, 0x2f];

const State = {
  LineStart: 0,
  EmptyLine: 1,
  Method: 2,
  Target: 3,
  Version: 4,
  RequestLineEnd: 5,
  FieldStart: 6,
  FieldName: 7,
  ValueStart: 8,
  Value: 9,
  FieldLineEnd: 10,
  HeadEnd: 11,
  Done: 12,
} as const;

/** Where the parts of a head lie, as offsets into its bytes. */
export class HeadParser {
  /** First octet of the method. */
  methodStart = 0;
  /** Octet after the method. */
  methodEnd = 0;
  /** First octet of the target. */
  targetStart = 0;
  /** Octet after the target. */
  targetEnd = 0;
  /** Digit before the dot of the version. */
  majorVersion = 0;
  /** Digit after the dot of the version. */
  minorVersion = 0;
  /** The field lines. */
  readonly fields = new Fields();

  readonly #limits: HeadLimits;
  #base = 0; // where this head starts; the limit on its length counts from here
  #state: number = State.LineStart;
  #emptyLines = 0;
  #versionAt = 0; // octets of the version seen
  #nameStart = 0;
  #nameEnd = 0;
  #valueStart = 0;
  #valueEnd = 0;

  /** Makes a parser that waits for a request line; `limits` hold for every head. */
  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** Whether no octet of a head has come since the last reset; empty lines count as none. */
  get isFresh(): boolean {
    return this.#state <= State.EmptyLine;
  }

  /** Starts over at offset `base`: with a request line, or with a field section alone. */
  reset(part: "request" | "fields", base: number): void {
    this.#base = base;
    this.#state = part === "request" ? State.LineStart : State.FieldStart;
    this.#emptyLines = 0;
    this.#versionAt = 0;
    this.fields.clear();
  }

  /**
   * Goes on with the octets `from` to `to`. Offsets are kept between calls, so `bytes` must hold the
   * head's earlier octets at the same places.
   *
   * @returns The offset after the head, or -1 when more octets are needed.
   * @throws {HttpError} 400, 414, 431, 501 or 505: the head is not one, or not one for us.
   */
  parse(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    const limit = this.#base + this.#limits.headBytesMax;
    const end = Math.min(to, limit);
    while (at < end && this.#state !== State.Done) at = this.#step(bytes, at, end);
    if (this.#state === State.Done) {
      this.fields.locate(bytes);
      return at;
    }
    if (at >= limit) {
      throw new HttpError(
        431,
        `Cannot accept the head: limit is ${this.#limits.headBytesMax} bytes`,
      );
    }
    return -1;
  }

  /** Moves every offset: the head's octets now lie at the start of another buffer. */
  rebase(): void {
    const by = this.#base;
    this.#base = 0;
    this.methodStart -= by;
    this.methodEnd -= by;
    this.targetStart -= by;
    this.targetEnd -= by;
    this.#nameStart -= by;
    this.#nameEnd -= by;
    this.#valueStart -= by;
    this.#valueEnd -= by;
    this.fields.rebase(by);
  }

  /** Takes at least one octet in the current state; long runs are taken in one go. */
  #step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.#state) {
      case State.Value:
        return this.#value(bytes, at, end);
      case State.FieldName:
        return this.#fieldName(bytes, at, end);
      case State.ValueStart:
        return this.#valueBegin(bytes, at, end);
      case State.FieldStart:
        return this.#fieldStart(bytes, at);
      case State.FieldLineEnd:
        return this.#lineFeed(bytes, at, State.FieldStart);
      case State.Target:
        return this.#target(bytes, at, end);
      case State.Method:
        return this.#method(bytes, at, end);
      case State.Version:
        return this.#version(bytes, at);
      case State.RequestLineEnd:
        return this.#lineFeed(bytes, at, State.FieldStart);
      case State.LineStart:
        return this.#lineStart(bytes, at);
      case State.EmptyLine:
        return this.#lineFeed(bytes, at, State.LineStart);
      default:
        return this.#lineFeed(bytes, at, State.Done);
    }
  }

  #lineStart(bytes: Uint8Array, at: number): number {
    if (bytes[at] === CR) {
      if (++this.#emptyLines > EMPTY_LINES_MAX) {
        throw new HttpError(400, "Cannot find a request line: too many empty lines");
      }
      this.#state = State.EmptyLine;
      return at + 1;
    }
    this.methodStart = at;
    this.#state = State.Method;
    return at;
  }

  #method(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && ((CLASSES[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at++;
    if (at - this.methodStart > METHOD_BYTES_MAX) {
      throw new HttpError(501, `Cannot serve the method: limit is ${METHOD_BYTES_MAX} bytes`);
    }
    if (at === end) return at;
    if (at === this.methodStart) {
      throw new HttpError(400, "Cannot parse the request line: method is empty");
    }
    if (bytes[at] !== SP) {
      throw new HttpError(400, "Cannot parse the request line: method is not a token");
    }
    this.methodEnd = at;
    this.targetStart = at + 1;
    this.#state = State.Target;
    return at + 1;
  }

  #target(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && ((CLASSES[bytes[at] ?? 0] ?? 0) & TARGET) !== 0) at++;
    if (at - this.targetStart > this.#limits.targetBytesMax) {
      throw new HttpError(
        414,
        `Cannot accept the target: limit is ${this.#limits.targetBytesMax} bytes`,
      );
    }
    if (at === end) return at;
    if (bytes[at] !== SP || at === this.targetStart) {
      throw new HttpError(400, "Cannot parse the request line: target holds an invalid octet");
    }
    this.targetEnd = at;
    this.#state = State.Version;
    return at + 1;
  }

  /** `HTTP/` digit `.` digit CR, an octet at a time: it is ten octets, and rarely cut. */
  #version(bytes: Uint8Array, start: number): number {
    const octet = bytes[start] ?? 0;
    const place = this.#versionAt++;
    const isRight = place < 5
      ? octet === NAME[place]
      : place === 6
      ? octet === 0x2e
      : place === 8
      ? octet === CR
      : isOf(octet, DIGIT);
    if (!isRight) {
      throw new HttpError(400, "Cannot parse the request line: version is malformed");
    }
    if (place === 5) this.majorVersion = octet - 0x30;
    if (place === 7) this.minorVersion = octet - 0x30;
    if (place === 8) this.#state = State.RequestLineEnd;
    return start + 1;
  }

  #fieldStart(bytes: Uint8Array, at: number): number {
    const octet = bytes[at];
    if (octet === CR) {
      this.#state = State.HeadEnd;
      return at + 1;
    }
    if (octet === SP || octet === HTAB) {
      throw new HttpError(400, "Cannot parse the fields: a line starts with white space"); // §5.2
    }
    if (this.fields.lineCount >= this.#limits.fieldsMax) {
      throw new HttpError(
        431,
        `Cannot accept the fields: limit is ${this.#limits.fieldsMax} lines`,
      );
    }
    this.#nameStart = at;
    this.#state = State.FieldName;
    return at;
  }

  #fieldName(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && ((CLASSES[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at++;
    if (at === end) return at;
    if (bytes[at] !== COLON || at === this.#nameStart) {
      // White space before the colon is here too: smuggling lives on it (§5.1).
      throw new HttpError(400, "Cannot parse the fields: a field name is not a token");
    }
    this.#nameEnd = at;
    this.#state = State.ValueStart;
    return at + 1;
  }

  #valueBegin(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
    if (at === end) return at;
    this.#valueStart = this.#valueEnd = at;
    this.#state = State.Value;
    return at;
  }

  #value(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && ((CLASSES[bytes[at] ?? 0] ?? 0) & VALUE) !== 0) at++;
    if (at === end) return at;
    if (bytes[at] !== CR) {
      throw new HttpError(400, "Cannot parse the fields: a field value holds an invalid octet");
    }
    this.#valueEnd = at;
    while (this.#valueEnd > this.#valueStart && isBlank(bytes[this.#valueEnd - 1])) {
      this.#valueEnd--;
    }
    this.#state = State.FieldLineEnd;
    return at + 1;
  }

  /** A CR is only ever half of a line end (§2.2): a bare one forges lines elsewhere. */
  #lineFeed(bytes: Uint8Array, at: number, next: number): number {
    if (bytes[at] !== LF) {
      throw new HttpError(400, "Cannot parse the head: a carriage return without a line feed");
    }
    if (this.#state === State.FieldLineEnd) {
      this.fields.add(this.#nameStart, this.#nameEnd, this.#valueStart, this.#valueEnd);
    }
    // Judged when the line has ended, so that a peer of another version still is one (§2.3).
    if (this.#state === State.RequestLineEnd && this.majorVersion !== 1) {
      throw new HttpError(505, "Cannot speak this version: HTTP/1.0 and HTTP/1.1 are served");
    }
    this.#state = next;
    return at + 1;
  }
}

/** Optional white space (RFC 9110 §5.6.3). */
function isBlank(octet: number | undefined): boolean {
  return octet === SP || octet === HTAB;
}
