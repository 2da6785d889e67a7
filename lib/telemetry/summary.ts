/**
 * Observations summed up.
 *
 * @module
 */

import type { Distribution } from "./histogram.ts";
import type { News } from "./news.ts";
import type { Observation } from "./observer.ts";
import type {
  Overview,
  RequestsView,
  RingView,
  ServerStatus,
  Spread,
  Tally,
  WorkerView,
} from "./overview.ts";
import { SECURITY_EVENT_KINDS } from "./security_kind.ts";
import { ADMISSION_REASONS, type ServerReading } from "./server_counters.ts";
import {
  COUNTED_METHODS,
  STATUS_CLASSES,
  type WorkerCell,
  type WorkerReading,
} from "./worker_counters.ts";

/** Whether a server serves, by how many of its workers live. */
export function statusOf(server: ServerReading, alive: number, workers: number): ServerStatus {
  if (server.cell("isDraining") === 1) return "draining";
  return alive === workers ? "ok" : "degraded";
}

/** The sum of one counter over all workers. */
export function sumOf(workers: readonly WorkerReading[], cell: WorkerCell): number {
  return workers.reduce((sum, worker) => sum + worker.cell(cell), 0);
}

/** Answers of all workers by method and class of status, as `WorkerReading.answers` has them. */
export function answersOf(
  workers: readonly WorkerReading[],
  method: number,
  statusClass: number,
): number {
  return workers.reduce((sum, worker) => sum + worker.answers(method, statusClass), 0);
}

/** Connections that hold a slot. */
export function openConnections({ server, workers }: Observation): number {
  return workers.reduce((sum, _, worker) => sum + server.member(worker, "connections"), 0);
}

/** Numbers by name. */
function tally<K extends string>(
  names: readonly K[],
  count: (name: K, index: number) => number,
): Tally {
  return Object.fromEntries(names.map((name, index): [K, number] => [name, count(name, index)]));
}

/** Answers by status; those that were never sent are left out. */
export function answersByStatus(workers: readonly WorkerReading[]): Tally {
  const statuses = Array.from({ length: 500 }, (_, index) => index + 100);
  const counts = statuses.map((status): [string, number] => [
    String(status),
    workers.reduce((sum, worker) => sum + worker.answersOf(status), 0),
  ]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function spreadOf(distribution: Distribution): Spread {
  return {
    count: distribution.count,
    meanSeconds: distribution.meanSeconds,
    p50Seconds: distribution.quantile(0.5),
    p90Seconds: distribution.quantile(0.9),
    p99Seconds: distribution.quantile(0.99),
    p999Seconds: distribution.quantile(0.999),
    maxSeconds: distribution.maxSeconds,
  };
}

function ringView(worker: WorkerReading, ring: "ringIn" | "ringOut"): RingView {
  return {
    usedBytes: worker.cell(`${ring}Bytes`),
    peakBytes: worker.cell(`${ring}PeakBytes`),
    capacityBytes: worker.cell(`${ring}CapacityBytes`),
  };
}

function workerView(server: ServerReading, reading: WorkerReading, worker: number): WorkerView {
  const isAlive = server.isAlive(worker);
  return {
    worker,
    state: isAlive ? reading.state : "lost",
    sinceMs: reading.cell("sinceMs"),
    connections: server.member(worker, "connections"),
    slots: server.member(worker, "slots"),
    requests: reading.cell("requests"),
    inFlight: isAlive ? reading.cell("inFlight") : 0,
    restarts: server.member(worker, "restarts"),
    heapUsedBytes: reading.cell("heapUsedBytes"),
    ringIn: ringView(reading, "ringIn"),
    ringOut: ringView(reading, "ringOut"),
  };
}

/** The bulletin is written by the main thread alone, in the form of {@linkcode News}. */
function readNews(text: string | undefined): News {
  return text === undefined ? { events: [], offenders: [] } : JSON.parse(text);
}

/** Whole seconds and thousandths: more would only say how long the reading took. */
function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

function requestsOf(now: Observation, before: Observation | undefined): RequestsView {
  const { workers, timeMs, server } = now;
  const total = sumOf(workers, "requests");
  const sinceMs = before?.timeMs ?? server.cell("startedMs");
  const earlier = before === undefined ? 0 : sumOf(before.workers, "requests");
  const answers = (method: number, statusClass: number) => answersOf(workers, method, statusClass);
  return {
    total,
    perSecond: (total - earlier) * 1000 / Math.max(1, timeMs - sinceMs),
    byMethod: tally(
      COUNTED_METHODS,
      (_, method) => STATUS_CLASSES.reduce((sum, _, index) => sum + answers(method, index), 0),
    ),
    byClass: tally(
      STATUS_CLASSES,
      (_, index) => COUNTED_METHODS.reduce((sum, _, method) => sum + answers(method, index), 0),
    ),
    byStatus: answersByStatus(workers),
  };
}

/**
 * Sums an observation up.
 *
 * @param before An earlier one, for what is told per second and of late.
 */
export function overviewOf(now: Observation, before?: Observation): Overview {
  const { facts, server, workers, durations } = now;
  const startedMs = server.cell("startedMs");
  const views = workers.map((reading, worker) => workerView(server, reading, worker));
  const alive = views.filter(({ state }) => state !== "lost").length;
  return {
    version: facts.version,
    timeMs: now.timeMs,
    startedMs,
    uptimeSeconds: seconds(now.timeMs - startedMs),
    status: statusOf(server, alive, workers.length),
    requests: requestsOf(now, before),
    bytes: { received: sumOf(workers, "receivedBytes"), sent: sumOf(workers, "sentBytes") },
    latency: spreadOf(durations),
    recentLatency: spreadOf(before === undefined ? durations : durations.since(before.durations)),
    firstByte: spreadOf(now.firstBytes),
    connections: {
      open: openConnections(now),
      accepted: server.cell("accepted"),
      refused: tally(ADMISSION_REASONS, (reason) => server.cell(reason)),
    },
    queue: {
      length: server.cell("queueLength"),
      capacity: server.cell("queueCapacity"),
      wait: spreadOf(now.queueWaits),
    },
    workers: views,
    security: { byKind: eventsByKind(now), ...readNews(now.news) },
    rateLimit: {
      limited: sumOf(workers, "limited"),
      ratePerSecond: facts.ratePerSecond ?? null,
      burst: facts.burst ?? null,
      tracked: server.cell("trackedClients"),
      capacity: server.cell("trackedCapacity"),
      banned: server.cell("bannedClients"),
    },
    uploads: { stored: sumOf(workers, "uploads"), bytes: sumOf(workers, "uploadBytes") },
    memory: {
      rssBytes: server.cell("rssBytes"),
      heapUsedBytes: server.cell("heapUsedBytes"),
      heapTotalBytes: server.cell("heapTotalBytes"),
      externalBytes: server.cell("externalBytes"),
    },
    eventLoopLagSeconds: seconds(server.cell("loopLagMs")),
    logLinesDropped: server.cell("logLinesLost"),
  };
}

/** Security events by kind, whoever saw them. */
export function eventsByKind({ server, workers }: Observation): Tally {
  return tally(
    SECURITY_EVENT_KINDS,
    (kind) => workers.reduce((sum, worker) => sum + worker.events(kind), server.events(kind)),
  );
}
