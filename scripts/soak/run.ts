// One run: a server as a process of its own, visitors, a line every minute, a verdict.

import { join } from "@std/path";
import { Program } from "../../tests/integration/program.ts";
import { get } from "../../tests/integration/requests.ts";
import type { Plan } from "./plan.ts";
import { type Footprint, footprintOf } from "./process.ts";
import { makeSite } from "./site.ts";
import { Tally } from "./tally.ts";
import { type Finding, judge, type Sample } from "./verdict.ts";
import { type Ground, type Visit, Visitor } from "./visitor.ts";
import { HEAD_TIMEOUT_MS, VISITS } from "./visits.ts";

/** Between two looks at the server, in milliseconds. */
const LOOK_MS = 1_000;

/** Lines of a run that is shorter than so many minutes. */
const LINES_MIN = 6;

/** How long the server may take to let go of its last connections, in milliseconds. */
const SETTLE_MS = 15_000;

/** Every visit once for each weight: a pick from it is a pick by weight. */
const LOTS: readonly Visit[] = VISITS.flatMap((visit) => Array(visit.weight).fill(visit));

/** Loads a server for as long as planned. @returns Whether it stood it. */
export async function soak(plan: Plan): Promise<boolean> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_soak_" }));
  try {
    await makeSite(join(folder, "root"));
    await using program = startServer(folder);
    const { port } = await program.started();
    const ground = { port, uploads: join(folder, "uploads"), tally: new Tally() };
    const findings = await observe(plan, ground, program);
    return report(ground.tally, findings);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** No rates and no bans, as all visitors come from one address. */
function startServer(folder: string): Program {
  return new Program([
    ...["0", "127.0.0.1", "2", "--root", join(folder, "root")],
    ...["--uploads", join(folder, "uploads"), "--log-file", join(folder, "log")],
    ...["--log-size", "4MB", "--log-keep", "1", "--head-timeout", `${HEAD_TIMEOUT_MS}ms`],
    ...["--rate", "0", "--upload-rate", "0", "--ban-errors", "0", "--per-client", "0"],
  ]);
}

async function observe(plan: Plan, ground: Ground, program: Program): Promise<Finding[]> {
  const { tally } = ground;
  for (const visit of VISITS) await makeVisit(ground, visit); // what is made once is there then
  const before = await settled(program.pid, Infinity);
  const samples = await load(plan, ground, program.pid);
  const after = await settled(program.pid, before?.descriptors ?? 0);
  const counts = await countsOf(ground);
  program.kill("SIGTERM");
  const { code } = await program.ended();
  return judge({
    seconds: plan.seconds,
    samples,
    descriptors: before && after &&
      { before: before.descriptors, after: after.descriptors },
    failures: tally.failureCount,
    sent: { answered: tally.answered, unheard: tally.unheard },
    counted: counts.requests,
    stored: { sent: tally.stored, counted: counts.uploads },
    exitCode: code,
  });
}

/** Sends visitors until the time is over, and looks at the server meanwhile. */
async function load({ seconds, visitors }: Plan, ground: Ground, pid: number): Promise<Sample[]> {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  const visiting = Array.from({ length: visitors }, async () => {
    while (performance.now() < endMs) {
      await makeVisit(ground, LOTS[Math.floor(Math.random() * LOTS.length)]);
    }
  });
  const samples: Sample[] = [];
  const lineSeconds = Math.min(60, seconds / LINES_MIN);
  let lines = 0;
  let answered = ground.tally.answered;
  while (performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const footprint = await footprintOf(pid);
    const atSeconds = (performance.now() - startMs) / 1000;
    if (footprint !== undefined) samples.push({ atSeconds, rssKb: footprint.rssKb });
    if (atSeconds < (lines + 1) * lineSeconds) continue;
    lines++;
    const perSecond = (ground.tally.answered - answered) / lineSeconds;
    answered = ground.tally.answered;
    console.log(lineOf(atSeconds, perSecond, footprint, ground.tally));
  }
  await Promise.all(visiting);
  return samples;
}

async function makeVisit(ground: Ground, visit: Visit | undefined): Promise<void> {
  if (visit === undefined) return;
  ground.tally.visited(visit.kind);
  try {
    using visitor = await Visitor.enter(ground);
    await visit.act(visitor);
  } catch (error) {
    ground.tally.failed(visit.kind, error);
  }
}

/** Waits until nothing is open any more that was not open then. */
async function settled(pid: number, descriptors: number): Promise<Footprint | undefined> {
  const endMs = performance.now() + SETTLE_MS;
  let least: Footprint | undefined;
  for (let still = 0; still < 3 && performance.now() < endMs;) {
    const now = await footprintOf(pid);
    if (now === undefined) return undefined;
    const isLess = least === undefined || now.descriptors < least.descriptors;
    if (isLess) least = now;
    still = isLess || now.descriptors > descriptors ? 0 : still + 1;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS / 4));
  }
  return least;
}

/** What the server says it did, the question after it not included. */
async function countsOf(ground: Ground): Promise<{ requests: number; uploads: number }> {
  using visitor = await Visitor.enter({ ...ground, tally: new Tally() });
  const { text } = await visitor.ask(get("/metrics"), 200);
  const sumOf = (name: string) => {
    const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, "gm"));
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  return {
    requests: sumOf("sluice_http_requests_total"),
    uploads: sumOf("sluice_uploads_total"),
  };
}

function lineOf(
  atSeconds: number,
  perSecond: number,
  footprint: Footprint | undefined,
  tally: Tally,
): string {
  const at = atSeconds >= 60
    ? `minute ${Math.round(atSeconds / 60)}`
    : `${Math.round(atSeconds)} s`;
  const memory = footprint === undefined ? "-" : `${Math.round(footprint.rssKb / 1024)} MB`;
  return `${at}: ${Math.round(perSecond)} requests/s, rss ${memory}, ` +
    `${footprint?.descriptors ?? "-"} descriptors, ${tally.failureCount} errors`;
}

function report(tally: Tally, findings: readonly Finding[]): boolean {
  const visits = [...tally.visits].map(([kind, count]) => `${count} ${kind}`);
  console.log(`visits: ${visits.join(", ")}`);
  for (const [failure, count] of tally.failures) console.log(`error, ${count} times: ${failure}`);
  for (const { rule, isKept, seen } of findings) {
    console.log(`${isKept ? "ok    " : "BROKEN"} ${rule}: ${seen}`);
  }
  return findings.every(({ isKept }) => isKept);
}
