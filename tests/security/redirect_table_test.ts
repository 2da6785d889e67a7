import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { redirectRules } from "../../lib/config/rules.ts";
import { type Redirect, RedirectTable } from "../../lib/security/redirect_table.ts";
import { resolveTargetPath } from "../../lib/security/target_path.ts";

/** A table from rules as an operator writes them. */
function tableOf(...rules: readonly string[]): RedirectTable {
  return new RedirectTable(redirectsOf(...rules));
}

function redirectsOf(...rules: readonly string[]): readonly Redirect[] {
  const reading = redirectRules().read(rules.join("\n"));
  assert("value" in reading, `the rules must be accepted: ${JSON.stringify(reading)}`);
  return reading.value;
}

const MOVED = tableOf(
  "/a=301 /b",
  "/a=302 /never",
  "/docs/*=308 /manual/*",
  "/docs/later=301 /never",
  "/*.php=301 /*.html",
  "/search/*=303 /find?q=*",
  "/go*=302 /*",
  "/blog/*=301 https://blog.example.org/*",
  "/all/*=307 /one",
  "/ab*ba=301 /c*",
);

/** A decoded path, and where it leads. */
const ROWS: readonly (readonly [path: string, want: string | undefined])[] = [
  ["/a", "301 /b"],
  ["/a/", undefined],
  ["/A", undefined],
  ["/docs/", "308 /manual/"],
  ["/docs/x/y/", "308 /manual/x/y/"],
  ["/docs/later", "308 /manual/later"],
  ["/docs", undefined],
  ["/documents/x", undefined],
  ["/docs/é ?#%", "308 /manual/%C3%A9%20%3F%23%25"],
  ["/docs/$&$1", "308 /manual/%24%26%241"],
  ["/old/page.php", "301 /old/page.html"],
  ["/search/a&b=c/d", "303 /find?q=a%26b%3Dc/d"],
  ["/go/evil.example/x", "302 /evil.example/x"],
  ["/goevil.example", "302 /evil.example"],
  ["/go", "302 /"],
  ["/blog/evil.example", "301 https://blog.example.org/evil.example"],
  ["/blog/@evil.example", "301 https://blog.example.org/%40evil.example"],
  ["/all/things", "307 /one"],
  ["/abba", "301 /c"],
  ["/aba", undefined],
  ["/nothing", undefined],
];

for (const [path, want] of ROWS) {
  Deno.test(`RedirectTable leads ${path} to ${want}`, () => {
    const found = MOVED.find(path);
    assertEquals(found && `${found.status} ${found.location}`, want);
  });
}

/** Rules, and the path of the first one that never ends. */
const CIRCLES: readonly (readonly [rules: readonly string[], from: string | undefined])[] = [
  [["/a=301 /b"], undefined],
  [["/a=301 /b", "/b=301 /c"], undefined],
  [["/a=301 /a"], "/a"],
  [["/a=301 /b", "/b=301 /a"], "/a"],
  [["/c=301 /a", "/a=301 /b", "/b=301 /a"], "/c"],
  [["/a/*=301 /a/b/*"], "/a/*"],
  [["/*=301 /new/*"], "/*"],
  [["/*=301 /a?x#y"], "/*"],
  [["/*=301 https://example.org/*"], undefined],
  [["/a/*=301 /*"], undefined],
  [["/a=301 /caf%C3%A9", "/café=301 /a"], "/a"],
  [["/a%20b=301 /a%20b"], "/a b"],
];

for (const [rules, from] of CIRCLES) {
  Deno.test(`RedirectTable finds ${from ?? "no circle"} in ${rules.join(" ")}`, () => {
    assertEquals(tableOf(...rules).circle?.from, from);
  });
}

Deno.test("RedirectTable tells thousands of exact paths apart at once", () => {
  const rules = Array.from({ length: 5_000 }, (_, index) => `/old/${index}=301 /new/${index}`);
  assertEquals(tableOf(...rules).find("/old/4999")?.location, "/new/4999");
});

Deno.test("no path that is accepted leads to a host that the operator did not write", () => {
  const tables = ["/*=301 /*", "/x*=301 /*", "/*=301 https://h.example/*", "/*=301 /a*b?c=*"]
    .filter((rule) => "value" in redirectRules().read(rule))
    .map((rule) => tableOf(rule));
  const piece = fc.constantFrom(
    ...["/", "//", "\\", "%2f", "%5c", "@", ":", "x", "evil.example", "..", "%09", "?", "#", ";"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const name = resolveTargetPath(`/x${pieces.join("")}`);
      if (!name.ok) return;
      for (const table of tables) {
        const location = table.find(name.path)?.location ?? "/";
        const { host } = new URL(location, "http://own.example/");
        assert(["own.example", "h.example"].includes(host), location);
        assert(/^[!-~]*$/.test(location), location);
      }
    }),
    { numRuns: 2_000 },
  );
});
