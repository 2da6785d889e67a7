// How many descriptors a process holds, told from outside.

import { run } from "../integration/tool.ts";

/** Files and sockets that a process has open. */
export async function openFiles(pid: number): Promise<number> {
  return (await run("ls", `/proc/${pid}/fd`)).trim().split("\n").length;
}

/** Longer than any test here needs, and shorter than its deadline, in milliseconds. */
const WAIT_MS_MAX = 30_000;

/**
 * Waits until the process has as many open as before.
 *
 * @throws {Error} When it does not come to that; it tells what is open.
 */
export async function returnTo(before: number, pid: number): Promise<void> {
  const startedMs = performance.now();
  while (await openFiles(pid) > before) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (performance.now() - startedMs < WAIT_MS_MAX) continue;
    throw new Error(`More than ${before} are open: ${await run("ls", "-l", `/proc/${pid}/fd`)}`);
  }
}
