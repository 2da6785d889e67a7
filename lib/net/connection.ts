/**
 * One socket, carried for one slot of a worker: it does what the worker's turns say and reports
 * what came of it. It understands no byte. Where the worker allows it, a request that is octet for
 * octet one that was just answered is answered from there, and the worker is told afterwards.
 *
 * A turn is: write a span, then read into a span, or report, or close. At most one turn is under
 * way; only an abort may overtake it. Bytes are read into, and written from, the shared buffers
 * themselves.
 *
 * @module
 */

import type { MainEnd } from "../channel/channel.ts";
import { Next } from "../channel/frames.ts";
import { ALLOWED_MAX, countOf, realmOf } from "../channel/gauges.ts";
import { invariant } from "../channel/invariant.ts";
import { NO_PLACE } from "../channel/repeats.ts";
import { close, closeWith, lingeringClose } from "./linger.ts";
import type { Clock } from "./standing_clock.ts";

/** The text of an address; anything that is not an internet socket has none. */
function hostOf(address: Deno.Addr): string {
  return "hostname" in address ? address.hostname : "";
}

/** What the connections of a line share. */
export interface ConnectionTerms {
  /** The worker's channel. */
  readonly end: MainEnd;
  /** Tells the time. */
  readonly clock: Clock;
  /**
   * Whether an address may have one more answer that the worker is told of only afterwards; if so, it counts as
   * a request.
   */
  isWelcome(address: string): boolean;
}

/** A connection that holds a slot. */
export class Connection {
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  readonly #terms: ConnectionTerms;
  readonly #end: MainEnd;
  readonly #slot: number;
  readonly #onWritten = (byteLength: number) => this.#written(byteLength);
  readonly #onRead = (byteLength: number | null) => this.#received(byteLength ?? 0);
  readonly #onReadError = () => {
    this.#reading = undefined;
    this.#fail();
  };
  readonly #onWriteError = () => {
    this.#writing = undefined;
    this.#endRepeat();
    this.#fail();
  };

  /**
   * `broken`: the socket failed and the worker was told. `lingering`: the last answer is
   * written and the socket is on its own way to the close.
   * `closed`: the worker gave the slot up.
   */
  #state: "open" | "broken" | "lingering" | "closed" = "open";
  #reading: Promise<unknown> | undefined;
  #writeOffset = 0;
  #writeEnd = 0;
  #next: number = Next.Report;
  #readOffset = 0;
  #readBytes = 0;
  #answerIsDue = false;
  #writing: Promise<unknown> | undefined;
  #repeats = ALLOWED_MAX; // since the last turn; none before the first
  #place = NO_PLACE; // of the repeat that is being written
  #repeatedMs = 0; // when it began
  #closesIdle = false; // as soon as what is being written is with the peer's system

  /** Takes over `conn` for `slot` of the worker. */
  constructor(conn: Deno.TcpConn | Deno.TlsConn, slot: number, terms: ConnectionTerms) {
    this.#conn = conn;
    this.#slot = slot;
    this.#terms = terms;
    this.#end = terms.end;
  }

  /** Tells the worker of the connection and reads for the first time. */
  open(readOffset: number, readBytes: number): void {
    this.#end.send.opened(
      this.#slot,
      hostOf(this.#conn.remoteAddr),
      hostOf(this.#conn.localAddr),
    );
    this.#readOffset = readOffset;
    this.#readBytes = readBytes;
    this.#read();
    this.#end.flushSoon();
  }

  /** Octets of the last turn that the operating system has not taken. */
  get unwrittenBytes(): number {
    return this.#writeEnd - this.#writeOffset;
  }

  /**
   * Does one turn; {@linkcode abort} and {@linkcode closeIdle} are turns of their own.
   */
  turn(
    writeOffset: number,
    writeBytes: number,
    next: number,
    readOffset: number,
    readBytes: number,
  ): void {
    invariant(this.#state !== "closed", "a slot that was given up gets no turn");
    invariant(this.#end.buffers.holds(writeOffset, writeBytes), "a turn writes from the buffers");
    invariant(this.#end.buffers.holds(readOffset, readBytes), "a turn reads into the buffers");
    if (this.#state !== "open") return; // the worker learns it from its `failed` frame
    // The peer did not take the last answer, so it will not take this one.
    if (this.#writing !== undefined) return this.#fail();
    if (writeBytes > 0) this.#answerIsDue = false;
    this.#writeOffset = writeOffset;
    this.#writeEnd = writeOffset + writeBytes;
    this.#next = next;
    this.#readOffset = readOffset;
    this.#readBytes = readBytes;
    this.#repeats = 0;
    if (writeBytes > 0) this.#write();
    else this.#goOn();
  }

  /**
   * Closes if the peer has sent nothing since its last answer, so that it loses no request: what it
   * sends from now on meets a connection that has ended in order. What was read before is on its way
   * to the worker, and the connection goes on.
   */
  closeIdle(): void {
    if (this.#state !== "open") return;
    if (this.#writing !== undefined && this.#next === Next.Read) this.#closesIdle = true;
    else if (this.#reading !== undefined) this.#endIdle();
  }

  /**
   * Closes at once, whatever is under way; a socket that lingers goes on doing so.
   *
   * @returns What is under way in the slot's memory still: until it settles, the memory must not be
   * given on, or it could carry octets of one peer to another. Most often nothing is.
   */
  abort(): Promise<unknown> | undefined {
    const underWay = this.#reading ?? this.#writing;
    if (this.#state !== "lingering" || underWay !== undefined) close(this.#conn);
    this.#state = "closed";
    return underWay && Promise.all([this.#reading, this.#writing]);
  }

  /**
   * Ends the connection because its worker is gone: with `answer` where a request waits for one
   * that has not begun, at once otherwise.
   */
  async orphan(answer: Uint8Array): Promise<void> {
    if (this.#state !== "open") return close(this.#conn);
    this.#state = "closed";
    if (!this.#answerIsDue) return close(this.#conn);
    await closeWith(this.#conn, answer, this.#reading);
  }

  #write(): void {
    const span = this.#end.buffers.span(this.#writeOffset, this.#writeEnd);
    this.#writing = this.#conn.write(span).then(this.#onWritten, this.#onWriteError);
  }

  #written(byteLength: number): void {
    this.#writing = undefined;
    this.#writeOffset += byteLength;
    if (this.#state !== "open") return this.#endRepeat();
    if (this.#writeOffset < this.#writeEnd) {
      this.#end.gauges.noteProgress(this.#slot);
      return this.#write();
    }
    if (this.#place === NO_PLACE) this.#end.buffers.endWriting(this.#slot);
    else this.#endRepeat();
    this.#goOn();
  }

  #goOn(): void {
    if (this.#next === Next.Read) return this.#closesIdle ? this.#endIdle() : this.#read();
    if (this.#next === Next.Linger) return this.#linger();
    if (this.#next === Next.Close) {
      this.#state = "lingering";
      close(this.#conn);
    }
    this.#report();
  }

  #report(): void {
    this.#end.send.written(this.#slot);
    this.#end.flushSoon();
  }

  #read(): void {
    invariant(this.#reading === undefined, "a socket is read once at a time");
    const span = this.#end.buffers.span(this.#readOffset, this.#readOffset + this.#readBytes);
    this.#reading = this.#conn.read(span).then(this.#onRead, this.#onReadError);
  }

  #received(byteLength: number): void {
    this.#reading = undefined;
    if (this.#state !== "open" || this.#repeat(byteLength)) return;
    this.#answerIsDue ||= byteLength > 0;
    this.#end.send.received(this.#slot, byteLength);
    this.#end.flushSoon();
  }

  /**
   * Answers what was received without the worker, if that has just answered the same, and allows it.
   *
   * @returns Whether it does.
   */
  #repeat(byteLength: number): boolean {
    const { gauges, repeats } = this.#end;
    const allowed = gauges.allowed(this.#slot);
    if (byteLength === 0 || this.#repeats >= countOf(allowed)) return false;
    const { nowMs } = this.#terms.clock;
    const place = this.#useRepeat(realmOf(allowed), byteLength, nowMs);
    if (place === NO_PLACE) {
      gauges.clockMs = nowMs;
      return false;
    }
    this.#repeats++;
    this.#repeatedMs = nowMs;
    this.#place = place;
    this.#writeOffset = repeats.answerOffset(place);
    this.#writeEnd = this.#writeOffset + repeats.answerBytes(place);
    this.#write();
    return true;
  }

  #useRepeat(realm: number, byteLength: number, nowMs: number): number {
    const { canRepeat, repeats } = this.#end;
    if (!canRepeat) return NO_PLACE;
    const place = repeats.use(realm, this.#readOffset, byteLength, nowMs);
    if (place === NO_PLACE || this.#terms.isWelcome(hostOf(this.#conn.remoteAddr))) return place;
    repeats.unuse(place);
    return NO_PLACE;
  }

  /** Tells the worker what came of a repeat, if one was under way. */
  #endRepeat(): void {
    const place = this.#place;
    if (place === NO_PLACE) return;
    this.#place = NO_PLACE;
    const { nowMs, epochMs } = this.#terms.clock;
    this.#end.noteRepeat(this.#slot, {
      place,
      sentBytes: this.#writeOffset - this.#end.repeats.answerOffset(place),
      durationUs: Math.round(1000 * (nowMs - this.#repeatedMs)),
      epochMs,
    });
  }

  /**
   * The worker answers the report with an abort turn, which frees the slot; so a read that is still
   * under way is waited for first, or it could land in the buffer of the slot's next connection.
   */
  #linger(): void {
    this.#state = "lingering";
    void lingeringClose(this.#conn, this.#reading);
    if (this.#reading === undefined) this.#report();
    else void this.#reading.then(() => this.#report());
  }

  /** Ends a connection on which nothing is under way, and tells the worker once its memory is free. */
  #endIdle(): void {
    this.#state = "lingering";
    void lingeringClose(this.#conn, this.#reading);
    if (this.#reading === undefined) this.#reportFailure();
    else void this.#reading.then(() => this.#reportFailure());
  }

  #reportFailure(): void {
    this.#end.send.failed(this.#slot);
    this.#end.flushSoon();
  }

  #fail(): void {
    if (this.#state !== "open") return;
    this.#state = "broken";
    close(this.#conn);
    this.#reportFailure();
  }
}
