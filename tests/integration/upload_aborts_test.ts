// Uploads that never end: nothing of them is ever seen, and nothing is left.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { basename } from "@std/path";
import type { Client } from "./client.ts";
import { serverTest, type TestServer } from "./harness.ts";
import { chunk, get, uploadHead } from "./requests.ts";

const PARTIAL_NAME = /^\.upload_.*\.part$/;

/** What happens to the upload folder, from the moment it is made. */
class Watch implements Disposable {
  readonly #watcher: Deno.FsWatcher;
  readonly #events: AsyncIterator<Deno.FsEvent>;

  constructor(server: TestServer) {
    this.#watcher = Deno.watchFs(server.uploads);
    this.#events = this.#watcher[Symbol.asyncIterator]();
  }

  /** Waits for the next change of this kind. @returns The name it happened to. */
  async next(kind: "create" | "remove"): Promise<string> {
    while (true) {
      const { value, done } = await this.#events.next();
      if (done) throw new Error("Cannot wait for a change: nobody watches");
      if (value.kind === kind) return basename(value.paths[0] ?? "");
    }
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}

async function assertNothingIsSeen(server: TestServer, partial: string): Promise<void> {
  assertMatch(partial, PARTIAL_NAME);
  assertEquals((await server.ask(get(`/uploads/${partial}`))).status, 403);
  const final = partial.slice(1, -".part".length);
  assertEquals((await server.ask(get(`/uploads/${final}`))).status, 404);
}

const BEGUN = '{"half": "' + "x".repeat(1_000);

const ROWS: readonly (readonly [
  how: string,
  flags: readonly string[],
  sent: string,
  leave: (client: Client) => Promise<void> | void,
])[] = [
  ["leaves in the middle", [], uploadHead("Content-Length: 5000") + BEGUN, (it) => it.close()],
  ["says it has sent all", [], uploadHead("Content-Length: 5000") + BEGUN, (it) => it.endSending()],
  [
    "leaves in the middle of a chunk",
    [],
    uploadHead("Transfer-Encoding: chunked") + chunk(BEGUN) + "ff\r\nx",
    (it) => it.close(),
  ],
  [
    "leaves before the last chunk",
    [],
    uploadHead("Transfer-Encoding: chunked") + chunk('{"whole": 1}'),
    (it) => it.close(),
  ],
  [
    "sends broken JSON at last",
    [],
    uploadHead(`Content-Length: ${BEGUN.length + 4}`) + BEGUN,
    (it) => it.send("\n   "),
  ],
  [
    "sends a broken chunk at last",
    [],
    uploadHead("Transfer-Encoding: chunked") + chunk(BEGUN),
    (it) => it.send("zz\r\n"),
  ],
  [
    "sends too much at last",
    ["--max-body", "2KB"],
    uploadHead("Transfer-Encoding: chunked") + chunk(BEGUN),
    (it) => it.send(chunk("x".repeat(2_000))),
  ],
  [
    "stops sending",
    ["--body-timeout", "200ms"],
    uploadHead("Content-Length: 5000") + BEGUN,
    () => undefined,
  ],
];

for (const [how, flags, sent, leave] of ROWS) {
  serverTest(`a client that ${how} leaves nothing behind`, { flags }, async (server) => {
    using watch = new Watch(server);
    const client = await server.connect();
    await client.send(sent);
    const partial = await watch.next("create");
    if (flags.length === 0) await assertNothingIsSeen(server, partial);
    await leave(client);
    assertEquals(await watch.next("remove"), partial);
    assertEquals(await Array.fromAsync(Deno.readDir(server.uploads)), []);
  });
}

serverTest("a shutdown in the middle of an upload leaves nothing behind", {
  flags: ["--drain", "100ms"],
}, async (server) => {
  using watch = new Watch(server);
  const client = await server.connect();
  await client.send(uploadHead("Content-Length: 5000") + BEGUN);
  await watch.next("create");
  assertEquals(await server.stop(), false);
  assertEquals(await Array.fromAsync(Deno.readDir(server.uploads)), []);
});

serverTest("an upload folder that is gone costs the upload, not the server", {}, async (server) => {
  await Deno.remove(server.uploads, { recursive: true });
  const { status, text } = await server.ask(uploadHead("Content-Length: 2") + "{}");
  assertEquals(status, 500);
  assert(!text.includes(server.folder), "the answer names no path");
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
  await Deno.mkdir(server.uploads);
  assertEquals((await server.ask(uploadHead("Content-Length: 2") + "{}")).status, 201);
});
