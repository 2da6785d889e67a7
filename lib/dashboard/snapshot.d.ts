import type { AuditLine } from "../telemetry/news.ts";
import type { Overview, SecurityView } from "../telemetry/overview.ts";
import type { TopClient } from "../telemetry/top_clients.ts";

/** What the server sends to the page, once a second. */
export interface Snapshot extends Overview {
  /** Who attacks. */
  readonly security: SecurityView & {
    readonly events: readonly AuditLine[];
    readonly offenders: readonly TopClient[];
  };
}
