/**
 * How long a connection may stay where it is: in a head, in a content, in an answer that its peer does
 * not take, or between two requests.
 *
 * @module
 */

import type { Session } from "../http/session.ts";
import type { Service } from "./service.ts";

/** What it goes by; the timeouts may become others meanwhile. */
export type DeadlineTerms = Pick<Service, "timeouts" | "gauges">;

/** The deadline of one connection. All times are those of the worker's own clock, in milliseconds. */
export class Deadline {
  readonly #terms: DeadlineTerms;
  readonly #slot: number;
  #atMs: number;
  #wasInHead = false; // when the last read began
  #isFixed = true; // until a request has come; no octet before it moves it
  #contentStartedMs = 0;
  #contentBytes = 0;
  #progress = 0; // what the main thread's gauge showed when the last turn began, or later

  /** Begins with a connection: its first head is waited for. */
  constructor(terms: DeadlineTerms, slot: number, nowMs: number) {
    this.#terms = terms;
    this.#slot = slot;
    this.#atMs = nowMs + terms.timeouts.headTimeoutMs;
  }

  /** Octets came. */
  received(byteLength: number): void {
    this.#contentBytes += byteLength;
  }

  /** A head is complete: the time of its content begins, if it has one. */
  requested(nowMs: number): void {
    this.#isFixed = false;
    this.#contentStartedMs = nowMs;
    this.#contentBytes = 0;
  }

  /** A turn begins that only writes. */
  writing(nowMs: number): void {
    this.#progress = this.#terms.gauges.progress(this.#slot);
    this.#atMs = nowMs + this.#terms.timeouts.writeTimeoutMs;
  }

  /**
   * A turn begins that reads, after what it has to write. A head has one deadline from its first octet on,
   * however it is dripped, and so has the wait for it: empty lines before it are not the start of one.
   */
  reading({ state, isInHead }: Session, nowMs: number): void {
    const { keepAliveMs, headTimeoutMs } = this.#terms.timeouts;
    if (state !== "awaiting") this.#atMs = this.#contentDeadline(nowMs);
    else if (isInHead && !this.#wasInHead) this.#atMs = nowMs + headTimeoutMs;
    else if (!isInHead && !this.#isFixed) this.#atMs = nowMs + keepAliveMs;
    this.#wasInHead = isInHead;
    this.#isFixed = state === "awaiting";
    this.#progress = this.#terms.gauges.progress(this.#slot);
  }

  /** Whether it is over. A peer that took some of what is being written to it has earned another. */
  isOver(nowMs: number): boolean {
    if (nowMs < this.#atMs) return false;
    const progress = this.#terms.gauges.progress(this.#slot);
    if (progress === this.#progress) return true;
    this.#progress = progress;
    this.#atMs = nowMs + this.#terms.timeouts.writeTimeoutMs;
    return false;
  }

  /** A content must neither stall nor trickle: what has come buys time at the least rate. */
  #contentDeadline(nowMs: number): number {
    const { bodyTimeoutMs, bodyBytesPerSecond } = this.#terms.timeouts;
    const stallMs = nowMs + bodyTimeoutMs;
    if (bodyBytesPerSecond === 0) return stallMs;
    const earnedMs = 1000 * this.#contentBytes / bodyBytesPerSecond;
    return Math.min(stallMs, this.#contentStartedMs + bodyTimeoutMs + earnedMs);
  }
}
