// Measures this server beside others on the same machine, in the same minutes, and says how they
// compare. It passes no judgement: a shared machine is no place for that.
//
//   deno task bench
//   deno task bench --cases 1kb,100kb --peers sluice,nginx --rounds 3
//   deno task bench --baseline ../before --cases 1kb       beside another source tree of ours

import { compare, type Row } from "./bench/comparison.ts";
import { UsageError } from "./bench/flags.ts";
import { type Ground, makeGround } from "./bench/ground.ts";
import { type Peer, versionOf } from "./bench/peer.ts";
import { HELP, type Plan, planOf } from "./bench/plan.ts";
import { machine } from "./bench/process_tree.ts";
import { json, markdown, type Report } from "./bench/report.ts";
import { Server } from "./bench/server.ts";

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
