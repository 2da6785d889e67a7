// The disk fails under uploads: full, read-only, gone. Each costs the uploads it meets and no more.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Answer } from "../integration/answer.ts";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, serverTest, TestServer, withFolder } from "../integration/harness.ts";
import { chunk, get, upload, uploadHead } from "../integration/requests.ts";
import { canMount, SmallDisk } from "./small_disk.ts";

const DISK_BYTES = 1024 * 1024;
const KEY = 'Idempotency-Key: "8e03978e-40d5"';
const FINAL_NAME = /^upload_\d{8}_\d{6}_[0-9a-f]{16}\.json$/;

const isMounting = await canMount();

/** A JSON text of so many bytes. */
function textOf(bytes: number, fill = "x"): string {
  return `"${fill.repeat(bytes - 2)}"`;
}

/** Declares a test with a server whose upload folder is a disk of 1 MB. */
function diskTest(
  name: string,
  test: (server: TestServer, disk: SmallDisk) => Promise<void>,
): void {
  Deno.test({
    name: isMounting ? name : `${name} (ignored: needs to mount)`,
    ignore: !isMounting,
    ...SANITIZED,
    fn: () =>
      withFolder(async (folder) => {
        for (const below of ["root", "uploads"]) await Deno.mkdir(join(folder, below));
        await Deno.writeTextFile(join(folder, "root", "hello.html"), "hello");
        await using disk = await SmallDisk.mount(join(folder, "uploads"), DISK_BYTES);
        const server = new TestServer(folder, { flags: ["--workers", "2"] });
        try {
          await withDeadline(() => test(server, disk));
        } finally {
          await server.close();
        }
      }),
  });
}

async function names(server: TestServer): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(server.uploads), ({ name }) => name);
}

/** It failed with this status, in words that tell nothing of the machine, and the server goes on. */
async function assertFailed(server: TestServer, answer: Answer, status: number): Promise<void> {
  assertEquals(answer.status, status, answer.text);
  assert(!answer.text.includes(server.folder), "the answer names no path");
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
}

/** Uploads until there is no room. @returns Texts that are stored, by where. */
async function fill(server: TestServer): Promise<Map<string, string>> {
  const stored = new Map<string, string>();
  for (const bytes of [300_000, 100_000, 10_000, 2_000]) {
    for (let count = 0;; count++) {
      const text = textOf(bytes, String(count % 10));
      const answer = await server.ask(upload(text));
      if (answer.status !== 201) {
        await assertFailed(server, answer, 507);
        break;
      }
      stored.set(answer.fields.get("location") ?? "", text);
    }
  }
  return stored;
}

/** Exactly these uploads can be seen, each of them whole, and nothing else lies there. */
async function assertStored(
  server: TestServer,
  stored: ReadonlyMap<string, string>,
): Promise<void> {
  const there = await names(server);
  for (const name of there) assertMatch(name, FINAL_NAME);
  assertEquals(there.length, stored.size);
  for (const [location, text] of stored) {
    assert((await server.ask(get(location))).text === text, location);
  }
}

diskTest("a full disk answers 507, and takes uploads again when there is room", async (server) => {
  const stored = await fill(server);
  assert(stored.size >= 4);
  await assertStored(server, stored);
  const [first = ""] = stored.keys();
  await Deno.remove(join(server.uploads, first.replace("/uploads/", "")));
  stored.delete(first);
  const answer = await server.ask(upload("[1]"));
  assertEquals(answer.status, 201);
  stored.set(answer.fields.get("location") ?? "", "[1]");
  await assertStored(server, stored);
});

diskTest("a disk that many uploads fill together holds whole ones alone", async (server) => {
  const texts = Array.from({ length: 12 }, (_, index) => textOf(200_000, String(index % 10)));
  const stored = new Map<string, string>();
  await Promise.all(texts.map(async (text) => {
    const answer = await server.ask(upload(text));
    if (answer.status !== 201) return await assertFailed(server, answer, 507);
    stored.set(answer.fields.get("location") ?? "", text);
  }));
  assert(stored.size < 6, "not all of them have room");
  await assertStored(server, stored);
});

diskTest("a chunked upload larger than the disk gets 507 before its end", async (server) => {
  using client = await server.connect();
  await client.send(uploadHead("Transfer-Encoding: chunked") + chunk('"'));
  const sending = (async () => {
    for (let sent = 0; sent < 8 * DISK_BYTES; sent += 64_000) {
      await client.send(chunk("x".repeat(64_000)));
    }
  })().catch(() => {}); // the server stops reading at some point
  const answer = await client.answer();
  await assertFailed(server, answer, 507);
  assertEquals(answer.fields.get("connection"), "close");
  client.close();
  await sending;
  assertEquals(await names(server), []);
});

diskTest("a key is not used up by a full disk", async (server) => {
  const stored = await fill(server);
  for (const text of ["[1]", textOf(50_000)]) {
    await assertFailed(server, await server.ask(upload(text, KEY)), 507);
  }
  await assertStored(server, stored);
  const [first = ""] = stored.keys();
  await Deno.remove(join(server.uploads, first.replace("/uploads/", "")));
  const answers = [await server.ask(upload("[1]", KEY)), await server.ask(upload("[1]", KEY))];
  assertEquals(answers.map(({ status }) => status), [201, 201]);
  assertEquals(answers[0]?.fields.get("location"), answers[1]?.fields.get("location"));
});

diskTest(
  "a disk that becomes read-only answers 500, and serves what it has",
  async (server, disk) => {
    const first = await server.ask(upload("[1]"));
    const location = first.fields.get("location") ?? "";
    await disk.setWritable(false);
    for (const request of [upload("[2]"), upload("[2]", KEY), upload(textOf(300_000))]) {
      await assertFailed(server, await server.ask(request), 500);
    }
    assertEquals((await server.ask(get(location))).text, "[1]");
    await disk.setWritable(true);
    const second = await server.ask(upload("[2]"));
    assertEquals(second.status, 201);
    await assertStored(
      server,
      new Map([[location, "[1]"], [second.fields.get("location") ?? "", "[2]"]]),
    );
  },
);

/** What happens to the upload folder in the middle of an upload. */
const LOSSES: readonly (readonly [how: string, lose: (path: string) => Promise<void>])[] = [
  ["is removed", (path) => Deno.remove(path, { recursive: true })],
  ["is moved away", (path) => Deno.rename(path, `${path}.old`)],
  ["is replaced by a folder", async (path) => {
    await Deno.rename(path, `${path}.old`);
    await Deno.mkdir(path);
  }],
  ["is replaced by a file", async (path) => {
    await Deno.remove(path, { recursive: true });
    await Deno.writeTextFile(path, "no folder");
  }],
];

for (const [how, lose] of LOSSES) {
  serverTest(`an upload folder that ${how} in the middle costs the upload`, {}, async (server) => {
    using watcher = Deno.watchFs(server.uploads);
    using client = await server.connect();
    await client.send(uploadHead("Content-Length: 3") + "[1");
    for await (const { kind } of watcher) if (kind === "modify") break; // made, and locked
    await lose(server.uploads);
    const answer = await client.ask("]");
    await assertFailed(server, answer, 500);
    await Deno.remove(server.uploads, { recursive: true }).catch(() => {});
    assertEquals((await server.ask(upload("[1]"))).status, 500);
    await Deno.mkdir(server.uploads);
    const again = await server.ask(upload("[1]"));
    await assertStored(server, new Map([[again.fields.get("location") ?? "", "[1]"]]));
  });
}
