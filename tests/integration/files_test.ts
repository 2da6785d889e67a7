// What GET and HEAD of a file answer, field by field.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { HELLO, serverTest } from "./harness.ts";
import { get, request } from "./requests.ts";

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

const TYPES: readonly (readonly [name: string, mediaType: string])[] = [
  ["a.html", "text/html; charset=UTF-8"],
  ["a.css", "text/css; charset=UTF-8"],
  ["a.js", "text/javascript; charset=UTF-8"],
  ["a.txt", "text/plain; charset=UTF-8"],
  ["a.json", "application/json; charset=UTF-8"],
  ["a.svg", "image/svg+xml"],
  ["a.png", "image/png"],
  ["a.jpg", "image/jpeg"],
  ["a.jpeg", "image/jpeg"],
  ["a.PNG", "image/png"],
  ["a.unheard-of", "application/octet-stream"],
  ["a", "application/octet-stream"],
];

serverTest("GET of a file carries what a cache and a browser need", {}, async (server) => {
  const { status, reason, fields, text } = await server.ask(get("/hello.html"));
  assertEquals([status, reason, text], [200, "OK", HELLO]);
  assertEquals(fields.get("content-length"), String(HELLO.length));
  assertEquals(fields.get("server"), "Sluice");
  assertEquals(fields.get("accept-ranges"), "bytes");
  assertEquals(fields.get("x-content-type-options"), "nosniff");
  assertEquals(fields.get("connection"), "keep-alive");
  assertMatch(fields.get("etag") ?? "", /^"[\x21\x23-\x7e]+"$/);
  assertMatch(fields.get("date") ?? "", HTTP_DATE);
  assertMatch(fields.get("last-modified") ?? "", HTTP_DATE);
  const { mtime } = await Deno.stat(join(server.root, "hello.html"));
  const modifiedMs = Math.floor((mtime?.getTime() ?? 0) / 1000) * 1000;
  assertEquals(Date.parse(fields.get("last-modified") ?? ""), modifiedMs);
  assert(Date.parse(fields.get("date") ?? "") >= modifiedMs);
});

serverTest("HEAD answers as GET does, without the content", {}, async (server) => {
  for (const target of ["/hello.html", "/missing.html", "/../x"]) {
    const whole = await server.ask(get(target));
    using client = await server.connect();
    const bare = await client.ask(request("HEAD", target));
    assertEquals([bare.status, bare.text], [whole.status, ""]);
    for (const [name, value] of whole.fields) {
      if (name !== "date") assertEquals(bare.fields.get(name), value, `${target} ${name}`);
    }
    // Were there content after all, it would be read as the head of this answer.
    assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
  }
});

serverTest(
  "the name of a file decides its Content-Type",
  { files: Object.fromEntries(TYPES.map(([name]) => [`root/${name}`, "{}"])) },
  async (server, context) => {
    for (const [name, mediaType] of TYPES) {
      await context.step(name, async () => {
        const { status, fields } = await server.ask(get(`/${name}`));
        assertEquals([status, fields.get("content-type")], [200, mediaType]);
      });
    }
  },
);

serverTest("a folder is served by its index", {
  files: {
    "root/index.html": "top",
    "root/sub folder/index.html": "below",
    "root/bare/file.txt": "x",
  },
}, async (server, context) => {
  const rows: readonly (readonly [target: string, status: number, want: string])[] = [
    ["/", 200, "top"],
    ["/?query", 200, "top"],
    ["/sub%20folder/", 200, "below"],
    ["/sub%20folder", 301, "/sub%20folder/"],
    ["/sub%20folder?a=b&c", 301, "/sub%20folder/?a=b&c"],
    ["//sub%20folder", 301, "/sub%20folder/"],
    ["/bare", 301, "/bare/"],
    ["/uploads", 301, "/uploads/"],
  ];
  for (const [target, status, want] of rows) {
    await context.step(target, async () => {
      const answer = await server.ask(get(target));
      assertEquals(answer.status, status);
      assertEquals(status === 301 ? answer.fields.get("location") : answer.text, want);
    });
  }
  for (const target of ["/bare/", "/uploads/", "/missing", "/bare/file.txt/", "/bare/file.txt/x"]) {
    await context.step(`${target} is not there`, async () => {
      assertEquals((await server.ask(get(target))).status, 404);
    });
  }
});

serverTest("a redirect never leads to another host", {
  files: { "root/evil.example/index.html": "x", "root/sub/index.html": "y" },
}, async (server) => {
  for (const target of ["//evil.example", "///evil.example", "//evil.example//sub/..", "/%2fsub"]) {
    const { status, fields } = await server.ask(get(target));
    assert([301, 400, 403, 404].includes(status), `${target} ${status}`);
    assertMatch(fields.get("location") ?? "/", /^\/(?!\/)/);
  }
});

serverTest("other methods are refused by name", {}, async (server, context) => {
  const rows:
    readonly (readonly [method: string, target: string, status: number, allow?: string])[] = [
      ["POST", "/hello.html", 405, "GET, HEAD, OPTIONS"],
      ["PUT", "/hello.html", 405, "GET, HEAD, OPTIONS"],
      ["DELETE", "/hello.html", 405, "GET, HEAD, OPTIONS"],
      ["PATCH", "/", 405, "GET, HEAD, OPTIONS"],
      ["TRACE", "/", 405, "GET, HEAD, OPTIONS"],
      ["GET", "/upload", 405, "POST, OPTIONS"],
      ["PUT", "/upload", 405, "POST, OPTIONS"],
      ["OPTIONS", "/hello.html", 204, "GET, HEAD, OPTIONS"],
      ["OPTIONS", "/upload", 204, "POST, OPTIONS"],
      ["OPTIONS", "*", 204, "GET, HEAD, POST, OPTIONS"],
      ["BREW", "/hello.html", 501],
      ["get", "/hello.html", 501],
    ];
  for (const [method, target, status, allow] of rows) {
    await context.step(`${method} ${target}`, async () => {
      const { status: given, fields } = await server.ask(request(method, target));
      assertEquals([given, fields.get("allow")], [status, allow]);
    });
  }
});

serverTest("a root that is removed costs its files, not the server", {}, async (server) => {
  using client = await server.connect();
  assertEquals((await client.ask(get("/hello.html"))).status, 200);
  await Deno.remove(server.root, { recursive: true });
  const { status } = await client.ask(get("/hello.html"));
  assert(status === 404 || status === 500, String(status));
  await server.write("hello.html", "back");
  assertEquals((await client.ask(get("/hello.html"))).text, "back");
});
