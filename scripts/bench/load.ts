// The load generators: wrk for as much as a server can take, h2load for a steady rate.

import { fromFileUrl, join } from "@std/path";

const SCRIPT = fromFileUrl(import.meta.resolve("./load.lua"));

/** What was seen of a server under load. */
export interface Sample {
  /** Requests that were answered. */
  readonly requests: number;
  /** Requests a second. */
  readonly perSecond: number;
  /** Megabytes (of 1,000,000) a second, heads included. */
  readonly mbPerSecond: number;
  /** Half of the answers came within this time, in milliseconds. */
  readonly p50Ms: number;
  /** 99 of 100 answers came within this time, in milliseconds. */
  readonly p99Ms: number;
}

/** What to ask for, and how. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Field lines beside those that wrk sends by itself. */
  readonly fields?: readonly string[];
  /** Requests sent in one go. Default: 1. */
  readonly pipelined?: number;
  /** Whether no two requests are alike. */
  readonly isNumbered?: boolean;
  /** A file that is posted. */
  readonly upload?: string;
  /** Whether answers are meant to be no 2xx or 3xx. */
  readonly meansErrors?: boolean;
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot make load: ${program}: ${decoder.decode(stderr).trim()}`);
  return decoder.decode(stdout);
}

/**
 * As many requests as are answered, with one thread of wrk.
 *
 * @throws {Error} When answers are not what was meant: a fast server of errors is no fast server.
 */
export async function saturate(load: Load): Promise<Sample> {
  const { url, connections, seconds, fields = [], pipelined = 1, upload } = load;
  const said = await run("wrk", [
    ...["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "--latency"],
    ...["-s", SCRIPT, ...fields.flatMap((field) => ["-H", field]), url],
    ...["--", `${pipelined}`, load.isNumbered === true ? "numbered" : "alike"],
    ...(upload === undefined ? [] : ["POST", upload]),
  ]);
  const report = /^REPORT (.+)$/m.exec(said)?.[1]?.split(" ").map(Number) ?? [];
  const [requests = 0, tookUs = 0, bytes = 0, failed = 0, errors = 0, p50Us = 0, p99Us = 0] =
    report;
  const strange = failed + (load.meansErrors === true ? requests - errors : errors);
  if (strange > requests / 1000) {
    throw new Error(`${strange} of ${requests} answers were not as meant`);
  }
  const tookS = tookUs / 1e6;
  return {
    requests,
    perSecond: requests / tookS,
    mbPerSecond: bytes / 1e6 / tookS,
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
  };
}

/**
 * A steady rate, spread over the connections; times are those of whole answers.
 *
 * @param perSecond Requests a second, all connections together.
 */
export async function steady(load: Load, perSecond: number, folder: string): Promise<Sample> {
  const { url, connections, seconds } = load;
  const log = join(folder, "h2load.log");
  await Deno.remove(log).catch(() => {}); // it appends
  await run("h2load", [
    ...["--h1", "-t1", `-c${connections}`, `-D${seconds}`],
    ...[`--rps=${Math.max(1, Math.round(perSecond / connections))}`, `--log-file=${log}`, url],
  ]);
  const times = (await Deno.readTextFile(log)).trim().split("\n")
    .map((line) => line.split("\t"))
    .filter(([, status]) => status === "200")
    .map(([, , us]) => Number(us) / 1000)
    .toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    mbPerSecond: 0,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}
