// A process that may open few files: it takes fewer connections, tells the others, and goes on.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Answer } from "../integration/answer.ts";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder, writeFile } from "../integration/harness.ts";
import { Program } from "../integration/program.ts";
import { get } from "../integration/requests.ts";
import { outcomeOf, Tally } from "./load.ts";

const hasShell = Deno.build.os !== "windows";

/** Far more than 64 descriptors allow. */
const CLIENTS = 200;

/** Starts what follows with so few descriptors, for good. */
function limitedTo(files: number): string[] {
  return ["sh", "-c", `ulimit -n ${files}; exec "$@"`, "sh"];
}

/** Runs `test` with a folder to serve. */
function scarcityTest(name: string, test: (flags: string[]) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !hasShell,
    ...SANITIZED,
    fn: () =>
      withFolder(async (folder) => {
        await writeFile(join(folder, "root", "page.html"), "page");
        const places = ["--root", join(folder, "root"), "--uploads", join(folder, "uploads")];
        await withDeadline(() => test([...places, "--ban-errors", "0"]));
      }),
  });
}

/** What a guest gets who comes again until the server has seen the others leave. */
async function answerOnceGone(port: number): Promise<Answer> {
  for (;;) {
    using client = await Client.connect(port);
    const answer = await client.ask(get("/page.html"));
    if (answer.status !== 503) return answer;
  }
}

scarcityTest(
  "with 64 descriptors it serves as many as it can, and tells the others",
  async (flags) => {
    const program = new Program(["0", "127.0.0.1", "2", ...flags], {}, limitedTo(64));
    await using _ = program;
    const { port } = await program.started();
    for (let round = 0; round < 3; round++) {
      const clients = [];
      // They all connect: the system accepts for a server that is not there yet.
      for (let index = 0; index < CLIENTS; index++) clients.push(await Client.connect(port));
      const tally = new Tally();
      await Promise.all(clients.map(async (client) => {
        tally.add(await outcomeOf(client, get("/page.html", "Connection: close")));
        client.close();
      }));
      assert(tally.of(200) > 0 && tally.of(503) > 0, tally.kinds.join());
      assertEquals(tally.of("broken"), 0);
      assertEquals((await answerOnceGone(port)).text, "page");
    }
    program.kill("SIGTERM");
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    assert((stdout + stderr).includes("too few open files"), stdout);
  },
);

scarcityTest("idle connections make room where descriptors are few", async (flags) => {
  const wrapper = limitedTo(64);
  await using program = new Program(["0", "127.0.0.1", "1", ...flags], {}, wrapper);
  const { port } = await program.started();
  const idle = [];
  let status = 200;
  while (status === 200) {
    const client = await Client.connect(port);
    status = (await client.ask(get("/page.html"))).status;
    idle.push(client);
    assert(idle.length < 64);
  }
  assertEquals(status, 503);
  for (const client of idle) client.close();
  assertEquals((await answerOnceGone(port)).status, 200);
});

scarcityTest("too few descriptors for the workers are said in one line", async (flags) => {
  await using program = new Program(["0", "127.0.0.1", "16", ...flags], {}, limitedTo(64));
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assert(/^sluice: Cannot start 16 workers: .* raise it with ulimit -n\n$/.test(stderr), stderr);
});
