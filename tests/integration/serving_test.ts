// What is served beside plain files, and how the operator has it: over real sockets.

import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseConfig } from "../../lib/config.ts";
import { serve, StartError } from "../../lib/server.ts";
import type { Answer } from "./answer.ts";
import { type Ground, serverTest, type TestServer, withFolder, writeFile } from "./harness.ts";
import { get, request, upload } from "./requests.ts";

const PERSON = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";

/** Asks for each target, and compares what comes with the row. */
async function expect(
  server: TestServer,
  rows: readonly (readonly [target: string, want: string])[],
  ...fields: readonly string[]
): Promise<void> {
  for (const [target, want] of rows) {
    assertEquals(summary(await server.ask(get(target, ...fields))), want, target);
  }
}

/** The status, and where it leads or what it says. */
function summary({ status, fields, text }: Answer): string {
  return `${status} ${fields.get("location") ?? text.trim()}`;
}

const PAGES = {
  "root/index.html": "home",
  "root/about.html": "about",
  "root/app.3f2a1b9c.js": "script",
  "root/style.css": "style",
  "root/sub/deep.html": "deep",
};

serverTest("the fallback answers navigations, in each folder its own", {
  flags: (folder) => ["--spa", "on", "--mount", `/docs=${join(folder, "docs")}`],
  files: { ...PAGES, "docs/index.html": "docs" },
}, async (server) => {
  await expect(server, [
    ["/", "200 home"],
    ["/any/route", "200 home"],
    ["/any/route/", "200 home"],
    ["/docs/route", "200 docs"],
    ["/about.html", "200 about"],
    ["/missing.js", "404 Cannot find the target"],
    ["/uploads/route", "404 Cannot find the target"],
  ], PERSON);
  await expect(server, [["/any/route", "404 Cannot find the target"]], "Accept: */*");
  const head = await server.ask(request("HEAD", "/any/route", PERSON));
  assertEquals([head.status, head.text], [200, ""]);
  assertEquals(head.fields.get("content-length"), "4");
  const vary = (await server.ask(get("/any/route", PERSON))).fields.get("vary");
  assertEquals(vary, "Accept-Encoding, Accept");
  const post = await server.ask(request("POST", "/any/route", PERSON, "Content-Length: 0"));
  assertEquals(post.status, 405);
});

serverTest("clean URLs", { flags: ["--clean-urls", "on"], files: PAGES }, async (server) => {
  await expect(server, [
    ["/about", "200 about"],
    ["/about.html?a=b", "301 /about?a=b"],
    ["/about/", "301 /about"],
    ["/index.html", "301 /"],
    ["/sub/deep", "200 deep"],
    ["/sub/deep.html", "301 /sub/deep"],
    ["/missing", "404 Cannot find the target"],
  ]);
  const etag = (await server.ask(get("/about"))).fields.get("etag");
  assertEquals((await server.ask(get("/about", `If-None-Match: ${etag}`))).status, 304);
});

serverTest("error pages", {
  files: { ...PAGES, "root/404.html": "<h1>lost</h1>", "root/50x.html": "<h1>ours</h1>" },
}, async (server) => {
  using client = await server.connect();
  for (const target of ["/missing", "/missing.js", "/uploads/missing", "/missing/"]) {
    const { status, text, fields } = await client.ask(get(target, PERSON));
    assertEquals([status, text], [404, "<h1>lost</h1>"]);
    assertEquals(fields.get("content-type"), "text/html; charset=UTF-8");
    assertEquals([fields.get("etag"), fields.get("last-modified")], [undefined, undefined]);
  }
  assertEquals((await client.ask(get("/missing"))).text, "Cannot find the target\n");
  const json = await client.ask(get("/missing", "Accept: application/json"));
  assertEquals(json.text, "Cannot find the target\n");
  const head = await client.ask(request("HEAD", "/missing", PERSON));
  assertEquals([head.status, head.fields.get("content-length")], [404, "13"]);
  // A range or a condition is about a representation of the target, and there is none.
  const range = await client.ask(get("/missing", PERSON, "Range: bytes=0-1"));
  assertEquals([range.status, range.text], [404, "<h1>lost</h1>"]);
  const refused = await client.ask(get("/%2e%2e/x", PERSON));
  assertMatch(refused.text, /^Cannot serve the target: traversal/);
});

/** Whether this process is refused what nobody may read; root is refused nothing. */
async function isRefused(): Promise<boolean> {
  const path = await Deno.makeTempFile({ prefix: "sluice_" });
  try {
    await Deno.chmod(path, 0);
    await Deno.readFile(path);
    return false;
  } catch {
    return true;
  } finally {
    await Deno.remove(path);
  }
}

if (Deno.build.os !== "windows" && await isRefused()) {
  serverTest("50x.html answers for a fault of ours", {
    files: { "root/50x.html": "<h1>ours</h1>", "root/locked.html": "locked" },
  }, async (server) => {
    await Deno.chmod(join(server.root, "locked.html"), 0);
    const { status, text } = await server.ask(get("/locked.html", PERSON));
    assertEquals([status, text], [500, "<h1>ours</h1>"]);
    assertStringIncludes(await server.stopAndReadLog(), "Cannot handle a request");
  });
} else {
  Deno.test.ignore(
    "50x.html answers for a fault of ours (ignored: no file is locked to root)",
    () => {},
  );
}

serverTest("Cache-Control by rule and by fingerprint", {
  flags: [
    ...["--immutable", "on", "--cache", "*.css=public, max-age=60", "--cache", "/**=no-cache"],
  ],
  files: PAGES,
}, async (server) => {
  const control = async (target: string, ...fields: readonly string[]) => {
    const answer = await server.ask(get(target, ...fields));
    return [answer.status, answer.fields.get("cache-control")];
  };
  assertEquals(await control("/style.css"), [200, "public, max-age=60"]);
  assertEquals(await control("/"), [200, "no-cache"]);
  const forEver = "public, max-age=31536000, immutable";
  assertEquals(await control("/app.3f2a1b9c.js"), [200, forEver]);
  assertEquals(await control("/app.3f2a1b9c.js", "If-None-Match: *"), [304, forEver]);
  assertEquals(await control("/app.3f2a1b9c.js", "Range: bytes=0-1"), [206, forEver]);
  assertEquals(await control("/missing"), [404, undefined]);
  assertEquals(await control("/sub"), [301, undefined]);
});

serverTest("fields by rule", {
  flags: [
    ...["--header", "*.html=Content-Security-Policy: default-src 'none'"],
    ...["--header", "/**=X-Frame-Options: DENY", "--header", "/sub/*=X-Frame-Options: NEVER"],
    ...["--header", "style.css=Content-Type: text/x-own", "--listing", "on"],
  ],
  files: { ...PAGES, "root/404.html": "lost" },
}, async (server) => {
  const field = async (target: string, name: string, ...fields: readonly string[]) =>
    (await server.ask(get(target, ...fields))).fields.get(name);
  assertEquals(await field("/", "content-security-policy"), "default-src 'none'");
  assertEquals(await field("/style.css", "content-security-policy"), undefined);
  assertEquals(await field("/sub/deep.html", "x-frame-options"), "DENY");
  assertEquals(await field("/sub/", "x-frame-options"), "DENY");
  assertEquals(await field("/missing", "x-frame-options", PERSON), "DENY");
  assertEquals(await field("/style.css", "content-type"), "text/x-own");
  const { fields } = await server.ask(upload("{}"));
  const uploaded = fields.get("location") ?? "";
  assertEquals(await field(uploaded, "content-security-policy"), "default-src 'none'; sandbox");
  assertEquals(await field(uploaded, "x-frame-options"), undefined);
});

const LONG = "x".repeat(990);

serverTest("fields of a kilobyte fit into every head", {
  flags: ["--header", `/**=X-Long: ${LONG}`, "--cors", "https://a.example", "--compression", "off"],
  files: { [`root/${"ä".repeat(125)}.txt`]: "text" },
}, async (server) => {
  const target = `/${"%C3%A4".repeat(125)}.txt`;
  const { status, fields, text } = await server.ask(get(target, "Origin: https://a.example"));
  assertEquals([status, fields.get("x-long"), text], [200, LONG, "text"]);
  assertEquals(fields.get("access-control-allow-origin"), "https://a.example");
});

serverTest("redirects", {
  flags: [
    ...["--redirect", "/old/*=301 /sub/*", "--redirect", "/away/*=307 https://example.org/*"],
    ...["--redirect", "/upload=308 /elsewhere"],
  ],
  files: PAGES,
}, async (server) => {
  await expect(server, [
    ["/old/deep.html", "301 /sub/deep.html"],
    ["/old/deep.html?a=b", "301 /sub/deep.html?a=b"],
    ["/away/x%20y", "307 https://example.org/x%20y"],
    ["/olds/x", "404 Cannot find the target"],
  ]);
  const { status, fields } = await server.ask(upload("{}"));
  assertEquals([status, fields.get("location")], [308, "/elsewhere"]);
});

const BELOW: Ground = {
  flags: (folder) => [
    ...["--base", "/app", "--listing", "on", "--redirect", "/old=301 /new"],
    ...["--mount", `/docs=${join(folder, "docs")}`],
  ],
  files: { ...PAGES, "docs/page.html": "page", "root/docs/page.html": "shadowed" },
};

serverTest(
  "everything lies below the base, but for what is the server's own",
  BELOW,
  async (server) => {
    const absent = "404 Cannot find the target";
    await expect(server, [
      ["/", absent],
      ["/about.html", absent],
      ["/uploads/", absent],
      ["/application/about.html", absent],
      ["/app", "301 /app/"],
      ["/app/", "200 home"],
      ["/app/about.html", "200 about"],
      ["/app/old", "301 /app/new"],
      ["/app/sub", "301 /app/sub/"],
      ["/app/docs", "301 /app/docs/"],
      ["/app/docs/page.html", "200 page"],
      ["/app/uploads", "301 /app/uploads/"],
    ]);
    assertEquals((await server.ask(upload("{}"))).status, 404);
    assertEquals((await server.ask(get("/health"))).status, 200);
    const stored = await server.ask(upload("[1]").replace("/upload", "/app/upload"));
    assertEquals(stored.status, 201);
    const location = stored.fields.get("location") ?? "";
    assertMatch(location, /^\/app\/uploads\/upload_/);
    assertEquals(JSON.parse(stored.text).filepath, location);
    assertEquals((await server.ask(get(location))).text, "[1]");
  },
);

serverTest("further folders, each a world of its own", {
  flags: (folder) => [
    ...["--mount", `/www=${join(folder, "www")}`, "--mount", `/www/deep=${join(folder, "deep")}`],
  ],
  files: {
    "www/page.html": "www",
    "www/deep/page.html": "shadowed",
    "deep/page.html": "deep",
    "www-secret/page.html": "secret",
    "root/www/page.html": "shadowed",
  },
}, async (server) => {
  await Deno.symlink("../deep", join(server.folder, "www", "link"));
  await Deno.symlink("../www", join(server.root, "other"));
  await expect(server, [
    ["/www/page.html", "200 www"],
    ["/www/deep/page.html", "200 deep"],
    ["/www", "301 /www/"],
    ["/www/deep", "301 /www/deep/"],
    ["/www-secret/page.html", "404 Cannot find the target"],
    ["/hello.html", "200 <p>hello</p>"],
    // Both ends are served, but a link between them would make one folder's rules the other's.
    ["/www/link/page.html", "403 Cannot serve the target: it leads out of the folder"],
    ["/other/page.html", "403 Cannot serve the target: it leads out of the folder"],
  ]);
});

serverTest("a worker may read the further folders, and nothing beside them", {
  flags: (folder) => ["--mount", `/docs=${join(folder, "docs")}`, "--workers", "2"],
  files: { "docs/page.html": "page" },
}, async (server) => {
  for (let round = 0; round < 4; round++) {
    assert((await server.ask(get("/docs/page.html"))).text === "page");
  }
});

/** Flags, and how the line ends that the operator reads. */
const WRONG: readonly (readonly [flags: readonly string[], line: RegExp])[] = [
  [["--mount", "/docs=missing"], /^Cannot use --mount: must be a folder .* is .*missing$/],
  [["--mount", "/docs=file"], /^Cannot use --mount: must be a folder .* is .*file$/],
  [["--redirect", "/*=301 /new/*"], /^Cannot use --redirect: must lead out .* \/\*=301 \/new\/\*$/],
  [
    ["--redirect", "/a=301 /b", "--redirect", "/b=301 /a"],
    /^Cannot use --redirect: .* \/a=301 \/b$/,
  ],
];

for (const [flags, line] of WRONG) {
  Deno.test(`a server does not start with ${flags.join(" ")}`, () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, "file"), "no folder");
      await Deno.mkdir(join(folder, "root"));
      const site = { root: join(folder, "root"), uploads: join(folder, "uploads") };
      const given = flags.map((flag) => flag.replace("/docs=", `/docs=${folder}/`));
      const command = parseConfig(["0", ...given], () => undefined, site);
      assert(command.kind === "serve");
      const error = assertThrows(() => serve(command.config), StartError);
      assertEquals(error.exitCode, 2);
      assertMatch(error.message, line);
    }));
}
