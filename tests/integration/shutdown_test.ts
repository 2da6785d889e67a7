// The end of a server: what is under way is finished, nothing new begins, and it does end.

import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { join } from "@std/path";
import { textOf } from "./answer.ts";
import { HELLO, serverTest, type TestServer } from "./harness.ts";
import { firstDifference, pattern } from "./pattern.ts";
import { get, uploadHead } from "./requests.ts";

const LARGE = pattern(20 * 1024 * 1024);

/** Asks for a file that fits no buffer, so that its answer is under way until it is read. */
async function endlessDownload(server: TestServer) {
  using file = await Deno.create(join(server.root, "endless.bin"));
  await file.truncate(1024 ** 3);
  const client = await server.connect();
  await client.send(get("/endless.bin"));
  assert(await client.read(1) !== null);
  return client;
}

serverTest("a server that has done nothing stops", {}, async (server) => {
  assertEquals(await server.stop(), true);
});

serverTest("shutting down twice is shutting down once", {}, async (server) => {
  const first = server.server.shutdown();
  assertStrictEquals(server.server.shutdown(), first);
  assertEquals(await first, true);
  assertStrictEquals(server.server.shutdown(), first);
});

serverTest("a connection without a request is closed at once", {}, async (server) => {
  using client = await server.connect();
  // Another one's answer: by now the worker knows of the first.
  assertEquals((await server.ask(get("/hello.html", "Connection: close"))).text, HELLO);
  const stopping = server.stop();
  assertEquals(textOf(await client.rest()), "");
  assertEquals(await stopping, true);
});

serverTest("an idle connection is closed at once", {
  flags: ["--workers", "2", "--drain", "5s"],
}, async (server) => {
  const clients = await Promise.all(Array.from({ length: 6 }, () => server.connect()));
  for (const client of clients) assertEquals((await client.ask(get("/hello.html"))).status, 200);
  const stopping = server.stop();
  for (const client of clients) assertEquals(textOf(await client.rest()), "");
  assertEquals(await stopping, true);
});

serverTest("a download under way is finished, and nobody new is let in", {
  files: { "root/large.bin": LARGE },
  flags: ["--drain", "10s"],
}, async (server) => {
  using client = await server.connect();
  await client.send(get("/large.bin"));
  const first = await client.read(1);
  const stopping = server.stop();
  await assertRejects(() => server.ask(get("/hello.html"))); // refused, or reset in the backlog
  const rest = await client.rest();
  assert(first !== null);
  const content = rest.subarray(rest.length - LARGE.length);
  assertEquals(firstDifference(content, LARGE), -1);
  assertEquals(await stopping, true);
});

serverTest("an upload under way is finished, and its connection closed", {
  flags: ["--drain", "10s"],
}, async (server) => {
  using client = await server.connect();
  const text = '{"a": [1, 2, 3]}';
  const expecting = uploadHead(`Content-Length: ${text.length}`, "Expect: 100-continue");
  assertEquals((await client.ask(expecting)).status, 100); // it is under way
  const stopping = server.stop();
  const { status, fields } = await client.ask(text);
  assertEquals([status, fields.get("connection")], [201, "close"]);
  assert(await client.isEnded());
  assertEquals(await stopping, true);
  const location = fields.get("location") ?? "";
  const stored = join(server.uploads, location.replace("/uploads/", ""));
  assertEquals(await Deno.readTextFile(stored), text);
});

serverTest("what is not finished in time is cut", {
  flags: ["--drain", "100ms"],
}, async (server) => {
  using client = await endlessDownload(server);
  assertEquals(await server.stop(), false);
  const rest = await client.rest().catch(() => new Uint8Array(0));
  assert(rest.length < 1024 ** 3);
});

serverTest("--drain 0 waits for nobody", { flags: ["--drain", "0"] }, async (server) => {
  using _ = await endlessDownload(server);
  assertEquals(await server.stop(), false);
});

serverTest("who waits in the queue is told to come again", {
  flags: ["--connections", "1", "--queue", "2", "--drain", "100ms"],
}, async (server) => {
  using _ = await endlessDownload(server);
  const waiting = [];
  for (let index = 0; index < 3; index++) {
    const client = await server.connect();
    await client.send(get("/hello.html"));
    waiting.push(client);
  }
  // Two wait; the third was refused, so all three are known by now.
  assertEquals((await waiting[2]?.answer())?.status, 503);
  const stopping = server.stop();
  for (const client of waiting.slice(0, 2)) {
    const { status, fields } = await client.answer();
    assertEquals([status, fields.has("retry-after")], [503, true]);
  }
  assertEquals(await stopping, false);
});

serverTest("all that was logged is in the file when it has stopped", {}, async (server) => {
  for (let index = 0; index < 200; index++) await server.ask(get(`/number-${index}`));
  const log = await server.stopAndReadLog();
  assertEquals(log.match(/ GET \/number-\d+ 404 /g)?.length, 200);
  assert(log.trimEnd().split("\n").at(-1)?.includes("Stopped finishedInTime=true"));
});
