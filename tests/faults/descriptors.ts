// How many descriptors a process holds, told from outside.

import { run } from "../integration/tool.ts";

/** Files and sockets that a process has open. */
export async function openFiles(pid: number): Promise<number> {
  return (await run("ls", `/proc/${pid}/fd`)).trim().split("\n").length;
}

/** Waits until the process has as many open as before; the deadline of the test ends the wait. */
export async function returnTo(before: number, pid: number): Promise<void> {
  while (await openFiles(pid) > before) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
