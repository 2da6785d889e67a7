/**
 * What one worker counts of itself, in a page of shared memory: it alone writes, without locks, and
 * any thread reads at any time. Cells are 64-bit floats, whole up to 2^53. A worker that takes the
 * place of a lost one goes on with its page, so counters never fall.
 *
 * @module
 */

import { Histogram, HISTOGRAM_CELLS } from "./histogram.ts";
import { SECURITY_EVENT_KINDS, type SecurityEventKind } from "./security_kind.ts";

/** What a worker does, in words. */
export const WORKER_STATES = ["idle", "parsing", "handling", "writing"] as const;

/** What a worker is doing, as its page has it: the index in {@linkcode WORKER_STATES}. */
export const WorkerState = { Idle: 0, Parsing: 1, Handling: 2, Writing: 3 } as const;

/** One value of {@linkcode WorkerState}. */
export type WorkerState = typeof WorkerState[keyof typeof WorkerState];

/** Methods counted by name; any other is `other`. */
export const COUNTED_METHODS = ["GET", "HEAD", "POST", "OPTIONS", "other"] as const;

/** The first digit of a status says its class (RFC 9110 §15). */
export const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/** Where each gauge and counter lies in the page. */
export const WORKER_CELLS = {
  state: 0,
  sinceMs: 1,
  inFlight: 2,
  requests: 3,
  receivedBytes: 4,
  sentBytes: 5,
  limited: 6,
  uploads: 7,
  uploadBytes: 8,
  streams: 9,
  heapUsedBytes: 10,
  heapTotalBytes: 11,
  externalBytes: 12,
  ringInBytes: 13,
  ringInPeakBytes: 14,
  ringInCapacityBytes: 15,
  ringOutBytes: 16,
  ringOutPeakBytes: 17,
  ringOutCapacityBytes: 18,
  repeats: 19,
} as const;

const AT = WORKER_CELLS;

/** A gauge or counter of a worker. */
export type WorkerCell = keyof typeof WORKER_CELLS;

/** Statuses are three digits; the page has a cell for each of 100 to 599. */
const FIRST_STATUS = 100;
const STATUSES = 500;

const KINDS_AT = Object.keys(WORKER_CELLS).length;
const REQUESTS_AT = KINDS_AT + SECURITY_EVENT_KINDS.length;
const STATUSES_AT = REQUESTS_AT + COUNTED_METHODS.length * STATUS_CLASSES.length;
const DURATIONS_AT = STATUSES_AT + STATUSES;
const FIRST_BYTES_AT = DURATIONS_AT + HISTOGRAM_CELLS;
const PAGE_CELLS = FIRST_BYTES_AT + HISTOGRAM_CELLS;

function cellsOf(memory: SharedArrayBuffer): Float64Array {
  return new Float64Array(memory);
}

/** What a worker does now and has; none of it outlives the worker. */
const GAUGES = [AT.state, AT.sinceMs, AT.inFlight, AT.streams];

/** Allocates the page of one worker, 12 KB. */
export function allocateWorkerPage(): SharedArrayBuffer {
  return new SharedArrayBuffer(PAGE_CELLS * Float64Array.BYTES_PER_ELEMENT);
}

/** The methods there are, most frequent first. */
function methodIndex(method: string): number {
  switch (method) {
    case "GET":
      return 0;
    case "HEAD":
      return 1;
    case "POST":
      return 2;
    case "OPTIONS":
      return 3;
    default:
      return COUNTED_METHODS.length - 1;
  }
}

/** A ring's fill. */
export interface RingFill {
  /** Bytes of records in it. */
  readonly usedBytes: number;
  /** Bytes it holds at the most. */
  readonly capacityBytes: number;
}

/**
 * The writing side: the worker's own.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const page = allocateWorkerPage();
 * const counters = new WorkerCounters(page);
 * counters.requestBegan();
 * counters.requestEnded("GET", 304, 0.25, 0);
 * const seen = new WorkerReading(page);
 * assertEquals([seen.cell("requests"), seen.answersOf(304)], [1, 1]);
 * ```
 */
export class WorkerCounters {
  readonly #cells: Float64Array;
  readonly #durations: Histogram;
  readonly #firstBytes: Histogram;

  /** Goes on with a page that a worker before this one may have begun. */
  constructor(page: SharedArrayBuffer) {
    const cells = this.#cells = cellsOf(page);
    this.#durations = new Histogram(cells.subarray(DURATIONS_AT, FIRST_BYTES_AT));
    this.#firstBytes = new Histogram(cells.subarray(FIRST_BYTES_AT));
    for (const gauge of GAUGES) cells[gauge] = 0;
  }

  /** Says what the worker does from now on. */
  enter(state: WorkerState): void {
    this.#cells[AT.state] = state;
  }

  /** Says since when it has been busy, or idle, in milliseconds since 1970. */
  since(epochMs: number): void {
    this.#cells[AT.sinceMs] = epochMs;
  }

  /** A request's head is complete, or what came will never be one. */
  requestBegan(): void {
    this.#add(AT.requests, 1);
    this.#add(AT.inFlight, 1);
  }

  /** The first octets of its answer are made. */
  answerBegan(afterMs: number): void {
    this.#firstBytes.record(afterMs);
  }

  /**
   * Its answer is made to the end, or cut.
   *
   * @param method As sent.
   * @param status 100 to 599.
   * @param sentBytes Octets of the answer's content.
   */
  requestEnded(method: string, status: number, durationMs: number, sentBytes: number): void {
    this.#add(AT.inFlight, -1);
    this.#add(AT.sentBytes, sentBytes);
    const statusClass = Math.floor(status / 100) - 1;
    this.#add(REQUESTS_AT + methodIndex(method) * STATUS_CLASSES.length + statusClass, 1);
    this.#add(STATUSES_AT + status - FIRST_STATUS, 1);
    this.#durations.record(durationMs);
  }

  /** It was answered before the worker knew of it. */
  repeated(): void {
    this.#add(AT.repeats, 1);
  }

  /** Its client is gone before an answer began. */
  requestDropped(): void {
    this.#add(AT.inFlight, -1);
  }

  /** Octets came, of heads and contents. */
  received(byteLength: number): void {
    this.#add(AT.receivedBytes, byteLength);
  }

  /** A request was refused for what it tried. */
  refused(kind: SecurityEventKind): void {
    this.#add(KINDS_AT + SECURITY_EVENT_KINDS.indexOf(kind), 1);
    if (kind === "rate-limit") this.#add(AT.limited, 1);
  }

  /** An upload is stored. */
  uploaded(sizeBytes: number): void {
    this.#add(AT.uploads, 1);
    this.#add(AT.uploadBytes, sizeBytes);
  }

  /** An event stream began (+1) or ended (-1). */
  stream(change: 1 | -1): void {
    this.#add(AT.streams, change);
  }

  /** Event streams open now. */
  get streams(): number {
    return this.#cells[AT.streams] ?? 0;
  }

  /** Says how full the rings are. */
  rings(incoming: RingFill, outgoing: RingFill): void {
    this.#fill(AT.ringInBytes, incoming);
    this.#fill(AT.ringOutBytes, outgoing);
  }

  /** Says what memory the worker's heap takes. */
  memory({ heapUsed, heapTotal, external }: Deno.MemoryUsage): void {
    this.#cells[AT.heapUsedBytes] = heapUsed;
    this.#cells[AT.heapTotalBytes] = heapTotal;
    this.#cells[AT.externalBytes] = external;
  }

  /** Used, peak and capacity lie one behind the other. */
  #fill(at: number, { usedBytes, capacityBytes }: RingFill): void {
    const cells = this.#cells;
    cells[at] = usedBytes;
    if (usedBytes > (cells[at + 1] ?? 0)) cells[at + 1] = usedBytes;
    cells[at + 2] = capacityBytes;
  }

  #add(at: number, change: number): void {
    this.#cells[at] = (this.#cells[at] ?? 0) + change;
  }
}

/** One worker's page at one moment. */
export class WorkerReading {
  readonly #cells: Float64Array;

  /** Reads a page, whoever writes it meanwhile. */
  constructor(page: SharedArrayBuffer) {
    this.#cells = cellsOf(page).slice();
  }

  /** What the worker does. */
  get state(): string {
    return WORKER_STATES[this.cell("state")] ?? "idle";
  }

  /** One gauge or counter. */
  cell(name: WorkerCell): number {
    return this.#at(AT[name]);
  }

  /** Security events of a kind. */
  events(kind: SecurityEventKind): number {
    return this.#at(KINDS_AT + SECURITY_EVENT_KINDS.indexOf(kind));
  }

  /**
   * Answers by method and class of status.
   *
   * @param method Index in {@linkcode COUNTED_METHODS}.
   * @param statusClass Index in {@linkcode STATUS_CLASSES}.
   */
  answers(method: number, statusClass: number): number {
    return this.#at(REQUESTS_AT + method * STATUS_CLASSES.length + statusClass);
  }

  /** Answers by status, 100 to 599. */
  answersOf(status: number): number {
    return this.#at(STATUSES_AT + status - FIRST_STATUS);
  }

  /** The cells of the histogram of durations. */
  get durations(): Float64Array {
    return this.#cells.subarray(DURATIONS_AT, FIRST_BYTES_AT);
  }

  /** The cells of the histogram of times to the first octet. */
  get firstBytes(): Float64Array {
    return this.#cells.subarray(FIRST_BYTES_AT);
  }

  #at(index: number): number {
    return this.#cells[index] ?? 0;
  }
}
