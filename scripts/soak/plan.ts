// What a run was asked for.

import { parseArgs } from "@std/cli/parse-args";

/** One run. */
export interface Plan {
  /** How long the load lasts, in seconds; 0 for no load. */
  readonly seconds: number;
  /** Visitors at one time. */
  readonly visitors: number;
  /** How often the server is killed in the middle of uploads. */
  readonly kills: number;
}

/** Default length of a run, in minutes. */
const MINUTES = 30;
const VISITORS = 16;

/**
 * Reads the command line.
 *
 * @throws {RangeError} With one line that names the flag and what is wrong with it.
 */
export function readPlan(args: readonly string[]): Plan {
  const options = parseArgs(args, {
    string: ["minutes", "seconds", "visitors", "kills"],
    unknown: (flag) => {
      const names = "--minutes, --seconds, --visitors and --kills";
      throw new RangeError(`Cannot use ${flag}: options are ${names}`);
    },
  });
  const read = (name: string, max: number): number | undefined => {
    const value = options[name];
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value !== "" && Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new RangeError(`Cannot use --${name}: must be 1 to ${max}, current value is ${value}`);
  };
  const minutes = read("minutes", 10_000);
  const seconds = read("seconds", 600_000) ?? (minutes === undefined ? undefined : minutes * 60);
  const kills = read("kills", 1_000_000) ?? 0;
  return {
    seconds: seconds ?? (kills > 0 ? 0 : MINUTES * 60),
    visitors: read("visitors", 512) ?? VISITORS,
    kills,
  };
}
