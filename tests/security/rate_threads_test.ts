// Two real threads on one table. What they are admitted together keeps the bounds that
// lib/security/rate_limit.ts states, whatever the threads do to each other.

import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import type { HashInput } from "../../lib/security/key_hash.ts";
import { allocateRateTable } from "../../lib/security/rate_table.ts";
import { Barrier, type RateOrder, type RateReport } from "./rate_traffic.ts";

const THREADS = 2;
const SEED = [7, 11] as const;

function keysOf(count: number): readonly HashInput[] {
  return Array.from({ length: count }, (_, index) => ({ length: 1, first: index, second: 0 }));
}

/** Lets one thread work, and ends it. */
async function run(order: RateOrder): Promise<RateReport> {
  const href = new URL("./rate_hammer.ts", import.meta.url).href;
  const worker = new Worker(href, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<RateReport>();
  worker.onmessage = ({ data }: MessageEvent<RateReport>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.postMessage(order);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}

/** Runs the order in all threads and gives the sums by key. */
async function hammer(
  entries: number,
  order: Omit<RateOrder, "memory" | "control" | "threads">,
): Promise<readonly number[]> {
  const control = new SharedArrayBuffer(Barrier.BYTES);
  const whole = { ...order, memory: allocateRateTable(entries), control, threads: THREADS };
  const reports = await Promise.all(Array.from({ length: THREADS }, () => run(whole)));
  return order.keys.map((_, index) =>
    reports.reduce((sum, report) => sum + (report[index] ?? 0), 0)
  );
}

const ONE_ROUND = { rounds: 1, msPerRound: 0 };

Deno.test("RateLimiter admits one burst to two threads when time stands still", async () => {
  const burst = 1000;
  const rate = { ratePerSecond: 5, burst, seed: SEED };
  const keys = keysOf(50);
  const sums = await hammer(1024, { keys, ...ONE_ROUND, calls: 2000, limits: { rate } });
  for (const sum of sums) {
    assertGreaterOrEqual(sum, burst);
    assertLessOrEqual(sum, burst + THREADS - 1); // each entry is taken once
  }
});

Deno.test("RateLimiter keeps the rate when two threads hammer one client", async () => {
  const rate = { ratePerSecond: 250, burst: 20, seed: SEED };
  const rounds = 2000;
  const msPerRound = 40; // ten tokens
  const limits = { rate };
  const [sum = 0] = await hammer(1024, { keys: keysOf(1), rounds, msPerRound, calls: 40, limits });
  const granted = rate.burst + (rounds - 1) * 10;
  assertGreaterOrEqual(sum, granted);
  assertLessOrEqual(sum, granted + THREADS - 1);
});

Deno.test("RateLimiter charges every request while two threads fight for entries", async () => {
  const rate = { ratePerSecond: 5, burst: 500, seed: SEED };
  const keys = keysOf(64); // eight clients for each entry
  const sums = await hammer(8, { keys, ...ONE_ROUND, calls: 2000, limits: { rate } });
  // Nothing refills, and every request that was admitted has moved one of the eight words.
  assertEquals(sums.reduce((total, sum) => total + sum), 8 * rate.burst);
});

Deno.test("Offenders begins one refusal when two threads note errors of one client", async () => {
  const offence = { errorsMax: 100, windowMs: 10_000, refusalMs: 10_000, seed: SEED };
  const keys = keysOf(200);
  const sums = await hammer(4096, { keys, ...ONE_ROUND, calls: 100, limits: { offence } });
  assert(sums.every((sum) => sum === 1));
});
