import { assertEquals } from "@std/assert";
import { FieldRules } from "../../lib/handlers/field_rules.ts";

/** Globs, and paths they match or not. */
const GLOBS: readonly (readonly [glob: string, path: string, want: boolean])[] = [
  ["/**", "/a.html", true],
  ["/**", "/a/b/c", true],
  ["/*", "/a.html", true],
  ["/*", "/a/b.html", false],
  ["*.html", "/a.html", true],
  ["*.html", "/a/b/c.html", true],
  ["*.html", "/a.htm", false],
  ["*.html", "/a.html.js", false],
  ["*", "/a/b", true],
  ["index.html", "/a/index.html", true],
  ["index.html", "/a/myindex.html", false],
  ["/index.html", "/a/index.html", false],
  ["/assets/**", "/assets/a/b.js", true],
  ["/assets/**", "/assets-secret/b.js", false],
  ["/assets/**", "/a/assets/b.js", false],
  ["*.{js,css}", "/a/b.css", true],
  ["*.{js,css}", "/a/b.html", false],
  ["/a/[ab].txt", "/a/b.txt", true],
  ["/a/[ab].txt", "/a/c.txt", false],
  ["/docs/**/*.pdf", "/docs/a/b/c.pdf", true],
  ["/docs/**/*.pdf", "/docs/c.pdf", true],
  ["/a.b", "/axb", false],
  ["/(a)+", "/aa", false],
  ["/é*", "/école", true],
  ["/sub/**", "/sub/", true],
];

for (const [glob, path, want] of GLOBS) {
  Deno.test(`FieldRules: ${glob} ${want ? "matches" : "leaves"} ${path}`, () => {
    const headers = [{ glob, name: "X-A", value: "1" }];
    const rules = new FieldRules({ cache: [{ glob, value: "v" }], immutable: false, headers });
    assertEquals(rules.cacheControlOf(path), want ? "v" : undefined);
    assertEquals([...rules.headersOf(path)], want ? [["X-A", "1"]] : []);
  });
}

const RULES = new FieldRules({
  cache: [{ glob: "/a/*", value: "first" }, { glob: "*.js", value: "second" }],
  immutable: true,
  headers: [
    { glob: "*.js", name: "X-A", value: "1" },
    { glob: "/**", name: "x-a", value: "2" },
    { glob: "/**", name: "X-B", value: "3" },
  ],
});

Deno.test("FieldRules takes the first Cache-Control that matches, but for fingerprints", () => {
  assertEquals(RULES.cacheControlOf("/a/b.js"), "first");
  assertEquals(RULES.cacheControlOf("/b.js"), "second");
  assertEquals(RULES.cacheControlOf("/b.html"), undefined);
  assertEquals(RULES.cacheControlOf("/a/b.3f2a1b9c.js"), "public, max-age=31536000, immutable");
});

Deno.test("FieldRules takes all fields that match, the first of each name", () => {
  assertEquals([...RULES.headersOf("/b.js")], [["X-A", "1"], ["X-B", "3"]]);
  assertEquals([...RULES.headersOf("/b.html")], [["x-a", "2"], ["X-B", "3"]]);
});
