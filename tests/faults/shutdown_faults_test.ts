// The end of the process while it is asked from all sides: nobody gets half an answer.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder, writeFile } from "../integration/harness.ts";
import { pattern } from "../integration/pattern.ts";
import { Program } from "../integration/program.ts";
import { get } from "../integration/requests.ts";
import { connectTo, outcomeOf, Tally } from "./load.ts";

const CLIENTS = 64;

/** Requests that were answered before the signal is sent. */
const WARM = 1_000;

const TARGETS = ["/small.html", "/large.bin", "/missing"];

/** Asks on one connection after the other until nobody listens any more. */
async function keepAsking(port: number, index: number, tally: Tally, warm: () => void) {
  for (let client = await connectTo(port); client !== undefined; client = await connectTo(port)) {
    using connection = client;
    let outcome: ReturnType<Tally["kinds"]["at"]> = 200;
    for (let round = index; outcome === 200 || outcome === 404; round++) {
      outcome = await outcomeOf(connection, get(TARGETS[round % TARGETS.length] ?? "/"));
      // A reset is what the system gives to connections that nobody has accepted yet.
      tally.add(outcome === "reset" && round > index ? "broken" : outcome);
      if (tally.of(200) + tally.of(404) === WARM) warm();
    }
  }
}

/** Runs `test` with a process that is asked by many clients at full speed. */
function loadTest(name: string, test: (program: Program) => Promise<void>, kinds: unknown[]) {
  Deno.test({
    name,
    ignore: Deno.build.os === "windows", // no process there can send another one these signals
    ...SANITIZED,
    fn: () =>
      withFolder(async (folder) => {
        await writeFile(join(folder, "root", "small.html"), "small");
        await writeFile(join(folder, "root", "large.bin"), pattern(300_000));
        const places = ["--root", join(folder, "root"), "--uploads", join(folder, "uploads")];
        const open = ["--ban-errors", "0", "--drain", "30s", "--max-requests", "1000000"];
        const quiet = ["--log-level", "error", "--rate", "0"];
        await using program = new Program(
          ["0", "127.0.0.1", "2", ...places, ...open, ...quiet],
        );
        await withDeadline(async () => {
          const { port } = await program.started();
          const tally = new Tally();
          const warm = Promise.withResolvers<void>();
          const clients = Array.from(
            { length: CLIENTS },
            (_, index) => keepAsking(port, index, tally, warm.resolve),
          );
          await warm.promise;
          await test(program);
          await Promise.all(clients);
          assert(tally.of(200) + tally.of(404) >= WARM);
          assertEquals(tally.kinds.filter((kind) => !kinds.includes(kind)), []);
        });
      }),
  });
}

loadTest(
  "SIGTERM at full speed: whole answers, or an end in order, and exit code 0",
  async (program) => {
    program.kill("SIGTERM");
    const { code, signal, stderr } = await program.ended();
    assertEquals([code, signal, stderr], [0, null, ""]);
  },
  [200, 404, "ended", "reset"],
);

loadTest("a second signal at full speed ends the process at once", async (program) => {
  program.kill("SIGTERM");
  program.kill("SIGINT");
  const { signal } = await program.ended();
  assertEquals(signal, null);
}, [200, 404, "ended", "reset", "broken"]);
