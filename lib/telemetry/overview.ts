/**
 * Everything an operator may want to know of a server, as one JSON value: what the dashboard shows.
 *
 * @module
 */

import type { AuditLine } from "./news.ts";
import type { TopClient } from "./top_clients.ts";

/** Whether a server serves: with all of its workers, with some or none of them, or not for long. */
export type ServerStatus = "ok" | "degraded" | "draining";

/** How long things took. */
export interface Spread {
  /** How many there were. */
  readonly count: number;
  /** Their mean; like all that follows in seconds, and 0 when there were none. */
  readonly meanSeconds: number;
  /** Half took no longer. */
  readonly p50Seconds: number;
  /** Nine in ten took no longer. */
  readonly p90Seconds: number;
  /** Of a hundred, 99 took no longer. */
  readonly p99Seconds: number;
  /** Of a thousand, 999 took no longer. */
  readonly p999Seconds: number;
  /** The longest since the start. */
  readonly maxSeconds: number;
}

/** Numbers by name, such as requests by method. */
export type Tally = Readonly<Record<string, number>>;

/** A ring's fill, in bytes. */
export interface RingView {
  /** When the worker last looked. */
  readonly usedBytes: number;
  /** The most it saw. */
  readonly peakBytes: number;
  /** What the ring holds. */
  readonly capacityBytes: number;
}

/** One worker. */
export interface WorkerView {
  /** Its number, from 0. */
  readonly worker: number;
  /** What it does; `lost` while it waits for its replacement. */
  readonly state: string;
  /** Since when it has been busy, or idle, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Connections that hold a slot of it. */
  readonly connections: number;
  /** Slots it has. */
  readonly slots: number;
  /** Requests since the start of the server. */
  readonly requests: number;
  /** Requests that wait for the end of their answer. */
  readonly inFlight: number;
  /** How often it was replaced. */
  readonly restarts: number;
  /** Its own heap. */
  readonly heapUsedBytes: number;
  /** The ring towards it. */
  readonly ringIn: RingView;
  /** The ring from it. */
  readonly ringOut: RingView;
}

/** Requests. */
export interface RequestsView {
  /** Heads that came, or failed to. */
  readonly total: number;
  /** In the time since the last overview of the same reader, or since the start. */
  readonly perSecond: number;
  /** Answers by method of the request; rare ones are `other`. */
  readonly byMethod: Tally;
  /** Answers by class of status, `1xx` to `5xx`. */
  readonly byClass: Tally;
  /** Answers by status; those that were never sent are left out. */
  readonly byStatus: Tally;
}

/** Connections and those that wait. */
export interface ConnectionsView {
  /** That hold a slot. */
  readonly open: number;
  /** Accepted since the start. */
  readonly accepted: number;
  /** Refused before a byte was read, by reason. */
  readonly refused: Tally;
}

/** Connections that wait for a slot. */
export interface QueueView {
  /** Now. */
  readonly length: number;
  /** At the most. */
  readonly capacity: number;
  /** How long those that were given a slot had waited. */
  readonly wait: Spread;
}

/** Who attacks. */
export interface SecurityView {
  /** Refusals by kind. */
  readonly byKind: Tally;
  /** The last of them folded, newest first. */
  readonly events: readonly AuditLine[];
  /** Clients with the most, most first. */
  readonly offenders: readonly TopClient[];
}

/** Who asks too often. */
export interface RateLimitView {
  /** Requests answered 429. */
  readonly limited: number;
  /** What a client may send in the long run; `null` is no limit. */
  readonly ratePerSecond: number | null;
  /** What it may send at once. */
  readonly burst: number | null;
  /** Clients in the table. */
  readonly tracked: number;
  /** Clients that the table has room for. */
  readonly capacity: number;
  /** Clients refused for now. */
  readonly banned: number;
}

/** Memory, in bytes. */
export interface MemoryView {
  /** Of the process. */
  readonly rssBytes: number;
  /** Of the main thread's heap, in use. */
  readonly heapUsedBytes: number;
  /** Of the main thread's heap. */
  readonly heapTotalBytes: number;
  /** Of the main thread, outside of its heap. */
  readonly externalBytes: number;
}

/** Everything. Counters count from the start of the server. */
export interface Overview {
  /** Version of the program. */
  readonly version: string;
  /** When this was read, in milliseconds since 1970. */
  readonly timeMs: number;
  /** When the server started. */
  readonly startedMs: number;
  /** How long ago that was. */
  readonly uptimeSeconds: number;
  /** Whether it serves. */
  readonly status: ServerStatus;
  /** Requests. */
  readonly requests: RequestsView;
  /** Octets received (heads and contents) and sent (contents). */
  readonly bytes: { readonly received: number; readonly sent: number };
  /** How long requests took, from the complete head to the last octet of the answer made. */
  readonly latency: Spread;
  /** The same since the last overview of the same reader, or since the start. */
  readonly recentLatency: Spread;
  /** From the complete head to the first octet of the answer made. */
  readonly firstByte: Spread;
  /** Connections. */
  readonly connections: ConnectionsView;
  /** Those that wait. */
  readonly queue: QueueView;
  /** Workers, by their number. */
  readonly workers: readonly WorkerView[];
  /** Who attacks. */
  readonly security: SecurityView;
  /** Who asks too often. */
  readonly rateLimit: RateLimitView;
  /** Uploads stored. */
  readonly uploads: { readonly stored: number; readonly bytes: number };
  /** Memory of the process and of the main thread. */
  readonly memory: MemoryView;
  /** How late the main thread's last timer came. */
  readonly eventLoopLagSeconds: number;
  /** Log lines lost to outputs that were too slow. */
  readonly logLinesDropped: number;
}
