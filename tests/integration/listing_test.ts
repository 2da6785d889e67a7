// Listings over real sockets: what they show of a tree full of traps, and what a huge one costs others.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ENTRIES_MAX } from "../../lib/handlers/folder_names.ts";
import { HELLO, serverTest, type TestServer } from "./harness.ts";
import { get, head, request, upload } from "./requests.ts";

const LISTING = ["--listing", "on"];

/** What a listing as JSON holds: folders with a slash. */
async function names(server: TestServer, target: string): Promise<readonly string[]> {
  const { status, content } = await server.ask(get(target, "Accept: application/json"));
  assertEquals(status, 200, target);
  return JSON.parse(new TextDecoder().decode(content)).entries.map((
    { name, type }: { name: string; type: string },
  ) => type === "folder" ? `${name}/` : name);
}

serverTest("a folder is listed only where the operator says so", {
  files: { "root/sub/a.txt": "a" },
}, async (server) => {
  for (const target of ["/", "/sub/"]) {
    assertEquals((await server.ask(get(target))).status, 404, target);
  }
});

serverTest("a listing shows what could be asked for, and every link of it leads there", {
  flags: LISTING,
  files: {
    "root/sub/a b.txt": "a b",
    "root/sub/é%41?#&'.txt": "odd",
    "root/sub/<b>.html": "markup",
    "root/sub/deep/x.txt": "x",
    "root/sub/.env": "hidden",
    "root/index/index.html": "index",
    "secret.txt": "secret",
  },
}, async (server) => {
  if (Deno.build.os !== "windows") {
    const link = (to: string, name: string) => Deno.symlink(to, join(server.root, "sub", name));
    await link("../../secret.txt", "out.txt");
    await link("../..", "up");
    await link("../../uploads", "stored");
    await link("/etc", "etc");
  }
  const shown = await names(server, "/sub/");
  assertEquals(shown, ["deep/", "<b>.html", "a b.txt", "é%41?#&'.txt"]);
  const { text } = await server.ask(get("/sub/"));
  const links = [...text.matchAll(/<th scope="row"><a href="\.\/([^"]+)"/g)].map(([, to = ""]) =>
    to
  );
  assertEquals(links.length, shown.length);
  for (const to of links) {
    const target = `/sub/${to.replaceAll("&#39;", "'").replaceAll("&amp;", "&")}`;
    assertEquals((await server.ask(get(target))).status, 200, target);
  }
  assertEquals((await server.ask(get("/index/"))).text, "index");
  assertEquals((await server.ask(get("/sub"))).fields.get("location"), "/sub/");
});

serverTest("a listing is a page of its own policy, for GET and HEAD alike", {
  flags: [...LISTING, "--header", "/**=Content-Security-Policy: default-src *"],
  files: { "root/sub/a.txt": "a" },
}, async (server) => {
  const answers = [await server.ask(get("/sub/")), await server.ask(request("HEAD", "/sub/"))];
  for (const { status, fields } of answers) {
    assertEquals([status, fields.get("content-type")], [200, "text/html; charset=utf-8"]);
    assertMatch(
      fields.get("content-security-policy") ?? "",
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; .*frame-ancestors 'none'$/,
    );
    assertEquals(fields.get("transfer-encoding"), "chunked");
    assertEquals([fields.get("vary"), fields.get("etag")], ["Accept", undefined]);
  }
  assertEquals((await server.ask(request("POST", "/sub/", "Content-Length: 0"))).status, 405);
});

serverTest("a listing ends where an old client can tell", {
  flags: LISTING,
  files: { "root/sub/a.txt": "a" },
}, async (server) => {
  using client = await server.connect();
  await client.send(head("GET /sub/ HTTP/1.0"));
  const text = new TextDecoder().decode(await client.rest());
  assertStringIncludes(text, "Connection: close\r\n");
  assert(text.endsWith("</html>\n"));
});

serverTest("uploads are never listed, not even from the folder they lie in", {
  flags: (
    folder,
  ) => [...LISTING, "--uploads", join(folder, "root", "up"), "--mount", `/all=${folder}`],
}, async (server) => {
  assertEquals((await server.ask(upload("{}"))).status, 201);
  assertEquals(await names(server, "/"), ["hello.html"]);
  assertEquals(await names(server, "/all/root/"), ["hello.html"]);
  assertEquals((await server.ask(get("/uploads/"))).status, 404);
  for (const target of ["/up/", "/all/root/up/"]) {
    const { status, text } = await server.ask(get(target));
    assertEquals([status, /upload_/.test(text)], [403, false], target);
  }
});

serverTest("a huge folder is cut, says so, and keeps nobody waiting", {
  flags: LISTING,
}, async (server) => {
  const folder = join(server.root, "huge");
  await Deno.mkdir(folder);
  await Deno.writeFile(join(folder, "f"), new Uint8Array());
  for (let index = 0; index <= ENTRIES_MAX; index++) {
    Deno.linkSync(join(folder, "f"), join(folder, `f${index}`));
  }
  using other = await server.connect();
  let isListed = false;
  const listing = server.ask(get("/huge/?format=json")).finally(() => isListed = true);
  let served = 0;
  while (!isListed) {
    assertEquals((await other.ask(get("/hello.html"))).text, HELLO);
    if (++served % 90 === 0) break; // a connection is for a hundred requests
  }
  const { truncated, entries } = JSON.parse((await listing).text);
  assertEquals([truncated, entries.length], [true, ENTRIES_MAX]);
  assert(served > 5, "others are served between its steps");
  const { text } = await server.ask(get("/huge/"));
  assertStringIncludes(text, `Only the first ${ENTRIES_MAX} entries are shown.`);
});

serverTest("whoever leaves in the middle of a listing leaves nothing behind", {
  flags: LISTING,
  files: Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`root/many/file-${index}.txt`, ""]),
  ),
}, async (server) => {
  // More than may be under way at one time: were any of them still counted, the last would get 503.
  for (let round = 0; round < 80; round++) {
    using client = await server.connect();
    await client.send(get("/many/"));
    if (round % 2 === 0) await client.read();
  }
  let { status } = await server.ask(get("/many/"));
  for (let wait = 0; status === 503 && wait < 200; wait++) {
    ({ status } = await server.ask(get("/many/"))); // the last ones may not be noticed yet
  }
  assertEquals(status, 200);
});
