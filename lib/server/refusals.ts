/**
 * What becomes of connections that admission turned away: those of a client that is to blame go to the
 * audit trail, those that a full house costs into the log, a line at first and a sum later.
 *
 * @module
 */

import type { RefusalReason } from "../net/refusal.ts";
import type { SecurityEvent } from "../telemetry/security_event.ts";

/** How long refusals are summed up, in milliseconds. */
const WINDOW_MS = 10_000;

/** How the audit trail names what a client did. */
const OFFENCES: Readonly<
  Partial<Record<RefusalReason, Pick<SecurityEvent, "kind" | "rule" | "status">>>
> = {
  banned: { kind: "banned", rule: "banned", status: 403 },
  crowded: { kind: "limit", rule: "limit-connections", status: 503 },
};

/** Where refusals are told. */
export interface RefusalEvents {
  /** Takes what a client did, for the audit trail. */
  audit(event: SecurityEvent): void;
  /** Takes a line for the log: so many connections were refused for this reason. */
  warn(reason: RefusalReason, connections: number): void;
}

/** Refusals on their way to audit trail and log. */
export class Refusals {
  readonly #events: RefusalEvents;
  readonly #sums = new Map<RefusalReason, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts with none. */
  constructor(events: RefusalEvents) {
    this.#events = events;
  }

  /** Takes one. */
  note(reason: RefusalReason, address: string): void {
    const offence = OFFENCES[reason];
    if (offence === undefined) return this.#sum(reason);
    const unknown = { target: "", worker: undefined }; // no byte was read, no worker saw it
    this.#events.audit({ ...offence, ...unknown, client: address, timeMs: Date.now() });
  }

  /** Tells the sums of the open window. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [reason, count] of this.#sums) if (count > 0) this.#events.warn(reason, count);
    this.#sums.clear();
  }

  #sum(reason: RefusalReason): void {
    const count = this.#sums.get(reason);
    this.#sums.set(reason, (count ?? -1) + 1); // the first is told at once
    if (count === undefined) this.#events.warn(reason, 1);
    this.#timer ??= setTimeout(() => this.close(), WINDOW_MS);
  }
}
