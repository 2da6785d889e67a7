// What the server's log says of attacks. Everything that knows how the log says it is here.

import { assert } from "@std/assert";
import { SECURITY_EVENT_KINDS } from "../../lib/telemetry/security_kind.ts";
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

const SECURITY_LINE = /^\S+ WARN {2}sluice\.security {2}\S.* client=/;

// A value is bare, or a JSON string.
const FIELD = / (kind|client|count)=("(?:[^"\\]|\\.)*"|\S+)/g;

/** Reads the incidents out of the log, in its order. */
export function incidentsOf(log: string): readonly Incident[] {
  return log.split("\n").filter((line) => SECURITY_LINE.test(line)).map(incidentOf);
}

function incidentOf(line: string): Incident {
  const fields = new Map<string, string>();
  for (const [, name = "", value = ""] of line.matchAll(FIELD)) {
    fields.set(name, value.startsWith('"') ? String(JSON.parse(value)) : value);
  }
  const kind = SECURITY_EVENT_KINDS.find((kind) => kind === fields.get("kind"));
  assert(kind !== undefined, line);
  return { kind, client: fields.get("client") ?? "", count: Number(fields.get("count")) };
}

/** How many incidents of each kind these attacks must leave in the log. */
export function expectedCounts(attacks: readonly Attack[]): KindCounts {
  const told = attacks.filter(({ event }) => event !== "none");
  return countsOf(told.map(({ event }) => ({ kind: event, client: "", count: 1 })));
}

/** How many incidents there are of each kind. */
export function countsOf(incidents: readonly Incident[]): KindCounts {
  const counts: Partial<Record<EventKind, number>> = {};
  for (const { kind, count } of incidents) counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}
