// Builds the binary for every system, with checksums beside them:
//
//   deno task compile:all                                all of them
//   deno task compile:all x86_64-unknown-linux-gnu ...   some of them
//
// The compiler downloads the runtime of each system. DENORT_BIN, which names one that is here already,
// counts for this machine's own system alone.

import { dirname, join } from "@std/path";
import manifest from "../deno.json" with { type: "json" };

/** Systems, as the compiler calls them and as a person would. */
export const TARGETS: ReadonlyMap<string, string> = new Map([
  ["x86_64-unknown-linux-gnu", "linux-x64"],
  ["aarch64-unknown-linux-gnu", "linux-arm64"],
  ["x86_64-apple-darwin", "macos-x64"],
  ["aarch64-apple-darwin", "macos-arm64"],
  ["x86_64-pc-windows-msvc", "windows-x64.exe"],
]);

/** How a build ended: nothing to say, or the compiler's last words. */
export type Compile = (target: string, output: string) => Promise<string | undefined>;

/** What the file for a target is called. */
export function binaryName(target: string): string {
  return `sluice-${manifest.version}-${TARGETS.get(target)}`;
}

/**
 * Arguments that build for a target: those of `deno task compile`, but for the place.
 *
 * @example `["compile", "--target", "aarch64-apple-darwin", "--output", "dist/...", ..., "main.ts"]`
 */
export function compileArguments(target: string, output: string): string[] {
  const [, command, ...args] = manifest.tasks.compile.split(" ");
  const at = args.indexOf("--output");
  return [command ?? "", "--target", target, "--output", output, ...args.toSpliced(at, 2)];
}

/**
 * Builds for each target, then writes `SHA256SUMS`, which `sha256sum -c` reads. Nothing that an earlier
 * build left may pass for a result of this one, so all of it goes first.
 *
 * @returns One line for each target that could not be built.
 */
export async function compileAll(
  targets: readonly string[],
  folder: string,
  compile: Compile,
): Promise<string[]> {
  const sums = join(folder, "SHA256SUMS");
  for (const path of [sums, ...targets.map((target) => join(folder, binaryName(target)))]) {
    await Deno.remove(path).catch(() => {}); // it was not there
  }
  await Deno.mkdir(folder, { recursive: true });
  const failures: string[] = [];
  let lines = "";
  for (const target of targets) {
    const name = binaryName(target);
    const failure = await compile(target, join(folder, name));
    if (failure === undefined) lines += `${await sha256(join(folder, name))}  ${name}\n`;
    else failures.push(`Cannot build ${name}: ${failure}`);
  }
  await Deno.writeTextFile(sums, lines);
  return failures;
}

async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return Array.from(new Uint8Array(digest), (octet) => octet.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** The reason in the compiler's words, or in better ones where the network is the reason. */
export function reasonOf(complaint: string): string {
  if (/error sending request|dns error|Connect|timed out|tls handshake/i.test(complaint)) {
    return "its runtime is not on this machine and cannot be downloaded from here";
  }
  const [line = "the compiler failed without a word"] = complaint.split("\n")
    .filter((line) => /\S/.test(line) && !/^\s*(\d+:|at |Stack)/.test(line));
  return line.replace(/^error: /, "").trim();
}

function environmentFor(target: string): Record<string, string> {
  const { DENORT_BIN: runtime, ...env } = Deno.env.toObject();
  const isOwn = runtime !== undefined && target === Deno.build.target;
  return { ...env, NO_COLOR: "1", ...(isOwn ? { DENORT_BIN: runtime } : {}) };
}

/** Runs the compiler that runs this. */
async function compileWithDeno(target: string, output: string): Promise<string | undefined> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: compileArguments(target, output),
    cwd: dirname(import.meta.dirname ?? "."),
    clearEnv: true,
    env: environmentFor(target),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? undefined : reasonOf(new TextDecoder().decode(stderr));
}

async function main(args: readonly string[]): Promise<number> {
  const targets = args.length > 0 ? args : [...TARGETS.keys()];
  const unknown = targets.find((target) => !TARGETS.has(target));
  if (unknown !== undefined) {
    const known = [...TARGETS.keys()].join(", ");
    console.error(`compile:all: Cannot build for ${unknown}: must be one of ${known}`);
    return 2;
  }
  const folder = join(dirname(import.meta.dirname ?? "."), "dist");
  const failures = await compileAll(targets, folder, compileWithDeno);
  for (const failure of failures) console.error(`compile:all: ${failure}`);
  console.log(await Deno.readTextFile(join(folder, "SHA256SUMS")));
  return failures.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
