import { assertEquals } from "@std/assert";
import { Refusals } from "../../lib/server/refusals.ts";

/** Refusals, and everything they told. */
function watched() {
  const told: string[] = [];
  const refusals = new Refusals({
    audit: ({ kind, rule, client, target, status, worker }) =>
      told.push([kind, rule, client, target, status, worker].join(" ")),
    warn: (reason, connections) => told.push(`${reason}: ${connections}`),
  });
  return { refusals, told };
}

Deno.test("Refusals of a client that is to blame go to the audit trail, one by one", () => {
  const { refusals, told } = watched();
  refusals.note("banned", "192.0.2.1");
  refusals.note("crowded", "192.0.2.2");
  refusals.close();
  assertEquals(told, [
    "banned banned 192.0.2.1  403 ",
    "limit limit-connections 192.0.2.2  503 ",
  ]);
});

Deno.test("Refusals of a full house are told at first, and in a sum", () => {
  const { refusals, told } = watched();
  for (let index = 0; index < 100; index++) refusals.note("saturated", "192.0.2.1");
  refusals.note("expired", "192.0.2.1");
  assertEquals(told, ["saturated: 1", "expired: 1"]);
  refusals.close();
  assertEquals(told.slice(2), ["saturated: 99"]);
  refusals.note("saturated", "192.0.2.1"); // a window of its own
  refusals.close();
  assertEquals(told.slice(3), ["saturated: 1"]);
});
