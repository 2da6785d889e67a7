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
import { BLANK, CLASSES, COLON, CR, DIGIT, isOf, LF, SP, TARGET, TOKEN, VALUE } from "./octets.ts";

/** Bounds of a message head. */
export interface HeadLimits {
  /** Octets from the request line to the empty line, line ends included: beyond it 431. */
  readonly headBytesMax: number;
  /** Octets of the request target: beyond it 414. */
  readonly targetBytesMax: number;
  /** Field lines: beyond it 431. */
  readonly fieldsMax: number;
}

/** Longest method that is told apart: no registered one has more than 17 octets (RFC 9110 §16.1). */
const METHOD_BYTES_MAX = 64;

/** Empty lines skipped before a request line (RFC 9112 §2.2 asks for at least one). */
const EMPTY_LINES_MAX = 4;

/** The method `HEAD`. */
const HEAD = [0x48, 0x45, 0x41, 0x44];

/** `HTTP/`, which is case-sensitive (RFC 9112 §2.3). */
const NAME = [0x48, 0x54, 0x54, 0x50, 0x2f];

/** Places of the two digits in a version, and what stands between them. */
const MAJOR_AT = 5;
const MINOR_AT = 7;
const DOT = 0x2e;

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
  /** First octet of the head; what came before it were empty lines. */
  start = 0;
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
  /** Whether the method is HEAD: even the answer to a head that turns out broken has no content then. */
  isHead = false;
  /** The field lines. */
  readonly fields = new Fields();

  readonly #limits: HeadLimits;
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

  /** Starts over: with a request line, or with a field section alone, which begins at offset 0. */
  reset(part: "request" | "fields"): void {
    this.start = 0;
    this.#state = part === "request" ? State.LineStart : State.FieldStart;
    this.isHead = false;
    this.#emptyLines = 0;
    this.#versionAt = 0;
    this.fields.clear();
  }

  /**
   * Goes on with the octets `from` to `to`. Offsets are kept between calls, so `bytes` must hold the
   * head's earlier octets, from {@linkcode start} on, at the same places.
   *
   * @returns The offset after the head, or -1 when more octets are needed.
   * @throws {HttpError} 400, 414, 431, 501 or 505: the head is not one, or not one for us.
   */
  parse(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (this.isFresh) {
      if (at === to) return -1;
      at = this.#lineStart(bytes, at);
    }
    const limit = this.start + this.#limits.headBytesMax;
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
    const by = this.start;
    this.start = 0;
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

  /** An empty line, an octet at a time, or the place where the request line begins. */
  #lineStart(bytes: Uint8Array, at: number): number {
    if (this.#state === State.EmptyLine) return this.#lineFeed(bytes, at, State.LineStart);
    if (bytes[at] === CR) {
      if (++this.#emptyLines > EMPTY_LINES_MAX) {
        throw new HttpError(400, "Cannot find a request line: too many empty lines");
      }
      this.#state = State.EmptyLine;
      return at + 1;
    }
    this.start = this.methodStart = at;
    this.#state = State.Method;
    return at;
  }

  /**
   * Takes at least one octet in the current state, and goes on by itself to the end of the line if
   * that is there: it is asked once a line, and more often only where a head is cut.
   */
  #step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.#state) {
      case State.FieldStart:
        return this.#fieldStart(bytes, at, end);
      case State.FieldName:
        return this.#fieldName(bytes, at, end);
      case State.ValueStart:
        return this.#valueBegin(bytes, at, end);
      case State.Value:
        return this.#value(bytes, at, end);
      case State.FieldLineEnd:
        return this.#fieldLineEnd(bytes, at);
      case State.Method:
        return this.#method(bytes, at, end);
      case State.Target:
        return this.#target(bytes, at, end);
      case State.Version:
        return this.#version(bytes, at, end);
      case State.RequestLineEnd:
        return this.#requestLineEnd(bytes, at);
      default:
        return this.#lineFeed(bytes, at, State.Done);
    }
  }

  #method(bytes: Uint8Array, from: number, end: number): number {
    const at = skip(bytes, from, end, TOKEN);
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
    this.isHead = at - this.methodStart === HEAD.length &&
      HEAD.every((octet, i) => bytes[this.methodStart + i] === octet);
    this.targetStart = at + 1;
    this.#state = State.Target;
    return this.#target(bytes, at + 1, end);
  }

  #target(bytes: Uint8Array, from: number, end: number): number {
    const at = skip(bytes, from, end, TARGET);
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
    return this.#version(bytes, at + 1, end);
  }

  /** `HTTP/` digit `.` digit CR: each octet has its place. */
  #version(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const octet = bytes[at] ?? 0;
      const place = this.#versionAt++;
      if (!isVersionOctet(octet, place)) {
        throw new HttpError(400, "Cannot parse the request line: version is malformed");
      }
      if (place === MAJOR_AT) this.majorVersion = octet - 0x30;
      if (place === MINOR_AT) this.minorVersion = octet - 0x30;
      if (place < MINOR_AT + 1) continue;
      this.#state = State.RequestLineEnd;
      return at + 1;
    }
    return end;
  }

  /** Judged when the line has ended, so that a peer of another version still is one (§2.3). */
  #requestLineEnd(bytes: Uint8Array, at: number): number {
    const next = this.#lineFeed(bytes, at, State.FieldStart);
    if (this.majorVersion !== 1) {
      throw new HttpError(505, "Cannot speak this version: HTTP/1.0 and HTTP/1.1 are served");
    }
    return next;
  }

  #fieldStart(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] === CR) {
      this.#state = State.HeadEnd;
      return at + 1;
    }
    if (isOf(bytes[at], BLANK)) {
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
    return this.#fieldName(bytes, at, end);
  }

  #fieldName(bytes: Uint8Array, from: number, end: number): number {
    const at = skip(bytes, from, end, TOKEN);
    if (at === end) return at;
    if (bytes[at] !== COLON || at === this.#nameStart) {
      // White space before the colon is here too: smuggling lives on it (§5.1).
      throw new HttpError(400, "Cannot parse the fields: a field name is not a token");
    }
    this.#nameEnd = at;
    this.#state = State.ValueStart;
    return this.#valueBegin(bytes, at + 1, end);
  }

  #valueBegin(bytes: Uint8Array, from: number, end: number): number {
    const at = skip(bytes, from, end, BLANK);
    if (at === end) return at;
    this.#valueStart = at;
    this.#state = State.Value;
    return this.#value(bytes, at, end);
  }

  #value(bytes: Uint8Array, from: number, end: number): number {
    const at = skip(bytes, from, end, VALUE);
    if (at === end) return at;
    if (bytes[at] !== CR) {
      throw new HttpError(400, "Cannot parse the fields: a field value holds an invalid octet");
    }
    let valueEnd = at;
    while (valueEnd > this.#valueStart && isOf(bytes[valueEnd - 1], BLANK)) valueEnd--;
    this.#valueEnd = valueEnd;
    this.#state = State.FieldLineEnd;
    return at + 1 === end ? end : this.#fieldLineEnd(bytes, at + 1);
  }

  #fieldLineEnd(bytes: Uint8Array, at: number): number {
    const next = this.#lineFeed(bytes, at, State.FieldStart);
    const start = this.#nameStart;
    this.fields.add(
      bytes[start] ?? 0,
      start,
      this.#nameEnd,
      this.#valueStart,
      this.#valueEnd,
    );
    return next;
  }

  /** A CR is only ever half of a line end (§2.2): a bare one forges lines elsewhere. */
  #lineFeed(bytes: Uint8Array, at: number, next: number): number {
    if (bytes[at] !== LF) {
      throw new HttpError(400, "Cannot parse the head: a carriage return without a line feed");
    }
    this.#state = next;
    return at + 1;
  }
}

/** The first octet from `from` on that is of none of these classes, or `end`. */
function skip(bytes: Uint8Array, from: number, end: number, bits: number): number {
  let at = from;
  while (at < end && ((CLASSES[bytes[at] ?? 0] ?? 0) & bits) !== 0) at++;
  return at;
}

function isVersionOctet(octet: number, place: number): boolean {
  if (place < MAJOR_AT) return octet === NAME[place];
  if (place === MAJOR_AT || place === MINOR_AT) return isOf(octet, DIGIT);
  return octet === (place < MINOR_AT ? DOT : CR);
}
