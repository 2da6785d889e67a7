// What two threads do to one table in rate_threads_test.ts, so that both know the orders.

import type { HashInput } from "../../lib/security/key_hash.ts";
import type { OffenceLimits } from "../../lib/security/offenders.ts";
import type { RateLimits } from "../../lib/security/rate_limit.ts";

/** What one thread is to do; all threads get the same order. */
export interface RateOrder {
  readonly memory: SharedArrayBuffer;
  /** For the {@linkcode Barrier}. */
  readonly control: SharedArrayBuffer;
  readonly threads: number;
  readonly keys: readonly HashInput[];
  /** Rounds, which all threads begin together. */
  readonly rounds: number;
  /** Milliseconds from one round to the next; within a round time stands still. */
  readonly msPerRound: number;
  /** Calls for each key and round. */
  readonly calls: number;
  /** Counts what is admitted, or what begins a refusal. */
  readonly limits: { readonly rate: RateLimits } | { readonly offence: OffenceLimits };
}

/** How many calls were answered with yes, for each key. */
export type RateReport = readonly number[];

const ARRIVED = 0;
const ROUND = 1;

/** Where threads wait for each other. */
export class Barrier {
  static readonly BYTES = 8;
  readonly #words: Int32Array;
  readonly #threads: number;

  constructor(memory: SharedArrayBuffer, threads: number) {
    this.#words = new Int32Array(memory);
    this.#threads = threads;
  }

  /** Sleeps until every thread is here. */
  meet() {
    const round = Atomics.load(this.#words, ROUND);
    if (Atomics.add(this.#words, ARRIVED, 1) < this.#threads - 1) {
      Atomics.wait(this.#words, ROUND, round);
      return;
    }
    Atomics.store(this.#words, ARRIVED, 0);
    Atomics.add(this.#words, ROUND, 1);
    Atomics.notify(this.#words, ROUND);
  }
}
