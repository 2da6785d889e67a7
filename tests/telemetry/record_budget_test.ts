import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RecordBudget } from "../../lib/telemetry/record_budget.ts";

Deno.test("RecordBudget loses count of nothing and allows no more than it should", () => {
  const steps = fc.array(fc.nat(3000), { maxLength: 200 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), steps, (recordsMax, steps) => {
    const budget = new RecordBudget(recordsMax);
    const written: number[] = [];
    let nowMs = 0;
    for (const step of steps) {
      nowMs += step;
      if (budget.take(nowMs)) written.push(nowMs);
    }
    assertEquals(written.length + budget.takeSuppressed(), steps.length);
    assertEquals(budget.takeSuppressed(), 0);
    // Two windows may touch, so twice as many in any ten seconds, and not one more.
    for (const fromMs of written) {
      const together = written.filter((ms) => ms >= fromMs && ms < fromMs + 10_000);
      assertEquals(together.length <= 2 * recordsMax, true);
    }
  }));
});
