import { assertEquals, assertThrows } from "@std/assert";
import { type Plan, readPlan } from "../../scripts/soak/plan.ts";

const ROWS: readonly (readonly [args: string, plan: Plan])[] = [
  ["", { seconds: 1_800, visitors: 16, kills: 0 }],
  ["--minutes 5", { seconds: 300, visitors: 16, kills: 0 }],
  ["--seconds 20 --visitors 8", { seconds: 20, visitors: 8, kills: 0 }],
  ["--kills 200", { seconds: 0, visitors: 16, kills: 200 }],
  ["--kills 3 --seconds 10", { seconds: 10, visitors: 16, kills: 3 }],
];

for (const [args, plan] of ROWS) {
  Deno.test(`readPlan understands "${args}"`, () => {
    assertEquals(readPlan(args.split(" ").filter((arg) => arg !== "")), plan);
  });
}

/** Command lines that cannot be used, and what the complaint names. */
const BROKEN: readonly (readonly [args: string, named: string])[] = [
  ["--minutes 0", "--minutes"],
  ["--seconds x", "--seconds"],
  ["--visitors 1.5", "--visitors"],
  ["--visitors 513", "--visitors"],
  ["--kills=", "--kills"],
  ["--hours 3", "--hours"],
  ["30", "30"],
];

for (const [args, named] of BROKEN) {
  Deno.test(`readPlan refuses "${args}" and says why`, () => {
    assertThrows(() => readPlan(args.split(" ")), RangeError, named);
  });
}
