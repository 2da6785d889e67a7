// How the process ends when it is told to.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { SANITIZED, withFolder } from "./harness.ts";
import { Program } from "./program.ts";
import { get } from "./requests.ts";

const BYTES = 32 * 1024 * 1024;

/** Runs `test` with a process that serves a file no buffer holds. */
function programTest(
  name: string,
  test: (program: Program, port: number) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: Deno.build.os === "windows", // no process there can send another one these signals
    ...SANITIZED,
    fn: () =>
      withFolder(async (root) => {
        using file = await Deno.create(join(root, "large.bin"));
        await file.truncate(BYTES);
        const uploads = join(root, "uploads");
        await using program = new Program(
          ["0", "127.0.0.1", "1", "--root", root, "--uploads", uploads, "--drain", "15s"],
        );
        await withDeadline(async () => await test(program, (await program.started()).port));
      }),
  });
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  programTest(`${signal} stops the process with 0`, async (program) => {
    program.kill(signal);
    const { code, signal: killer, stderr } = await program.ended();
    assertEquals([code, killer, stderr], [0, null, ""]);
  });
}

programTest(
  "a download outlives the signal, an idle connection does not",
  async (program, port) => {
    using idle = await Client.connect(port);
    using busy = await Client.connect(port);
    await busy.send(get("/large.bin"));
    assert(await busy.read(1) !== null);
    program.kill("SIGTERM");
    assert(await idle.isEnded());
    const rest = await busy.rest();
    assert(rest.length > BYTES, `${rest.length} bytes came`);
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
  },
);

programTest("a second signal ends it at once", async (program, port) => {
  using idle = await Client.connect(port);
  using busy = await Client.connect(port);
  await busy.send(get("/large.bin"));
  assert(await busy.read(1) !== null);
  program.kill("SIGTERM");
  assert(await idle.isEnded()); // the first one is being acted on, and waits for the busy one
  program.kill("SIGINT");
  const { code, signal } = await program.ended();
  assertEquals([code, signal], [1, null]);
});
