// POST /upload: what is taken, what is refused, and what lies in the folder afterwards.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { bytesOf } from "./answer.ts";
import { serverTest, type TestServer } from "./harness.ts";
import { chunk, get, head, request, upload, uploadHead } from "./requests.ts";

const FINAL_NAME = /^upload_\d{8}_\d{6}_[0-9a-f]{16}\.json$/;
const CHUNKED = "Transfer-Encoding: chunked";

async function storedNames(server: TestServer): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(server.uploads), ({ name }) => name);
  return names.sort();
}

serverTest("an upload is stored, named and fetched back byte for byte", {}, async (server) => {
  const text =
    ' {"name": "caf\u00c3\u00a9", "list": [1, -2.5e3, null, true], "deep": {"a": {}}}\r\n';
  using client = await server.connect();
  const { status, fields, text: said } = await client.ask(upload(text));
  assertEquals([status, fields.get("content-type")], [201, "application/json; charset=utf-8"]);
  const location = fields.get("location") ?? "";
  assertMatch(location, /^\/uploads\/upload_\d{8}_\d{6}_[0-9a-f]{16}\.json$/);
  assertEquals(JSON.parse(said), {
    status: "success",
    message: "Upload stored",
    filepath: location,
    size: text.length,
  });
  const back = await client.ask(get(location));
  assertEquals([back.status, back.content], [200, bytesOf(text)]);
  assertMatch(back.fields.get("content-type") ?? "", /^application\/json/);
  assertEquals(back.fields.get("content-security-policy"), "default-src 'none'; sandbox");
  const [name = ""] = await storedNames(server);
  assertEquals(`/uploads/${name}`, location);
  assertEquals(await Deno.readFile(join(server.uploads, name)), bytesOf(text));
});

const CHUNKS = chunk('{"a":') + chunk(" [1, 2") + chunk("]}") + "0\r\n\r\n";

/** Requests, and what they are answered. Those that are refused leave nothing behind. */
const ROWS: readonly (readonly [rule: string, request: string, status: number])[] = [
  ["takes a text with a length", upload("[]"), 201],
  ["takes chunks", uploadHead(CHUNKED) + CHUNKS, 201],
  ["takes chunks with a trailer", uploadHead(CHUNKED) + chunk("1") + "0\r\nX-A: b\r\n\r\n", 201],
  [
    "takes a charset of UTF-8",
    request(
      "POST",
      "/upload",
      "Content-Type: application/json; charset=utf-8",
      "Content-Length: 1",
    ) +
    "1",
    201,
  ],
  [
    "takes HTTP/1.0",
    head("POST /upload HTTP/1.0", "Content-Type: application/json", "Content-Length: 4") + "null",
    201,
  ],
  ["takes exactly the limit", upload(`"${"x".repeat(998)}"`), 201],
  ["refuses one byte above the limit", upload(`"${"x".repeat(999)}"`), 413],
  ["refuses chunks above the limit", uploadHead(CHUNKED) + chunk(`"${"x".repeat(1_000)}"`), 413],
  ["refuses a declared terabyte", uploadHead("Content-Length: 1099511627776"), 413],
  ["refuses a length past counting", uploadHead(`Content-Length: ${"9".repeat(40)}`), 413],
  ["refuses no content", uploadHead("Content-Length: 0"), 400],
  ["refuses content without framing", uploadHead(), 400],
  ["refuses what is no JSON", upload("<p>no</p>"), 400],
  ["refuses half a JSON text", upload('{"a": 1'), 400],
  ["refuses two JSON texts", upload("{} {}"), 400],
  ["refuses a text that is not UTF-8", upload('"\xff"'), 400],
  ["refuses a byte order mark", upload("\xef\xbb\xbf{}"), 400],
  ["refuses blanks alone", upload(" \n "), 400],
  ["refuses no type", request("POST", "/upload", "Content-Length: 2") + "{}", 415],
  [
    "refuses another type",
    request("POST", "/upload", "Content-Type: text/plain", "Content-Length: 2") + "{}",
    415,
  ],
  [
    "refuses a form of a page",
    request("POST", "/upload", "Content-Type: multipart/form-data", "Content-Length: 2") + "{}",
    415,
  ],
  [
    "refuses a charset that is not UTF-8",
    request(
      "POST",
      "/upload",
      "Content-Type: application/json; charset=utf-16",
      "Content-Length: 2",
    ) + "{}",
    415,
  ],
  ["refuses a content coding", upload("{}", "Content-Encoding: gzip"), 415],
];

serverTest("uploads in and out of the rules", {
  flags: ["--max-body", "1000B"],
}, async (server, context) => {
  for (const [rule, sent, status] of ROWS) {
    await context.step(rule, async () => {
      const before = new Set(await storedNames(server));
      assertEquals((await server.ask(sent)).status, status);
      const stored = (await storedNames(server)).filter((name) => !before.has(name));
      assertEquals(stored.length, status === 201 ? 1 : 0, `left behind: ${stored}`);
      for (const name of stored) assertMatch(name, FINAL_NAME);
    });
  }
});

serverTest("an upload larger than every buffer is stored whole", {}, async (server) => {
  const text = JSON.stringify(Array.from({ length: 300_000 }, (_, index) => `item ${index}`));
  for (const framing of ["length", "chunks"]) {
    using client = await server.connect();
    if (framing === "length") {
      await client.send(upload(text));
    } else {
      await client.send(uploadHead(CHUNKED));
      for (let at = 0; at < text.length; at += 99_991) {
        await client.send(chunk(text.slice(at, at + 99_991)));
      }
      await client.send("0\r\n\r\n");
    }
    const { status, fields } = await client.answer();
    assertEquals(status, 201);
    const back = await client.ask(get(fields.get("location") ?? ""));
    assert(back.text === text, framing);
  }
});

serverTest("20 uploads at one time are 20 files", {
  flags: ["--workers", "2"],
}, async (server) => {
  const texts = Array.from(
    { length: 20 },
    (_, index) => JSON.stringify({ index, x: "y".repeat(50_000) }),
  );
  await Promise.all(texts.map(async (text) => {
    using client = await server.connect();
    const { status, fields } = await client.ask(upload(text));
    assertEquals(status, 201);
    assert((await client.ask(get(fields.get("location") ?? ""))).text === text);
  }));
  const names = await storedNames(server);
  assertEquals(names.length, 20);
  for (const name of names) assertMatch(name, FINAL_NAME);
});

serverTest("pipelined uploads are stored one after the other", {}, async (server) => {
  using client = await server.connect();
  await client.send(upload("[1]") + uploadHead(CHUNKED) + CHUNKS + upload("[2") + upload("[3]"));
  const statuses = [];
  for (let index = 0; index < 4; index++) statuses.push((await client.answer()).status);
  assertEquals(statuses, [201, 201, 400, 201]);
  assertEquals((await storedNames(server)).length, 3);
});

serverTest("Expect: 100-continue is answered before the content", {}, async (server) => {
  using client = await server.connect();
  const interim = await client.ask(uploadHead("Content-Length: 2", "Expect: 100-continue"));
  assertEquals([interim.status, interim.fields.size], [100, 0]);
  assertEquals((await client.ask("{}")).status, 201);
  assertEquals((await client.ask(get("/hello.html"))).status, 200); // the connection stays
});

serverTest("refused content is not asked for", { flags: ["--max-body", "1KB"] }, async (server) => {
  const refused = [
    uploadHead("Content-Length: 1025", "Expect: 100-continue"),
    request("POST", "/upload", "Content-Length: 2", "Expect: 100-continue"),
  ];
  for (const [index, sent] of refused.entries()) {
    using client = await server.connect();
    const { status, fields } = await client.ask(sent);
    assertEquals([status, fields.get("connection")], [index === 0 ? 413 : 415, "close"]);
    await client.endSending();
    assert(await client.isEnded());
  }
});

serverTest("413 is read by a client that is still sending", {
  flags: ["--max-body", "1KB"],
}, async (server) => {
  const size = 8 * 1024 * 1024;
  const rows = [
    uploadHead(`Content-Length: ${size}`) + " ".repeat(size),
    uploadHead(CHUNKED) + chunk(" ".repeat(size)),
  ];
  for (const sent of rows) {
    using client = await server.connect();
    const sending = client.send(sent);
    const { status, fields } = await client.answer();
    assertEquals([status, fields.get("connection")], [413, "close"]);
    await sending;
    await client.endSending();
    assert(await client.isEnded());
  }
});

serverTest("uploads inside the root are reached by their own path alone", {
  flags: (folder) => ["--uploads", join(folder, "root", "store")],
}, async (server) => {
  const stored = await server.ask(upload("[1]"));
  const name = (stored.fields.get("location") ?? "").replace("/uploads/", "");
  await Deno.symlink("store", join(server.root, "alias"));
  await server.write("store.html", "a name that begins alike");
  assertEquals((await server.ask(get(`/uploads/${name}`))).text, "[1]");
  for (const folder of ["store", "alias"]) {
    assertEquals((await server.ask(get(`/${folder}/${name}`))).status, 403, folder);
  }
  assertEquals((await server.ask(get("/store.html"))).status, 200);
});

serverTest("one folder may be both root and uploads", {
  flags: (folder) => ["--uploads", join(folder, "root")],
}, async (server) => {
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
  assertEquals((await server.ask(upload("[1]"))).status, 201);
});
