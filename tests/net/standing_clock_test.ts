import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { StandingClock } from "../../lib/net/standing_clock.ts";

Deno.test("StandingClock stands still until what is ready is done", async () => {
  const clock = new StandingClock();
  const before = performance.now();
  const seen = [clock.nowMs, clock.epochMs];
  while (performance.now() - before < 5);
  assertEquals([clock.nowMs, clock.epochMs], seen);
  await Promise.resolve();
  assertGreaterOrEqual(clock.nowMs - before, 5);
});
