/**
 * What is told of a connection's requests: a line for each in the access log, who was refused and
 * why, and what went wrong here.
 *
 * @module
 */

import type { HttpError } from "../http/errors.ts";
import type { Session } from "../http/session.ts";
import type { Caller } from "../security/admin.ts";
import { Refusal } from "../security/refusal.ts";
import { kindOfRule } from "../telemetry/security_kind.ts";
import { WorkerState } from "../telemetry/worker_counters.ts";
import type { Service } from "./service.ts";

/** Refusals that are no offence of their own: else a client that is refused would never be let in again. */
const UNCOUNTED: ReadonlySet<string> = new Set(["banned", "rate-limit", "timeout"]);

/** Statuses that only a broken or hostile client comes to, beside those of a {@linkcode Refusal}. */
const OFFENDING: ReadonlySet<number> = new Set([400, 408, 413, 414, 415, 431, 501, 505]);

/** The account of one connection; it tells of the request that its session has under way. */
export class Account implements Caller {
  /** Address of the socket's peer. */
  readonly peer: string;
  /** Whom the connection asks for: its peer, or whom a trusted proxy names. */
  client: string;

  readonly #service: Service;
  readonly #session: Session;
  #startedMs = 0;
  #isUnderWay = false; // a request that has no complete answer yet

  /** Takes a connection on which nothing has been asked yet. */
  constructor(service: Service, session: Session, peer: string) {
    this.#service = service;
    this.#session = session;
    this.peer = this.client = peer;
  }

  /** A request is there, or what is answered as if it were one: its time counts from now. */
  begin(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#startedMs = performance.now();
    const { counters } = this.#service;
    counters?.requestBegan();
    counters?.enter(WorkerState.Handling);
  }

  /** The head of its answer is made. */
  answerBegan(): void {
    this.#service.counters?.answerBegan(performance.now() - this.#startedMs);
  }

  /** Its answer was made to the end, `contentBytes` octets of content among it. */
  answered(status: number, contentBytes: number): void {
    const request = this.#session.request;
    const method = request?.method ?? (this.#session.isHead ? "HEAD" : "-");
    const durationMs = performance.now() - this.#startedMs;
    this.#isUnderWay = false;
    this.#service.counters?.requestEnded(method, status, durationMs, contentBytes);
    this.#service.accessLog.record({
      timeMs: this.#service.moment.epochMs,
      client: this.client,
      method,
      target: request?.rawTarget ?? "-",
      status,
      contentBytes,
      durationMs,
    });
  }

  /** The connection is over, and with it whatever was under way: an answer of which so much was made. */
  cut(status: number | undefined, contentBytes: number): void {
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    const { counters } = this.#service;
    if (status === undefined) return counters?.requestDropped();
    const method = this.#session.request?.method ?? "-";
    counters?.requestEnded(method, status, performance.now() - this.#startedMs, contentBytes);
  }

  /**
   * It is answered with an error that may be the client's offence; if so, it is counted as one.
   *
   * @param rule What a 400 without a rule of its own breaks.
   */
  refused(error: HttpError, rule: string): void {
    const { status, cause } = error;
    if (status >= 500 && cause !== undefined) this.failed(error.message, cause);
    const isRefusal = error instanceof Refusal;
    if (!isRefusal && !OFFENDING.has(status)) return;
    const broken = isRefusal ? error.rule : rule;
    this.#recordEvent(broken, status);
    if (isRefusal || status === 400) this.#recordRefusal(broken, status, error.message);
    const { gate, moment } = this.#service;
    if (UNCOUNTED.has(broken) || !gate.noteOffence(this.client, moment.epochMs)) return;
    this.#recordEvent("banned", 403);
    this.#recordRefusal("banned", 403, "Too many bad requests");
  }

  /** Something went wrong that is no client's fault. */
  failed(message: string, error: unknown): void {
    const properties = { ...this.#about(), error };
    this.#service.record({ level: "error", category: "worker", message, properties });
  }

  #recordEvent(rule: string, status: number): void {
    const { worker, moment } = this.#service;
    const kind = kindOfRule(rule, status);
    this.#service.counters?.refused(kind);
    this.#service.event({
      kind,
      rule,
      client: this.client,
      target: this.#session.request?.rawTarget ?? "",
      status,
      worker,
      timeMs: moment.epochMs,
    });
  }

  #recordRefusal(rule: string, status: number, reason: string): void {
    this.#service.record({
      level: "warn",
      category: "security",
      message: "Refused a request",
      properties: { ...this.#about(), rule, status, reason },
    });
  }

  #about(): Record<string, unknown> {
    return {
      client: this.client,
      worker: this.#service.worker,
      target: this.#session.request?.rawTarget,
    };
  }
}
