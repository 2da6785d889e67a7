/**
 * What is told of a connection's requests: a line for each in the access log, who was refused and
 * why, what took long, and what went wrong here.
 *
 * @module
 */

import type { HttpError } from "../http/errors.ts";
import type { Fields } from "../http/fields.ts";
import type { Session } from "../http/session.ts";
import type { Caller } from "../security/admin.ts";
import { Refusal } from "../security/refusal.ts";
import { SLOW_REQUEST } from "../telemetry/log_record.ts";
import { kindOfRule } from "../telemetry/security_kind.ts";
import { parseTraceParent, type TraceParent } from "../telemetry/trace_parent.ts";
import { WorkerState } from "../telemetry/worker_counters.ts";
import type { AskedFor, RepeatedAnswer } from "./repeated_answers.ts";
import type { Service } from "./service.ts";

/** Refusals that are no offence of their own: else a client that is refused would never be let in again. */
const UNCOUNTED: ReadonlySet<string> = new Set(["banned", "rate-limit", "timeout"]);

/** Statuses that only a broken or hostile client comes to, beside those of a {@linkcode Refusal}. */
const OFFENDING: ReadonlySet<number> = new Set([400, 408, 413, 414, 415, 431, 501, 505]);

/** nginx's status for a client that left before its answer had begun. Nobody is ever sent it. */
const CLIENT_LEFT = 499;

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
  #firstOctetIsDue = false; // of its answer, to the main thread
  // Read when the request comes: the octets of its fields do not outlive the next that arrive.
  #requestId = "";
  #trace: TraceParent | undefined;
  #referer = "";
  #userAgent = "";

  /** Takes a connection on which nothing has been asked yet. */
  constructor(service: Service, session: Session, peer: string) {
    this.#service = service;
    this.#session = session;
    this.peer = this.client = peer;
  }

  /**
   * A request is there, or what is answered as if it were one: its time counts from now.
   *
   * @param fields Its fields, if they could be understood.
   */
  begin(fields: Fields | undefined): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#startedMs = this.#service.roundMs; // it has waited since then at least
    const { accounting: { requestIds, agents }, counters } = this.#service;
    counters?.requestBegan();
    counters?.enter(WorkerState.Handling);
    if (requestIds !== undefined) this.#requestId = requestIds.of(fields?.get("x-request-id"));
    const traceParent = fields?.get("traceparent");
    this.#trace = traceParent === undefined ? undefined : parseTraceParent(traceParent);
    if (!agents) return;
    this.#referer = fields?.get("referer") ?? "";
    this.#userAgent = fields?.get("user-agent") ?? "";
  }

  /** Field lines that the answer carries on its account; the answer is ready now. */
  answerFields(): string {
    const id = this.#requestId === "" ? "" : `X-Request-Id: ${this.#requestId}\r\n`;
    if (!this.#service.accounting.serverTiming) return id;
    return `${id}Server-Timing: app;dur=${(performance.now() - this.#startedMs).toFixed(3)}\r\n`;
  }

  /** The head of its answer is made, and waits for what goes with it. */
  answerBegan(): void {
    this.#firstOctetIsDue = true;
  }

  /** What is made so far goes to the main thread. */
  handedOver(): void {
    if (this.#firstOctetIsDue) this.#countFirstOctet(performance.now() - this.#startedMs);
  }

  /** Its answer was made to the end, `contentBytes` octets of content among it. */
  answered(status: number, contentBytes: number): void {
    const durationMs = performance.now() - this.#startedMs;
    this.#settle(status, contentBytes, durationMs, false);
    if (durationMs >= this.#service.accounting.slowMs) this.#recordSlow(status, durationMs);
  }

  /**
   * The connection is over, and with it whatever was under way.
   *
   * @param status Of the answer that had begun, if one had.
   * @param contentBytes Octets of its content that were handed over.
   */
  cut(status: number | undefined, contentBytes: number): void {
    if (!this.#isUnderWay) return;
    const durationMs = performance.now() - this.#startedMs;
    if (status !== undefined) return this.#settle(status, contentBytes, durationMs, true);
    this.#isUnderWay = false;
    this.#service.counters?.requestDropped();
    this.#log(CLIENT_LEFT, 0, durationMs, true);
  }

  /** What the request under way asks for, and is answered. */
  askedFor(status: number, contentBytes: number): AskedFor {
    const { request } = this.#session;
    return {
      method: this.#method,
      target: request?.rawTarget ?? "",
      minorVersion: request?.minorVersion ?? 1,
      status,
      contentBytes,
      requestId: this.#requestId,
      traceId: this.#trace?.traceId ?? "",
      parentId: this.#trace?.parentId ?? "",
      referer: this.#referer,
      userAgent: this.#userAgent,
    };
  }

  /**
   * The main thread answered a request by itself.
   *
   * @param sentBytes Octets of the answer that went out.
   * @param timeMs When, in milliseconds since 1970.
   */
  repeated(
    { asked, answerBytes }: RepeatedAnswer,
    sentBytes: number,
    durationMs: number,
    timeMs: number,
  ): void {
    const { accessLog, counters } = this.#service;
    const contentBytes = Math.max(0, asked.contentBytes - (answerBytes - sentBytes));
    counters?.requestBegan();
    counters?.answerBegan(durationMs);
    counters?.repeated();
    counters?.requestEnded(asked.method, asked.status, durationMs, contentBytes);
    const isCut = sentBytes < answerBytes;
    const client = this.peer; // behind a proxy nothing is repeated
    accessLog.record({ ...asked, timeMs, client, contentBytes, durationMs, isCut });
  }

  #countFirstOctet(afterMs: number): void {
    this.#firstOctetIsDue = false;
    this.#service.counters?.answerBegan(afterMs);
  }

  #settle(status: number, contentBytes: number, durationMs: number, isCut: boolean): void {
    this.#isUnderWay = false;
    // Most answers are handed over whole: one look at the clock tells both times.
    if (this.#firstOctetIsDue) this.#countFirstOctet(durationMs);
    const { counters } = this.#service;
    counters?.requestEnded(this.#method, status, durationMs, contentBytes);
    this.#log(status, contentBytes, durationMs, isCut);
  }

  #log(status: number, contentBytes: number, durationMs: number, isCut: boolean): void {
    const { accessLog, moment } = this.#service;
    const asked = this.askedFor(status, contentBytes);
    accessLog.record({ ...asked, timeMs: moment.epochMs, client: this.client, durationMs, isCut });
  }

  /** The method as far as it was understood. */
  get #method(): string {
    return this.#session.request?.method ?? (this.#session.isHead ? "HEAD" : "");
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
    const { gate, moment } = this.#service;
    if (UNCOUNTED.has(broken) || !gate.noteOffence(this.client, moment.epochMs)) return;
    this.#recordEvent("banned", 403);
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
      requestId: this.#requestId || undefined,
    });
  }

  #recordSlow(status: number, durationMs: number): void {
    this.#service.record({
      level: "warn",
      category: "worker",
      message: SLOW_REQUEST,
      properties: { ...this.#about(), status, ms: Math.round(durationMs) },
    });
  }

  #about(): Record<string, unknown> {
    return {
      client: this.client,
      worker: this.#service.worker,
      method: this.#session.request?.method,
      target: this.#session.request?.rawTarget,
      requestId: this.#requestId || undefined,
      traceId: this.#trace?.traceId,
      parentId: this.#trace?.parentId,
    };
  }
}
