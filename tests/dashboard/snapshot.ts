// What a server with two workers tells its dashboard, second by second: 1000 requests in each, and
// one attack.

import type { Snapshot } from "../../lib/dashboard/snapshot.d.ts";
import { SECURITY_EVENT_KINDS } from "../../lib/telemetry/security_kind.ts";

const STARTED_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MB = 1024 * 1024;

type Event = Snapshot["security"]["events"][number];

/** An attack; `number` sets it apart from others. */
export function eventOf(number: number, change: Partial<Event> = {}): Event {
  const timeMs = STARTED_MS + number * 1000;
  return {
    kind: "traversal",
    rule: "backslash",
    client: `192.0.2.${Math.abs(number) % 250}`,
    target: `/..%5c${Math.abs(number)}`,
    status: 403,
    worker: 0,
    timeMs,
    lastMs: timeMs,
    count: 1,
    ...change,
  };
}

function spread(count: number, scale = 1) {
  return {
    count,
    meanSeconds: 0.0009 * scale,
    p50Seconds: 0.0004 * scale,
    p90Seconds: 0.0011 * scale,
    p99Seconds: 0.0052 * scale,
    p999Seconds: 0.021 * scale,
    maxSeconds: 0.043 * scale,
  };
}

function workerOf(worker: number, second: number): Snapshot["workers"][number] {
  const states = ["idle", "parsing", "handling", "writing"];
  const ring = { usedBytes: 4096 * (second % 7), peakBytes: 0.4 * MB, capacityBytes: MB };
  return {
    worker,
    state: states[(second + worker) % states.length] ?? "idle",
    sinceMs: STARTED_MS + second * 1000 - 120,
    connections: 20 + 7 * worker,
    slots: 1024,
    requests: 500 * second,
    inFlight: second % 3,
    restarts: worker,
    heapUsedBytes: 14 * MB,
    ringIn: ring,
    ringOut: { ...ring, usedBytes: 0.8 * MB },
  };
}

/** What a server has to tell after so many seconds. */
export function snapshotOf(second: number, change: Partial<Snapshot> = {}): Snapshot {
  const total = 1000 * second;
  const byKind = Object.fromEntries(SECURITY_EVENT_KINDS.map((kind) => [kind, 0]));
  return {
    version: "1.2.3",
    timeMs: STARTED_MS + second * 1000,
    startedMs: STARTED_MS,
    uptimeSeconds: second,
    status: "ok",
    requests: {
      total,
      perSecond: 1000,
      byMethod: { GET: 0.9 * total, HEAD: 0, POST: 0.1 * total, OPTIONS: 0, other: 0 },
      byClass: { "1xx": 0, "2xx": 0.8 * total, "3xx": 0.1 * total, "4xx": 0.1 * total, "5xx": 0 },
      byStatus: { "200": 0.8 * total, "304": 0.1 * total, "403": 0.1 * total },
    },
    bytes: { received: 900 * total, sent: 21_000 * total },
    latency: spread(total),
    recentLatency: spread(1000, 1 + (second % 5) / 4),
    firstByte: spread(total, 0.5),
    connections: {
      open: 64,
      accepted: 64 + second,
      refused: { saturated: 12, crowded: 3, banned: 88 },
    },
    queue: { length: 3, capacity: 256, wait: spread(120, 3) },
    workers: [0, 1].map((worker) => workerOf(worker, second)),
    security: { byKind: { ...byKind, traversal: 10 + second }, events: [], offenders: [] },
    rateLimit: {
      limited: 640,
      ratePerSecond: 50,
      burst: 100,
      tracked: 1311,
      capacity: 65_536,
      banned: 2,
    },
    uploads: { stored: 31, bytes: 12 * MB },
    memory: {
      rssBytes: (180 + second % 9) * MB,
      heapUsedBytes: 41 * MB,
      heapTotalBytes: 64 * MB,
      externalBytes: 37 * MB,
    },
    eventLoopLagSeconds: 0.0006,
    logLinesDropped: 0,
    ...change,
  };
}
