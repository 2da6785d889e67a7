/**
 * Requests per second and client, counted by all threads together.
 *
 * A token bucket, kept as one number for each client: the moment at which its bucket will be full
 * again (the "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371). A request
 * moves that moment on by the time one token takes, and is refused when it would then lie further
 * ahead than the whole bucket takes. One number is one word, and one word changes in one
 * compare-and-exchange: threads never see half a change, whatever becomes of the other ones.
 *
 * **How much may be admitted.** In any time t one client is admitted at most `burst + rate * t`
 * times, also when its entry is taken by others meanwhile (see `rate_table.ts`). With n threads it
 * may be n - 1 more each time that its entry is taken or given to somebody else while another thread
 * is between finding and charging it. It may be one whole burst more when the clock is set back by
 * over two seconds, or when a thread acts on the time it has read so late.
 *
 * **Time** is milliseconds on a clock common to all threads: `Date.now()`. (`performance.now()`
 * counts from another origin in each thread.) A word counts ticks, 1 ms or a power of two less, and
 * starts anew after 2^32 of them: 4.6 hours to 49 days at up to 1000 requests a second. An entry left
 * alone for more than half a round cannot be told from one just used, if it hits the stretch of a
 * full bucket and two seconds: then a client that was away for hours finds its bucket partly used.
 * That mends itself within this very stretch.
 *
 * A verdict is a new object: measured, it costs nothing against one that is used again and again.
 *
 * @module
 */

import type { ClientKey } from "./client_key.ts";
import type { HashSeed } from "./key_hash.ts";
import { RateTable, type StatePolicy } from "./rate_table.ts";

/** What one client may do. All threads must be given the same. */
export interface RateLimits {
  /** Requests a second in the long run: above 0, at most {@linkcode RATE_PER_SECOND_MAX}. */
  readonly ratePerSecond: number;
  /** Requests at once after a pause: a whole number from 1 to {@linkcode BURST_MAX}. */
  readonly burst: number;
  /** Keeps clients from choosing whom they share an entry with. */
  readonly seed: HashSeed;
}

/** The answer to one request. */
export interface RateVerdict {
  /** Whether the request may be served. */
  readonly allowed: boolean;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Milliseconds until the next request will be allowed, rounded up; 0 when this one is. */
  readonly retryAfterMs: number;
}

/** Highest rate that is told apart from the next one; more than a machine serves is no limit. */
export const RATE_PER_SECOND_MAX = 1_000_000;

/** Largest bucket. */
export const BURST_MAX = 1_000_000;

/** A token takes at least this many ticks, so that rounding costs no client 0.4 % of its rate. */
const TOKEN_TICKS_MIN = 256;

/** A full bucket takes at most this many ticks: an eighth of what a word counts. */
const BUCKET_TICKS_MAX = 2 ** 29;

/** How late a thread may act on the time it has read, and how far the clock may be nudged back. */
const CLOCK_SLACK_MS = 2000;

/** Ticks a millisecond, a power of two: multiplying by it loses nothing. */
function ticksPerMs(tokenMs: number, burst: number): number {
  const finest = Math.floor(Math.log2(BUCKET_TICKS_MAX / (burst * tokenMs)));
  const wanted = Math.max(0, Math.ceil(Math.log2(TOKEN_TICKS_MIN / tokenMs)));
  return 2 ** Math.min(finest, wanted);
}

/**
 * One thread's hand on a limit that all threads keep together.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clientKey } from "./client_key.ts";
 * import { randomHashSeed } from "./key_hash.ts";
 * import { allocateRateTable } from "./rate_table.ts";
 *
 * const limits = { ratePerSecond: 10, burst: 2, seed: randomHashSeed() };
 * const limiter = new RateLimiter(allocateRateTable(1024), limits);
 * const key = clientKey("192.0.2.1");
 * assertEquals(limiter.take(key, 5000).remaining, 1);
 * assertEquals(limiter.take(key, 5000).remaining, 0);
 * assertEquals(limiter.take(key, 5000).retryAfterMs, 100);
 * ```
 */
export class RateLimiter {
  readonly #table: RateTable;
  readonly #ticksPerMs: number;
  readonly #tokenTicks: number;
  readonly #bucketTicks: number;
  readonly #aheadTicksMax: number;
  readonly #policy: StatePolicy;

  /**
   * Takes part in a limit.
   *
   * @param memory From `allocateRateTable`, for this limit alone.
   * @throws {RangeError} When the memory or a limit is out of its range.
   */
  constructor(memory: SharedArrayBuffer, { ratePerSecond, burst, seed }: RateLimits) {
    checkLimits(ratePerSecond, burst);
    const tokenMs = 1000 / ratePerSecond;
    this.#table = new RateTable(memory, seed);
    this.#ticksPerMs = ticksPerMs(tokenMs, burst);
    this.#tokenTicks = Math.ceil(tokenMs * this.#ticksPerMs); // up: a bound is never exceeded
    this.#bucketTicks = burst * this.#tokenTicks;
    this.#aheadTicksMax = this.#bucketTicks +
      Math.min(Math.ceil(CLOCK_SLACK_MS * this.#ticksPerMs), BUCKET_TICKS_MAX);
    this.#policy = {
      idleness: (fullAt, now) => {
        const ahead = (fullAt - now) | 0;
        return ahead > this.#aheadTicksMax ? 2 ** 32 - ahead : -ahead;
      },
      fresh: (now) => now,
    };
  }

  /**
   * Takes one token out of the client's bucket, if there is one.
   *
   * @param nowMs Milliseconds on the common clock; more than any earlier call's, or nearly.
   */
  take(key: ClientKey, nowMs: number): RateVerdict {
    const { words } = this.#table;
    const now = Math.floor(nowMs * this.#ticksPerMs) | 0;
    const at = this.#table.claim(key, this.#policy, now);
    // A lost exchange means that a token was taken meanwhile, and those are counted: it ends.
    for (;;) {
      const fullAt = Atomics.load(words, at);
      const ahead = this.#aheadTicks(fullAt, now) + this.#tokenTicks;
      const overTicks = ahead - this.#bucketTicks;
      if (overTicks > 0) return this.#refusal(overTicks);
      if (Atomics.compareExchange(words, at, fullAt, (now + ahead) | 0) === fullAt) {
        const remaining = Math.floor(-overTicks / this.#tokenTicks);
        return { allowed: true, remaining, retryAfterMs: 0 };
      }
    }
  }

  /**
   * How far ahead the moment of a full bucket lies: 0 when it is past. Further ahead than any request
   * can have put it, it is either so long past that the count of ticks went round, or the clock was
   * set back; a bucket of which nothing is known is full.
   */
  #aheadTicks(fullAt: number, now: number): number {
    const ahead = (fullAt - now) | 0;
    return ahead <= 0 || ahead > this.#aheadTicksMax ? 0 : ahead;
  }

  #refusal(overTicks: number): RateVerdict {
    const retryAfterMs = Math.ceil(overTicks / this.#ticksPerMs);
    return { allowed: false, remaining: 0, retryAfterMs };
  }
}

function checkLimits(ratePerSecond: number, burst: number): void {
  if (!(ratePerSecond > 0 && ratePerSecond <= RATE_PER_SECOND_MAX)) {
    throw new RangeError(
      `Cannot limit the rate: requests per second must be above 0 and at most ` +
        `${RATE_PER_SECOND_MAX}, current value is ${ratePerSecond}`,
    );
  }
  if (!(Number.isInteger(burst) && burst >= 1 && burst <= BURST_MAX)) {
    throw new RangeError(
      `Cannot limit the rate: burst must be a whole number from 1 to ${BURST_MAX}, ` +
        `current value is ${burst}`,
    );
  }
}
