// Validators over a real connection: nothing is sent twice, and nothing stale is served.

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { HELLO, serverTest } from "./harness.ts";
import { get, request } from "./requests.ts";

const PAST = "Sun, 06 Nov 1994 08:49:37 GMT";
const FUTURE = "Fri, 31 Dec 2100 23:59:59 GMT";

serverTest("conditions of RFC 9110 §13 on a file", {}, async (server, context) => {
  const { fields } = await server.ask(get("/hello.html"));
  const etag = fields.get("etag") ?? "";
  const modified = fields.get("last-modified") ?? "";
  const rows: readonly (readonly [status: number, ...fields: string[]])[] = [
    [304, `If-None-Match: ${etag}`],
    [304, `If-None-Match: W/${etag}`],
    [304, `If-None-Match: "x", ${etag}`],
    [304, "If-None-Match: *"],
    [200, 'If-None-Match: "x"'],
    [304, `If-Modified-Since: ${modified}`],
    [200, `If-Modified-Since: ${PAST}`],
    [200, "If-Modified-Since: yesterday"],
    [200, 'If-None-Match: "x"', `If-Modified-Since: ${modified}`],
    [200, `If-Match: ${etag}`],
    [412, 'If-Match: "x"'],
    [412, `If-Unmodified-Since: ${PAST}`],
    [200, `If-Unmodified-Since: ${FUTURE}`],
  ];
  for (const [status, ...conditions] of rows) {
    await context.step(conditions.join(" and "), async () => {
      using client = await server.connect();
      const answer = await client.ask(get("/hello.html", ...conditions));
      assertEquals(answer.status, status);
      if (status === 304) {
        assertEquals(answer.fields.get("etag"), etag);
        assertEquals(answer.fields.has("content-type"), false);
      }
      const head = await client.ask(request("HEAD", "/hello.html", ...conditions));
      assertEquals(head.status, status);
      assertEquals((await client.ask(get("/hello.html"))).text, HELLO); // still in step
    });
  }
});

serverTest("a changed file is served anew at once, with another validator", {}, async (server) => {
  using client = await server.connect();
  const path = join(server.root, "changing.html");
  const etags = new Set<string>();
  for (let round = 0; round < 20; round++) {
    await server.write("changing.html", `round ${round % 10}`);
    // The same second, so that only what is finer than a second can tell the rounds apart.
    await Deno.utime(path, new Date(1e12 + round), new Date(1e12 + round));
    const { fields, text } = await client.ask(get("/changing.html"));
    assertEquals(text, `round ${round % 10}`);
    etags.add(fields.get("etag") ?? "");
  }
  assertEquals(etags.size, 20);
});

serverTest("a file that is replaced, cut, grown or removed is seen", {}, async (server) => {
  using client = await server.connect();
  const path = join(server.root, "file.html");
  const content = async () => {
    const { status, text } = await client.ask(get("/file.html"));
    return status === 200 ? text : status;
  };
  assertEquals(await content(), 404);
  await server.write("file.html", "one");
  assertEquals(await content(), "one");
  await server.write("other.html", "two");
  await Deno.rename(join(server.root, "other.html"), path);
  assertEquals(await content(), "two");
  await Deno.truncate(path, 1);
  assertEquals(await content(), "t");
  await Deno.writeTextFile(path, "!".repeat(5_000), { append: true });
  assertEquals(await content(), "t" + "!".repeat(5_000));
  await Deno.remove(path);
  assertEquals(await content(), 404);
});

serverTest("a revalidated answer after a change is whole", {}, async (server) => {
  const before = await server.ask(get("/hello.html"));
  await server.write("hello.html", "changed, and longer than before");
  const etag = before.fields.get("etag") ?? "";
  const after = await server.ask(get("/hello.html", `If-None-Match: ${etag}`));
  assertEquals([after.status, after.text], [200, "changed, and longer than before"]);
  assertNotEquals(after.fields.get("etag"), etag);
  assert(after.fields.has("last-modified"));
});
