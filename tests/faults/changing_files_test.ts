// Files that change while they are sent. What a client gets is what the answer's head told of, or less
// than its length and the end of the connection: never the octets of something else under that length.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { AnswerReader, joined, textOf } from "../integration/answer.ts";
import type { Client } from "../integration/client.ts";
import { serverTest, type TestServer } from "../integration/harness.ts";
import { firstDifference, pattern } from "../integration/pattern.ts";
import { get } from "../integration/requests.ts";

/** More than the sockets of both ends and the worker's blocks hold, so that the answer has to wait. */
const LARGE_BYTES = 24 * 1024 * 1024;

/** The same for a file that is kept in memory while many ask for it, which a larger one is not. */
const BUSY_BYTES = 15 * 1024 * 1024;

/** The same for a text that is gzipped on its way, which takes time. */
const TEXT_BYTES = 6 * 1024 * 1024;

/** Small enough to be kept in memory. */
const SMALL_BYTES = 60_000;

/** Requests for it in one go: their answers are more than the sockets of both ends hold. */
const PIPELINED = 250;

/** After this a small file that did not change is kept, in milliseconds. */
const SETTLED_MS = 2_000;

const OLD = pattern(LARGE_BYTES);
const NEW = pattern(LARGE_BYTES, 2);

/** Bytes that are added, or put in the place of more. */
const SHORT_BYTES = 9_000;

/** Makes a text of bytes; six bits a character, so that coding it does not make it much smaller. */
function asText(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (octet) => 48 + (octet & 63));
}

const OLD_TEXT = asText(OLD.subarray(0, TEXT_BYTES));

/** Puts other octets in the place of the file, which has its name then. */
async function replace(path: string, content: Uint8Array): Promise<void> {
  await Deno.writeFile(`${path}.new`, content);
  await Deno.rename(`${path}.new`, path);
}

/** What happens to a file of so many bytes, and whether the promise can be kept all the same. */
const CHANGES: readonly (readonly [
  how: string,
  isKept: boolean,
  change: (path: string, bytes: number) => Promise<void>,
])[] = [
  ["is emptied", false, (path) => Deno.truncate(path, 0)],
  ["is cut in the middle", false, (path, bytes) => Deno.truncate(path, bytes / 2)],
  ["loses its last byte", false, (path, bytes) => Deno.truncate(path, bytes - 1)],
  ["is written over", false, (path, bytes) => Deno.writeFile(path, NEW.subarray(0, bytes))],
  ["is written over, shorter", false, (path) => Deno.writeFile(path, NEW.subarray(0, SHORT_BYTES))],
  ["grows", true, (path) => Deno.writeFile(path, NEW.subarray(0, SHORT_BYTES), { append: true })],
  ["is deleted", true, (path) => Deno.remove(path)],
  ["is replaced", true, (path, bytes) => replace(path, NEW.subarray(0, bytes))],
  ["is replaced by a shorter one", true, (path) => replace(path, NEW.subarray(0, SHORT_BYTES))],
];

/** One of each kind, for forms that take long. */
const FEW = CHANGES.filter(([how]) =>
  ["is emptied", "loses its last byte", "is written over", "grows", "is replaced"].includes(how)
);

/** Reads the head of an answer, byte by byte so that nothing more is taken off the connection. */
async function readHead(client: Client): Promise<string> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const piece = await client.read(1);
    assert(piece !== null, `the answer must begin: ${head}`);
    head += textOf(piece);
  }
  return head;
}

/** Every byte until the connection ends, however it ends. */
async function drain(client: Client): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  try {
    for (let piece = await client.read(); piece !== null; piece = await client.read()) {
      pieces.push(piece);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return joined(pieces);
}

/** The next request gets what the file is now, under its own length. */
async function assertServesWhatIsThere(server: TestServer, target: string): Promise<void> {
  const now = await Deno.readFile(join(server.root, target)).catch(() => undefined);
  const { status, content } = await server.ask(get(target));
  assertEquals(status, now === undefined ? 404 : 200);
  if (now !== undefined) assertEquals(firstDifference(content, now), -1);
}

/** Forms of an answer, and which bytes of the file they are. */
const FORMS:
  readonly (readonly [form: string, fields: readonly string[], first: number, end: number])[] = [
    ["a file", [], 0, LARGE_BYTES],
    ["a range", [`Range: bytes=1000-${LARGE_BYTES - 1}`], 1_000, LARGE_BYTES],
  ];

for (const [form, fields, first, end] of FORMS) {
  for (const [how, isKept, change] of CHANGES) {
    serverTest(`${form} that ${how} while it is sent is ${isKept ? "sent whole" : "cut"}`, {
      files: { "root/file.bin": OLD },
    }, async (server) => {
      using client = await server.connect();
      await client.send(get("/file.bin", ...fields, "Connection: close"));
      const head = await readHead(client);
      assert(head.includes(`Content-Length: ${end - first}\r\n`), head);
      await change(join(server.root, "file.bin"), LARGE_BYTES);
      const content = await drain(client);
      if (isKept) assertEquals(firstDifference(content, OLD.subarray(first, end)), -1);
      else assert(content.length < end - first, "cut before the promised end");
      await assertServesWhatIsThere(server, "/file.bin");
    });
  }
}

for (const [how, isKept, change] of FEW) {
  serverTest(`a gzipped file that ${how} while it is sent is ${isKept ? "sent whole" : "cut"}`, {
    files: { "root/file.txt": OLD_TEXT },
  }, async (server) => {
    using client = await server.connect();
    await client.send(get("/file.txt", "Accept-Encoding: gzip", "Connection: close"));
    const head = await readHead(client);
    assert(head.includes("Content-Encoding: gzip\r\n"), head);
    await change(join(server.root, "file.txt"), TEXT_BYTES);
    const sent = joined([new TextEncoder().encode(head), await drain(client)]);
    const pieces = [sent];
    const reader = new AnswerReader(() => Promise.resolve(pieces.pop() ?? null));
    const answer = await reader.next("GET").catch(() => undefined);
    assertEquals(answer !== undefined, isKept, "the last chunk comes only behind a whole content");
    if (answer === undefined) return;
    const stream = new Blob([answer.content]).stream().pipeThrough(new DecompressionStream("gzip"));
    assertEquals(firstDifference(await new Response(stream).bytes(), OLD_TEXT), -1);
  });
}

/** Waits until a file has not changed for so long that it is kept in memory. */
async function settle(path: string): Promise<void> {
  const { mtime } = await Deno.stat(path); // not ctime, which the runtime gives in whole seconds
  while (Date.now() - (mtime?.getTime() ?? 0) <= SETTLED_MS + 10) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const [how, , change] of FEW) {
  serverTest(`a file in memory that ${how} is its old self or its new one, never both`, {
    flags: ["--max-requests", "1000"],
    files: { "root/file.bin": OLD.subarray(0, SMALL_BYTES) },
  }, async (server) => {
    const path = join(server.root, "file.bin");
    await settle(path);
    const before = await server.ask(get("/file.bin"));
    using client = await server.connect();
    // More answers than the sockets hold: the last are made after the change.
    const sending = client.send(get("/file.bin").repeat(PIPELINED));
    const first = await client.answer();
    assertEquals(firstDifference(first.content, before.content), -1);
    await change(path, SMALL_BYTES);
    const after = await Deno.readFile(path).catch(() => undefined);
    const seen = { old: 1, new: 0 };
    while (seen.old + seen.new < PIPELINED) {
      const { status, fields, content } = await client.answer();
      if (status === 200 && fields.get("etag") === before.fields.get("etag")) {
        assertEquals(firstDifference(content, before.content), -1);
        assertEquals(seen.new, 0, "no answer goes back to the old file");
        seen.old++;
      } else {
        assertEquals(status, after === undefined ? 404 : 200);
        // Between emptying and writing a file there are moments of which each is a state of its own.
        if (content.length === after?.length) assertEquals(firstDifference(content, after), -1);
        seen.new++;
      }
    }
    await sending;
    assert(seen.new > 0, "the change is seen on a connection that is busy");
  });
}

for (const [how, isKept, change] of FEW) {
  serverTest(`a file that many are sent and that ${how} is ${isKept ? "sent whole" : "cut"}`, {
    flags: ["--workers", "1"],
    files: { "root/file.bin": OLD.subarray(0, BUSY_BYTES) },
  }, async (server) => {
    const path = join(server.root, "file.bin");
    await settle(path);
    await server.ask(get("/file.bin"));
    const clients = await Promise.all([server.connect(), server.connect()]);
    try {
      for (const client of clients) {
        await client.send(get("/file.bin", "Connection: close"));
        await readHead(client);
      }
      await change(path, BUSY_BYTES);
      for (const client of clients) {
        const content = await drain(client);
        if (isKept) assertEquals(firstDifference(content, OLD.subarray(0, BUSY_BYTES)), -1);
        else assert(content.length < BUSY_BYTES, "cut before the promised end");
      }
    } finally {
      for (const client of clients) client[Symbol.dispose]();
    }
    await assertServesWhatIsThere(server, "/file.bin");
  });
}
