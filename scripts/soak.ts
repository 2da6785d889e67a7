// Loads a server with everything at once for as long as one likes, and says how it stood it: a line a
// minute, and a verdict. Or kills it in the middle of uploads, again and again. Nothing is left behind.
//
//   deno task soak [--minutes 30 | --seconds N] [--visitors 16] [--kills N]

import { killAgainAndAgain } from "./soak/kills.ts";
import { type Plan, readPlan } from "./soak/plan.ts";
import { soak } from "./soak/run.ts";

function planOf(args: readonly string[]): Plan {
  try {
    return readPlan(args);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}

const plan = planOf(Deno.args);
const outcomes = [
  plan.kills === 0 || await killAgainAndAgain(plan.kills),
  plan.seconds === 0 || await soak(plan),
];
Deno.exitCode = outcomes.every((isOk) => isOk) ? 0 : 1;
