// What a comparison measures, as its flags say.

import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "@std/path";
import { type Case, CASES } from "./cases.ts";
import { chosen, text, UsageError, whole } from "./flags.ts";
import type { Peer } from "./peer.ts";
import { PEERS, sluice } from "./peers.ts";

/** What `--help` prints. */
export const HELP = `deno task bench [flags]

  --cases NAME,...   default: all but those marked *, in this order
                     ${
  CASES.map(({ name, isExtra }) => isExtra === true ? `${name}*` : name).join(" ")
}
  --peers NAME,...   default: all that are found
                     ${PEERS.map(({ name }) => name).join(" ")}
  --rounds N         default 5
  --seconds N        of each measurement, whole ones; default 3
  --workers N        of servers that can be told how many; default 2
  --baseline DIR     another source tree of this server, measured in the same rounds
  --json FILE        writes all figures there
  --markdown FILE    writes the report there as well
`;

/** What is to be measured, and how. */
export interface Plan {
  readonly cases: readonly Case[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly seconds: number;
  readonly workers: number;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
}

/**
 * Reads the arguments.
 *
 * @returns `undefined` when help is asked for.
 * @throws {UsageError} When one cannot be used.
 */
export function planOf(args: readonly string[]): Plan | undefined {
  const known = ["cases", "peers", "rounds", "seconds", "workers", "baseline", "json", "markdown"];
  const flags = parseArgs([...args], {
    string: known,
    boolean: ["help"],
    unknown: (arg) => {
      throw new UsageError(`Cannot use ${arg}: no such flag, see --help`);
    },
  });
  if (flags["help"] === true) return undefined;
  const baseline = text(flags["baseline"]);
  const peers = chosen("peers", flags["peers"], PEERS) ?? PEERS;
  return {
    cases: chosen("cases", flags["cases"], CASES) ??
      CASES.filter(({ isExtra }) => isExtra !== true),
    peers: baseline === undefined
      ? peers
      : peers.flatMap((peer) =>
        peer.name === "sluice" ? [peer, sluice("baseline", resolve(baseline))] : [peer]
      ),
    rounds: whole("rounds", flags["rounds"], 5),
    seconds: whole("seconds", flags["seconds"], 3),
    workers: whole("workers", flags["workers"], 2),
    json: text(flags["json"]),
    markdown: text(flags["markdown"]),
  };
}
