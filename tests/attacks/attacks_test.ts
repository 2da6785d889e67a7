// Every attack of the table, made on a real server over real sockets: what it is answered, that no
// secret gets out, that the next client is served, and what the log says of it afterwards.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join, relative } from "@std/path";
import { SANITIZED, type TestServer, withServer } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import type { Attack, Topic } from "./attack.ts";
import { attempt } from "./attempt.ts";
import { countsOf, expectedCounts, incidentsOf } from "./security_log.ts";
import { furnish, groundOf, PARTIAL, TEN } from "./site.ts";
import { ATTACKS, TOPICS } from "./table.ts";

/** Names of what the server stores, whatever a client would like it to be called. */
const STORED_NAME = /^upload_\d{8}_\d{6}_[0-9a-f]{16}\.json$/;

/** One line of the log: a time, a level below error, and nothing that ends a line or moves a cursor. */
const LOG_LINE =
  /^\d{4}-\d\d-\d\dT[\d:.]+Z (?:INFO |WARN ) sluice[\w.]* {2}[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;

/** A request in the log that is not from here. */
const STRANGER = /^\S+ INFO {2}sluice\.access {2}w\d+ (?!127\.0\.0\.1 )/m;

Deno.test("the table holds at least 150 attacks", () => {
  assert(ATTACKS.length >= 150, String(ATTACKS.length));
});

for (const topic of TOPICS) {
  Deno.test({
    name: `attacks: ${topic.name}`,
    ignore: Deno.build.os === "windows", // the names of the site cannot be made there
    ...SANITIZED,
    fn: (context) =>
      withServer(
        groundOf(topic.flags),
        (server) => siege(server, topic, context),
      ),
  });
}

/** Makes all attacks of a topic, and looks at what is left. */
async function siege(server: TestServer, topic: Topic, context: Deno.TestContext): Promise<void> {
  const made = await furnish(server.folder);
  const rows = topic.attacks.filter((row) => isFit(row, made));
  const before = await listing(server);
  if (topic.isSlow === true) await together(server, rows, context);
  else await inTurn(server, topic.attacks, new Set(rows), context);
  await context.step("nothing outside of the uploads has changed", async () => {
    assertEquals(await listing(server), before);
    for await (const { name, isFile } of Deno.readDir(server.config.uploads)) {
      if (isFile && name !== PARTIAL) assertMatch(name, STORED_NAME);
    }
  });
  const log = await server.stopAndReadLog();
  await context.step("no line of the log is forged, and none is an error", () => {
    for (const line of log.split("\n").slice(0, -1)) assertMatch(line, LOG_LINE);
    assert(!STRANGER.test(log), "a client is who is connected, whatever it says");
  });
  await context.step("the log tells every incident, and who it was", () => {
    const incidents = incidentsOf(log);
    for (const { client } of incidents) assertEquals(client, "127.0.0.1");
    assertEquals(countsOf(incidents), expectedCounts(rows));
  });
}

function isFit({ needs }: Attack, made: ReadonlySet<Attack["needs"]>): boolean {
  return needs === undefined || made.has(needs);
}

/** One after the other, with an ordinary client behind each. */
async function inTurn(
  server: TestServer,
  rows: readonly Attack[],
  fit: ReadonlySet<Attack>,
  context: Deno.TestContext,
): Promise<void> {
  for (const row of rows) {
    const ignore = !fit.has(row);
    await context.step({
      name: ignore ? `${row.attack} (ignored: needs ${row.needs})` : row.attack,
      ignore,
      fn: async () => {
        await attempt(server, row);
        await assertServing(server);
      },
    });
  }
}

/** All at one time, with an ordinary client among them. */
async function together(
  server: TestServer,
  rows: readonly Attack[],
  context: Deno.TestContext,
): Promise<void> {
  const ended = rows.map((row) => attempt(server, row).then(() => undefined, (error) => error));
  await context.step("an ordinary client is served meanwhile", () => assertServing(server));
  for (const [index, row] of rows.entries()) {
    await context.step(row.attack, async () => {
      const error = await ended[index];
      if (error !== undefined) throw error;
    });
  }
}

async function assertServing(server: TestServer): Promise<void> {
  const { status, text } = await server.ask(get("/ten.bin"));
  assertEquals([status, text], [200, TEN], "the next client must be served");
}

/** Every path of the test's folder with its size, but for the log and what was uploaded. */
async function listing(server: TestServer): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await visit(path);
      else found.push(`${relative(server.folder, path)} ${(await Deno.lstat(path)).size}`);
    }
  };
  await visit(server.folder);
  const grows = (line: string) => /^(?:log |[^/]*\/upload_)/.test(line);
  return found.filter((line) => !grows(line)).toSorted();
}
