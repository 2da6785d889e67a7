import { assertEquals } from "@std/assert";
import { LossReport } from "../../lib/telemetry/loss_report.ts";

Deno.test("LossReport reports the first loss at once, then once a minute, then the rest", () => {
  const reports: [unknown, number][] = [];
  let nowMs = 5000;
  const losses = new LossReport((error, lines) => reports.push([error, lines]), () => nowMs);
  losses.add("a", 1);
  nowMs += 59_999;
  losses.add("b", 2);
  assertEquals(reports, [["a", 1]]);
  nowMs += 1;
  losses.add("c", 3);
  assertEquals(reports, [["a", 1], ["c", 5]]);
  losses.add("d", 4);
  losses.finish();
  losses.finish();
  assertEquals(reports, [["a", 1], ["c", 5], ["d", 4]]);
});
