/**
 * One connection in a worker: requests and answers in turn, from the octets that came to the octets
 * that go. It joins a {@linkcode Session}, which knows HTTP, with the handlers, which know files, and with the
 * main thread, which has the socket: that one does a turn at a time and reports.
 *
 * @module
 */

import { BLOCK_BYTES, RECEIVE_BYTES } from "../channel/buffers.ts";
import { Next } from "../channel/frames.ts";
import { isSink } from "../handlers/router.ts";
import type { ContentSink } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import {
  type Answer,
  ANSWER_HEAD_BYTES_MAX,
  CONTINUE,
  errorAnswer,
  withoutContent,
} from "../http/response.ts";
import { Session, type SessionEvent } from "../http/session.ts";
import { Refusal } from "../security/refusal.ts";
import { WorkerState } from "../telemetry/worker_counters.ts";
import { Account } from "./account.ts";
import { Deadline } from "./deadline.ts";
import { Outbox } from "./outbox.ts";
import { Outgoing } from "./outgoing.ts";
import { Repeatable } from "./repeatable.ts";
import type { RepeatedAnswer } from "./repeated_answers.ts";
import type { Service } from "./service.ts";

/**
 * Octets of a content nobody wants that are read and dropped to keep the connection; for more, closing
 * is cheaper (RFC 9112 §9.3).
 */
const DISCARD_BYTES_MAX = 64 * 1024;

/** A connection and what is under way on it. */
export class Exchange {
  /** Whether it was released: nothing happens here any more but {@linkcode closed}. */
  isOver = false;

  readonly #service: Service;
  readonly #slot: number;
  readonly #local: string;
  readonly #session: Session;
  readonly #account: Account;
  readonly #outbox: Outbox;
  readonly #deadline: Deadline;
  readonly #repeatable: Repeatable;

  /** What the main thread is doing for us; `last` is the turn that closes. */
  #turn: "none" | "read" | "write" | "last" = "read";
  #readOffset: number;
  #corsFields = "";
  #sink: ContentSink<Answer> | undefined;
  #discardedBytes = 0;
  #deferred: Answer | undefined; // sent when the content nobody wants has passed
  #outgoing: Outgoing | undefined;
  #isWaiting = false; // for a handler's promise
  #isDraining = false;
  #isAskedToClose = false;

  /**
   * Takes a connection that has just been opened; the first read is under way.
   *
   * @param nowMs Now, on the worker's own clock.
   */
  constructor(service: Service, slot: number, peer: string, local: string, nowMs: number) {
    this.#service = service;
    this.#slot = slot;
    this.#local = local;
    this.#session = new Session(service.limits, service.scheme, service.parsers);
    this.#account = new Account(service, this.#session, peer);
    this.#outbox = new Outbox(service);
    this.#readOffset = service.buffers.receiveOffset(slot);
    this.#deadline = new Deadline(service, slot, nowMs);
    this.#repeatable = new Repeatable(service, slot, peer, local);
  }

  /** The main thread read `byteLength` octets; 0 is the peer's end. */
  received(byteLength: number): void {
    if (this.#turn !== "read") return; // it crossed with a turn of ours that closes
    this.#turn = "none";
    this.#isAskedToClose = false;
    this.#service.idle.woke(this.#slot);
    this.#outbox.clear();
    this.#deadline.received(byteLength);
    if (byteLength === 0) return this.release();
    this.#repeatable.received(this.#session.isIdle ? byteLength : 0);
    const { buffers: { bytes }, counters } = this.#service;
    counters?.received(byteLength);
    counters?.enter(WorkerState.Parsing);
    this.#session.receive(bytes, this.#readOffset, this.#readOffset + byteLength);
    this.#advance();
  }

  /**
   * The main thread answered a request by itself.
   *
   * @param sentBytes Octets of the answer that went out.
   * @param timeMs When, in milliseconds since 1970.
   */
  repeated(answer: RepeatedAnswer, sentBytes: number, durationMs: number, timeMs: number): void {
    this.#service.counters?.received(answer.requestBytes);
    this.#account.repeated(answer, sentBytes, durationMs, timeMs);
    this.#session.repeated();
    if (this.isOver || this.#isAskedToClose || this.#turn !== "read") return;
    this.#outbox.clear();
    this.#deadline.requested(this.#service.roundMs);
    this.#rest();
  }

  /** The main thread wrote what it was given. */
  written(): void {
    this.#outbox.clear();
    if (this.#turn === "last") return this.release();
    this.#turn = "none";
    this.#advance();
  }

  /** Acts when the time for what is under way is over. */
  expire(nowMs: number): void {
    this.#giveBack();
    if (this.#isResting && this.#turn === "none") return this.#resume();
    if (this.#isWaiting || this.#turn === "none" || !this.#deadline.isOver(nowMs)) return;
    if (this.#turn !== "read" || this.#session.isIdle) return this.release();
    // The last turn may still be writing: what it writes is not touched, and not sent again.
    this.#outbox.passOn();
    if (this.#outbox.room < ANSWER_HEAD_BYTES_MAX) return this.release();
    this.#turn = "none";
    this.#account.begin(undefined);
    this.#abandonContent();
    const error = new HttpError(408, "Cannot wait for the request any longer");
    this.#account.refused(error, "timeout");
    this.#begin(errorAnswer(error));
    this.#advance();
  }

  /** Closes after the next answer, which says so: then the peer loses nothing. */
  retire(): void {
    this.#session.drain();
    this.#repeatable.forbid();
  }

  /** Gives back memory whose octets are sent: the peer may idle for long before it asks again. */
  #giveBack(): void {
    if (this.#turn !== "read" || !this.#outbox.holdsMemory) return;
    if (this.#service.buffers.hasWritten(this.#slot)) this.#outbox.clear();
  }

  /** Answers what is under way and takes nothing new. */
  drain(): void {
    this.#isDraining = true;
    this.retire();
    this.#outgoing?.answer.content?.finish?.();
    if (this.#isResting && this.#turn === "none") return this.#resume();
    if (this.#session.isIdle && this.#turn === "read") this.closeIfIdle();
  }

  /** Has the main thread close, unless it has read something of a next request meanwhile. */
  closeIfIdle(): void {
    if (this.#isAskedToClose) return; // once a turn: the ring has room for no more
    this.#isAskedToClose = true;
    this.#service.send.turn(this.#slot, 0, 0, Next.CloseIdle, 0, 0);
  }

  /**
   * Lets go of everything but the slot's memory, which the main thread may be writing from until it
   * reports `closed`: given back before, it could carry one client's answer to another.
   */
  release(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#abandonContent();
    this.#outgoing?.answer.content?.close();
    if (this.#turn === "none") this.#outgoing?.drop(this.#outbox.usedBytes);
    this.#service.idle.leaves(this.#slot);
    this.#repeatable.forbid();
    this.#service.send.turn(this.#slot, 0, 0, Next.Abort, 0, 0);
  }

  /**
   * The main thread is done with the connection. A request that was under way has its line now, as
   * only the main thread knows how much of an answer went out.
   *
   * @param unwrittenBytes Octets of the last turn that did not. Default: all.
   */
  closed(unwrittenBytes: number = this.#outbox.usedBytes): void {
    this.#outgoing?.drop(unwrittenBytes);
    this.#account.cut(this.#outgoing?.answer.status, this.#outgoing?.sentBytes ?? 0);
    this.#outgoing = undefined;
    this.#service.idle.woke(this.#slot);
    this.#outbox.clear();
    this.#returnReadBlock();
  }

  /** Whether only time brings more of the answer under way. */
  get #isResting(): boolean {
    return this.#outgoing?.isResting === true;
  }

  /** Does what can be done before the main thread has to do something. */
  #advance(): void {
    while (this.#turn === "none" && !this.isOver && !this.#isResting) {
      if (this.#outgoing !== undefined) {
        this.#pump(this.#outgoing);
      } else if (this.#isWaiting) {
        if (this.#outbox.usedBytes === 0) return;
        this.#flush();
      } else if (this.#session.state === "expecting") {
        this.#askForContent();
      } else {
        const event = this.#session.next();
        if (event === undefined) this.#readOn();
        else this.#take(event);
      }
    }
  }

  #take(event: SessionEvent): void {
    switch (event.kind) {
      case "request":
        return this.#takeRequest(event.request);
      case "content":
        return this.#takeContent(event.bytes);
      case "end":
        return this.#endContent();
      case "failed":
        this.#account.begin(this.#session.request?.fields);
        this.#corsFields = "";
        this.#abandonContent();
        this.#account.refused(event.error, "protocol");
        return this.#begin(errorAnswer(event.error));
    }
  }

  #takeRequest(request: Request): void {
    const account = this.#account;
    account.begin(request.fields);
    this.#discardedBytes = 0;
    this.#deadline.requested(this.#service.roundMs);
    const { gate, moment, router } = this.#service;
    const client = account.client = gate.clientOf(request, account.peer);
    this.#corsFields = gate.corsFields(request);
    try {
      gate.admit(request, client, this.#local, moment.epochMs);
      if (request.expectation === "unknown") {
        throw new HttpError(417, "Cannot meet the expectation: 100-continue is the only one known");
      }
      const preflight = gate.preflight(request);
      if (preflight !== undefined) {
        this.#corsFields = "";
        return this.#reply(preflight);
      }
      const handled = router.handle(request, moment, account);
      this.#repeatable.handled(request, handled);
      if (handled instanceof HttpError) return this.#reply(this.#failure(handled));
      if (!isSink(handled)) return this.#reply(handled);
      this.#sink = handled;
    } catch (error) {
      return this.#reply(this.#failure(error));
    }
    if (request.content === 0) return this.#endContent();
  }

  /** The head was accepted: asks for the content, even if it is there already. */
  #askForContent(): void {
    const isFull = this.#outbox.room < CONTINUE.length;
    if (isFull && !this.#outbox.grow()) return this.#flush();
    this.#outbox.put(CONTINUE);
    this.#session.continued();
  }

  #takeContent(bytes: Uint8Array): void {
    if (this.#sink === undefined) {
      this.#discardedBytes += bytes.length;
      if (this.#discardedBytes > DISCARD_BYTES_MAX) this.#sendDeferred();
      return;
    }
    try {
      this.#sink.write(bytes);
    } catch (error) {
      this.#abandonContent();
      this.#reply(this.#failure(error));
    }
  }

  #endContent(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (sink === undefined) return this.#sendDeferred();
    try {
      const answer = sink.end();
      if (!(answer instanceof Promise)) return this.#begin(answer);
      void this.#wait(sink, answer);
    } catch (error) {
      sink.abort();
      this.#begin(this.#failure(error));
    }
  }

  /** Waits for a handler. Nothing is read meanwhile; answers that are ready go out. */
  async #wait(sink: ContentSink<Answer>, promise: Promise<Answer>): Promise<void> {
    this.#isWaiting = true;
    this.#service.pending(1);
    let answer: Answer;
    try {
      answer = await promise;
    } catch (error) {
      sink.abort();
      answer = this.#failure(error);
    }
    this.#service.pending(-1);
    this.#isWaiting = false;
    if (this.isOver) return answer.content?.close();
    this.#begin(answer);
    this.#advance();
    this.#service.flush();
  }

  /** Answers now, or when the rest of a small content has passed. */
  #reply(answer: Answer): void {
    const content = this.#session.request?.content;
    const isShort = content === "chunked" || (content ?? 0) <= DISCARD_BYTES_MAX;
    if (this.#session.state === "receiving" && isShort) this.#deferred = answer;
    else this.#begin(answer);
  }

  #sendDeferred(): void {
    const answer = this.#deferred;
    this.#deferred = undefined;
    if (answer !== undefined) this.#begin(answer);
  }

  /** Drops a content that will not be complete. */
  #abandonContent(): void {
    this.#sink?.abort();
    this.#sink = undefined;
    this.#deferred?.content?.close();
    this.#deferred = undefined;
  }

  #begin(given: Answer): void {
    const added = (given.isPrivate ? "" : this.#corsFields) + this.#account.answerFields();
    const whole = added === "" ? given : { ...given, fields: given.fields + added };
    const answer = this.#session.isHead ? withoutContent(whole) : whole;
    this.#outgoing = new Outgoing(answer, this.#session.terms());
  }

  /** Moves an answer into the outbox as far as it fits, and on from there. */
  #pump(outgoing: Outgoing): void {
    const { counters, heads, moment } = this.#service;
    counters?.enter(WorkerState.Writing);
    const { hasHead } = outgoing;
    let isWhole: boolean;
    try {
      isWhole = outgoing.fill(this.#outbox, heads, moment.epochMs);
    } catch (error) {
      this.#account.failed("Cannot send the content to its end", error);
      return this.release(); // cut: the promised length cannot be kept
    }
    if (!hasHead && outgoing.hasHead) this.#account.answerBegan();
    if (isWhole) return this.#finish(outgoing);
    if (!outgoing.isResting || this.#outbox.usedBytes > 0) this.#flush();
  }

  /** Goes on with a content that only time brings. */
  #resume(): void {
    this.#outgoing?.resume();
    this.#advance();
  }

  #finish({ answer, terms, sentBytes }: Outgoing): void {
    answer.content?.close();
    this.#outgoing = undefined;
    this.#account.answered(answer.status, sentBytes);
    if (!terms.close) this.#offer(answer.status, sentBytes);
    const hadAll = this.#session.state === "received";
    this.#session.answered(terms.close);
    if (!terms.close) return;
    // A peer that may still be sending must not get a reset before it has read the answer.
    this.#send(hadAll && !this.#session.hasUnread ? Next.Close : Next.Linger, "last");
  }

  /** Lets the main thread answer the same again, if it can. */
  #offer(status: number, contentBytes: number): void {
    this.#repeatable.answered(
      this.#session,
      this.#readOffset,
      this.#outbox,
      () => this.#account.askedFor(status, contentBytes),
    );
  }

  #flush(): void {
    this.#repeatable.parted();
    this.#account.handedOver();
    this.#send(Next.Report, "write");
  }

  #send(next: Next, turn: "write" | "last"): void {
    const { offset, usedBytes } = this.#outbox;
    if (usedBytes > 0) this.#service.buffers.beginWriting(this.#slot);
    this.#service.send.turn(this.#slot, offset, usedBytes, next, 0, 0);
    this.#turn = turn;
    this.#deadline.writing(this.#service.roundMs);
  }

  /** Sends what is ready and reads on: into a large block while content comes. */
  #readOn(): void {
    const { buffers, blocks, send } = this.#service;
    if (this.#isDraining && this.#session.isIdle) return this.#send(Next.Linger, "last");
    const isContent = this.#session.state === "receiving";
    const hadBlock = this.#readOffset !== buffers.receiveOffset(this.#slot);
    if (isContent && !hadBlock) this.#readOffset = blocks.take() ?? this.#readOffset;
    if (!isContent) this.#returnReadBlock();
    const hasBlock = this.#readOffset !== buffers.receiveOffset(this.#slot);
    const { offset, usedBytes } = this.#outbox;
    const readBytes = hasBlock ? BLOCK_BYTES : RECEIVE_BYTES;
    if (usedBytes > 0) buffers.beginWriting(this.#slot);
    this.#repeatable.allow(this.#session);
    send.turn(this.#slot, offset, usedBytes, Next.Read, this.#readOffset, readBytes);
    this.#rest();
    this.#turn = "read";
  }

  /** The time of what is being read begins. */
  #rest(): void {
    const { idle, roundMs } = this.#service;
    this.#deadline.reading(this.#session, roundMs);
    if (this.#session.isIdle) idle.rested(this.#slot, roundMs);
  }

  #returnReadBlock(): void {
    const own = this.#service.buffers.receiveOffset(this.#slot);
    if (this.#readOffset === own) return;
    this.#service.blocks.give(this.#readOffset);
    this.#readOffset = own;
  }

  /** The answer to an error: what the peer may know goes out, the rest into the log. */
  #failure(error: unknown): Answer {
    if (error instanceof HttpError) {
      // Whoever posts nothing has still tried to upload; any other method is a matter of the request.
      const isUpload = this.#session.request?.method === "POST";
      this.#account.refused(error, isUpload ? "upload" : "protocol");
      return this.#errorAnswer(error, error instanceof Refusal ? error.fields : "");
    }
    this.#account.failed("Cannot handle a request", error);
    return this.#errorAnswer(new HttpError(500, "Cannot serve the target: internal error"), "");
  }

  /** A page of the operator's, or a line of text. */
  #errorAnswer(error: HttpError, fields: string): Answer {
    const { router, moment } = this.#service;
    const { request } = this.#session;
    const page = request && router.errorPage(request, error.status, fields, moment);
    return page ?? errorAnswer(error, fields);
  }
}
