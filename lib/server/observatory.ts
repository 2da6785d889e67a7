/**
 * Where the main thread writes down what it knows, so that any worker can tell of it.
 *
 * @module
 */

import type { Offenders } from "../security/offenders.ts";
import type { RateTable } from "../security/rate_table.ts";
import type { AuditTrail } from "../telemetry/audit.ts";
import { Bulletin } from "../telemetry/bulletin.ts";
import { newsOf } from "../telemetry/news.ts";
import type { TelemetryMemory } from "../telemetry/observer.ts";
import {
  ADMISSION_REASONS,
  type AdmissionReason,
  ServerCounters,
} from "../telemetry/server_counters.ts";

/** How often gauges are written, in milliseconds: a dashboard that looks each second sees new ones. */
const INTERVAL_MS = 500;

/** Clients are counted in tables of 65,536 entries, so not each time. */
const INTERVALS_PER_CENSUS = 4;

/** One worker as the main thread sees it. */
export interface MemberView {
  /** Whether its thread lives. */
  readonly isAlive: boolean;
  /** How often it was replaced. */
  readonly restarts: number;
  /** Connections that hold a slot. */
  readonly connections: number;
}

/** Where the numbers come from. */
export interface Sources {
  /** Connections so far. */
  readonly connections: () => Readonly<Record<AdmissionReason | "accepted", number>>;
  /** Connections that wait. */
  readonly queueLength: () => number;
  /** Each worker, by its number. */
  readonly members: () => readonly MemberView[];
  /** Log lines lost so far. */
  readonly logLinesLost: () => number;
  /** Refusals. */
  readonly audit: AuditTrail;
  /** Clients whose requests are counted. */
  readonly rates: () => RateTable | undefined;
  /** Clients refused for a while. */
  readonly offenders: () => Offenders | undefined;
}

/** Writes the main thread's page, twice a second. */
export class Observatory {
  /** The page, for what is counted as it happens. */
  readonly counters: ServerCounters;
  readonly #sources: Sources;
  readonly #news: Bulletin;
  readonly #timer: ReturnType<typeof setInterval>;
  #intervals = 0;
  #expectedMs = performance.now() + INTERVAL_MS;
  #eventsTold = -1;

  /** Begins to write. `slots` and `queueMax` are what each worker and the queue hold. */
  constructor(
    memory: TelemetryMemory,
    { slots, queueMax }: { readonly slots: number; readonly queueMax: number },
    sources: Sources,
  ) {
    this.#sources = sources;
    this.#news = new Bulletin(memory.news);
    const counters = this.counters = new ServerCounters(memory.server);
    counters.set("startedMs", Date.now());
    counters.set("queueCapacity", queueMax);
    memory.workers.forEach((_, worker) => counters.setMember(worker, "slots", slots));
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
    this.write();
  }

  /** The server finishes what is under way and stops. */
  drain(): void {
    this.counters.set("isDraining", 1);
  }

  /** Stops writing. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Writes what can change at any time. */
  write(): void {
    const { counters } = this;
    const { connections, queueLength, members, logLinesLost } = this.#sources;
    const counts = connections();
    counters.set("accepted", counts.accepted);
    for (const reason of ADMISSION_REASONS) counters.set(reason, counts[reason]);
    counters.set("queueLength", queueLength());
    counters.set("logLinesLost", logLinesLost());
    for (const [worker, { isAlive, restarts, connections }] of members().entries()) {
      counters.setMember(worker, "isAlive", Number(isAlive));
      counters.setMember(worker, "restarts", restarts);
      counters.setMember(worker, "connections", connections);
    }
  }

  #look(): void {
    const nowMs = performance.now();
    this.counters.set("loopLagMs", Math.max(0, nowMs - this.#expectedMs));
    this.#expectedMs = nowMs + INTERVAL_MS;
    this.#writeMemory();
    this.write();
    this.#tell();
    if (this.#intervals++ % INTERVALS_PER_CENSUS === 0) this.#takeCensus();
  }

  #writeMemory(): void {
    const { rss, heapUsed, heapTotal, external } = Deno.memoryUsage();
    this.counters.set("rssBytes", rss);
    this.counters.set("heapUsedBytes", heapUsed);
    this.counters.set("heapTotalBytes", heapTotal);
    this.counters.set("externalBytes", external);
  }

  /** Publishes the audit trail when there is news, in as many events as find room. */
  #tell(): void {
    const { audit } = this.#sources;
    const events = Object.values(audit.counts()).reduce((sum, count) => sum + count, 0);
    if (events === this.#eventsTold) return;
    this.#eventsTold = events;
    for (let eventsMax = 256; eventsMax > 0; eventsMax >>= 1) {
      if (this.#news.publish(JSON.stringify(newsOf(audit, eventsMax)))) return;
    }
  }

  #takeCensus(): void {
    const [rates, offenders] = [this.#sources.rates(), this.#sources.offenders()];
    this.counters.set("trackedClients", rates?.usedCount() ?? 0);
    this.counters.set("trackedCapacity", rates?.entries ?? 0);
    this.counters.set("bannedClients", offenders?.refusedCount(Date.now()) ?? 0);
  }
}
