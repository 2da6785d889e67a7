// Starts a server on a free port over folders of its own, walks through what it can do, checks every
// step, and says how it went. Nothing is left behind.
//
//   deno task demo

import { dirname, join } from "@std/path";
import { ATTACKS, LINK_OUT } from "./demo/attacks.ts";
import { CONNECTIONS, REQUESTS_MAX } from "./demo/connections.ts";
import { FAULT, FAULTS } from "./demo/faults.ts";
import { FILES, LONG, SITE } from "./demo/files.ts";
import { PROTECTION } from "./demo/protection.ts";
import { type Outcome, printHeading, printStep, printSummary } from "./demo/report.ts";
import { DemoServer } from "./demo/server.ts";
import type { Chapter, Ground, Step } from "./demo/step.ts";
import { A_SITE } from "./demo/site.ts";
import { UPLOAD_BYTES_MAX, UPLOADS } from "./demo/uploads.ts";
import { WATCHING } from "./demo/watching.ts";

/** In this order: the last step of the last one stops the server. */
const CHAPTERS: readonly Chapter[] = [
  ...[FILES, A_SITE, UPLOADS, ATTACKS, PROTECTION],
  ...[WATCHING, FAULTS, CONNECTIONS],
];

const FLAGS = [
  ...["--workers", "2", "--max-requests", `${REQUESTS_MAX}`],
  ...["--max-body", `${UPLOAD_BYTES_MAX}`, "--head-timeout", "500ms"],
];

/** A step that takes longer than this, in milliseconds, hangs. */
const STEP_MS_MAX = 5_000;

async function makeSite(folder: string): Promise<void> {
  for (
    const [name, content] of Object.entries({ ...SITE, [LONG.name]: LONG.content, [FAULT]: "" })
  ) {
    const path = join(folder, "site", name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, content);
  }
  await Deno.writeTextFile(join(folder, "secret.html"), "nobody should read this\n");
  if (Deno.build.os === "windows") return;
  await Deno.symlink(join("..", "secret.html"), join(folder, "site", LINK_OUT));
}

/** Does a step; whatever goes wrong is what was seen. */
async function see(step: Step, ground: Ground): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`nothing within ${STEP_MS_MAX} ms`), STEP_MS_MAX);
  try {
    return await Promise.race([step.act(ground), promise]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function walk(ground: Ground): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const chapter of CHAPTERS) {
    printHeading(chapter.title);
    for (const step of chapter.steps) {
      const got = await see(step, ground);
      printStep(step, got);
      outcomes.push({ chapter: chapter.title, isOk: got === step.expected });
    }
  }
  return outcomes;
}

/** @returns Whether everything was as expected. */
async function demonstrate(): Promise<boolean> {
  const startMs = performance.now();
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_demo_" }));
  try {
    await makeSite(folder);
    const server = await DemoServer.start(folder, FLAGS);
    console.log(`Sluice serves http://127.0.0.1:${server.port} for this demo: ${FLAGS.join(" ")}`);
    try {
      const outcomes = await walk({ folder, server });
      printSummary(outcomes, performance.now() - startMs);
      return outcomes.every((outcome) => outcome.isOk);
    } finally {
      await server.end();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await demonstrate() ? 0 : 1);
