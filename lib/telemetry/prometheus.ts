/**
 * An observation in the words of Prometheus: its text format 0.0.4, and OpenMetrics 1.0.0.
 *
 * @module
 */

import type { Distribution } from "./histogram.ts";
import type { Observation } from "./observer.ts";
import {
  answersByStatus,
  answersOf,
  eventsByKind,
  openConnections,
  statusOf,
  sumOf,
} from "./summary.ts";
import { ADMISSION_REASONS } from "./server_counters.ts";
import { COUNTED_METHODS, STATUS_CLASSES, WORKER_STATES } from "./worker_counters.ts";

/** The two forms; they differ in how counters are announced and how the text ends. */
export type ExpositionForm = "prometheus" | "openmetrics";

/** Media types of the forms. */
export const EXPOSITION_TYPES: Readonly<Record<ExpositionForm, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/**
 * Upper bounds of the buckets of durations, in seconds: every other power of two of microseconds,
 * 64 µs to 67 s. They are bounds of our own buckets too, so the counts are exact.
 */
const BOUNDS_S: readonly number[] = Array.from(
  { length: 11 },
  (_, index) => 2 ** (6 + 2 * index) / 1e6,
);

type Labels = Readonly<Record<string, string | number>>;

/** One value and what tells it from the others of its metric. */
type Sample = readonly [labels: Labels, value: number];

/** A label's value, in quotes (both forms escape alike). */
function quoted(value: string | number): string {
  return `"${
    String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
  }"`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Collects lines. */
class Exposition {
  readonly #form: ExpositionForm;
  #text = "";

  constructor(form: ExpositionForm) {
    this.#form = form;
  }

  /** A value that goes up and down. */
  gauge(name: string, help: string, samples: readonly Sample[]): void {
    this.#head(name, "gauge", help);
    this.#samples(name, samples);
  }

  /** A value that only goes up; `name` is without `_total`. */
  counter(name: string, help: string, samples: readonly Sample[]): void {
    this.#head(this.#form === "openmetrics" ? name : `${name}_total`, "counter", help);
    this.#samples(`${name}_total`, samples);
  }

  /** Durations in seconds. */
  histogram(name: string, help: string, distribution: Distribution): void {
    this.#head(name, "histogram", help);
    const buckets = BOUNDS_S.map((le): Sample => [{ le }, distribution.countUpTo(le)]);
    this.#samples(`${name}_bucket`, [...buckets, [{ le: "+Inf" }, distribution.count]]);
    this.#samples(`${name}_sum`, [[{}, distribution.sumSeconds]]);
    this.#samples(`${name}_count`, [[{}, distribution.count]]);
  }

  /** All of it. */
  end(): string {
    return this.#form === "openmetrics" ? `${this.#text}# EOF\n` : this.#text;
  }

  #head(name: string, type: string, help: string): void {
    this.#text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }

  #samples(name: string, samples: readonly Sample[]): void {
    for (const [labels, value] of samples) this.#text += `${name}${labelText(labels)} ${value}\n`;
  }
}

/**
 * Writes an observation down.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { allocateTelemetry, Observer } from "./observer.ts";
 *
 * const facts = { version: "1", runtime: "2", ratePerSecond: undefined, burst: undefined };
 * const observer = new Observer(allocateTelemetry(1), facts);
 * const lines = exposition(observer.observe(0), "prometheus").split("\n");
 * assertEquals(lines.includes("sluice_uploads_total 0"), true);
 * ```
 */
export function exposition(observation: Observation, form: ExpositionForm): string {
  const out = new Exposition(form);
  writeServer(out, observation);
  writeRequests(out, observation);
  writeConnections(out, observation);
  writeWorkers(out, observation);
  writeSecurity(out, observation);
  writeMemory(out, observation);
  return out.end();
}

/** A metric that has one value. */
function one(value: number): readonly Sample[] {
  return [[{}, value]];
}

function writeServer(out: Exposition, { facts, server, timeMs, workers }: Observation): void {
  const { version, runtime } = facts;
  const startedMs = server.cell("startedMs");
  const alive = workers.filter((_, worker) => server.isAlive(worker)).length;
  const isDraining = statusOf(server, alive, workers.length) === "draining";
  out.gauge("sluice_build_info", "Versions of the program and of its runtime.", [[
    { version, runtime },
    1,
  ]]);
  out.gauge(
    "sluice_start_time_seconds",
    "When the server started, since 1970.",
    one(startedMs / 1000),
  );
  out.gauge("sluice_uptime_seconds", "For how long it has run.", one((timeMs - startedMs) / 1000));
  out.gauge(
    "sluice_draining",
    "Whether it finishes what is under way and stops.",
    one(Number(isDraining)),
  );
  out.gauge("sluice_workers", "Workers that there should be.", one(workers.length));
  out.gauge("sluice_workers_alive", "Workers that live.", one(alive));
}

function writeRequests(out: Exposition, observation: Observation): void {
  const { workers, durations, firstBytes } = observation;
  const requests = COUNTED_METHODS.flatMap((method, row) =>
    STATUS_CLASSES.map((status, column): Sample => [
      { method, status },
      answersOf(workers, row, column),
    ])
  );
  const codes = Object.entries(answersByStatus(workers));
  out.counter(
    "sluice_http_requests",
    "Requests answered, by method and class of status.",
    requests,
  );
  out.counter(
    "sluice_http_responses",
    "Answers by status code.",
    codes.map(([code, count]): Sample => [{ code }, count]),
  );
  out.histogram(
    "sluice_http_request_duration_seconds",
    "From a request's complete head to the last octet of its answer made.",
    durations,
  );
  out.histogram(
    "sluice_http_time_to_first_byte_seconds",
    "From a request's complete head to the first octet of its answer made.",
    firstBytes,
  );
  out.counter(
    "sluice_http_received_bytes",
    "Octets of requests, heads and contents.",
    one(sumOf(workers, "receivedBytes")),
  );
  out.counter(
    "sluice_http_sent_bytes",
    "Octets of the contents of answers.",
    one(sumOf(workers, "sentBytes")),
  );
  out.counter(
    "sluice_http_repeats",
    "Requests among them that were octet for octet one just answered.",
    one(sumOf(workers, "repeats")),
  );
  out.counter("sluice_uploads", "Uploads stored.", one(sumOf(workers, "uploads")));
  out.counter(
    "sluice_upload_bytes",
    "Octets of uploads stored.",
    one(sumOf(workers, "uploadBytes")),
  );
}

function writeConnections(out: Exposition, observation: Observation): void {
  const { server, queueWaits } = observation;
  out.gauge(
    "sluice_connections_open",
    "Connections that hold a slot.",
    one(openConnections(observation)),
  );
  out.counter("sluice_connections_accepted", "Connections accepted.", one(server.cell("accepted")));
  out.counter(
    "sluice_connections_refused",
    "Connections refused before a byte was read, by reason.",
    ADMISSION_REASONS.map((reason): Sample => [{ reason }, server.cell(reason)]),
  );
  out.gauge(
    "sluice_queue_length",
    "Connections that wait for a slot.",
    one(server.cell("queueLength")),
  );
  out.gauge(
    "sluice_queue_capacity",
    "Connections that may wait.",
    one(server.cell("queueCapacity")),
  );
  out.histogram("sluice_queue_wait_seconds", "Waits of connections for a slot.", queueWaits);
}

function writeWorkers(out: Exposition, { server, workers }: Observation): void {
  const each = (value: (worker: number) => number) =>
    workers.map((_, worker): Sample => [{ worker }, value(worker)]);
  const rings = (cell: "Bytes" | "PeakBytes" | "CapacityBytes") =>
    workers.flatMap((reading, worker): Sample[] => [
      [{ worker, ring: "in" }, reading.cell(`ringIn${cell}`)],
      [{ worker, ring: "out" }, reading.cell(`ringOut${cell}`)],
    ]);
  const states = workers.flatMap((reading, worker) => {
    const now = server.isAlive(worker) ? reading.state : "lost";
    return [...WORKER_STATES, "lost"].map((
      state,
    ): Sample => [{ worker, state }, Number(state === now)]);
  });
  out.gauge("sluice_worker_state", "What each worker does, 1 for the state it is in.", states);
  out.gauge(
    "sluice_worker_connections",
    "Connections that hold a slot.",
    each((worker) => server.member(worker, "connections")),
  );
  out.gauge(
    "sluice_worker_slots",
    "Slots for connections.",
    each((worker) => server.member(worker, "slots")),
  );
  out.counter(
    "sluice_worker_requests",
    "Requests taken.",
    each((worker) => workers[worker]?.cell("requests") ?? 0),
  );
  out.counter(
    "sluice_worker_restarts",
    "Times a worker was replaced.",
    each((worker) => server.member(worker, "restarts")),
  );
  out.gauge(
    "sluice_worker_heap_used_bytes",
    "Heap of each worker.",
    each((worker) => workers[worker]?.cell("heapUsedBytes") ?? 0),
  );
  out.gauge(
    "sluice_ring_used_bytes",
    "Frames waiting in the rings between threads.",
    rings("Bytes"),
  );
  out.gauge("sluice_ring_peak_bytes", "Most frames seen waiting.", rings("PeakBytes"));
  out.gauge("sluice_ring_capacity_bytes", "What each ring holds.", rings("CapacityBytes"));
}

function writeSecurity(out: Exposition, observation: Observation): void {
  const { server, workers } = observation;
  const kinds = Object.entries(eventsByKind(observation));
  out.counter(
    "sluice_security_events",
    "Refusals by kind.",
    kinds.map(([kind, count]): Sample => [{ kind }, count]),
  );
  out.counter("sluice_rate_limited", "Requests answered 429.", one(sumOf(workers, "limited")));
  out.gauge(
    "sluice_rate_limit_clients",
    "Clients in the table of rates.",
    one(server.cell("trackedClients")),
  );
  out.gauge(
    "sluice_rate_limit_capacity",
    "Clients that it has room for.",
    one(server.cell("trackedCapacity")),
  );
  out.gauge("sluice_banned_clients", "Clients refused for now.", one(server.cell("bannedClients")));
}

function writeMemory(out: Exposition, { server }: Observation): void {
  out.gauge("sluice_memory_rss_bytes", "Memory of the process.", one(server.cell("rssBytes")));
  out.gauge(
    "sluice_memory_heap_used_bytes",
    "Heap of the main thread in use.",
    one(server.cell("heapUsedBytes")),
  );
  out.gauge(
    "sluice_memory_heap_total_bytes",
    "Heap of the main thread.",
    one(server.cell("heapTotalBytes")),
  );
  out.gauge(
    "sluice_memory_external_bytes",
    "Memory of the main thread outside of its heap.",
    one(server.cell("externalBytes")),
  );
  out.gauge(
    "sluice_event_loop_lag_seconds",
    "How late the main thread's last timer came.",
    one(server.cell("loopLagMs") / 1000),
  );
  out.counter(
    "sluice_log_lines_dropped",
    "Log lines lost to outputs that were too slow.",
    one(server.cell("logLinesLost")),
  );
}
