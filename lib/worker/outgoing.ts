/**
 * An answer on its way into the outbox: its head, and its content as far as there is room.
 *
 * @module
 */

import { LATER } from "../http/content.ts";
import {
  type Answer,
  ANSWER_HEAD_BYTES_MAX,
  type HeadWriter,
  isChunked,
} from "../http/response.ts";
import type { AnswerTerms } from "../http/session.ts";
import { CHUNK_END_BYTES, CHUNK_FRAME_BYTES, type Outbox } from "./outbox.ts";

/** One answer. */
export class Outgoing {
  /** What is answered. */
  readonly answer: Answer;
  /** What its head says of the connection. */
  readonly terms: AnswerTerms;
  /** Whether its head was put into the outbox. */
  hasHead = false;
  /** Octets of its content that were put into the outbox. */
  sentBytes = 0;
  readonly #isChunked: boolean;
  #isResting = false;
  #leftBytes: number; // as long as they are not known, more than none

  /** Takes an answer that is ready, and what the session says of the connection. */
  constructor(answer: Answer, terms: AnswerTerms) {
    const { content } = answer;
    const hasEnd = content === undefined || content.byteLength !== undefined;
    this.answer = answer;
    // In HTTP/1.0 only the close tells where a content of unknown length ends (RFC 9112 §6.3).
    this.terms = hasEnd || !terms.isHttp10 ? terms : { ...terms, close: true };
    this.#isChunked = content !== undefined && isChunked(answer, terms.isHttp10);
    this.#leftBytes = content === undefined ? 0 : content.byteLength ?? Infinity;
  }

  /** Whether only time brings more of its content. */
  get isResting(): boolean {
    return this.#isResting;
  }

  /** Time has passed. */
  resume(): void {
    this.#isResting = false;
  }

  /**
   * Moves it on into the outbox.
   *
   * @param epochMs Now, for `Date`.
   * @returns Whether all of it is there; if not, what is there shall go, unless there is nothing yet.
   * @throws {Error} When the content fails, or ends before the length it promised.
   */
  fill(outbox: Outbox, heads: HeadWriter, epochMs: number): boolean {
    if (!this.hasHead) {
      if (outbox.room < ANSWER_HEAD_BYTES_MAX && !outbox.grow()) return false;
      this.#putHead(outbox, heads.write(this.answer, this.terms, epochMs));
    }
    const frameBytes = this.#isChunked ? CHUNK_FRAME_BYTES : 0;
    while (this.#leftBytes > 0) {
      if (this.#borrow(outbox)) continue;
      if (this.#leftBytes > outbox.room - frameBytes) outbox.grow();
      if (outbox.room <= frameBytes) return false;
      this.#pull(outbox);
      // A content that is made on its way costs time: others get their turn in between.
      if (this.#isResting || this.#leftBytes === Infinity) return false;
    }
    return true;
  }

  /** Takes back octets that were not handed over: the content comes last. */
  drop(byteLength: number): void {
    this.sentBytes = Math.max(0, this.sentBytes - byteLength);
  }

  /** Puts in the head, and the content with it if that lies in memory and fits. */
  #putHead(outbox: Outbox, head: Uint8Array): void {
    this.hasHead = true;
    if (this.#borrow(outbox, head)) return;
    outbox.putHead(head);
    const octets = this.answer.content?.octets;
    if (octets === undefined || !outbox.makeRoom(octets.length)) return;
    outbox.put(octets);
    this.#count(octets.length);
  }

  /** Sends the next octets from where they lie ready, if they do. */
  #borrow(outbox: Outbox, head?: Uint8Array): boolean {
    const { content } = this.answer;
    if (content?.identity === undefined) return false;
    const byteLength = outbox.borrow(content, this.sentBytes, head);
    this.#count(byteLength);
    return byteLength > 0;
  }

  /** Pulls content once. */
  #pull(outbox: Outbox): void {
    if (this.#isChunked) outbox.beginChunk();
    const room = outbox.room - (this.#isChunked ? CHUNK_END_BYTES : 0);
    const { content } = this.answer;
    const byteLength = content?.read(outbox.span(Math.min(room, this.#leftBytes))) ?? 0;
    if (byteLength < 0) {
      this.#isResting = byteLength === LATER;
      return this.#isChunked ? outbox.dropChunk() : undefined;
    }
    outbox.usedBytes += byteLength;
    this.#count(byteLength);
    if (this.#isChunked) outbox.endChunk(byteLength);
    if (byteLength > 0) return;
    if (Number.isFinite(this.#leftBytes)) throw new Error("Cannot go on: content is too short");
    this.#leftBytes = 0;
  }

  #count(byteLength: number): void {
    this.sentBytes += byteLength;
    this.#leftBytes -= byteLength;
  }
}
