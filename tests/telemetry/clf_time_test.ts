import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ClfTime } from "../../lib/telemetry/clf_time.ts";

const MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const SHAPE = /^ - - \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) \+0000\] "$/;

function read(time: ClfTime, timeMs: number): string {
  return new TextDecoder().decode(time.at(timeMs));
}

Deno.test("ClfTime says the second it is given, along any sequence of times", () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: -1500, max: 1500 }), fc.integer()));
  fc.assert(fc.property(fc.integer({ min: 0, max: MAX_MS }), steps, (start, deltas) => {
    const time = new ClfTime();
    let timeMs = start;
    for (const delta of [0, ...deltas]) {
      timeMs = Math.min(Math.max(timeMs + delta, 0), MAX_MS);
      const text = read(time, timeMs);
      const [, day, month, year, clock] = SHAPE.exec(text) ?? [];
      assertEquals(text.length, time.byteLength);
      assertEquals(Date.parse(`${day} ${month} ${year} ${clock} UTC`), timeMs - timeMs % 1000);
    }
  }));
});

const ROWS: [what: string, timeMs: number, time: string][] = [
  ["takes a negative time for the first", -5, "01/Jan/1970:00:00:00"],
  ["takes no number for the first", NaN, "01/Jan/1970:00:00:00"],
  ["takes the year 10000 for the last", MAX_MS + 1, "31/Dec/9999:23:59:59"],
];
for (const [what, timeMs, time] of ROWS) {
  Deno.test(`ClfTime ${what}`, () => {
    assertEquals(read(new ClfTime(), timeMs), ` - - [${time} +0000] "`);
  });
}
