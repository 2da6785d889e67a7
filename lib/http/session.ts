/**
 * One connection's side of HTTP/1.1: bytes go in, events come out. It knows which request is under
 * way, where its content ends, and whether the connection outlives the answer; it has no socket, no
 * clock and no files.
 *
 * What may happen when is the table {@linkcode TRANSITIONS}: a transition that is not in it is a fault of
 * ours, never a peer's.
 *
 * @module
 */

import { ChunkedDecoder } from "./chunked.ts";
import { HttpError } from "./errors.ts";
import { type HeadLimits, HeadParser } from "./head_parser.ts";
import { HeadParsers } from "./head_parsers.ts";
import { readRequest, type Request } from "./request.ts";
import type { Scheme } from "./target.ts";

/** Bounds of one connection. */
export interface SessionLimits extends HeadLimits {
  /** Octets of a request's content, at most 2^52: beyond it 413. */
  readonly bodyBytesMax: number;
  /** Requests on one connection; the answer to the last says close. */
  readonly requestsMax: number;
}

/** Octets of a trailer section and its empty line: trailers are checked and dropped, so few are enough. */
const TRAILER_BYTES_MAX = 4096 + 2;

/** Fields that frame or route a message and so must not come after it (RFC 9110 §6.5.1). */
const FORBIDDEN_TRAILERS = ["content-length", "transfer-encoding", "host", "trailer", "te"];

/** Where a connection stands. */
export type SessionState =
  /** No request under way; perhaps some octets of a head. */
  | "awaiting"
  /** A request whose client expects a word, 100 or the final one, before it sends the content. */
  | "expecting"
  /** A request whose content is still coming. */
  | "receiving"
  /** A request that is complete and has no complete answer yet. */
  | "received"
  /** Nothing more is read; at most an answer is still to be sent. */
  | "ended";

/** What moves a connection from one state to another. */
export type Transition =
  /** A head whose content follows. */
  | "head"
  /** A head whose client expects a word first. */
  | "expectingHead"
  /** A head without content. */
  | "bareHead"
  /** The 100 was sent. */
  | "continued"
  /** The content is complete. */
  | "contentEnd"
  /** The peer broke a rule. */
  | "violated"
  /** The answer is complete, and another request may follow. */
  | "answered"
  /** The answer is complete, and it was the last. */
  | "lastAnswered";

/** The states, and the ways from each of them. */
export const TRANSITIONS: Readonly<
  Record<SessionState, Readonly<Partial<Record<Transition, SessionState>>>>
> = {
  awaiting: {
    head: "receiving",
    expectingHead: "expecting",
    bareHead: "received",
    violated: "ended",
    lastAnswered: "ended", // a 408: an answer to a request that never came whole
  },
  expecting: {
    continued: "receiving", // always, even if the client did not wait: the verdict hangs on no race
    // Refused: whether the content comes after all cannot be known, so nothing after it can be read.
    lastAnswered: "ended",
  },
  receiving: { contentEnd: "received", violated: "ended", lastAnswered: "ended" },
  received: { answered: "awaiting", lastAnswered: "ended" },
  ended: { lastAnswered: "ended" },
};

/** What the bytes so far mean. */
export type SessionEvent =
  /** A request's head is complete. */
  | { readonly kind: "request"; readonly request: Request }
  /** A span of its content; the bytes are the receiver's only until the next bytes arrive. */
  | { readonly kind: "content"; readonly bytes: Uint8Array }
  /** Its content is complete. */
  | { readonly kind: "end" }
  /** The peer broke a rule: answer with the error, say close, read no more. */
  | { readonly kind: "failed"; readonly error: HttpError };

/** What the answer's head must say about the connection. */
export interface AnswerTerms {
  /** Whether the connection closes after it. */
  readonly close: boolean;
  /** Whether the client speaks HTTP/1.0, and must be told that the connection persists. */
  readonly isHttp10: boolean;
}

const END: SessionEvent = { kind: "end" };
const NOTHING = new Uint8Array(0);

/** One connection. */
export class Session {
  readonly #limits: SessionLimits;
  readonly #scheme: Scheme;
  readonly #parsers: HeadParsers;
  #head: HeadParser | undefined; // from a head's first octet to its answer
  #chunked: ChunkedDecoder | undefined;
  #trailers: HeadParser | undefined;
  #state: SessionState = "awaiting";
  #requests = 0;
  #request: Request | undefined;
  #contentLeft = 0; // of a content with a length
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  #held = NOTHING; // octets of an incomplete head, kept because the receive buffer is used again
  #heldBytes = 0;
  #isDraining = false;

  /**
   * Starts a connection on which nothing has come yet.
   *
   * @param scheme How the connection is secured. Default: `http`, not at all.
   * @param parsers Lends parsers for the same limits. Default: one that is the connection's own.
   */
  constructor(
    limits: SessionLimits,
    scheme: Scheme = "http",
    parsers: HeadParsers = new HeadParsers(limits),
  ) {
    this.#limits = limits;
    this.#scheme = scheme;
    this.#parsers = parsers;
  }

  /** Where the connection stands. */
  get state(): SessionState {
    return this.#state;
  }

  /** The request under way, as far as its head was understood. */
  get request(): Request | undefined {
    return this.#request;
  }

  /** Whether the answer has no content, because HEAD was asked, as far as that was understood. */
  get isHead(): boolean {
    if (this.#request !== undefined) return this.#request.method === "HEAD";
    return this.#head?.isHead ?? false;
  }

  /** Whether a request head has begun but is not complete. */
  get isInHead(): boolean {
    return this.#state === "awaiting" && this.#heldBytes > 0;
  }

  /** Whether no request is under way, not even the start of one. */
  get isIdle(): boolean {
    return this.#state === "awaiting" && !this.isInHead;
  }

  /** Whether octets were received that no event has covered. */
  get hasUnread(): boolean {
    return this.#at < this.#end;
  }

  /**
   * Gives the session the next octets: those of `bytes` from `start` to `end`, by default all. They
   * must stay unchanged until {@linkcode next} has answered `undefined` with nothing unread.
   */
  receive(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /**
   * What the octets so far mean.
   *
   * @returns The next event; `undefined` when more octets are needed, or an answer is due first.
   */
  next(): SessionEvent | undefined {
    try {
      switch (this.#state) {
        case "awaiting":
          return this.#nextHead();
        case "receiving":
          return this.#nextContent();
        default:
          return undefined;
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#go("violated");
      return { kind: "failed", error };
    }
  }

  /** The interim 100 was sent. */
  continued(): void {
    this.#go("continued");
  }

  /** Requests that may follow on this connection. */
  get requestsLeft(): number {
    return this.#isDraining ? 0 : Math.max(0, this.#limits.requestsMax - this.#requests);
  }

  /** A request was answered elsewhere, while none was under way here. */
  repeated(): void {
    this.#requests++;
  }

  /** What the head of an answer made now must say. */
  terms(): AnswerTerms {
    return {
      close: this.#state !== "received" || this.requestsLeft === 0 ||
        this.#request?.persistent !== true,
      isHttp10: this.#request?.minorVersion === 0,
    };
  }

  /**
   * The last octet of the answer was made; `close` is what its head said. The request and its fields
   * are gone with it.
   */
  answered(close: boolean): void {
    this.#go(close ? "lastAnswered" : "answered");
    this.#request = undefined;
    if (this.#head !== undefined) this.#parsers.give(this.#head);
    this.#head = undefined;
  }

  /** Every answer from now on says close. */
  drain(): void {
    this.#isDraining = true;
  }

  #go(transition: Transition): void {
    const state = TRANSITIONS[this.#state][transition];
    if (state === undefined) throw new Error(`Cannot go on: ${this.#state} has no ${transition}`);
    this.#state = state;
  }

  #nextHead(): SessionEvent | undefined {
    if (!this.hasUnread) return undefined;
    const head = this.#head ??= this.#parsers.take();
    const request = this.#heldBytes > 0 ? this.#resumeHead(head) : this.#beginHead(head);
    if (request === undefined) return undefined;
    this.#requests++;
    this.#request = request;
    if (request.content === 0) {
      this.#go("bareHead");
    } else {
      this.#beginContent(request);
      this.#go(request.expectation === "none" ? "head" : "expectingHead");
    }
    return { kind: "request", request };
  }

  /** The common case: the head lies whole in what was received, and is read where it lies. */
  #beginHead(head: HeadParser): Request | undefined {
    const end = head.parse(this.#bytes, this.#at, this.#end);
    if (end >= 0) {
      this.#at = end;
      return readRequest(head, this.#bytes, this.#scheme);
    }
    this.#at = this.#end;
    if (head.isFresh) return undefined; // empty lines at most: they begin no request
    this.#hold(this.#bytes.subarray(head.start, this.#end), this.#limits.headBytesMax);
    head.rebase();
    return undefined;
  }

  #resumeHead(head: HeadParser): Request | undefined {
    if (!this.#goOnHeld(head, this.#limits.headBytesMax)) return undefined;
    const held = this.#held;
    this.#letGo();
    return readRequest(head, held, this.#scheme);
  }

  /**
   * Goes on with a head whose octets are held, so that its offsets count in one buffer however it is
   * cut. No more than a head's worth is copied: what follows it is read where it lies.
   *
   * @returns Whether it is complete.
   */
  #goOnHeld(head: HeadParser, bytesMax: number): boolean {
    const before = this.#heldBytes;
    const rest = Math.min(this.#end, this.#at + bytesMax - before);
    this.#hold(this.#bytes.subarray(this.#at, rest), bytesMax);
    const end = head.parse(this.#held, before, this.#heldBytes);
    this.#at = end < 0 ? this.#end : this.#at + end - before;
    return end >= 0;
  }

  #hold(bytes: Uint8Array, bytesMax: number): void {
    const need = this.#heldBytes + bytes.length;
    if (need > this.#held.length) {
      const grown = new Uint8Array(Math.min(bytesMax, Math.max(512, 2 * need)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes = need;
  }

  /** Gives the memory back: most connections never need it again. */
  #letGo(): void {
    this.#held = NOTHING;
    this.#heldBytes = 0;
  }

  #beginContent(request: Request): void {
    if (request.content === "chunked") {
      this.#chunked ??= new ChunkedDecoder(this.#limits.bodyBytesMax);
      this.#chunked.reset();
      this.#trailers = undefined;
      return;
    }
    if (request.content > this.#limits.bodyBytesMax) {
      throw new HttpError(
        413,
        `Cannot accept the content: limit is ${this.#limits.bodyBytesMax} bytes`,
      );
    }
    this.#contentLeft = request.content;
  }

  #nextContent(): SessionEvent | undefined {
    if (this.#request?.content === "chunked") return this.#nextChunk();
    if (this.#contentLeft === 0) return this.#endContent();
    if (!this.hasUnread) return undefined;
    const start = this.#at;
    this.#at = Math.min(this.#end, start + this.#contentLeft);
    this.#contentLeft -= this.#at - start;
    return { kind: "content", bytes: this.#bytes.subarray(start, this.#at) };
  }

  #nextChunk(): SessionEvent | undefined {
    const chunked = this.#chunked;
    if (chunked === undefined) throw new Error("Cannot go on: chunked content has no decoder");
    while (this.hasUnread && !chunked.isLast) {
      this.#at = chunked.decode(this.#bytes, this.#at, this.#end);
      const { spanStart, spanEnd } = chunked;
      if (spanEnd > spanStart) {
        return { kind: "content", bytes: this.#bytes.subarray(spanStart, spanEnd) };
      }
    }
    return chunked.isLast && this.#takeTrailers() ? this.#endContent() : undefined;
  }

  /** Trailers are checked and dropped: nothing here needs one, and merging them is a trap (§6.5.1). */
  #takeTrailers(): boolean {
    const trailers = this.#trailers ??= this.#beginTrailers();
    if (!this.#goOnHeld(trailers, TRAILER_BYTES_MAX)) return false;
    for (const name of FORBIDDEN_TRAILERS) {
      if (trailers.fields.has(name)) {
        throw new HttpError(400, "Cannot accept the trailers: one of them frames or routes");
      }
    }
    this.#letGo();
    return true;
  }

  #beginTrailers(): HeadParser {
    const { fieldsMax } = this.#limits;
    const trailers = new HeadParser({
      headBytesMax: TRAILER_BYTES_MAX,
      targetBytesMax: 0,
      fieldsMax,
    });
    trailers.reset("fields");
    return trailers;
  }

  #endContent(): SessionEvent {
    this.#go("contentEnd");
    return END;
  }
}
