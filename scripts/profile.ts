// Where the time goes, on the main thread and in every worker: the server under load, watched by the
// runtime's own CPU profiler, and the functions that took most of it as text.
//
//   deno task profile
//   deno task profile --case 100kb --seconds 10 --top 20 --out profiles

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { CASES } from "./bench/cases.ts";
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

async function profile(args: readonly string[]): Promise<number> {
  const flags = parseArgs([...args], {
    string: ["case", "seconds", "workers", "top", "out"],
    boolean: ["help"],
  });
  const { case: name = "1kb", seconds = 5, workers = 2, top = 10, out } = flags;
  const one = CASES.find((it) => it.name === name);
  if (one === undefined || flags["help"] === true) {
    console.log(HELP);
    return one === undefined ? 2 : 0;
  }
  const ground = await makeGround(Number(workers));
  try {
    await using server = await Server.start(
      sluice("sluice", undefined, ["--inspect=127.0.0.1:0"]),
      ground,
    );
    using inspector = await Inspector.connect(await Deno.readTextFile(server.log));
    await one.measure(server, ground, 1); // warm: what is looked for is not the compiler
    const profiles = await watch(
      inspector,
      Number(workers),
      () => one.measure(server, ground, Number(seconds)),
    );
    for (const [thread, cpu] of profiles) {
      console.log(topList(thread, cpu, Number(top)));
      if (typeof out === "string") {
        await Deno.mkdir(out, { recursive: true });
        const file = join(out, `${thread.replaceAll(/\W+/g, "_")}.cpuprofile`);
        await Deno.writeTextFile(file, JSON.stringify(cpu));
      }
    }
    return 0;
  } finally {
    await Deno.remove(ground.folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await profile(Deno.args));
