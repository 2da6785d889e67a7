// A session driven by a peer's octets, with every request answered as soon as it can be: what came of
// it, in a form that can be compared.

import { HttpError } from "../../lib/http/errors.ts";
import type { Request } from "../../lib/http/request.ts";
import { Session, type SessionEvent, type SessionLimits } from "../../lib/http/session.ts";
import { textOf } from "./bytes.ts";

/** Small, so that random octets reach them. */
export const SMALL_LIMITS: SessionLimits = {
  headBytesMax: 512,
  targetBytesMax: 64,
  fieldsMax: 12,
  bodyBytesMax: 256,
  requestsMax: 1_000,
};

/** What a session made of a request, or of what should have been one. */
export type Seen =
  | {
    readonly method: string;
    readonly target: string;
    readonly version: number;
    readonly fields: readonly (readonly [string, string])[];
    readonly persistent: boolean;
    /** Absent while it is not complete. */
    content: string;
    isComplete: boolean;
  }
  | { readonly status: number; readonly message: string };

/** All of it. */
export interface Trace {
  readonly seen: readonly Seen[];
  /** Whether the session takes no more octets. */
  readonly isClosed: boolean;
  /** Most octets that were taken in a row with no event to show for it. */
  readonly silentBytesMax: number;
}

/** Feeds `pieces` one after the other, each in memory of its own that is overwritten afterwards. */
export function traceOf(pieces: readonly Uint8Array[], limits: SessionLimits): Trace {
  const session = new Session(limits);
  const tracer = new Tracer(session);
  for (const piece of pieces) {
    const received = piece.slice();
    session.receive(received);
    tracer.take(received.length);
    received.fill(0x58); // a session that looks at it later sees another message
  }
  return tracer.trace();
}

class Tracer {
  readonly #session: Session;
  readonly #seen: Seen[] = [];
  #silentBytes = 0;
  #silentBytesMax = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  get #isEnded(): boolean {
    return this.#session.state === "ended";
  }

  /** Takes every event that a piece of `byteLength` octets brings. */
  take(byteLength: number): void {
    if (this.#isEnded) return;
    let isSilent = true;
    for (let events = 0;; events++) {
      const event = this.#session.next();
      if (event === undefined) break;
      if (events > 2 * byteLength + 4) throw new Error("Cannot go on: the session does not end");
      isSilent = false;
      this.#note(event);
    }
    if (this.#session.hasUnread && !this.#isEnded) {
      throw new Error("Cannot go on: the session leaves octets unread");
    }
    this.#silentBytes = isSilent ? this.#silentBytes + byteLength : 0;
    this.#silentBytesMax = Math.max(this.#silentBytesMax, this.#silentBytes);
  }

  trace(): Trace {
    return {
      seen: this.#seen,
      isClosed: this.#isEnded,
      silentBytesMax: this.#silentBytesMax,
    };
  }

  #note(event: SessionEvent): void {
    switch (event.kind) {
      case "failed":
        return this.#fail(event.error);
      case "request":
        return this.#begin(event.request);
      case "content":
        return this.#append(textOf(event.bytes));
      case "end":
        return this.#end();
    }
  }

  #fail(error: HttpError): void {
    if (!(error instanceof HttpError)) throw new TypeError("Cannot go on: not an HttpError");
    if (error.status < 400 || error.status > 505) throw new RangeError("Cannot go on: odd status");
    this.#seen.push({ status: error.status, message: error.message });
    if (!this.#session.terms().close) throw new Error("Cannot go on: a failure must close");
    this.#session.answered(true);
  }

  #begin(request: Request): void {
    const isComplete = request.content === 0;
    this.#seen.push({
      method: request.method,
      target: request.rawTarget,
      version: request.minorVersion,
      fields: [...request.fields],
      persistent: request.persistent,
      content: "",
      isComplete,
    });
    if (isComplete) this.#answer();
    else if (request.expectation === "continue") this.#session.continued();
    else if (request.expectation === "unknown") this.#session.answered(true);
  }

  #append(text: string): void {
    if (text === "") throw new Error("Cannot go on: a span of content is empty");
    const last = this.#seen.at(-1);
    if (last === undefined || !("content" in last) || last.isComplete) {
      throw new Error("Cannot go on: content without a request");
    }
    last.content += text;
  }

  #end(): void {
    const last = this.#seen.at(-1);
    if (last === undefined || !("content" in last) || last.isComplete) {
      throw new Error("Cannot go on: an end without a request");
    }
    last.isComplete = true;
    this.#answer();
  }

  #answer(): void {
    this.#session.answered(this.#session.terms().close);
  }
}
