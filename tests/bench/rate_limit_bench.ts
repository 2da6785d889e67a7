// What a limit costs a request. A thousand per iteration, so that the time shown in microseconds is
// nanoseconds per request.

import { type ClientKey, clientKey } from "../../lib/security/client_key.ts";
import { RateLimiter } from "../../lib/security/rate_limit.ts";
import { allocateRateTable } from "../../lib/security/rate_table.ts";

const TAKES = 1000;
const ENTRIES = 65_536;
const GENEROUS = { ratePerSecond: 1000, burst: 1_000_000, seed: [1, 2] } as const;
const STINGY = { ratePerSecond: 1, burst: 1, seed: [1, 2] } as const;
const START_MS = 1_800_000_000_000;

let allowed = 0; // kept, so that nothing is optimised away

function address(index: number): string {
  return `10.${index >>> 16 & 255}.${index >>> 8 & 255}.${index & 255}`;
}

function keys(count: number): readonly ClientKey[] {
  return Array.from({ length: count }, (_, index) => clientKey(address(index)));
}

function takes(limiter: RateLimiter, clients: readonly ClientKey[], msPerTake: number): () => void {
  let nowMs = START_MS;
  let next = 0;
  return () => {
    for (let count = 0; count < TAKES; count++) {
      const key = clients[next++ % clients.length];
      if (key === undefined) throw new Error("The bench has no client");
      nowMs += msPerTake;
      if (limiter.take(key, nowMs).allowed) allowed++;
    }
  };
}

const ROWS = [
  ["one client, allowed", GENEROUS, 1, 1],
  ["one client, refused", STINGY, 1, 0],
  ["1,000 clients, allowed", GENEROUS, 1000, 0.01],
  ["60,000 clients, allowed", GENEROUS, 60_000, 0.001],
  ["1,000,000 clients, most of them new", GENEROUS, 1_000_000, 0.001],
] as const;

for (const [name, limits, clientCount, msPerTake] of ROWS) {
  const limiter = new RateLimiter(allocateRateTable(ENTRIES), limits);
  Deno.bench({ name, group: "take", fn: takes(limiter, keys(clientCount), msPerTake) });
}

for (const [name, count] of [["remembered", 1000], ["read anew", 100_000]] as const) {
  const addresses = Array.from({ length: count }, (_, index) => address(index));
  let next = 0;
  Deno.bench(`key of an address, ${name}`, { group: "key" }, () => {
    for (let turn = 0; turn < TAKES; turn++) {
      allowed += clientKey(addresses[next++ % count] ?? "").first & 1;
    }
  });
}
