// The site that is served by default: whole under its strict content security policy, linked without
// a gap, readable in both themes, and telling the truth about the server.

import { assert, assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
import { describeOptions } from "../lib/config.ts";
import { resolveTargetPath } from "../lib/security/target_path.ts";
import { parseFields } from "../resources/tester/fields.js";
import { GROUPS } from "../resources/tester/requests.js";
import { contrast, themesOf } from "./contrast.ts";
import { logoPng, photoJpeg } from "../scripts/pictures.ts";

const SITE = new URL("../resources/", import.meta.url);
const ORIGIN = "http://127.0.0.1:8080";
const PAGES = namesIn(SITE).filter((name) => name.endsWith(".html"));
/** Shown in place of any target, so their links begin at the root. */
const ERROR_PAGES = ["404.html", "50x.html"];
/** Answered by the server itself, whatever the site has. */
const OWN_PATHS = ["health", "metrics", "security-dashboard"];
const PREPARED = GROUPS.flatMap((group) => group.requests);

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

function namesIn(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].filter((entry) => entry.isFile).map((entry) => entry.name);
}

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, SITE));
}

/** Enough of HTML for pages of our own: every attribute has a value in double quotes, or none. */
function tagsOf(html: string): Tag[] {
  const found = html.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/g);
  return [...found].map(([, name = "", rest = ""]) => {
    const attributes = [...rest.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)];
    return {
      name,
      attributes: new Map(attributes.map(([, key = "", value = ""]) => [key, value])),
    };
  });
}

function idsOf(html: string): Set<string> {
  return new Set(tagsOf(html).flatMap((tag) => tag.attributes.get("id") ?? []));
}

Deno.test("site has the pages that the links of the project promise", () => {
  assertEquals(PAGES.toSorted(), [...ERROR_PAGES, "about.html", "contact.html", "index.html"]);
});

for (const page of PAGES) {
  const html = read(page);
  const tags = tagsOf(html);
  const named = (name: string) => tags.filter((tag) => tag.name === name);

  Deno.test(`${page} is read in full by the test's own parser`, () => {
    assertEquals(tags.length, [...html.matchAll(/<[a-z]/g)].length);
  });

  Deno.test(`${page} says its language, title and viewport and has one main heading`, () => {
    assertMatch(html, /^<!DOCTYPE html>\n<html lang="en">/);
    assertMatch(html, /<title>[^<]{10,}<\/title>/);
    assert(named("meta").some((tag) => tag.attributes.get("name") === "viewport"));
    assertEquals(named("h1").length, 1);
    assert(named("img").every((tag) => tag.attributes.has("alt") && tag.attributes.has("width")));
  });

  Deno.test(`${page} names every id once and refers to none that is missing`, () => {
    const ids = tags.flatMap((tag) => tag.attributes.get("id") ?? []);
    assertEquals(ids.length, new Set(ids).size);
    const references = tags.flatMap(({ attributes }) => [
      ...(attributes.get("aria-labelledby")?.split(" ") ?? []),
      ...(attributes.get("list")?.split(" ") ?? []),
    ]);
    assertEquals(references.filter((id) => !ids.includes(id)), []);
  });

  Deno.test(`${page} links only to what the site has`, () => {
    for (const { attributes } of tags) {
      const link = attributes.get("href") ?? attributes.get("src");
      if (link === undefined) continue;
      const isError = ERROR_PAGES.includes(page) && !link.startsWith("#");
      assertMatch(
        link,
        isError ? /^\/[a-z]/ : /^(?![a-z]+:|\/)/i,
        `${link} leads outside, or fails below a prefix or in place of a deep target`,
      );
      const [path = "", fragment] = link.replace(/^\//, "").split("#");
      if (OWN_PATHS.includes(path)) continue;
      const target = path === "" ? html : read(path);
      if (fragment !== undefined) assert(idsOf(target).has(fragment), `${link} leads nowhere`);
    }
  });

  Deno.test(`${page} has nothing inline that the policy would block`, () => {
    assertEquals(named("style"), []);
    assertEquals([...html.matchAll(/<script[^>]*>(?!<\/script>)/g)], []);
    assert(named("script").every((tag) => tag.attributes.has("src")));
    for (const { attributes } of tags) {
      const names = [...attributes.keys()];
      assertEquals(names.filter((name) => name === "style" || name.startsWith("on")), []);
    }
  });
}

Deno.test("style sheet and icon fetch nothing and carry no script", () => {
  assertEquals(/@import|url\(/.exec(read("style.css")), null);
  assertEquals(/<script|<style|style=|\shref=|\son[a-z]+=/.exec(read("favicon.svg")), null);
});

Deno.test("scripts write text, never markup", () => {
  for (const script of ["live.js", "tester.js", "tester/fields.js", "tester/requests.js"]) {
    assertEquals(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/.exec(read(script)),
      null,
    );
  }
});

for (const [page, script] of [["contact.html", "tester.js"], ["index.html", "live.js"]] as const) {
  Deno.test(`${script} uses only elements that its page has`, () => {
    const ids = idsOf(read(page));
    const used = read(script).matchAll(/\bpage(?:\.([a-z]+)|\["([a-z-]+)"\])/g);
    assertEquals(
      [...used].map(([, dot, quoted]) => dot ?? quoted ?? "").filter((id) => !ids.has(id)),
      [],
    );
  });
}

for (const { name, target } of PREPARED) {
  Deno.test(`prepared request "${name}" reaches the server as written`, () => {
    const url = new URL(target, ORIGIN);
    assertEquals(url.origin, ORIGIN);
    assertEquals(url.pathname + url.search, target);
  });
}

for (const { name, target, expects } of requestsOf("Attacks")) {
  Deno.test(`attack "${name}" meets the status that the tester announces`, () => {
    const verdict = resolveTargetPath(target);
    assertEquals(verdict.ok ? 200 : verdict.status, expects);
  });
}

Deno.test("no request but an attack is refused for its path", () => {
  const honest = GROUPS.filter((group) => group.title !== "Attacks" && group.title !== "Too much");
  for (const { target } of honest.flatMap((group) => group.requests)) {
    assert(resolveTargetPath(target).ok, target);
  }
});

Deno.test("prepared fields are all fields that a browser may send", () => {
  for (const { fields = "" } of PREPARED) {
    const { forbidden, broken } = parseFields(fields);
    assertEquals({ forbidden, broken }, { forbidden: [], broken: [] });
  }
});

function requestsOf(title: string) {
  return GROUPS.filter((group) => group.title === title).flatMap((group) => group.requests);
}

const FIELD_ROWS: [rule: string, text: string, parsed: ReturnType<typeof parseFields>][] = [
  ["takes nothing", "\n \n", { fields: [], forbidden: [], broken: [] }],
  ["trims a value", "A:  b c\t", { fields: [["A", "b c"]], forbidden: [], broken: [] }],
  ["takes an empty value", "A:\r\nB: c", {
    fields: [["A", ""], ["B", "c"]],
    forbidden: [],
    broken: [],
  }],
  ["leaves out what the browser sets", "Host: x\nSec-Fetch-Site: none\nproxy-a: b", {
    fields: [],
    forbidden: ["Host", "Sec-Fetch-Site", "proxy-a"],
    broken: [],
  }],
  ["refuses a space before the colon", "A : b", { fields: [], forbidden: [], broken: [1] }],
  ["refuses what is no byte", "A: b\nC: \u20ac", {
    fields: [["A", "b"]],
    forbidden: [],
    broken: [2],
  }],
  ["refuses a line without a colon", "nothing", { fields: [], forbidden: [], broken: [1] }],
];

for (const [rule, text, parsed] of FIELD_ROWS) {
  Deno.test(`parseFields ${rule}`, () => assertEquals(parseFields(text), parsed));
}

Deno.test("about.html tells the defaults that the options have", () => {
  const options = describeOptions({ root: "site", uploads: "uploads" });
  const rows = read("about.html").matchAll(/<td>([^<]+)<\/td>\s*<td><code>(--[a-z-]+)<\/code>/g);
  const told = [...rows].map(([, fallback, flag]) => ({ flag, fallback }));
  assertGreaterOrEqual(told.length, 8);
  for (const row of told) {
    assertEquals(
      options.find((option) => option.flag === row.flag)?.fallback,
      row.fallback,
      row.flag,
    );
  }
});

Deno.test("index.html shows only flags that exist", () => {
  const flags = describeOptions({ root: "site", uploads: "uploads" }).map((option) => option.flag);
  for (const [command] of read("index.html").matchAll(/<code>sluice [^<]+/g)) {
    for (const [flag] of command.matchAll(/--[a-z-]+/g)) {
      assert(flags.some((known) => known.split(", ").includes(flag)), flag);
    }
  }
});

const TEXT_PAIRS = [
  ["ink", "ground"],
  ["ink", "panel"],
  ["ink", "sunken"],
  ["ink", "warm-ground"],
  ["soft", "ground"],
  ["soft", "panel"],
  ["soft", "sunken"],
  ["soft", "warm-ground"],
  ["link", "ground"],
  ["link", "panel"],
  ["warm", "ground"],
  ["warm", "panel"],
  ["warm", "sunken"],
  ["good", "panel"],
  ["button-ink", "button"],
] as const;

/** What is no text but has to be seen: edges of fields, the ring around the focus. */
const EDGE_PAIRS = [["edge", "ground"], ["edge", "panel"]] as const;

for (const [theme, block] of themesOf(read("style.css"))) {
  Deno.test(`${theme} theme has the contrast of WCAG 2.2 AA`, () => {
    for (const [paint, ground] of TEXT_PAIRS) {
      assertGreaterOrEqual(contrast(block, paint, ground), 4.5, `${paint} on ${ground}`);
    }
    for (const [paint, ground] of EDGE_PAIRS) {
      assertGreaterOrEqual(contrast(block, paint, ground), 3, `${paint} on ${ground}`);
    }
  });
}

Deno.test("sample.json parses and sample.txt is plain ASCII", () => {
  JSON.parse(read("sample.json"));
  assertMatch(read("sample.txt"), /^[\n\x20-\x7e]+$/);
});

Deno.test("photo.jpg is what the script draws, and small", () => {
  const bytes = Deno.readFileSync(new URL("photo.jpg", SITE));
  assertEquals(bytes.length < 150_000, true);
  assert(isSame(bytes, photoJpeg()), "run deno run --allow-write=resources scripts/pictures.ts");
});

Deno.test("logo.png is what the script draws", async () => {
  // Compared unpacked: deflate may pack the same pixels differently in another runtime.
  const [stored, drawn] = await Promise.all([
    unpackPng(Deno.readFileSync(new URL("logo.png", SITE))),
    unpackPng(await logoPng()),
  ]);
  assertEquals(stored.header, drawn.header);
  assert(
    isSame(stored.rows, drawn.rows),
    "run deno run --allow-write=resources scripts/pictures.ts",
  );
});

/** Not assertEquals: a difference between a hundred thousand bytes is no message for people. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** Header and filtered rows of a PNG of our own: signature, IHDR, one IDAT, IEND. */
async function unpackPng(png: Uint8Array<ArrayBuffer>) {
  const dataStart = 8 + 25 + 8;
  const dataLength = new DataView(png.buffer, png.byteOffset).getUint32(8 + 25);
  const packed = new Blob([png.subarray(dataStart, dataStart + dataLength)]);
  const rows = packed.stream().pipeThrough(new DecompressionStream("deflate"));
  return { header: png.slice(0, 8 + 25), rows: await new Response(rows).bytes() };
}
