/**
 * The pages that every thread of a server writes, and how any of them reads all.
 *
 * @module
 */

import { allocateBulletin, Bulletin } from "./bulletin.ts";
import { Distribution } from "./histogram.ts";
import { allocateServerPage, ServerReading } from "./server_counters.ts";
import { allocateWorkerPage, WorkerReading } from "./worker_counters.ts";

/** The newest events and the worst clients, as JSON: some of 256 events, or all of them if short. */
const NEWS_BYTES_MAX = 256 * 1024;

/** The memory that telemetry lies in; it can be posted to a worker. */
export interface TelemetryMemory {
  /** The main thread's page. */
  readonly server: SharedArrayBuffer;
  /** The page of each worker, by its number. */
  readonly workers: readonly SharedArrayBuffer[];
  /** What the audit trail tells. */
  readonly news: SharedArrayBuffer;
}

/** What does not change while the server runs. */
export interface ServerFacts {
  /** Version of the program. */
  readonly version: string;
  /** Version of the runtime. */
  readonly runtime: string;
  /** Requests a second that a client may send; `undefined` without a limit. */
  readonly ratePerSecond: number | undefined;
  /** Requests at once; `undefined` without a limit. */
  readonly burst: number | undefined;
}

/** Allocates the memory for so many workers: 8 KB, 12 KB for each worker, and 256 KB. */
export function allocateTelemetry(workers: number): TelemetryMemory {
  return {
    server: allocateServerPage(workers),
    workers: Array.from({ length: workers }, allocateWorkerPage),
    news: allocateBulletin(NEWS_BYTES_MAX),
  };
}

/** All pages at one moment. */
export interface Observation {
  /** When, in milliseconds since 1970. */
  readonly timeMs: number;
  /** What does not change. */
  readonly facts: ServerFacts;
  /** The main thread's page. */
  readonly server: ServerReading;
  /** The workers' pages. */
  readonly workers: readonly WorkerReading[];
  /** Durations of requests, of all workers together. */
  readonly durations: Distribution;
  /** Times to the first octet of the answer. */
  readonly firstBytes: Distribution;
  /** Waits in the queue. */
  readonly queueWaits: Distribution;
  /** What the audit trail tells, as JSON of `News`; `undefined` before it told anything. */
  readonly news: string | undefined;
}

/** Reads the pages. */
export class Observer {
  readonly #memory: TelemetryMemory;
  readonly #facts: ServerFacts;
  readonly #news: Bulletin;

  /** Looks at memory from {@linkcode allocateTelemetry}. */
  constructor(memory: TelemetryMemory, facts: ServerFacts) {
    this.#memory = memory;
    this.#facts = facts;
    this.#news = new Bulletin(memory.news);
  }

  /** The main thread's page alone. */
  server(): ServerReading {
    return new ServerReading(this.#memory.server);
  }

  /** What does not change. */
  get facts(): ServerFacts {
    return this.#facts;
  }

  /** How many workers there should be. */
  get workers(): number {
    return this.#memory.workers.length;
  }

  /** Workers alive now, by the main thread's word. */
  aliveWorkers(server: ServerReading): number {
    return this.#memory.workers.filter((_, worker) => server.isAlive(worker))
      .length;
  }

  /** Reads everything. */
  observe(timeMs: number): Observation {
    const server = this.server();
    const workers = this.#memory.workers.map((page) => new WorkerReading(page));
    return {
      timeMs,
      facts: this.#facts,
      server,
      workers,
      durations: Distribution.sum(workers.map(({ durations }) => durations)),
      firstBytes: Distribution.sum(workers.map(({ firstBytes }) => firstBytes)),
      queueWaits: new Distribution(server.queueWaits),
      news: this.#news.read(),
    };
  }
}
