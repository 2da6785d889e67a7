import type { AuditLine } from "../telemetry/news.ts";
import type { Overview, SecurityView } from "../telemetry/overview.ts";
import type { TopClient } from "../telemetry/top_clients.ts";

/** Who attacks, with what the events and offenders are. */
export interface SecurityNews extends SecurityView {
  /** Folded events, newest first. */
  readonly events: readonly AuditLine[];
  /** Clients with the most events, most first. */
  readonly offenders: readonly TopClient[];
}

/** What the server sends to the page, once a second. */
export interface Snapshot extends Overview {
  /** Who attacks. */
  readonly security: SecurityNews;
}
