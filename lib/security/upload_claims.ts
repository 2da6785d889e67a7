/**
 * Which uploads with a key are under way, known to all threads, so that a client that sends one
 * again too early is told to wait instead of having it stored for nothing.
 *
 * It is a courtesy, and may be wrong: that no key ever gets two files is up to the file system. So
 * nothing here needs to survive a fault. A claim ends by itself when nothing came for a while, those of
 * a lost worker when another takes its place, and an upload that finds no room has no claim.
 *
 * @module
 */

import type { HashInput, HashSeed } from "./key_hash.ts";
import { ABSENT, allocateRateTable, PINNED, RateTable, type StatePolicy } from "./rate_table.ts";

/** Keys under way at one time, for all threads together: 64 KiB. */
const CLAIMS_MAX = 8_192;

/** How long a claim holds after the last octets, in seconds. */
const LEASE_SECONDS = 60;

const FREE = 0;
const SECONDS_MASK = 0xffffff; // the lower bits of a state; above them is its worker, from 1
const WORKER_SHIFT = 24;

const POLICY: StatePolicy = {
  idleness: (state, now) => isLive(state, now) ? PINNED : 0,
  fresh: () => FREE,
};

function isLive(state: number, nowSeconds: number): boolean {
  const left = (state - nowSeconds) & SECONDS_MASK;
  return state !== FREE && left > 0 && left <= LEASE_SECONDS;
}

/** A claim that is held, or the want of one: then it is nothing, and may be held all the same. */
export interface Claim {
  /** Octets came: it goes on. */
  renew(nowMs: number): void;
  /** The upload is over. May be called more than once. */
  release(): void;
}

const NO_CLAIM: Claim = { renew: () => {}, release: () => {} };

/** Makes the memory that the claims of all threads lie in. */
export function allocateClaims(): SharedArrayBuffer {
  return allocateRateTable(CLAIMS_MAX);
}

/**
 * One thread's view of the claims.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const memory = allocateClaims();
 * const [one, other] = [new UploadClaims(memory, [1, 2], 0), new UploadClaims(memory, [1, 2], 1)];
 * const key = { length: 2, first: 3, second: 4 } as const;
 * const claim = one.take(key, 0);
 * assertEquals(other.take(key, 1_000), undefined);
 * claim?.release();
 * assertEquals(other.take(key, 2_000) === undefined, false);
 * ```
 */
export class UploadClaims {
  readonly #table: RateTable;
  readonly #worker: number;

  /**
   * Takes part, and ends the claims of whoever had this number before.
   *
   * @param memory From {@linkcode allocateClaims}.
   * @param seed The same in all threads.
   * @param worker The thread's number, 0 to 63.
   */
  constructor(memory: SharedArrayBuffer, seed: HashSeed, worker: number) {
    this.#table = new RateTable(memory, seed);
    this.#worker = worker;
    const { words } = this.#table;
    for (let at = 1; at < words.length; at += 2) {
      const state = Atomics.load(words, at);
      if (state >>> WORKER_SHIFT === worker + 1) Atomics.compareExchange(words, at, state, FREE);
    }
  }

  /**
   * Claims a key.
   *
   * @param nowMs Milliseconds on a clock common to all threads, such as `Date.now()`.
   * @returns `undefined` when somebody holds it.
   */
  take(key: HashInput, nowMs: number): Claim | undefined {
    const { words } = this.#table;
    const nowSeconds = secondsOf(nowMs);
    const at = this.#table.claim(key, POLICY, nowSeconds);
    if (at === ABSENT) return NO_CLAIM;
    const before = Atomics.load(words, at);
    if (isLive(before, nowSeconds)) return undefined;
    let state = this.#stateAt(nowMs);
    if (Atomics.compareExchange(words, at, before, state) !== before) return undefined;
    return {
      renew: (laterMs) => {
        const next = this.#stateAt(laterMs);
        if (state === FREE) return;
        if (Atomics.compareExchange(words, at, state, next) === state) state = next;
      },
      release: () => {
        if (state !== FREE) Atomics.compareExchange(words, at, state, FREE);
        state = FREE;
      },
    };
  }

  #stateAt(nowMs: number): number {
    const end = (secondsOf(nowMs) + LEASE_SECONDS) & SECONDS_MASK;
    return (this.#worker + 1) << WORKER_SHIFT | end;
  }
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000) & SECONDS_MASK;
}
