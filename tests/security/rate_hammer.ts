// One thread of rate_threads_test.ts: meets the other ones, then calls as fast as it can.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import type { ClientKey } from "../../lib/security/client_key.ts";
import { Offenders } from "../../lib/security/offenders.ts";
import { RateLimiter } from "../../lib/security/rate_limit.ts";
import { Barrier, type RateOrder, type RateReport } from "./rate_traffic.ts";

function callOf({ memory, limits }: RateOrder): (key: ClientKey, nowMs: number) => boolean {
  if ("rate" in limits) {
    const limiter = new RateLimiter(memory, limits.rate);
    return (key, nowMs) => limiter.take(key, nowMs).allowed;
  }
  const offenders = new Offenders(memory, limits.offence);
  return (key, nowMs) => offenders.note(key, nowMs);
}

self.onmessage = ({ data: order }: MessageEvent<RateOrder>) => {
  const barrier = new Barrier(order.control, order.threads);
  const call = callOf(order);
  const counts = order.keys.map(() => 0);
  for (let round = 0; round < order.rounds; round++) {
    barrier.meet();
    for (let turn = 0; turn < order.calls; turn++) {
      for (const [index, key] of order.keys.entries()) {
        if (call(key, round * order.msPerRound)) counts[index] = (counts[index] ?? 0) + 1;
      }
    }
  }
  const report: RateReport = counts;
  self.postMessage(report);
};
