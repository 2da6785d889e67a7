/**
 * What a worker says to the log, on its way into the ring.
 *
 * @module
 */

import { LogForm, type ToMainFrames } from "../channel/frames.ts";
import type { AccessForm } from "../telemetry/access_log.ts";
import { encodeLoss } from "../telemetry/loss_count.ts";
import { encodeRecord, type LogRecord } from "../telemetry/log_record.ts";
import { RecordBudget } from "../telemetry/record_budget.ts";
import { encodeEvent, type SecurityEvent } from "../telemetry/security_event.ts";

/** Records of one kind in ten seconds: who reads them learns no more from the next. */
const RECORDS_MAX = 20;

/** Kinds of records that are told apart; messages are ours, so it is more than there are. */
const KINDS_MAX = 64;

const NEWLINE = 0x0a;

/**
 * Sends lines, records and events, and never waits: what finds no room is counted, and the log told
 * how much it was. Of records with one message at most 20 are sent in ten seconds; the next one says
 * in `unreported` how many were not.
 */
export class LogCourier {
  readonly #send: Pick<ToMainFrames, "log">;
  readonly #nowMs: () => number;
  readonly #budgets = new Map<string, RecordBudget>();
  #lostLines = 0;

  /**
   * Sends into one ring.
   *
   * @param nowMs The worker's own clock.
   */
  constructor(send: Pick<ToMainFrames, "log">, nowMs: () => number) {
    this.#send = send;
    this.#nowMs = nowMs;
  }

  /** Sends whole access lines. */
  access(form: AccessForm, lines: Uint8Array): void {
    if (this.#send.log(form === "text" ? LogForm.Text : LogForm.Json, lines)) return;
    for (const octet of lines) if (octet === NEWLINE) this.#lostLines++;
  }

  /** Sends a security event. */
  event(event: SecurityEvent): void {
    if (!this.#send.log(LogForm.Event, encodeEvent(event))) this.#lostLines++;
  }

  /** Sends a structured record. */
  record(record: LogRecord): void {
    const budget = this.#budgetOf(record.message);
    if (!budget.take(this.#nowMs())) return;
    const unreported = budget.takeSuppressed() || undefined;
    const bytes = encodeRecord({ ...record, properties: { ...record.properties, unreported } });
    if (!this.#send.log(LogForm.Record, bytes)) this.#lostLines++;
  }

  /** Says how much was lost since this was said last, as soon as there is room for that. */
  reportLoss(): void {
    if (this.#lostLines === 0) return;
    if (this.#send.log(LogForm.Lost, encodeLoss(this.#lostLines))) this.#lostLines = 0;
  }

  #budgetOf(message: string): RecordBudget {
    const kind = this.#budgets.size < KINDS_MAX || this.#budgets.has(message) ? message : "";
    let budget = this.#budgets.get(kind);
    if (budget === undefined) this.#budgets.set(kind, budget = new RecordBudget(RECORDS_MAX));
    return budget;
  }
}
