/**
 * What the main thread counts, in a page of shared memory that it alone writes and any thread reads:
 * connections, the queue, the workers' lives, the memory of the process.
 *
 * @module
 */

import { Histogram, HISTOGRAM_CELLS } from "./histogram.ts";
import { SECURITY_EVENT_KINDS, type SecurityEventKind } from "./security_kind.ts";

/** Why connections are refused before a byte of them is read. */
export const ADMISSION_REASONS = ["saturated", "crowded", "banned"] as const;

/** Why a connection was refused. */
export type AdmissionReason = typeof ADMISSION_REASONS[number];

/** Where each gauge and counter lies in the page. */
export const SERVER_CELLS = {
  startedMs: 0,
  isDraining: 1,
  accepted: 2,
  saturated: 3,
  crowded: 4,
  banned: 5,
  queueLength: 6,
  queueCapacity: 7,
  trackedClients: 8,
  trackedCapacity: 9,
  bannedClients: 10,
  rssBytes: 11,
  heapUsedBytes: 12,
  heapTotalBytes: 13,
  externalBytes: 14,
  loopLagMs: 15,
  logLinesLost: 16,
} as const;

/** A gauge or counter of the main thread. */
export type ServerCell = keyof typeof SERVER_CELLS;

const KINDS_AT = Object.keys(SERVER_CELLS).length;
const QUEUE_WAITS_AT = KINDS_AT + SECURITY_EVENT_KINDS.length;
const MEMBERS_AT = QUEUE_WAITS_AT + HISTOGRAM_CELLS;

/** What is known of each worker, in cells behind those. */
export const MEMBER_CELLS = { isAlive: 0, restarts: 1, connections: 2, slots: 3 } as const;
const MEMBER_SIZE = Object.keys(MEMBER_CELLS).length;

/** A gauge or counter of one worker that the main thread keeps. */
export type MemberCell = keyof typeof MEMBER_CELLS;

/** Allocates the page for so many workers. */
export function allocateServerPage(workers: number): SharedArrayBuffer {
  const cells = MEMBERS_AT + workers * MEMBER_SIZE;
  return new SharedArrayBuffer(cells * Float64Array.BYTES_PER_ELEMENT);
}

/** The writing side: the main thread's. */
export class ServerCounters {
  readonly #cells: Float64Array;
  readonly #queueWaits: Histogram;

  /** Begins to count in a page of its own. */
  constructor(page: SharedArrayBuffer) {
    this.#cells = new Float64Array(page);
    this.#queueWaits = new Histogram(this.#cells.subarray(QUEUE_WAITS_AT, MEMBERS_AT));
  }

  /** Sets a gauge. */
  set(cell: ServerCell, value: number): void {
    this.#cells[SERVER_CELLS[cell]] = value;
  }

  /** Sets a gauge of one worker, numbered from 0. */
  setMember(worker: number, cell: MemberCell, value: number): void {
    this.#cells[MEMBERS_AT + worker * MEMBER_SIZE + MEMBER_CELLS[cell]] = value;
  }

  /** A connection that waited was given a slot. */
  waited(durationMs: number): void {
    this.#queueWaits.record(durationMs);
  }

  /** Something was refused before a worker saw it. */
  refused(kind: SecurityEventKind): void {
    const at = KINDS_AT + SECURITY_EVENT_KINDS.indexOf(kind);
    this.#cells[at] = (this.#cells[at] ?? 0) + 1;
  }
}

/** The main thread's page at one moment. */
export class ServerReading {
  readonly #cells: Float64Array;

  /** Reads a page, whoever writes it meanwhile. */
  constructor(page: SharedArrayBuffer) {
    this.#cells = new Float64Array(page).slice();
  }

  /** One gauge or counter. */
  cell(name: ServerCell): number {
    return this.#cells[SERVER_CELLS[name]] ?? 0;
  }

  /** One gauge or counter of a worker. */
  member(worker: number, cell: MemberCell): number {
    return this.#cells[MEMBERS_AT + worker * MEMBER_SIZE + MEMBER_CELLS[cell]] ?? 0;
  }

  /** Whether a worker's thread lives. */
  isAlive(worker: number): boolean {
    return this.member(worker, "isAlive") === 1;
  }

  /** Security events of a kind that no worker saw. */
  events(kind: SecurityEventKind): number {
    return this.#cells[KINDS_AT + SECURITY_EVENT_KINDS.indexOf(kind)] ?? 0;
  }

  /** The cells of the histogram of waits in the queue. */
  get queueWaits(): Float64Array {
    return this.#cells.subarray(QUEUE_WAITS_AT, MEMBERS_AT);
  }
}
