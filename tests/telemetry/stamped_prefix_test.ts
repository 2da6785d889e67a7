import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { StampedPrefix } from "../../lib/telemetry/stamped_prefix.ts";

const MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function read(prefix: StampedPrefix, timeMs: number): string {
  return new TextDecoder().decode(prefix.at(timeMs));
}

Deno.test("StampedPrefix equals the engine's rendering along any sequence of times", () => {
  // Small steps stay within a second, large ones cross days; both directions.
  const steps = fc.array(fc.oneof(fc.integer({ min: -1500, max: 1500 }), fc.integer()));
  fc.assert(fc.property(fc.integer({ min: 0, max: MAX_MS }), steps, (start, deltas) => {
    const prefix = new StampedPrefix("<", "> ");
    let timeMs = start;
    for (const delta of [0, ...deltas]) {
      timeMs = Math.min(Math.max(timeMs + delta, 0), MAX_MS);
      assertEquals(read(prefix, timeMs), `<${new Date(timeMs).toISOString()}> `);
    }
  }));
});

const ROWS: [what: string, timeMs: number, time: string][] = [
  ["drops the fraction of a millisecond", 1.9, "1970-01-01T00:00:00.001Z"],
  ["takes a negative time for the first", -5, "1970-01-01T00:00:00.000Z"],
  ["takes no number for the first", NaN, "1970-01-01T00:00:00.000Z"],
  ["takes the year 10000 for the last", MAX_MS + 1, "9999-12-31T23:59:59.999Z"],
];
for (const [what, timeMs, time] of ROWS) {
  Deno.test(`StampedPrefix ${what}`, () => {
    assertEquals(read(new StampedPrefix("", ""), timeMs), time);
  });
}
