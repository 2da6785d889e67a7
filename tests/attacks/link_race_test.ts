// A link that is turned around while it is asked for: it is judged once and opened once, and between
// the two it may lead elsewhere.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Client } from "../integration/client.ts";
import { SANITIZED, type TestServer, withServer, writeFile } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { groundOf, PARTIAL, SECRET, TEN, UPLOADS_FOLDER } from "./site.ts";

/** Answers that each client waits for. */
const ROUNDS = 400;

const TARGETS = ["/turning.bin", "/turning/page.html", "/turning/"];

/** Outside of the root, but not of what the threads that serve it may read. */
const OUTSIDE = `../${UPLOADS_FOLDER}`;

Deno.test({
  name: "a link that is turned around while it is asked for tells no secret",
  ignore: Deno.build.os === "windows", // links need a privilege there
  ...SANITIZED,
  fn: () =>
    withServer(groundOf(["--max-requests", "1000000"]), async (server) => {
      await writeFile(join(server.folder, UPLOADS_FOLDER, "page.html"), SECRET);
      await writeFile(join(server.folder, UPLOADS_FOLDER, "index.html"), SECRET);
      await turn(server, "ten.bin", "sub");
      let isOver = false;
      const turning = (async () => {
        while (!isOver) {
          await turn(server, `${OUTSIDE}/${PARTIAL}`, OUTSIDE);
          await turn(server, "ten.bin", "sub");
        }
      })();
      try {
        await Promise.all(TARGETS.map(async (target) => askOften(await server.connect(), target)));
      } finally {
        isOver = true;
        await turning;
      }
      assertEquals((await server.ask(get("/turning.bin"))).text, TEN);
    }),
});

/** Puts links in place of the old ones; at no time is there none. */
async function turn(server: TestServer, file: string, folder: string): Promise<void> {
  for (const [name, to] of [["turning.bin", file], ["turning", folder]] as const) {
    const path = join(server.root, name);
    await Deno.symlink(to, `${path}.new`);
    await Deno.rename(`${path}.new`, path);
  }
}

async function askOften(client: Client, target: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const { status, text } = await client.ask(get(target));
    assert([200, 403, 404].includes(status), `${target} was answered ${status}`);
    assert(!text.includes(SECRET), "a secret was told");
  }
}
