import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { ConfigError, parseConfig } from "../../lib/config.ts";
import type { Kind } from "../../lib/config/kinds.ts";
import {
  basePath,
  cacheRules,
  fallbackFile,
  folderMounts,
  headerRules,
  redirectRules,
} from "../../lib/config/rules.ts";

const SITE = { root: "/srv/site", uploads: "/srv/uploads" };

/** A kind, the text it is given, and the value; `undefined` where the text is refused. */
type Row = readonly [text: string, value: unknown];

const CACHE: readonly Row[] = [
  ["*.css=max-age=60", [{ glob: "*.css", value: "max-age=60" }]],
  ["/a/**=public, max-age=60", [{ glob: "/a/**", value: "public, max-age=60" }]],
  [" /a b = no-cache ", [{ glob: "/a b", value: "no-cache" }]],
  ["/é=no-store", [{ glob: "/é", value: "no-store" }]],
  ["*.a=x\n*.b=y", [{ glob: "*.a", value: "x" }, { glob: "*.b", value: "y" }]],
  ["", undefined],
  ["no-cache", undefined],
  ["=no-cache", undefined],
  ["*.css=", undefined],
  ["a/*.css=no-cache", undefined],
  ["*.css=a\rb", undefined],
  ["*.css=a\tb", undefined],
  ["*.css=naïve", undefined],
  ["*\x7f=no-cache", undefined],
  ["/\x00=no-cache", undefined],
];

const HEADERS: readonly Row[] = [
  ["/**=X-A: 1", [{ glob: "/**", name: "X-A", value: "1" }]],
  ["*.html=X-A:1=2", [{ glob: "*.html", name: "X-A", value: "1=2" }]],
  ["/**=Link: </a.css>; rel=preload, </b>", [
    { glob: "/**", name: "Link", value: "</a.css>; rel=preload, </b>" },
  ]],
  ["*=Content-Type: text/plain", [{ glob: "*", name: "Content-Type", value: "text/plain" }]],
  ["/**=X-A", undefined],
  ["/**=X-A:", undefined],
  ["/**=X-A: ", undefined],
  ["/**=: a", undefined],
  ["/**=X A: a", undefined],
  ["/**=X-A : a", undefined],
  ["/**=X-Ä: a", undefined],
  ["/**=X-A: a\r", [{ glob: "/**", name: "X-A", value: "a" }]],
  ["/**=X-A: a\rX-B: b", undefined],
  ["/**=X-A: a\r\nX-B: b", undefined],
  ["/**=X-A: a\nX-B: b", undefined],
  ["/**=X-A: a\0", undefined],
  ["/**=X-A: ä", undefined],
  ...[
    "Accept-Ranges",
    "Access-Control-Allow-Origin",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "CONTENT-LENGTH",
    "Content-Range",
    "Date",
    "ETag",
    "Keep-Alive",
    "Last-Modified",
    "Location",
    "Proxy-Connection",
    "Retry-After",
    "Server",
    "Strict-Transport-Security",
    "TE",
    "Trailer",
    "transfer-encoding",
    "Upgrade",
    "Vary",
    "X-Content-Type-Options",
  ].map((name): Row => [`/**=${name}: 1`, undefined]),
];

const REDIRECTS: readonly Row[] = [
  ["/a=301 /b", [{ from: "/a", status: 301, to: "/b" }]],
  ["/a/*=308   /b/*", [{ from: "/a/*", status: 308, to: "/b/*" }]],
  ["/=302 https://example.org", [{ from: "/", status: 302, to: "https://example.org" }]],
  ["/*=307 https://example.org/*", [{ from: "/*", status: 307, to: "https://example.org/*" }]],
  ["/caf%C3%A9=303 /a?b=c#d", [{ from: "/café", status: 303, to: "/a?b=c#d" }]],
  ["/a%3Db=301 /b", [{ from: "/a=b", status: 301, to: "/b" }]],
  ["/a=301 http://[::1]:80/x", [{ from: "/a", status: 301, to: "http://[::1]:80/x" }]],
  ["/a=301", undefined],
  ["/a=/b", undefined],
  ["/a=300 /b", undefined],
  ["/a=304 /b", undefined],
  ["/a=200 /b", undefined],
  ["a=301 /b", undefined],
  ["/*/*=301 /b", undefined],
  ["/a=301 /*", undefined],
  ["/*=301 /*/*", undefined],
  ["/%zz=301 /b", undefined],
  ["/%0a=301 /b", undefined],
  ["/a=301 b", undefined],
  ["/a=301 /b c", undefined],
  ["/a=301 //evil.example", undefined],
  ["/a=301 /\\evil.example", undefined],
  ["/a=301 /b\\c", undefined],
  ["/a=301 /é", undefined],
  ["/a=301 /%", undefined],
  ["/*=301 https://*", undefined],
  ["/*=301 https://*.example.org/", undefined],
  ["/*=301 https://example.org*", undefined],
  ["/*=301 https://example.org:*/", undefined],
  ["/*=301 https://user*@example.org/", undefined],
  ["/a=301 https://user@example.org/", undefined],
  ["/a=301 https://", undefined],
  ["/a=301 https://a:99999/", undefined],
  ["/a=301 ftp://example.org/", undefined],
  ["/a=301 javascript:alert(1)", undefined],
  ["/a=301 /b\r\nX:1", undefined],
  ["/\ud83d=301 /b", undefined],
];

const MOUNTS: readonly Row[] = [
  ["/docs=/srv/docs", [{ urlPath: "/docs", folder: "/srv/docs" }]],
  ["/a/b/=x=y", [{ urlPath: "/a/b", folder: "x=y" }]],
  ["/a=x\n/b=x", [{ urlPath: "/a", folder: "x" }, { urlPath: "/b", folder: "x" }]],
  ["/uploaded=x", [{ urlPath: "/uploaded", folder: "x" }]],
  ["docs=x", undefined],
  ["/=x", undefined],
  ["//=x", undefined],
  ["/a//b=x", undefined],
  ["/..=x", undefined],
  ["/a/../b=x", undefined],
  ["/.a=x", undefined],
  ["/a.=x", undefined],
  ["/%61=x", undefined],
  ["/a b=x", undefined],
  ["/docs=", undefined],
  ["/docs=\0", undefined],
  ["/a=x\n/a/=y", undefined],
  ...["upload", "uploads", "uploads/a", "health", "metrics", "security-dashboard"].map((
    name,
  ): Row => [`/${name}=x`, undefined]),
];

const BASES: readonly Row[] = [
  ["/", ""],
  ["/app", "/app"],
  ["/app/v1/", "/app/v1"],
  ["", undefined],
  ["app", undefined],
  ["//app", undefined],
  ["/app//", undefined],
  ["/../app", undefined],
  ["/a%20b", undefined],
  ["https://example.org/", undefined],
];

const FALLBACKS: readonly Row[] = [
  ["on", "index.html"],
  ["Off", "off"],
  ["app.html", "app.html"],
  ["app/200.html", "app/200.html"],
  ["", undefined],
  ["/app.html", undefined],
  ["../app.html", undefined],
  [".app.html", undefined],
  ["a\0", undefined],
];

/** Checks what a kind reads, and that what it writes is read again. */
function check<T>(name: string, kind: Kind<T>, rows: readonly Row[]): void {
  for (const [text, value] of rows) {
    Deno.test(`${name} ${value === undefined ? "refuses" : "reads"} ${JSON.stringify(text)}`, () => {
      const reading = kind.read(text);
      assertEquals<unknown>("value" in reading ? reading.value : undefined, value);
      if ("value" in reading) assertEquals(kind.read(kind.format(reading.value)), reading);
    });
  }
}

check("--cache", cacheRules(), CACHE);
check("--header", headerRules(), HEADERS);
check("--redirect", redirectRules(), REDIRECTS);
check("--mount", folderMounts(), MOUNTS);
check("--base", basePath(), BASES);
check("--spa", fallbackFile(), FALLBACKS);

Deno.test("rules are given by repeated flags, or as lines of a variable", () => {
  const given = parseConfig(["--cache", "*.a=x, y", "--cache=*.b=z"], () => undefined, SITE);
  const variable = parseConfig([], (name) => {
    return name === "SLUICE_CACHE" ? "*.a=x, y\n*.b=z" : undefined;
  }, SITE);
  assertEquals(given.kind === "serve" && given.config.cacheRules, [
    { glob: "*.a", value: "x, y" },
    { glob: "*.b", value: "z" },
  ]);
  assertEquals(variable, given);
});

/** What is given, and the line the operator reads after "Cannot use ". */
const ERRORS: readonly (readonly [args: readonly string[], message: string])[] = [
  [
    ["--header", "/**=Transfer-Encoding: chunked"],
    "--header: must be GLOB=Name: value, of a field that the server does not set itself, " +
    'current value is "/**=Transfer-Encoding: chunked"',
  ],
  [
    ["--header", "/**=X-A: a\r\nX-B: b"],
    "--header: must be GLOB=Name: value, of a field that the server does not set itself, " +
    'current value is "X-B: b"',
  ],
  [
    ["--mount", "/a=x", "--mount", "/a=y"],
    "--mount: must be /URL=DIR of plain letters, each URL once, and none of the server's own, " +
    "current value is /a",
  ],
  [
    ["--header", `/**=X-A: ${"a".repeat(600)}`, "--header", `/**=X-B: ${"b".repeat(600)}`],
    "--header: must add at most 1024 bytes to an answer, current sum is 1214",
  ],
  [
    ["--cache", `/**=${"a".repeat(1100)}`],
    "--cache: must add at most 1024 bytes to an answer, current sum is 1117",
  ],
];

for (const [args, message] of ERRORS) {
  Deno.test(`parseConfig() refuses ${args[0]}: ${message.slice(-40)}`, () => {
    const error = assertThrows(() => parseConfig(args, () => undefined, SITE), ConfigError);
    assertEquals(error.message, `Cannot use ${message}`);
  });
}

Deno.test("no text makes a rule that could end a field line", () => {
  const text = fc.string({ unit: anyCharacter });
  fc.assert(fc.property(text, text, text, (glob, name, value) => {
    const reading = headerRules().read(`${glob}=${name}: ${value}`);
    if ("refused" in reading) return;
    for (const rule of reading.value) {
      assertEquals(/[^\x20-\x7e]/.test(`${rule.name}: ${rule.value}`), false);
    }
  }));
});
