import { assertEquals } from "@std/assert";
import { Pulse } from "../../lib/pool/pulse.ts";

/** Looks at these beats in turn. @returns Whether each look exceeded the limit. */
function verdicts(beats: readonly number[], intervalMs: number, limitMs: number): boolean[] {
  const pulse = new Pulse();
  return beats.map((beat) => {
    pulse.look(beat, intervalMs);
    return pulse.exceeds(limitMs);
  });
}

Deno.test("Pulse gives up who is quiet for longer than the limit, and not before", () => {
  assertEquals(verdicts([5, 5, 5, 5], 1000, 2000), [false, false, false, true]);
});

Deno.test("Pulse begins anew with every beat", () => {
  assertEquals(
    verdicts([1, 1, 1, 2, 2, 2, 2], 1000, 2000),
    [false, false, false, false, false, false, true],
  );
});

Deno.test("Pulse takes any change for a beat, a number that wraps too", () => {
  assertEquals(verdicts([2 ** 31 - 1, -(2 ** 31), -1, 1], 1000, 500), [false, false, false, false]);
});

Deno.test("Pulse leaves a worker that loads its modules half a minute", () => {
  const looks = verdicts(new Array(31).fill(0), 1000, 2000);
  assertEquals(looks.indexOf(true), 30);
});
