// Where the time goes, on the main thread and in every worker: the server under load, watched by the
// runtime's own CPU profiler, and the functions that took most of it as text.
//
//   deno task profile
//   deno task profile --case 100kb --seconds 10 --top 20 --out profiles

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { type Case, CASES } from "./bench/cases.ts";
import { chosen, text, UsageError, whole } from "./bench/flags.ts";
import { makeGround } from "./bench/ground.ts";
import { sluice } from "./bench/peers.ts";
import { Server } from "./bench/server.ts";
import { Inspector } from "./profile/inspector.ts";
import { type CpuProfile, topList } from "./profile/top_list.ts";

const HELP = `deno task profile [flags]

  --case NAME     what the load is, as in deno task bench; default 1kb
                  ${CASES.map(({ name }) => name).join(" ")}
  --seconds N     how long; default 5
  --workers N     default 2
  --top N         functions listed of each thread; default 10
  --out DIR       keeps the profiles there, for a viewer of .cpuprofile files
`;

/** Time between two looks at a thread, in microseconds. */
const SAMPLE_US = 200;

/** What is looked for is not the compiler. */
const WARM_UP_SECONDS = 3;

/** Lets the case's load run, and watches every thread meanwhile. */
async function watch(
  inspector: Inspector,
  workers: number,
  load: () => Promise<unknown>,
): Promise<Map<string, CpuProfile>> {
  const threads = await inspector.threads(workers);
  for (const thread of threads) {
    await thread.call("Profiler.enable");
    await thread.call("Profiler.setSamplingInterval", { interval: SAMPLE_US });
    await thread.call("Profiler.start");
  }
  await load();
  const profiles = new Map<string, CpuProfile>();
  for (const thread of threads) {
    const { profile } = await thread.call<{ profile: CpuProfile }>("Profiler.stop");
    profiles.set(thread.name, profile);
  }
  return profiles;
}

interface Plan {
  readonly one: Case;
  readonly seconds: number;
  readonly workers: number;
  readonly top: number;
  readonly out: string | undefined;
}

/** @returns `undefined` when help is asked for. @throws {UsageError} When a flag cannot be used. */
function planOf(args: readonly string[]): Plan | undefined {
  const flags = parseArgs([...args], {
    string: ["case", "seconds", "workers", "top", "out"],
    boolean: ["help"],
    unknown: (arg) => {
      throw new UsageError(`Cannot use ${arg}: no such flag, see --help`);
    },
  });
  if (flags["help"] === true) return undefined;
  const [one] = chosen("case", flags["case"] ?? "1kb", CASES) ?? [];
  if (one === undefined) throw new UsageError("Cannot use --case: it names nothing");
  return {
    one,
    seconds: whole("seconds", flags["seconds"], 5),
    workers: whole("workers", flags["workers"], 2),
    top: whole("top", flags["top"], 10),
    out: text(flags["out"]),
  };
}

async function keep(folder: string, thread: string, profile: CpuProfile): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, `${thread.replaceAll(/\W+/g, "_")}.cpuprofile`);
  await Deno.writeTextFile(path, JSON.stringify(profile));
}

async function profile({ one, seconds, workers, top, out }: Plan): Promise<void> {
  const ground = await makeGround(workers);
  try {
    const peer = sluice("sluice", undefined, ["--inspect=127.0.0.1:0"]);
    await using server = await Server.start(peer, ground);
    using inspector = await Inspector.connect(await Deno.readTextFile(server.log));
    await one.measure(server, ground, WARM_UP_SECONDS);
    const load = () => one.measure(server, ground, seconds);
    for (const [thread, profile] of await watch(inspector, workers, load)) {
      console.log(topList(thread, profile, top));
      if (out !== undefined) await keep(out, thread, profile);
    }
  } finally {
    await Deno.remove(ground.folder, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    const plan = planOf(Deno.args);
    if (plan === undefined) console.log(HELP);
    else await profile(plan);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
