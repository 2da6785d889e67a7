import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import type { Entry } from "../../lib/handlers/folder.ts";
import { readOrder } from "../../lib/handlers/listing_order.ts";
import {
  escapeHtml,
  formatSize,
  jsonOf,
  type Listing,
  pageOf,
} from "../../lib/handlers/listing_page.ts";
import { LISTING_STYLE, LISTING_STYLE_HASH } from "../../lib/handlers/listing_style.ts";

const SHEET = Deno.readTextFileSync(new URL("../../resources/style.css", import.meta.url));

function file(name: string, sizeBytes = 1): Entry {
  return { name, isFolder: false, sizeBytes, modifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5) };
}

function folder(name: string): Entry {
  return { ...file(name), isFolder: true };
}

function listing(entries: readonly Entry[], rest: Partial<Listing> = {}): Listing {
  const order = readOrder(new URLSearchParams());
  return { names: [], entries, order, isCut: false, ...rest };
}

function page(entries: readonly Entry[], rest: Partial<Listing> = {}): string {
  return [...pageOf(listing(entries, rest))].join("");
}

Deno.test("the page's policy allows the style that stands in the page, and no other", async () => {
  const [, style = ""] = /<style>([^]*)<\/style>/.exec(page([])) ?? [];
  assertEquals(style, LISTING_STYLE);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  assertEquals(LISTING_STYLE_HASH, `sha256-${hash}`);
});

Deno.test("the style's colours and fonts are those of the site", () => {
  const tokens = (css: string) => css.match(/--[a-z-]+:\s*[^;]+;/g) ?? [];
  const known = new Set(tokens(SHEET));
  assert(tokens(LISTING_STYLE).length > 15);
  assertEquals(tokens(LISTING_STYLE).filter((token) => !known.has(token)), []);
});

Deno.test("the page has no script, no inline style, and nothing from outside", () => {
  const html = page([file("a"), folder("b")], { isCut: true, names: ["x", "y"] });
  assertEquals(/<script|\sstyle=|\son[a-z]+=|https?:|src=/i.exec(html), null);
  assertMatch(html, /^<!doctype html>\n<html lang="en">/);
  assertEquals(html.match(/<h1>/g)?.length, 1);
});

/** Names of files, and the link that the page has for each. */
const LINKS: readonly (readonly [name: string, link: string])[] = [
  ["a.txt", '<a href="./a.txt"><bdi>a.txt</bdi></a>'],
  ["javascript:alert(1)", '<a href="./javascript%3Aalert(1)"><bdi>javascript:alert(1)</bdi></a>'],
  [
    '"><script>alert(1)</script>',
    '<a href="./%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"><bdi>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi></a>',
  ],
  [
    "' onmouseover='alert(1)",
    '<a href="./&#39;%20onmouseover%3D&#39;alert(1)"><bdi>&#39; onmouseover=&#39;alert(1)</bdi></a>',
  ],
  ["a?b#c%20", '<a href="./a%3Fb%23c%2520"><bdi>a?b#c%20</bdi></a>'],
  ["&lt;", '<a href="./%26lt%3B"><bdi>&amp;lt;</bdi></a>'],
  ["é\u202etxt.exe", '<a href="./%C3%A9%E2%80%AEtxt.exe"><bdi>é\u202etxt.exe</bdi></a>'],
];

for (const [name, link] of LINKS) {
  Deno.test(`pageOf escapes ${JSON.stringify(name)}`, () => {
    assert(page([file(name)]).includes(`<th scope="row">${link}</th>`), page([file(name)]));
  });
}

Deno.test("no name of a file or folder opens a tag or leaves an attribute", () => {
  const shape = (html: string) => html.replaceAll(/>[^<]*</g, "><").replaceAll(/"[^"<>]*"/g, '""');
  const want = shape(page([file("a"), folder("b")], { names: ["c"] }));
  const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.isWellFormed());
  const nasty = fc.array(fc.constantFrom("<", ">", '"', "'", "&", "=", "/", "a", " "), {
    minLength: 1,
  })
    .map((chars) => chars.join(""));
  fc.assert(fc.property(fc.oneof(name, nasty), (text) => {
    assertEquals(shape(page([file(text), folder(text)], { names: [text] })), want);
  }));
});

Deno.test("pageOf leads up, down and back", () => {
  const html = page([folder("sub")], { names: ["a", "b c"] });
  assert(
    html.includes(
      '<h1><a href="../../">/</a> <a href="../"><bdi>a</bdi></a> / <bdi>b c</bdi> /</h1>',
    ),
  );
  assert(html.includes('<a href="../" class="folder">Parent folder</a>'));
  assert(html.includes('<a href="./sub/" class="folder"><bdi>sub</bdi>/</a>'));
  assert(html.includes("<title>/a/b c/</title>"));
  assert(!page([]).includes("Parent folder"), "there is nothing above the top");
});

Deno.test("pageOf says how it is sorted, and leads to the other orders", () => {
  const order = readOrder(new URLSearchParams("sort=size&order=desc"));
  const html = page([], { order });
  assert(html.includes('class="size" aria-sort="descending"><a href="?sort=size&amp;order=asc">'));
  assert(html.includes('class="name"><a href="?sort=name&amp;order=asc">'));
  assert(html.includes('class="time"><a href="?sort=time&amp;order=desc">'));
});

Deno.test("pageOf says when it is cut, and counts", () => {
  assert(page([file("a")], { isCut: true }).includes("Only the first 1 entries are shown."));
  assert(!page([file("a")]).includes("Only the first"));
  assert(page([file("a"), file("b"), folder("c")]).includes("1 folder, 2 files"));
});

Deno.test("pageOf and jsonOf write everything, however much it is, in pieces", () => {
  const entries = Array.from({ length: 1_000 }, (_, index) => file(`f${index}`, index));
  const pieces = [...pageOf(listing(entries))];
  assertEquals(pieces.join("").match(/<tr>/g)?.length, 1_001);
  assert(Math.max(...pieces.map((piece) => piece.length)) < 64 * 1024);
  const json = JSON.parse([...jsonOf(listing(entries))].join(""));
  assertEquals(json.entries.length, 1_000);
  assertEquals(json.entries[999], {
    name: "f999",
    type: "file",
    size: 999,
    modified: "2026-01-02T03:04:05.000Z",
  });
});

Deno.test("jsonOf is JSON, whatever names hold", () => {
  const name = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(fc.array(name, { maxLength: 3 }), (names) => {
    const text = [...jsonOf(listing(names.map((text) => folder(text)), { names, isCut: true }))]
      .join("");
    const { path, truncated, entries } = JSON.parse(text);
    assertEquals(path, `/${names.map((text) => `${text}/`).join("")}`);
    assertEquals([truncated, entries.length], [true, names.length]);
    assertEquals(entries[0]?.size, undefined, "a folder has no size");
  }));
});

const SIZES: readonly (readonly [bytes: number, text: string])[] = [
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KB"],
  [10_239, "10 KB"],
  [1024 ** 2 - 1, "1.0 MB"],
  [1024 ** 2, "1.0 MB"],
  [2_900_000, "2.8 MB"],
  [123_456_789, "118 MB"],
  [5 * 1024 ** 3, "5.0 GB"],
  [1024 ** 4, "1.0 TB"],
  [1024 ** 5 * 2000, "2000 PB"],
];

for (const [bytes, text] of SIZES) {
  Deno.test(`formatSize writes ${bytes} as ${text}`, () => assertEquals(formatSize(bytes), text));
}

Deno.test("escapeHtml leaves no character that markup is made of", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    assert(!/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/.test(escapeHtml(text)));
  }));
});
