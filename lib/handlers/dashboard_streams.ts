/**
 * Live updates for the dashboard: server-sent events (WHATWG HTML §9.2), one overview a second. A
 * reader that is slow skips seconds; it never makes anything wait, and holds no more than one event.
 *
 * @module
 */

import { type ContentSource, LATER } from "../http/content.ts";
import { HttpError } from "../http/errors.ts";
import type { Observation, Observer } from "../telemetry/observer.ts";
import { overviewOf } from "../telemetry/summary.ts";
import type { WorkerCounters } from "../telemetry/worker_counters.ts";
import type { Moment } from "./moment.ts";

/** Streams of one worker: a few screens and phones; each costs an overview a second. */
export const STREAMS_MAX = 8;

/** Between two events, in milliseconds. Less a little, as it is looked at in ticks of a quarter of it. */
const INTERVAL_MS = 950;

/** For the browser: how soon to come back after a loss, in milliseconds. */
const RETRY_MS = 2_000;

const encoder = new TextEncoder();

/** Opens streams, as many as there may be. */
export class DashboardStreams {
  readonly #observer: Observer;
  readonly #counters: WorkerCounters | undefined;

  /** Tells what `observer` sees; `counters` keeps the number of open streams. */
  constructor(observer: Observer, counters: WorkerCounters | undefined) {
    this.#observer = observer;
    this.#counters = counters;
  }

  /**
   * Opens a stream.
   *
   * @throws {HttpError} 503 when there are as many as there may be.
   */
  open(moment: Moment): ContentSource {
    if ((this.#counters?.streams ?? 0) >= STREAMS_MAX) {
      throw new HttpError(503, `Cannot open another stream: limit is ${STREAMS_MAX} a worker`);
    }
    this.#counters?.stream(1);
    return new DashboardStream(this.#observer, moment, () => this.#counters?.stream(-1));
  }
}

/** One reader's stream. */
class DashboardStream implements ContentSource {
  readonly byteLength = undefined;
  readonly #observer: Observer;
  readonly #moment: Moment;
  readonly #closed: () => void;
  #event = encoder.encode(`retry: ${RETRY_MS}\n\n`);
  #at = 0;
  #before: Observation | undefined;
  #isOver = false;

  constructor(observer: Observer, moment: Moment, closed: () => void) {
    this.#observer = observer;
    this.#moment = moment;
    this.#closed = closed;
  }

  read(into: Uint8Array): number {
    if (this.#at === this.#event.length) {
      if (this.#isOver) return 0;
      const { epochMs } = this.#moment;
      if (this.#before !== undefined && epochMs - this.#before.timeMs < INTERVAL_MS) return LATER;
      this.#next(epochMs);
    }
    const byteLength = Math.min(into.length, this.#event.length - this.#at);
    into.set(this.#event.subarray(this.#at, this.#at + byteLength));
    this.#at += byteLength;
    return byteLength;
  }

  finish(): void {
    this.#isOver = true; // after the event that is under way
  }

  close(): void {
    this.#closed();
  }

  #next(epochMs: number): void {
    const now = this.#observer.observe(epochMs);
    const overview = overviewOf(now, this.#before);
    this.#before = now;
    this.#event = encoder.encode(`event: snapshot\ndata: ${JSON.stringify(overview)}\n\n`);
    this.#at = 0;
  }
}
