import { assert, assertEquals, assertGreater, assertLessOrEqual, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { ClientKey } from "../../lib/security/client_key.ts";
import { RateLimiter } from "../../lib/security/rate_limit.ts";
import { allocateRateTable, RATE_ENTRIES_MAX } from "../../lib/security/rate_table.ts";
import { SlowBucket } from "./slow_bucket.ts";

const SEED = [3, 5] as const;
const EPOCH_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

/** Entries of a table that is one set, so that every client meets every other one. */
const ONE_SET = 8;

function limiterOf(ratePerSecond: number, burst: number, entries = 1024): RateLimiter {
  return new RateLimiter(allocateRateTable(entries), { ratePerSecond, burst, seed: SEED });
}

function client(index: number): ClientKey {
  return { length: 1, first: index, second: 0 };
}

/** Takes until it is refused, and tells how many were admitted. */
function drain(limiter: RateLimiter, key: ClientKey, nowMs: number): number {
  let admitted = 0;
  while (limiter.take(key, nowMs).allowed) admitted++;
  return admitted;
}

/** Moments shortly before a word of ticks, of any length there is, changes sign or starts anew. */
const STARTS_MS = [
  0,
  EPOCH_MS,
  ...[0, 1, 4, 8, 12, 18].flatMap((bits) => [2 ** 31, 2 ** 32].map((end) => end / 2 ** bits - 50)),
];

Deno.test("RateLimiter counts down the burst and tells when to come again", () => {
  const limiter = limiterOf(10, 3);
  const verdicts = Array.from({ length: 4 }, () => limiter.take(client(1), EPOCH_MS));
  assertEquals(verdicts, [
    { allowed: true, remaining: 2, retryAfterMs: 0 },
    { allowed: true, remaining: 1, retryAfterMs: 0 },
    { allowed: true, remaining: 0, retryAfterMs: 0 },
    { allowed: false, remaining: 0, retryAfterMs: 100 },
  ]);
  assertEquals(limiter.take(client(1), EPOCH_MS + 70).retryAfterMs, 30);
  assertEquals(limiter.take(client(1), EPOCH_MS + 99).allowed, false);
  assertEquals(limiter.take(client(1), EPOCH_MS + 100).allowed, true);
  assertEquals(limiter.take(client(1), EPOCH_MS + 100).allowed, false);
});

Deno.test("RateLimiter limits each client by itself", () => {
  const limiter = limiterOf(1, 5);
  for (let index = 0; index < 100; index++) assertEquals(drain(limiter, client(index), 0), 5);
});

Deno.test("RateLimiter shares its counts with all that look at the memory", () => {
  const memory = allocateRateTable(1024);
  const limits = { ratePerSecond: 1, burst: 4, seed: SEED };
  const [one, other] = [new RateLimiter(memory, limits), new RateLimiter(memory, limits)];
  const verdicts = [one, other, one, other, one, other].map((it) => it.take(client(1), EPOCH_MS));
  assertEquals(verdicts.map(({ allowed }) => allowed), [true, true, true, true, false, false]);
});

/** Requests a second, burst: from the slowest to the fastest that make sense, and beyond. */
const LIMITS = [
  [1 / 86_400, 1],
  [1 / 3600, 1000],
  [0.3, 1],
  [1, 1],
  [3, 10],
  [7, 1_000_000],
  [60, 120],
  [999, 1],
  [1000, 2000],
  [12_345, 100],
  [100_000, 100_000],
  [1_000_000, 1],
  [1_000_000, 1_000_000],
] as const;

for (const [ratePerSecond, burst] of LIMITS) {
  Deno.test(`RateLimiter grants ${burst} at once and ${ratePerSecond} a second`, () => {
    const limiter = limiterOf(ratePerSecond, burst);
    assertEquals(drain(limiter, client(1), EPOCH_MS), burst);
    // 64 steps of about a token and a half, but whole milliseconds, and within the burst.
    const stepMs = Math.max(1, Math.round(1500 / ratePerSecond));
    const tokensPerStep = Math.min(burst, stepMs * ratePerSecond / 1000);
    let admitted = 0;
    for (let step = 1; step <= 64; step++) {
      admitted += drain(limiter, client(1), EPOCH_MS + step * stepMs);
    }
    assertLessOrEqual(admitted, 64 * stepMs * ratePerSecond / 1000 + 1e-6);
    assertGreater(admitted, 64 * Math.floor(tokensPerStep) * 0.996 - 1);
  });
}

Deno.test("RateLimiter agrees with a bucket of tokens", () => {
  const step = fc.tuple(fc.nat(2), fc.oneof(fc.nat(3), fc.nat(300), fc.nat(100_000)));
  fc.assert(
    fc.property(
      // Rates of which a token takes a whole number of ticks: then the two agree to the last one.
      fc.constantFrom(1, 2, 4, 5, 8, 10, 20, 25, 50, 100, 125, 200, 250, 500, 1000),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(...STARTS_MS),
      fc.array(step, { maxLength: 120 }),
      (ratePerSecond, burst, startMs, steps) => {
        const limiter = limiterOf(ratePerSecond, burst);
        const buckets = [0, 1, 2].map(() => new SlowBucket(ratePerSecond, burst, startMs));
        let nowMs = startMs;
        for (const [index, waitMs] of steps) {
          nowMs += waitMs;
          const bucket = buckets[index];
          assert(bucket !== undefined);
          const tokens = bucket.at(nowMs);
          const { allowed, remaining, retryAfterMs } = limiter.take(client(index), nowMs);
          if (Math.abs(tokens - 1) > 1e-6) assertEquals(allowed, tokens > 1);
          if (allowed) {
            bucket.take();
            assert(Math.abs(remaining - (tokens - 1)) <= 1 + 1e-6);
            assertEquals(retryAfterMs, 0);
          } else {
            const expectedMs = (1 - tokens) / ratePerSecond * 1000;
            assert(Math.abs(retryAfterMs - expectedMs) <= 1 + 1e-6);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

/** The largest number by which the moments of one client's admissions exceed burst + rate * t. */
function excess(momentsMs: readonly number[], ratePerSecond: number, burst: number): number {
  let worst = -Infinity;
  for (let from = 0; from < momentsMs.length; from++) {
    for (let to = from; to < momentsMs.length; to++) {
      const elapsedMs = (momentsMs[to] ?? 0) - (momentsMs[from] ?? 0);
      worst = Math.max(worst, to - from + 1 - burst - ratePerSecond * elapsedMs / 1000);
    }
  }
  return worst;
}

Deno.test("RateLimiter never admits more, whoever takes whose entry", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 100_000, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(...STARTS_MS),
      // Up to thirty clients for eight entries: most come back to an entry that was another's.
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.tuple(fc.nat(29), fc.oneof(fc.constant(0), fc.nat(5), fc.nat(500))), {
        maxLength: 300,
      }),
      (ratePerSecond, burst, startMs, clients, steps) => {
        const limiter = limiterOf(ratePerSecond, burst, ONE_SET);
        const admitted = Array.from({ length: clients }, (): number[] => []);
        let nowMs = startMs;
        for (const [index, waitMs] of steps) {
          nowMs += waitMs;
          const verdict = limiter.take(client(index % clients), nowMs);
          if (verdict.allowed) admitted[index % clients]?.push(nowMs);
        }
        for (const moments of admitted) {
          assertLessOrEqual(excess(moments, ratePerSecond, burst), 1 / 256);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("RateLimiter keeps what it says of the time to come again", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 100_000, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(...STARTS_MS),
      (ratePerSecond, burst, startMs) => {
        const limiter = limiterOf(ratePerSecond, burst);
        assertEquals(drain(limiter, client(1), startMs), burst);
        const { retryAfterMs } = limiter.take(client(1), startMs);
        assertGreater(retryAfterMs, 0);
        if (retryAfterMs > 1) {
          assertEquals(limiter.take(client(1), startMs + retryAfterMs - 1).allowed, false);
        }
        assertEquals(limiter.take(client(1), startMs + retryAfterMs).allowed, true);
      },
    ),
  );
});

Deno.test("RateLimiter takes an entry left for half a round of its clock for a full bucket", () => {
  for (const awayMs of [2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + HOUR_MS, 2 ** 32 - HOUR_MS]) {
    const limiter = limiterOf(1, 10); // a tick is a millisecond
    assertEquals(drain(limiter, client(1), EPOCH_MS), 10);
    assertEquals(drain(limiter, client(1), EPOCH_MS + awayMs), 10);
  }
});

Deno.test("RateLimiter mends itself when a whole round of its clock went by", () => {
  const limiter = limiterOf(1, 10);
  assertEquals(drain(limiter, client(1), EPOCH_MS), 10);
  assertEquals(drain(limiter, client(1), EPOCH_MS + 2 ** 32), 0); // as if no time had gone by
  assertEquals(drain(limiter, client(1), EPOCH_MS + 2 ** 32 + 10_000), 10);
});

Deno.test("RateLimiter gives one burst when the clock is set back, and locks nobody out", () => {
  const limiter = limiterOf(10, 5);
  assertEquals(drain(limiter, client(1), EPOCH_MS), 5);
  assertEquals(drain(limiter, client(1), EPOCH_MS - HOUR_MS), 5);
  assertEquals(drain(limiter, client(1), EPOCH_MS - HOUR_MS + 100), 1);
});

Deno.test("RateLimiter gives nothing for threads that read the clock out of order", () => {
  const limiter = limiterOf(10, 5);
  assertEquals(drain(limiter, client(1), EPOCH_MS), 5);
  for (const behindMs of [1, 500, 2000]) {
    const { allowed, retryAfterMs } = limiter.take(client(1), EPOCH_MS - behindMs);
    assertEquals(allowed, false);
    assertEquals(retryAfterMs, 100 + behindMs);
  }
});

Deno.test("RateLimiter gives a newcomer the idlest entry, and lets the busy ones be", () => {
  const limiter = limiterOf(0.001, 1, ONE_SET); // a bucket takes 1000 s
  const idleMs = EPOCH_MS - 2_000_000;
  for (let index = 0; index < ONE_SET; index++) {
    assertEquals(drain(limiter, client(index), index === 3 ? idleMs : EPOCH_MS), 1);
  }
  assertEquals(drain(limiter, client(100), EPOCH_MS + 1), 1);
  for (let index = 0; index < ONE_SET; index++) {
    if (index !== 3) assertEquals(drain(limiter, client(index), EPOCH_MS + 2), 0);
  }
});

Deno.test("RateLimiter prefers, among idle entries, the one idle for longest", () => {
  const limiter = limiterOf(1, 1, ONE_SET);
  for (let index = 0; index < ONE_SET; index++) {
    limiter.take(client(index), EPOCH_MS + (index === 5 ? 0 : 60_000 + index * 1000));
  }
  const nowMs = EPOCH_MS + 68_500; // client 7 was there 1.5 s ago
  assertEquals(limiter.take(client(100), nowMs).allowed, true);
  // It took entry 5: the other clients still have theirs, full, and the newcomer keeps its own.
  assertEquals(limiter.take(client(100), nowMs).allowed, false);
  for (const index of [0, 1, 2, 3, 4, 6, 7]) {
    assertEquals(limiter.take(client(index), nowMs).allowed, true);
    assertEquals(limiter.take(client(index), nowMs).allowed, false);
  }
});

Deno.test("RateLimiter gives nobody a new burst by filling the table", () => {
  const limiter = limiterOf(1, 2, ONE_SET);
  for (let index = 0; index < 100; index++) {
    assertEquals(drain(limiter, client(index), EPOCH_MS), index < ONE_SET ? 2 : 0);
  }
  for (let index = 0; index < 100; index++) {
    assertEquals(limiter.take(client(index), EPOCH_MS + 900).allowed, false);
  }
});

Deno.test("RateLimiter keeps its size and its mind under a million addresses", () => {
  const memory = allocateRateTable(65_536);
  const limiter = new RateLimiter(memory, { ratePerSecond: 1, burst: 100, seed: SEED });
  const busy = client(-1);
  let nowMs = EPOCH_MS;
  assertEquals(drain(limiter, busy, nowMs), 100);
  let admitted = 0;
  let busyAdmitted = 0;
  for (let index = 0; index < 1_000_000; index++) {
    if (index % 100 === 0) nowMs += 1;
    if (limiter.take(client(index), nowMs).allowed) admitted++;
    if (index % 1000 === 0 && limiter.take(busy, nowMs).allowed) busyAdmitted++;
  }
  assertEquals(admitted, 1_000_000);
  assertLessOrEqual(busyAdmitted, 10); // ten seconds went by
  assertEquals(memory.byteLength, 512 * 1024);
});

Deno.test("RateLimiter is built within bounds", () => {
  for (const rate of [0, -1, NaN, Infinity, 1_000_001]) {
    assertThrows(() => limiterOf(rate, 1), RangeError, `current value is ${rate}`);
  }
  for (const burst of [0, -1, 1.5, NaN, Infinity, 1_000_001]) {
    assertThrows(() => limiterOf(1, burst), RangeError, `current value is ${burst}`);
  }
});

Deno.test("allocateRateTable makes tables of 8 bytes an entry", () => {
  for (const entries of [8, 16, 65_536, RATE_ENTRIES_MAX]) {
    assertEquals(allocateRateTable(entries).byteLength, entries * 8);
  }
  for (const entries of [0, 1, 4, 9, 100, -8, 8.5, NaN, Infinity, RATE_ENTRIES_MAX * 2]) {
    assertThrows(() => allocateRateTable(entries), RangeError, `current value is ${entries}`);
  }
  const odd = new SharedArrayBuffer(100);
  assertThrows(
    () => new RateLimiter(odd, { ratePerSecond: 1, burst: 1, seed: SEED }),
    RangeError,
    "current value is 12.5",
  );
});
