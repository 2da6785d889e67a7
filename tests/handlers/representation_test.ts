import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { STORED_CODINGS } from "../../lib/handlers/coding.ts";
import type { FileState } from "../../lib/handlers/folder.ts";
import { FieldRules } from "../../lib/handlers/field_rules.ts";
import { listingFields, represent } from "../../lib/handlers/representation.ts";

const STATE: FileState = { identity: "1:2", sizeBytes: 10, modifiedMs: 1_000_500, changedMs: 0 };
const PLAIN = { downloadExtensions: [], compression: false, extraFields: "" };

/** What the name of a file makes of its type; no type of unknown names runs in a browser. */
const TYPES: readonly (readonly [name: string, mediaType: string])[] = [
  ["a.html", "text/html; charset=UTF-8"],
  ["A.HTML", "text/html; charset=UTF-8"],
  ["a.b.css", "text/css; charset=UTF-8"],
  ["a.svg", "image/svg+xml"],
  ["a.woff2", "font/woff2"],
  ["a.wasm", "application/wasm"],
  ["a.html.unheard-of", "application/octet-stream"],
  ["html", "application/octet-stream"],
  ["a.", "application/octet-stream"],
];

for (const [name, mediaType] of TYPES) {
  Deno.test(`represent says that ${name} is ${mediaType}`, () => {
    assertEquals(represent(name, STATE, PLAIN).mediaType, mediaType);
  });
}

/** Names of downloads, and how a client is told to save them. */
const NAMES: readonly (readonly [name: string, disposition: string])[] = [
  ["a.txt", 'attachment; filename="a.txt"'],
  ["a b.txt", 'attachment; filename="a b.txt"'],
  ['a"b\\c.txt', `attachment; filename="a_b_c.txt"; filename*=UTF-8''a%22b%5Cc.txt`],
  ["a%41.txt", `attachment; filename="a_41.txt"; filename*=UTF-8''a%2541.txt`],
  ["ä'(1)*.txt", `attachment; filename="_'(1)*.txt"; filename*=UTF-8''%C3%A4%27%281%29%2a.txt`],
  ["😀.txt", `attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%98%80.txt`],
];

for (const [name, disposition] of NAMES) {
  Deno.test(`represent offers ${name} as a download`, () => {
    const { fields } = represent(name, STATE, { ...PLAIN, downloadExtensions: ["txt"] });
    assert(fields.includes(`\r\nContent-Disposition: ${disposition}\r\n`), fields);
    assertMatch(fields, /^[\x20-\x7e\r\n]+$/);
  });
}

Deno.test("represent gives other states other tags", () => {
  const tag = (state: FileState) => represent("a.html", state, PLAIN).entityTag;
  assertEquals(tag(STATE), tag({ ...STATE, identity: "3:4" }));
  assertNotEquals(tag(STATE), tag({ ...STATE, sizeBytes: 11 }));
  assertNotEquals(tag(STATE), tag({ ...STATE, modifiedMs: 1_000_501 }));
});

Deno.test("represent gives every coding a tag of its own, and says what it depends on", () => {
  const compression = { ...PLAIN, compression: true };
  const tags = new Set([represent("a.html", STATE, compression).entityTag]);
  for (const coding of STORED_CODINGS) {
    const { entityTag, fields } = represent("a.html", STATE, compression, coding);
    tags.add(entityTag);
    assert(fields.includes(`\r\nContent-Encoding: ${coding.name}\r\n`));
    assert(fields.includes("\r\nVary: Accept-Encoding\r\n"));
  }
  assertEquals(tags.size, 1 + STORED_CODINGS.length);
  assertEquals(represent("a.png", STATE, compression).fields.includes("Vary"), false);
  assertEquals(represent("a.html", STATE, PLAIN).fields.includes("Vary"), false);
});

Deno.test("represent puts the fields of the folder into 304 too", () => {
  const { validatorFields } = represent("a.html", STATE, { ...PLAIN, extraFields: "X: y\r\n" });
  assertMatch(validatorFields, /^ETag: ".+"\r\nLast-Modified: .+ GMT\r\nX: y\r\n$/);
});

/** Rules of an operator, whose globs match everything. */
function ruled(...headers: readonly (readonly [name: string, value: string])[]) {
  const rules = new FieldRules({
    cache: [{ glob: "/docs/*.html", value: "no-cache" }],
    immutable: false,
    headers: headers.map(([name, value]) => ({ glob: "/docs/**", name, value })),
  });
  const extraFields = "Content-Security-Policy: own\r\nX-Own: 1\r\n";
  return { ...PLAIN, urlPath: "/docs", rules, extraFields, downloadExtensions: ["html"] };
}

Deno.test("represent lets the operator's fields take the place of those of the folder", () => {
  const presentation = ruled(["content-security-policy", "theirs"], ["X-A", "2"]);
  const { fields, validatorFields } = represent("/a.html", STATE, presentation);
  for (const block of [fields, validatorFields]) {
    assertMatch(block, /\r\nX-Own: 1\r\ncontent-security-policy: theirs\r\nX-A: 2\r\n/);
    assertMatch(block, /\r\nCache-Control: no-cache\r\n/);
    assertEquals(block.includes("own\r\n"), false);
  }
});

Deno.test("represent knows the path that rules are about", () => {
  const presentation = ruled(["X-A", "2"]);
  const other = represent("/a.html", STATE, { ...presentation, urlPath: "/other" });
  assertEquals(/X-A|Cache-Control/.exec(other.fields), null);
});

Deno.test("represent keeps what says something of the octets out of 304", () => {
  const presentation = ruled(
    ["Content-Type", "text/x-own"],
    ["Content-Disposition", "inline"],
    ["Content-Language", "en"],
  );
  const { fields, validatorFields, mediaType, isNegotiated } = represent("/a.html", STATE, {
    ...presentation,
    compression: true,
  });
  assertEquals([mediaType, isNegotiated], ["text/x-own", true]);
  assertEquals(fields.match(/^Content-(Type|Disposition|Language): .*$/gm), [
    "Content-Type: text/x-own",
    "Content-Disposition: inline",
    "Content-Language: en",
  ]);
  assertEquals(/Content-(?!Security)/.exec(validatorFields), null);
});

Deno.test("listingFields leaves out every policy but that of the listing", () => {
  const presentation = ruled(["X-A", "2"], ["content-security-policy", "theirs"]);
  assertEquals(listingFields("/sub/", presentation), "X-Own: 1\r\nX-A: 2\r\n");
  assertEquals(listingFields("/", { ...presentation, rules: undefined }), "X-Own: 1\r\n");
});
