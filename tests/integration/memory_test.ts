// A file of any size costs the server the same memory.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withDeadline } from "./deadline.ts";
import { SANITIZED, withFolder } from "./harness.ts";
import { Program } from "./program.ts";
import { run } from "./tool.ts";
import { get } from "./requests.ts";

const GB = 1024 ** 3;

/** Most that the peak of resident memory may grow, in kilobytes. */
const GROWTH_KB_MAX = 64 * 1024;

/** The highest resident memory a process ever had, in kilobytes. */
async function peakKb(pid: number): Promise<number> {
  // Read by another program: this one would need every permission there is to look into /proc.
  const status = await run("cat", `/proc/${pid}/status`);
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}

/** Reads an answer and keeps none of it. @returns Bytes of head and content. */
async function discard(port: number, target: string): Promise<number> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(get(target, "Connection: close")));
  const buffer = new Uint8Array(1024 * 1024);
  let total = 0;
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    total += count;
  }
  return total;
}

Deno.test({
  name: `a file of 2 GB does not grow the memory (${
    Deno.build.os === "linux" ? "VmHWM" : "ignored: needs /proc"
  })`,
  ignore: Deno.build.os !== "linux",
  ...SANITIZED,
  fn: () =>
    withFolder(async (root) => {
      for (const [name, bytes] of [["warm.bin", GB / 16], ["huge.bin", 2 * GB]] as const) {
        using file = await Deno.create(join(root, name));
        await file.truncate(bytes);
      }
      await using program = new Program(
        ["0", "127.0.0.1", "1", "--root", root, "--uploads", join(root, "uploads")],
      );
      await withDeadline(async () => {
        const { port } = await program.started();
        await discard(port, "/warm.bin");
        const before = await peakKb(program.pid);
        const received = await discard(port, "/huge.bin");
        assert(received > 2 * GB && received < 2 * GB + 2048);
        const growth = await peakKb(program.pid) - before;
        assert(growth < GROWTH_KB_MAX, `grew by ${growth} kB`);
        assertEquals(Number.isNaN(growth), false);
      });
    }),
});
