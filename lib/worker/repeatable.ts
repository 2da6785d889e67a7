/**
 * Whether what was received last on a connection may be answered again by the main thread alone, and how
 * often it may do so here.
 *
 * @module
 */

import { type Handled, isSink } from "../handlers/router.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Session } from "../http/session.ts";
import type { Outbox } from "./outbox.ts";
import { type AskedFor, NO_REALM } from "./repeated_answers.ts";
import type { Service } from "./service.ts";

/** What one connection was asked last. */
export class Repeatable {
  readonly #service: Service;
  readonly #slot: number;
  readonly #realm: number;
  #requestBytes = 0; // of the last read, as long as it can be one request and its answer one turn
  #isSteady = false;

  /** Takes a connection on which nothing was asked. */
  constructor(service: Service, slot: number, peer: string, local: string) {
    this.#service = service;
    this.#slot = slot;
    const isUnlikeOthers = service.accounting.isPersonal || service.gate.isProxy(peer);
    this.#realm = isUnlikeOthers ? NO_REALM : service.repeated.realmOf(local);
  }

  /** So many octets were read; 0 if something was under way, of which they are more. */
  received(byteLength: number): void {
    this.#requestBytes = byteLength;
    this.#isSteady = false;
  }

  /** A handler was found for the request, or the word that there is none. */
  handled({ method, content }: Request, handled: Handled): void {
    const isRead = content === 0 && (method === "GET" || method === "HEAD");
    const isSteady = handled instanceof HttpError ||
      (!isSink(handled) && handled.isSteady === true);
    this.#isSteady = isRead && isSteady;
  }

  /** A part of the answer goes before the rest. */
  parted(): void {
    this.#requestBytes = 0;
  }

  /**
   * An answer is complete that keeps the connection. If request and answer lie here whole, and nothing
   * beside them, others may get it.
   *
   * @param requestOffset Where the last read went.
   * @param asked Gives what the access log tells of it.
   */
  answered(
    { hasUnread }: Session,
    requestOffset: number,
    outbox: Outbox,
    asked: () => AskedFor,
  ): void {
    const requestBytes = this.#requestBytes;
    this.#requestBytes = 0; // what follows is the second in this read
    if (requestBytes === 0 || !this.#isSteady || hasUnread || this.#realm === NO_REALM) return;
    const { offset: answerOffset, usedBytes: answerBytes } = outbox;
    const realm = this.#realm;
    this.#service.repeated.offer(
      { realm, requestOffset, requestBytes, answerOffset, answerBytes },
      asked,
    );
  }

  /** Says how many requests need not come here; the last on a connection does, as its answer says so. */
  allow({ isIdle, requestsLeft }: Session): void {
    const isAllowed = isIdle && requestsLeft > 1 && this.#realm !== NO_REALM;
    this.#service.gauges.allow(this.#slot, this.#realm, isAllowed ? requestsLeft - 1 : 0);
  }

  /** Says that every request has to come here. */
  forbid(): void {
    this.#service.gauges.allow(this.#slot, NO_REALM, 0);
  }
}
