// What every server in a comparison is given: the same files, a scratch folder, a free port.

import { join } from "@std/path";

/** Sizes of the files that are served, in kilobytes; `NK.bin` each. */
export const FILE_KB = [1, 10, 100, 1024, 10_240] as const;

/** Where the servers of one comparison live. */
export interface Ground {
  /** Real path of a scratch folder; everything else lies in it. */
  readonly folder: string;
  /** The folder that is served. */
  readonly site: string;
  /** Threads or processes of those servers that can be told how many. */
  readonly workers: number;
}

/** Makes the files. Random octets, so that nobody gains by a clever way with zeros. */
export async function makeGround(workers: number): Promise<Ground> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_bench_" }));
  await Deno.chmod(folder, 0o755); // some servers let their workers run as somebody else
  const site = join(folder, "site");
  for (const name of ["site", "uploads", "logs"]) await Deno.mkdir(join(folder, name));
  for (const kb of FILE_KB) {
    const content = new Uint8Array(kb * 1024);
    for (let at = 0; at < content.length; at += 65_536) {
      crypto.getRandomValues(content.subarray(at, at + 65_536));
    }
    await Deno.writeFile(join(site, `${kb}K.bin`), content);
  }
  const before = Date.now() / 1000 - 3600; // settled: no server has to think it might still change
  for (const kb of FILE_KB) await Deno.utime(join(site, `${kb}K.bin`), before, before);
  return { folder, site, workers };
}

/** A port that nobody listens on now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
