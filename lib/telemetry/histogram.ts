/**
 * Durations, counted in buckets that lie in memory which one thread writes and any thread reads.
 *
 * Buckets are log-linear: sixteen of equal width within each power of two of microseconds, so a
 * quantile read from them is off by a sixteenth at most, from a microsecond to more than an hour.
 * Each bucket holds `(lower, upper]`, as Prometheus counts (`le`), so powers of two are exact bounds.
 *
 * @module
 */

/** Buckets for each power of two. */
const STEPS = 16;
const STEP_BITS = 4;

/** Sixteen exact microseconds, then sixteen for each of 2^4 to 2^31. */
const BUCKETS = STEPS + (32 - STEP_BITS) * STEPS;

/** Longest duration told apart, in microseconds: 71 minutes. Longer ones count as that. */
const LONGEST_US = 2 ** 32;

const SUM = 0;
const MAX = 1;
const FIRST_BUCKET = 2;

/** Cells of 64 bits that a histogram takes. */
export const HISTOGRAM_CELLS: number = FIRST_BUCKET + BUCKETS;

/** The bucket of a duration in microseconds. */
function bucketOf(us: number): number {
  const rank = Math.min(Math.max(Math.ceil(us), 1), LONGEST_US) - 1;
  if (rank < STEPS) return rank;
  const exponent = 31 - Math.clz32(rank);
  return (exponent - STEP_BITS + 1) * STEPS + ((rank >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

/** The longest duration of a bucket, in microseconds; that of the one before it is its lower bound. */
function upperUs(bucket: number): number {
  if (bucket < STEPS) return bucket + 1;
  const width = 2 ** ((bucket >>> STEP_BITS) - 1);
  return (STEPS + (bucket & (STEPS - 1)) + 1) * width;
}

/**
 * The writing side: one thread holds it.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cells = new Float64Array(HISTOGRAM_CELLS);
 * const histogram = new Histogram(cells);
 * for (let ms = 1; ms <= 100; ms++) histogram.record(ms);
 * const seen = new Distribution(cells);
 * assertEquals([seen.count, seen.countUpTo(0.065536)], [100, 65]);
 * ```
 */
export class Histogram {
  readonly #cells: Float64Array;

  /** Counts in `cells`, on top of what is in them; see {@linkcode HISTOGRAM_CELLS}. */
  constructor(cells: Float64Array) {
    this.#cells = cells;
  }

  /** Counts one duration in milliseconds; a negative one, from a clock set back, as none at all. */
  record(durationMs: number): void {
    const us = durationMs > 0 ? durationMs * 1000 : 0;
    const cells = this.#cells;
    const bucket = FIRST_BUCKET + bucketOf(us);
    cells[bucket] = (cells[bucket] ?? 0) + 1;
    cells[SUM] = (cells[SUM] ?? 0) + us;
    if (us > (cells[MAX] ?? 0)) cells[MAX] = us;
  }
}

/** What a histogram held when it was read; all durations in seconds. */
export class Distribution {
  readonly #buckets: Float64Array;
  /** How many durations were counted. */
  readonly count: number;
  /** Their sum. */
  readonly sumSeconds: number;
  /** The longest since the histogram began, also in a difference. */
  readonly maxSeconds: number;

  /** Copies the cells of a histogram, so that everything it says is of one moment. */
  constructor(cells: Float64Array) {
    this.#buckets = cells.slice(FIRST_BUCKET);
    // From the buckets: the thread that writes may be between two of its stores.
    this.count = this.#buckets.reduce((sum, count) => sum + count, 0);
    this.sumSeconds = (cells[SUM] ?? 0) / 1e6;
    this.maxSeconds = (cells[MAX] ?? 0) / 1e6;
  }

  /** All durations of several histograms. */
  static sum(parts: readonly Float64Array[]): Distribution {
    const cells = new Float64Array(HISTOGRAM_CELLS);
    for (const part of parts) {
      for (let at = 0; at < cells.length; at++) {
        const [own = 0, other = 0] = [cells[at], part[at]];
        cells[at] = at === MAX ? Math.max(own, other) : own + other;
      }
    }
    return new Distribution(cells);
  }

  /** What came since `earlier` was read from the same histograms. */
  since(earlier: Distribution): Distribution {
    const cells = new Float64Array(HISTOGRAM_CELLS);
    cells[SUM] = Math.max(0, this.sumSeconds - earlier.sumSeconds) * 1e6;
    cells[MAX] = this.maxSeconds * 1e6;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const before = earlier.#buckets[bucket] ?? 0;
      cells[FIRST_BUCKET + bucket] = Math.max(0, (this.#buckets[bucket] ?? 0) - before);
    }
    return new Distribution(cells);
  }

  /** Their mean; 0 when there are none. */
  get meanSeconds(): number {
    return this.count === 0 ? 0 : this.sumSeconds / this.count;
  }

  /**
   * The duration that a share of all stays within, straight between the bounds of its bucket.
   *
   * @param share 0 to 1.
   * @returns Seconds; 0 when nothing was counted.
   */
  quantile(share: number): number {
    const rank = share * this.count;
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#buckets[bucket] ?? 0;
      if (count > 0 && below + count >= rank) {
        const lower = bucket === 0 ? 0 : upperUs(bucket - 1);
        const us = lower + (upperUs(bucket) - lower) * Math.max(0, rank - below) / count;
        return Math.min(us / 1e6, this.maxSeconds);
      }
      below += count;
    }
    return 0;
  }

  /** How many took `seconds` or less: exact for powers of two of microseconds. */
  countUpTo(seconds: number): number {
    const end = bucketOf(seconds * 1e6) + 1;
    return this.#buckets.subarray(0, end).reduce((sum, count) => sum + count, 0);
  }
}
