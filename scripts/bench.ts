// Measures this server beside others on the same machine, in the same minutes, and says how they
// compare. It passes no judgement: a shared machine is no place for that.
//
//   deno task bench
//   deno task bench --cases 1kb,100kb --peers sluice,nginx --rounds 3
//   deno task bench --baseline ../before --cases 1kb       beside another source tree of ours

import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "@std/path";
import { type Case, CASES } from "./bench/cases.ts";
import { compare, type Row } from "./bench/comparison.ts";
import { type Ground, makeGround } from "./bench/ground.ts";
import { type Peer, versionOf } from "./bench/peer.ts";
import { PEERS, sluice } from "./bench/peers.ts";
import { machine } from "./bench/process_tree.ts";
import { json, markdown, type Report } from "./bench/report.ts";
import { Server } from "./bench/server.ts";

const HELP = `deno task bench [flags]

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

/** A flag that cannot be used; one line says why. */
class UsageError extends Error {}

interface Plan {
  readonly cases: readonly Case[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly seconds: number;
  readonly workers: number;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function whole(flag: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 600) return number;
  throw new UsageError(`Cannot use --${flag}: must be 1 to 600, current value is ${value}`);
}

function chosen<T extends { readonly name: string }>(
  flag: string,
  value: unknown,
  all: readonly T[],
): readonly T[] | undefined {
  return text(value)?.split(",").map((name) => {
    const found = all.find((item) => item.name === name);
    if (found !== undefined) return found;
    const names = all.map((item) => item.name).join(", ");
    throw new UsageError(`Cannot use --${flag}: must be among ${names}, current value is ${name}`);
  });
}

function planOf(args: readonly string[]): Plan | undefined {
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

/** Starts every peer that is there. */
async function startAll(
  peers: readonly Peer[],
  ground: Ground,
): Promise<{ servers: Server[]; described: Report["peers"][number][]; missing: string[] }> {
  const servers: Server[] = [];
  const described: Report["peers"][number][] = [];
  const missing: string[] = [];
  for (const peer of peers) {
    const version = await versionOf(peer);
    if (version === undefined) {
      missing.push(`${peer.name} is not here: ${peer.install}`);
      continue;
    }
    try {
      servers.push(await Server.start(peer, ground));
      described.push({ name: peer.name, version, what: peer.what });
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { servers, described, missing };
}

async function missingGenerators(): Promise<string[]> {
  const wanted = [["wrk", "apt-get install wrk"], ["h2load", "apt-get install nghttp2-client"]];
  const missing: string[] = [];
  for (const [program = "", how] of wanted) {
    try {
      await new Deno.Command(program, { args: ["--version"], stdin: "null" }).output();
    } catch {
      missing.push(`${program} is not here: ${how}`);
    }
  }
  return missing;
}

async function measureAll(plan: Plan, ground: Ground): Promise<Report> {
  const { servers, described, missing } = await startAll(plan.peers, ground);
  for (const text of missing) console.error(text);
  const rows: Row[] = [];
  try {
    const where = await machine();
    for (const one of plan.cases) {
      console.error(`${one.title}`);
      rows.push(
        await compare(
          one,
          servers,
          ground,
          plan,
          ({ peer }, said) => console.error(`  ${peer.name.padEnd(10)} ${said}`),
        ),
      );
    }
    return {
      machine: where,
      command: ["deno task bench", ...Deno.args].join(" "),
      rounds: plan.rounds,
      seconds: plan.seconds,
      peers: described,
      missing,
      rows,
    };
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
}

async function bench(plan: Plan): Promise<number> {
  const lacking = await missingGenerators();
  if (lacking.length > 0) {
    console.error(lacking.join("\n"));
    return 1;
  }
  const ground = await makeGround(plan.workers);
  try {
    const report = await measureAll(plan, ground);
    const said = markdown(report);
    console.log(said);
    if (plan.json !== undefined) await Deno.writeTextFile(plan.json, json(report));
    if (plan.markdown !== undefined) await Deno.writeTextFile(plan.markdown, said);
    return 0;
  } finally {
    await Deno.remove(ground.folder, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    const plan = planOf(Deno.args);
    if (plan === undefined) console.log(HELP);
    else Deno.exit(await bench(plan));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
