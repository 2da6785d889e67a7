// What the operating system tells of a process; nothing where there is no /proc.

import { run } from "../../tests/integration/tool.ts";

/** Its resident memory in kilobytes, and its open descriptors. */
export interface Footprint {
  readonly rssKb: number;
  readonly descriptors: number;
}

/** Asks other programs, as the runtime lets this one into /proc only with every permission there is. */
export async function footprintOf(pid: number): Promise<Footprint | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const [status, listing] = await Promise.all([
    run("cat", `/proc/${pid}/status`),
    run("ls", `/proc/${pid}/fd`),
  ]);
  return {
    rssKb: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]),
    descriptors: listing.trim().split("\n").length,
  };
}
