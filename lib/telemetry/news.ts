/**
 * What the audit trail tells the dashboard.
 *
 * @module
 */

import type { AuditTrail } from "./audit.ts";
import type { SecurityEvent } from "./security_event.ts";
import type { TopClient } from "./top_clients.ts";

/** Folded events on one line, flat. */
export interface AuditLine extends SecurityEvent {
  /** How many there were. */
  readonly count: number;
  /** Epoch time in milliseconds of the last. */
  readonly lastMs: number;
}

/** Newest and worst first. */
export interface News {
  /** The last events. */
  readonly events: readonly AuditLine[];
  /** Clients with the most of them. */
  readonly offenders: readonly TopClient[];
}

/** What a trail tells, of at most so many events. */
export function newsOf(trail: AuditTrail, eventsMax = Infinity): News {
  const events = trail.history().slice(0, eventsMax)
    .map(({ event, count, lastMs }): AuditLine => ({ ...event, count, lastMs }));
  return { events, offenders: trail.topClients() };
}
