// Idempotency-Key over sockets: what is sent twice is stored once, whichever worker it comes to.

import { assert, assertEquals } from "@std/assert";
import type { Answer } from "./answer.ts";
import { serverTest, TestServer, withFolder } from "./harness.ts";
import { chunk, get, upload, uploadHead } from "./requests.ts";

const KEY = 'Idempotency-Key: "8e03978e-40d5"';
const PARTIAL_NAME = /^\.upload_.*\.part$/;

async function names(server: TestServer, isWanted: (name: string) => boolean): Promise<string[]> {
  const all = await Array.fromAsync(Deno.readDir(server.uploads), ({ name }) => name);
  return all.filter(isWanted);
}

function storedNames(server: TestServer): Promise<string[]> {
  return names(server, (name) => !name.startsWith("."));
}

/** What a repetition must have in common with the first answer. */
function said({ status, fields, text }: Answer): readonly unknown[] {
  return [status, fields.get("location"), text];
}

serverTest("the same upload with the same key is stored once", {
  flags: ["--workers", "2"],
}, async (server) => {
  const first = await server.ask(upload("[1]", KEY));
  assertEquals(first.status, 201);
  // Connections that are open at one time are spread over the workers.
  const clients = await Promise.all(Array.from({ length: 4 }, () => server.connect()));
  for (const client of clients) {
    assertEquals(said(await client.ask(upload("[1]", KEY))), said(first));
  }
  const bare = KEY.replaceAll('"', "");
  assertEquals(said(await server.ask(upload("[1]", bare))), said(first));
  assertEquals((await storedNames(server)).length, 1);
  assertEquals((await server.ask(get(first.fields.get("location") ?? ""))).text, "[1]");
});

serverTest("another content with the same key is refused", {}, async (server) => {
  assertEquals((await server.ask(upload("[1]", KEY))).status, 201);
  using client = await server.connect();
  for (const text of ["[2]", "[1, 2]", " [1]", '"'.padEnd(100_000, "x") + '"']) {
    using other = await server.connect();
    assertEquals((await other.ask(upload(text, KEY))).status, 422, text.slice(0, 10));
  }
  assertEquals((await client.ask(upload("[2]", KEY))).status, 422);
  assertEquals((await client.ask(upload("[1]", KEY))).status, 201); // the connection goes on
  assertEquals((await storedNames(server)).length, 1);
});

serverTest("a key that is under way meets 409 on every worker", {
  flags: ["--workers", "2"],
}, async (server) => {
  await server.ask(upload("[0]", "Idempotency-Key: other")); // the secret is there now
  using watcher = Deno.watchFs(server.uploads);
  using slow = await server.connect();
  await slow.send(uploadHead("Transfer-Encoding: chunked", KEY) + chunk("[1"));
  for await (const { paths } of watcher) {
    if (paths.some((path) => PARTIAL_NAME.test(path.slice(server.uploads.length + 1)))) break;
  }
  const clients = await Promise.all(Array.from({ length: 4 }, () => server.connect()));
  for (const client of clients) {
    assertEquals((await client.ask(upload("[1]", KEY))).status, 409);
  }
  await slow.send(chunk("]") + "0\r\n\r\n");
  const first = await slow.answer();
  assertEquals(first.status, 201);
  for (const client of clients) {
    assertEquals(said(await client.ask(upload("[1]", KEY))), said(first));
  }
  assertEquals((await storedNames(server)).length, 2);
});

serverTest("an upload that fails frees its key", {}, async (server) => {
  assertEquals((await server.ask(upload("[1", KEY))).status, 400);
  assertEquals((await server.ask(upload("[2]", KEY))).status, 201);
});

/** Keys that are none. */
const MALFORMED = ["", '""', '"a', 'a"', '"a", "b"', "two words", '"caf\xe9"', "x".repeat(256)];

serverTest("a malformed key is refused, and nothing is stored", {}, async (server) => {
  for (const value of MALFORMED) {
    const { status } = await server.ask(upload("[1]", `Idempotency-Key: ${value}`));
    assertEquals(status, 400, value);
  }
  assertEquals((await server.ask(upload("[1]", KEY, KEY))).status, 400);
  assertEquals(await names(server, () => true), []);
});

serverTest("the key of one client is not that of another", {
  flags: ["--trust-proxy", "loopback"],
}, async (server) => {
  const locations = [];
  for (const client of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
    const answer = await server.ask(upload("[1]", KEY, `X-Forwarded-For: ${client}`));
    locations.push(answer.fields.get("location"));
  }
  assertEquals(locations[0], locations[2]);
  assertEquals(new Set(locations).size, 2);
});

serverTest("the secret of the names is not served", {}, async (server) => {
  await server.ask(upload("[1]", KEY));
  assert((await names(server, () => true)).includes(".upload_secret"));
  assertEquals((await server.ask(get("/uploads/.upload_secret"))).status, 403);
});

Deno.test({
  name: "a key is known after a restart",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: () =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/root`);
      const answers: (readonly unknown[])[] = [];
      for (let start = 0; start < 2; start++) {
        const server = new TestServer(folder, {});
        try {
          answers.push(said(await server.ask(upload("[1]", KEY))));
          assertEquals((await storedNames(server)).length, 1);
        } finally {
          await server.close();
        }
      }
      assertEquals(answers[0], answers[1]);
      assertEquals(answers[0]?.[0], 201);
    }),
});
