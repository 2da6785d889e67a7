// Content codings over a connection: whole, framed, and never where they do harm.

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Answer, bytesOf } from "./answer.ts";
import { type Ground, serverTest } from "./harness.ts";
import { get, head, request } from "./requests.ts";

const PAGE = Array.from({ length: 500 }, (_, index) => `<p>${index}</p>`).join("\n");
const LARGE = Array.from({ length: 300_000 }, (_, index) => `line ${index}`).join("\n");
const GZIP = "Accept-Encoding: gzip";

const GROUND: Ground = {
  files: {
    "root/page.html": PAGE,
    "root/large.html": LARGE,
    "root/tiny.html": "tiny",
    "root/picture.png": PAGE,
    "root/stored.html": PAGE,
    "root/stored.html.br": "the stored variant",
  },
};

async function decoded({ fields, content }: Answer): Promise<string> {
  assertEquals(fields.get("content-encoding"), "gzip");
  const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}

serverTest("text is gzipped for who asks for it, on one connection", GROUND, async (server) => {
  using client = await server.connect();
  for (const [target, text] of [["/page.html", PAGE], ["/large.html", LARGE]] as const) {
    const plain = await client.ask(get(target));
    assertEquals([plain.text === text, plain.fields.get("vary")], [true, "Accept-Encoding"]);
    const coded = await client.ask(get(target, GZIP));
    assertEquals(coded.fields.get("vary"), "Accept-Encoding");
    assert(await decoded(coded) === text);
    assert(coded.content.length < text.length / 2);
    assertNotEquals(coded.fields.get("etag"), plain.fields.get("etag"));
  }
});

serverTest("coded answers stay in step when they are pipelined", GROUND, async (server) => {
  using client = await server.connect();
  const targets = ["/large.html", "/tiny.html", "/page.html", "/large.html", "/missing"];
  await client.send(targets.map((target) => get(target, GZIP)).join(""));
  assert(await decoded(await client.answer()) === LARGE);
  assertEquals((await client.answer()).text, "tiny");
  assert(await decoded(await client.answer()) === PAGE);
  assert(await decoded(await client.answer()) === LARGE);
  assertEquals((await client.answer()).status, 404);
});

serverTest("HTTP/1.0 gets a coded answer that ends with the connection", GROUND, async (server) => {
  using client = await server.connect();
  const answer = await client.ask(head("GET /large.html HTTP/1.0", GZIP));
  assertEquals(answer.fields.has("transfer-encoding"), false);
  assertEquals(answer.fields.get("connection"), "close");
  assert(await decoded(answer) === LARGE);
});

serverTest("validators belong to one coding", GROUND, async (server) => {
  const coded = await server.ask(get("/page.html", GZIP));
  const etag = coded.fields.get("etag") ?? "";
  const again = await server.ask(get("/page.html", GZIP, `If-None-Match: ${etag}`));
  assertEquals([again.status, again.fields.get("etag")], [304, etag]);
  const plain = await server.ask(get("/page.html", `If-None-Match: ${etag}`));
  assertEquals([plain.status, plain.text === PAGE], [200, true]);
});

serverTest("HEAD says what GET would", GROUND, async (server) => {
  using client = await server.connect();
  for (const target of ["/page.html", "/large.html"]) {
    const { status, fields } = await client.ask(request("HEAD", target, GZIP));
    assertEquals([status, fields.get("content-encoding")], [200, "gzip"]);
  }
  assertEquals((await client.ask(get("/tiny.html"))).text, "tiny");
});

serverTest("a stored variant is sent as it is", GROUND, async (server) => {
  const { fields, content } = await server.ask(get("/stored.html", "Accept-Encoding: gzip, br"));
  assertEquals(fields.get("content-encoding"), "br");
  assertEquals(fields.get("content-type"), "text/html; charset=UTF-8");
  assertEquals(content, bytesOf("the stored variant"));
});

serverTest("nothing is coded that should not be", GROUND, async (server, context) => {
  const rows: readonly (readonly [target: string, ...fields: string[]])[] = [
    ["/page.html"],
    ["/page.html", "Accept-Encoding: identity"],
    ["/page.html", "Accept-Encoding: gzip;q=0"],
    ["/page.html", "Accept-Encoding: deflate"],
    ["/tiny.html", GZIP],
    ["/picture.png", GZIP],
  ];
  for (const [target, ...fields] of rows) {
    await context.step(`${target} ${fields.join(" ")}`, async () => {
      const answer = await server.ask(get(target, ...fields));
      assertEquals(answer.fields.has("content-encoding"), false);
      assertEquals(answer.text === (target === "/tiny.html" ? "tiny" : PAGE), true);
    });
  }
  await context.step("a range counts plain bytes", async () => {
    const answer = await server.ask(get("/page.html", GZIP, "Range: bytes=3-9"));
    assertEquals([answer.status, answer.text], [206, PAGE.slice(3, 10)]);
  });
});

serverTest("--compression off codes nothing", {
  ...GROUND,
  flags: ["--compression", "off"],
}, async (server) => {
  for (const target of ["/page.html", "/large.html", "/stored.html"]) {
    const { fields } = await server.ask(get(target, "Accept-Encoding: gzip, br"));
    assertEquals([fields.has("content-encoding"), fields.has("vary")], [false, false]);
  }
});

serverTest("a client that leaves a coded answer in the middle hurts nobody", {
  ...GROUND,
  flags: ["--connections", "1", "--queue", "1"],
}, async (server) => {
  for (let round = 0; round < 10; round++) {
    using client = await server.connect();
    await client.send(get("/large.html", GZIP));
    assert(await client.read(1) !== null);
  }
  assertEquals((await server.ask(get("/tiny.html"))).text, "tiny");
});
