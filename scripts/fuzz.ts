// Feeds streams that are nearly right to sessions, and some of them to whole exchanges, until the time
// is over or something that must hold does not.
//
//   deno task fuzz [--seconds 10] [--inputs N] [--seed N]

import { parseArgs } from "@std/cli/parse-args";
import { makeLine, makeSite } from "../tests/exchanges/fixture.ts";
import type { Line } from "../tests/exchanges/line.ts";
import { Random } from "./fuzz/random.ts";
import { checkExchange, checkSession, makeInput, type Tally } from "./fuzz/rounds.ts";

/** One input of so many goes through an exchange too, which takes longer. */
const EXCHANGE_EVERY = 8;

interface Plan {
  readonly seconds: number;
  readonly inputs: number;
  readonly seed: number;
}

function readPlan(args: readonly string[]): Plan {
  const options = parseArgs(args, {
    string: ["seconds", "inputs", "seed"],
    unknown: (flag) => fail(`Cannot use ${flag}: options are --seconds, --inputs and --seed`),
  });
  const read = (name: string, otherwise: number) => {
    const value = options[name];
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (value !== "" && Number.isInteger(number) && number >= 0 && number < 2 ** 32) return number;
    return fail(`Cannot use --${name}: must be a whole number, current value is ${value}`);
  };
  const inputs = read("inputs", Infinity);
  return {
    seconds: read("seconds", Number.isFinite(inputs) ? Infinity : 10),
    inputs,
    seed: read("seed", crypto.getRandomValues(new Uint32Array(1))[0] ?? 0),
  };
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(2);
}

/** Every input has a seed of its own, so that it can be had again alone. */
async function run({ seconds, inputs, seed }: Plan, line: Line): Promise<Tally> {
  const tally = { inputs: 0, inputBytes: 0, requests: 0, refused: 0, closed: 0, exchanges: 0 };
  const endMs = performance.now() + seconds * 1000;
  for (let number = 0; number < inputs && performance.now() < endMs; number++) {
    const inputSeed = (seed + number) >>> 0;
    const { bytes, cuts } = makeInput(new Random(inputSeed));
    try {
      checkSession(bytes, cuts, tally);
      const isAlone = inputs === 1;
      if (isAlone || inputSeed % EXCHANGE_EVERY === 0) {
        await checkExchange(line, bytes, cuts, tally);
      }
    } catch (error) {
      report(inputSeed, bytes, cuts, error);
    }
  }
  return tally;
}

function report(seed: number, bytes: Uint8Array, cuts: readonly number[], error: unknown): never {
  console.error(`A rule was broken. Have it again: deno task fuzz --inputs 1 --seed ${seed}`);
  console.error(
    `Input: ${JSON.stringify(String.fromCharCode(...bytes))}, cut at ${cuts.join(", ")}`,
  );
  console.error(error);
  throw new BrokenRule();
}

/** Ends the run once everything was said. */
class BrokenRule extends Error {}

function summary(tally: Tally, plan: Plan, tookMs: number): string {
  const count = (number: number) => Math.round(number).toLocaleString("en-US");
  const perSecond = (number: number) => count(number / tookMs * 1000);
  return [
    `${count(tally.inputs)} inputs in ${(tookMs / 1000).toFixed(1)} s from seed ${plan.seed}:`,
    `${perSecond(tally.inputs)} inputs/s, ${perSecond(tally.inputBytes / 1024)} KiB/s;`,
    `${count(tally.requests)} requests understood, ${count(tally.refused)} streams refused,`,
    `${count(tally.closed)} connections closed, ${
      count(tally.exchanges)
    } exchanges answered twice;`,
    "no rule broken",
  ].join(" ");
}

const plan = readPlan(Deno.args);
const folder = await makeSite();
try {
  const startMs = performance.now();
  const tally = await run(plan, makeLine(folder, 2));
  console.log(summary(tally, plan, performance.now() - startMs));
} catch (error) {
  if (!(error instanceof BrokenRule)) throw error;
  Deno.exitCode = 1;
} finally {
  await Deno.remove(folder, { recursive: true });
}
