import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Distribution, Histogram, HISTOGRAM_CELLS } from "../../lib/telemetry/histogram.ts";

/** Durations in milliseconds, counted. */
function counted(durationsMs: readonly number[]): Distribution {
  const cells = new Float64Array(HISTOGRAM_CELLS);
  const histogram = new Histogram(cells);
  for (const ms of durationsMs) histogram.record(ms);
  return new Distribution(cells);
}

/** What the quantile of a sorted list is, by looking at it. */
function exactQuantile(durationsMs: readonly number[], share: number): number {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  return (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) / 1000;
}

const RANDOM = Array.from({ length: 10_000 }, (_, index) => (index * 7919 % 10_000) / 10_000);

/** Distributions whose quantiles are known, or can be looked up. */
const DISTRIBUTIONS: readonly (readonly [name: string, durationsMs: readonly number[]])[] = [
  ["all alike", Array.from({ length: 100 }, () => 0.25)],
  ["uniform to 100 ms", RANDOM.map((share) => share * 100)],
  ["exponential around 2 ms", RANDOM.map((share) => -2 * Math.log(1 - share))],
  ["two peaks", RANDOM.map((share) => share < 0.95 ? 0.1 + share / 100 : 800 + share)],
  ["microseconds", RANDOM.map((share) => 0.001 + share * 0.02)],
];

for (const [name, durationsMs] of DISTRIBUTIONS) {
  Deno.test(`Distribution tells the quantiles of ${name} to a sixteenth`, () => {
    const seen = counted(durationsMs);
    for (const share of [0.5, 0.9, 0.99, 0.999]) {
      const exact = exactQuantile(durationsMs, share);
      // A bucket is a sixteenth of its power of two wide, and below 16 µs one microsecond.
      assertAlmostEquals(
        seen.quantile(share),
        exact,
        Math.max(exact / 16, 1e-6),
        `p${share * 100}`,
      );
    }
    assertEquals(seen.count, durationsMs.length);
    assertAlmostEquals(
      seen.meanSeconds,
      durationsMs.reduce((a, b) => a + b) / seen.count / 1e3,
      1e-9,
    );
  });
}

/** Durations, and how many of them last no longer than so many seconds. */
const BOUNDS:
  readonly (readonly [durationsMs: readonly number[], seconds: number, count: number])[] = [
    [[0.064, 0.064_01, 0.063_9], 64e-6, 2], // a bound belongs to what it bounds
    [[1.024, 1.025], 1.024e-3, 1],
    [[0, -5], 1e-6, 2],
    [[10_000_000], 60, 0], // longer than is told apart
    [[10_000_000], 4294.967296, 1],
    [[], 1, 0],
  ];

for (const [durationsMs, seconds, count] of BOUNDS) {
  Deno.test(`Distribution counts ${count} of [${durationsMs}] ms up to ${seconds} s`, () => {
    assertEquals(counted(durationsMs).countUpTo(seconds), count);
  });
}

Deno.test("Distribution counts exactly at every power of two of microseconds", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 50 }),
    fc.integer({ min: 0, max: 31 }),
    (durationsUs, exponent) => {
      const bound = 2 ** exponent;
      const within = durationsUs.filter((us) => us <= bound).length;
      assertEquals(counted(durationsUs.map((us) => us / 1000)).countUpTo(bound / 1e6), within);
    },
  ));
});

Deno.test("Distribution of nothing is all zero", () => {
  const { count, meanSeconds, maxSeconds } = counted([]);
  assertEquals([count, meanSeconds, maxSeconds, counted([]).quantile(0.99)], [0, 0, 0, 0]);
});

Deno.test("Distribution adds up, and is told apart from an earlier one", () => {
  const cells = [new Float64Array(HISTOGRAM_CELLS), new Float64Array(HISTOGRAM_CELLS)] as const;
  const histograms = cells.map((it) => new Histogram(it));
  histograms[0]?.record(1);
  histograms[1]?.record(3);
  const before = Distribution.sum(cells);
  histograms[0]?.record(500);
  const after = Distribution.sum(cells);
  assertEquals([before.count, after.count, after.maxSeconds], [2, 3, 0.5]);
  const recent = after.since(before);
  assertEquals([recent.count, recent.sumSeconds], [1, 0.5]);
  assert(recent.quantile(0.5) > 0.45, "what came before is not in it");
});
