// What the server's log says of attacks. Everything that knows how the log says it is here.

import type { Attack, EventKind } from "./attack.ts";

/** An incident in the log. */
export interface Incident {
  readonly kind: EventKind;
  /** Address of the client, as the log has it. */
  readonly client: string;
  /** How often it happened, where the log folds what is alike. */
  readonly count: number;
}

/** How many incidents there are of each kind. */
export type KindCounts = Readonly<Partial<Record<EventKind, number>>>;

/** The kind of each rule. Rules that are missing are ways to name a place or another's file. */
const KINDS: Readonly<Record<string, EventKind>> = {
  "not-absolute": "protocol",
  "unescaped-byte": "protocol",
  "malformed-escape": "protocol",
  "invalid-utf8": "protocol",
  "control": "protocol",
  "protocol": "protocol",
  "path-length": "limit",
  "segment-length": "limit",
  "dot-file": "hidden-file",
  "symlink": "symlink",
  "host-malformed": "host",
  "host-unknown": "host",
  "host-port": "host",
  "rate-limit": "rate-limit",
  "banned": "banned",
};

/** Uploads share a rule with broken messages, but not their reason. */
const UPLOAD_REASON = "Cannot accept the JSON: ";

const SECURITY_LINE = /^\S+ WARN {2}sluice\.security {2}\S.* client=/;

// A value is bare, or a JSON string.
const FIELD = / (client|rule|reason)=("(?:[^"\\]|\\.)*"|\S+)/g;

/** Statuses that leave an incident; the others are logged as requests only. */
const RECORDED: ReadonlySet<Attack["status"]> = new Set([400, 403, 429]);

/** Reads the incidents out of the log, in its order. */
export function incidentsOf(log: string): readonly Incident[] {
  return log.split("\n").filter((line) => SECURITY_LINE.test(line)).map(incidentOf);
}

function incidentOf(line: string): Incident {
  const fields = new Map<string, string>();
  for (const [, name = "", value = ""] of line.matchAll(FIELD)) {
    fields.set(name, value.startsWith('"') ? String(JSON.parse(value)) : value);
  }
  const isUpload = fields.get("reason")?.startsWith(UPLOAD_REASON) ?? false;
  const kind = isUpload ? "upload" : KINDS[fields.get("rule") ?? ""] ?? "traversal";
  return { kind, client: fields.get("client") ?? "", count: 1 };
}

/** How many incidents of each kind these attacks must leave in the log. */
export function expectedCounts(attacks: readonly Attack[]): KindCounts {
  const told = attacks.filter(({ event, status }) => event !== "none" && RECORDED.has(status));
  return countsOf(told.map(({ event }) => ({ kind: event, client: "", count: 1 })));
}

/** How many incidents there are of each kind. */
export function countsOf(incidents: readonly Incident[]): KindCounts {
  const counts: Partial<Record<EventKind, number>> = {};
  for (const { kind, count } of incidents) counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}
