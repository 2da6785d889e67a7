// How long a connection lives, and what is said of it.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { bytesOf, textOf } from "./answer.ts";
import { HELLO, serverTest } from "./harness.ts";
import { pattern } from "./pattern.ts";
import { get, head, upload } from "./requests.ts";

serverTest("a connection serves 100 requests, says so and closes", {}, async (server) => {
  using client = await server.connect();
  for (let left = 99; left > 0; left--) {
    const { status, fields } = await client.ask(get("/hello.html"));
    assertEquals([status, fields.get("connection")], [200, "keep-alive"]);
    assertEquals(fields.get("keep-alive"), "timeout=30, max=100");
  }
  const last = await client.ask(get("/hello.html"));
  assertEquals([last.fields.get("connection"), last.fields.has("keep-alive")], ["close", false]);
  assertEquals(last.text, HELLO);
  assert(await client.isEnded());
});

serverTest("--max-requests and --keep-alive are what Keep-Alive says", {
  flags: ["--max-requests", "3", "--keep-alive", "75s"],
}, async (server) => {
  using client = await server.connect();
  const said: (string | undefined)[] = [];
  for (let index = 0; index < 3; index++) {
    said.push((await client.ask(get("/hello.html"))).fields.get("keep-alive"));
  }
  assertEquals(said, ["timeout=75, max=3", "timeout=75, max=3", undefined]);
  assert(await client.isEnded());
});

serverTest("errors count as requests and keep the connection", {
  flags: ["--max-requests", "4"],
}, async (server) => {
  using client = await server.connect();
  for (const [target, status] of [["/a", 404], ["/../b", 403], ["/hello.html", 200]] as const) {
    const answer = await client.ask(get(target));
    assertEquals([answer.status, answer.fields.get("connection")], [status, "keep-alive"]);
  }
  assertEquals((await client.ask(get("/c"))).fields.get("connection"), "close");
  assert(await client.isEnded());
});

serverTest("an idle connection is closed without a word", {
  flags: ["--keep-alive", "200ms"],
}, async (server) => {
  using client = await server.connect();
  assertEquals((await client.ask(get("/hello.html"))).status, 200);
  assertEquals(textOf(await client.rest()), "");
});

serverTest("a connection on which nothing ever comes is closed without a word", {
  flags: ["--head-timeout", "200ms"],
}, async (server) => {
  using client = await server.connect();
  assertEquals(textOf(await client.rest()), "");
});

serverTest("HTTP/1.0 closes unless it is asked not to", {}, async (server) => {
  using plain = await server.connect();
  const once = await plain.ask(head("GET /hello.html HTTP/1.0"));
  assertEquals([once.status, once.text, once.fields.get("connection")], [200, HELLO, "close"]);
  assert(await plain.isEnded());
  using kept = await server.connect();
  for (let index = 0; index < 3; index++) {
    const again = await kept.ask(head("GET /hello.html HTTP/1.0", "Connection: keep-alive"));
    assertEquals([again.text, again.fields.get("connection")], [HELLO, "keep-alive"]);
  }
});

serverTest("Connection: close is kept and announced", {}, async (server) => {
  using client = await server.connect();
  const { fields } = await client.ask(get("/hello.html", "Connection: close"));
  assertEquals([fields.get("connection"), fields.has("keep-alive")], ["close", false]);
  assert(await client.isEnded());
});

serverTest("50 requests in one write are answered in order", {
  files: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`root/${n}.html`, `file ${n}`])),
}, async (server) => {
  using client = await server.connect();
  const order = Array.from({ length: 50 }, (_, n) => (n * 17) % 50);
  await client.send(order.map((n) => get(`/${n}.html`)).join(""));
  for (const n of order) assertEquals((await client.answer()).text, `file ${n}`);
});

serverTest("requests cut at every byte are the same requests", {}, async (server) => {
  const whole = bytesOf(get("/hello.html") + upload('{"a":1}') + get("/missing"));
  for (let cut = 1; cut < whole.length; cut += 3) {
    using client = await server.connect();
    await client.send(whole.subarray(0, cut));
    await client.send(whole.subarray(cut));
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await client.answer()).status);
    assertEquals(statuses, [200, 201, 404], `cut at ${cut}`);
  }
});

serverTest("pipelined requests of all kinds stay in step", {}, async (server) => {
  using client = await server.connect();
  await client.send(
    (get("/hello.html") + upload('{"a":1}') + get("/missing") + get("/../x") +
      get("/hello.html", "Range: bytes=0-2")).repeat(8),
  );
  for (let round = 0; round < 8; round++) {
    const statuses = [];
    for (let index = 0; index < 5; index++) statuses.push((await client.answer()).status);
    assertEquals(statuses, [200, 201, 404, 403, 206]);
  }
});

serverTest("a client that has said all still gets its answers", {
  files: { "root/large.bin": pattern(5_000_000) },
}, async (server) => {
  const text = "{" + '"name": "value", '.repeat(5_000) + '"end": 1}';
  for (const request of [get("/hello.html"), get("/large.bin"), upload(text)]) {
    using client = await server.connect();
    await client.send(get("/missing") + request);
    await client.endSending();
    assertEquals((await client.answer()).status, 404);
    const { status, content } = await client.answer();
    assert(status === 200 || status === 201);
    assert(content.length > 0);
    assert(await client.isEnded());
  }
});

serverTest("many connections at one time are served by all workers", {
  flags: ["--workers", "3"],
}, async (server) => {
  await Promise.all(Array.from({ length: 90 }, async () => {
    const client = await server.connect();
    for (let index = 0; index < 10; index++) {
      assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
    }
  }));
  const log = await server.stopAndReadLog();
  for (const worker of [0, 1, 2]) assertMatch(log, new RegExp(` w${worker} 127\\.0\\.0\\.1 GET`));
  assertEquals(log.match(/ GET \/hello\.html 200 13B /g)?.length, 900);
});
