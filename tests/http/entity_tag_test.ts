import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type EntityTag,
  fileEntityTag,
  isStrongMatch,
  isWeakMatch,
  parseEntityTag,
  parseEntityTagList,
} from "../../lib/http/entity_tag.ts";

const strong = (opaque: string): EntityTag => ({ weak: false, opaque });
const weak = (opaque: string): EntityTag => ({ weak: true, opaque });

const TAGS: readonly (readonly [rule: string, text: string, tag: EntityTag | undefined])[] = [
  ["reads a strong tag (RFC 9110 §8.8.3)", '"xyzzy"', strong("xyzzy")],
  ["reads a weak tag (RFC 9110 §8.8.3)", 'W/"xyzzy"', weak("xyzzy")],
  ["reads an empty tag (RFC 9110 §8.8.3)", '""', strong("")],
  ["reads commas", '"a,b"', strong("a,b")],
  ["reads a backslash as itself (RFC 9110 §8.8.3)", '"a\\"', strong("a\\")],
  ["reads obs-text", '"\x80\xff"', strong("\x80\xff")],
  ["refuses a lower-case mark (RFC 9110 §8.8.3)", 'w/"a"', undefined],
  ["refuses a mark alone", "W/", undefined],
  ["refuses a space after the mark", 'W/ "a"', undefined],
  ["refuses no quotes", "a", undefined],
  ["refuses one quote", '"', undefined],
  ["refuses no closing quote", '"a', undefined],
  ["refuses no opening quote", 'a"', undefined],
  ["refuses single quotes", "'a'", undefined],
  ["refuses a quote inside", '"a"b"', undefined],
  ["refuses a space inside", '"a b"', undefined],
  ["refuses a tab inside", '"a\tb"', undefined],
  ["refuses a line break inside", '"a\nb"', undefined],
  ["refuses DEL", '"\x7f"', undefined],
  ["refuses a character beyond a byte", '"\u0100"', undefined],
  ["refuses white space ahead", ' "a"', undefined],
  ["refuses white space behind", '"a" ', undefined],
  ["refuses a second tag", '"a","b"', undefined],
  ["refuses a star", "*", undefined],
  ["refuses nothing", "", undefined],
];

for (const [rule, text, tag] of TAGS) {
  Deno.test(`parseEntityTag ${rule}`, () => {
    assertEquals(parseEntityTag(text), tag);
  });
}

const many = (count: number) => Array.from({ length: count }, (_, index) => `"${index}"`);

const LISTS: readonly (readonly [
  rule: string,
  text: string,
  list: readonly EntityTag[] | "*" | undefined,
])[] = [
  ["reads a star (RFC 9110 §13.1.1)", "*", "*"],
  ["reads one tag", '"a"', [strong("a")]],
  ["reads several tags (RFC 9110 §13.1.2)", '"a", W/"b",\t"c"', [
    strong("a"),
    weak("b"),
    strong("c"),
  ]],
  ["reads commas inside of tags", '"a,b","c"', [strong("a,b"), strong("c")]],
  ["skips empty elements (RFC 9110 §5.6.1.2)", ',, "a" , ,"b",', [strong("a"), strong("b")]],
  ["reads an empty value as an empty list (RFC 9110 §13.1.1)", "", []],
  ["reads empty elements alone as an empty list", " , ,", []],
  ["reads 64 tags", many(64).join(), many(64).map((it) => strong(it.slice(1, -1)))],
  ["refuses 65 tags", many(65).join(), undefined],
  ["refuses tags without a comma", '"a" "b"', undefined],
  ["refuses tags without anything between", '"a""b"', undefined],
  ["refuses a star among tags", '"a", *', undefined],
  ["refuses a star ahead of tags", '*, "a"', undefined],
  ["refuses two stars", "*, *", undefined],
  ["refuses a star with white space", " *", undefined],
  ["refuses a bare word", '"a", b', undefined],
  ["refuses an unclosed tag", '"a", "b', undefined],
  ["refuses a lower-case mark", '"a", w/"b"', undefined],
  ["refuses a semicolon", '"a"; "b"', undefined],
];

for (const [rule, text, list] of LISTS) {
  Deno.test(`parseEntityTagList ${rule}`, () => {
    assertEquals(parseEntityTagList(text), list);
  });
}

// The table of RFC 9110 §8.8.3.2.
const COMPARED = [
  ['W/"1"', 'W/"1"', false, true],
  ['W/"1"', 'W/"2"', false, false],
  ['W/"1"', '"1"', false, true],
  ['"1"', '"1"', true, true],
  ['"1"', '"2"', false, false],
  ['"a"', '"A"', false, false],
] as const;

for (const [textA, textB, isStrong, isWeak] of COMPARED) {
  Deno.test(`${textA} compares with ${textB} as in RFC 9110 §8.8.3.2`, () => {
    const a = parseEntityTag(textA) ?? strong("unread");
    const b = parseEntityTag(textB) ?? strong("unread");
    assertEquals([isStrongMatch(a, b), isStrongMatch(b, a)], [isStrong, isStrong]);
    assertEquals([isWeakMatch(a, b), isWeakMatch(b, a)], [isWeak, isWeak]);
  });
}

const FILES = [
  ["a file", 10, 255, undefined, '"ff-a"'],
  ["a variant (RFC 9110 §8.8.3.3)", 10, 255, "gz", '"ff-a-gz"'],
  ["an empty file of the epoch", 0, 0, undefined, '"0-0"'],
  ["a fraction of a millisecond", 1, 16.9, undefined, '"10-1"'],
  ["a time before the epoch", 1, -255, "br", '"-ff-1-br"'],
  ["the largest size", Number.MAX_SAFE_INTEGER, 1, "zst", '"1-1fffffffffffff-zst"'],
] as const;

for (const [rule, sizeBytes, mtimeMs, suffix, text] of FILES) {
  Deno.test(`fileEntityTag names ${rule}`, () => {
    assertEquals(fileEntityTag(sizeBytes, mtimeMs, suffix), text);
  });
}

const opaque = fc.string({
  unit: fc.constantFrom("a", "Z", "0", ",", "/", "W", "\\", "!", "~", "\x80", "\xff"),
  maxLength: 6,
});
const tag = fc.record({ weak: fc.boolean(), opaque });
const write = (it: EntityTag) => `${it.weak ? "W/" : ""}"${it.opaque}"`;

Deno.test("fileEntityTag gives a strong tag, another one for another file", () => {
  const file = fc.record({
    size: fc.maxSafeNat(),
    mtime: fc.integer({ min: -1e12, max: 8e12 }),
    suffix: fc.constantFrom(undefined, "br", "gz", "zst"),
  });
  fc.assert(fc.property(file, file, (a, b) => {
    const textA = fileEntityTag(a.size, a.mtime, a.suffix);
    const textB = fileEntityTag(b.size, b.mtime, b.suffix);
    assertEquals(parseEntityTag(textA)?.weak, false);
    const isSame = a.size === b.size && a.mtime === b.mtime && a.suffix === b.suffix;
    assertEquals(textA === textB, isSame);
  }));
});

Deno.test("parseEntityTagList reads back any list, whatever separates its tags", () => {
  const separator = fc.stringMatching(/^[ \t]{0,2},[ \t,]{0,4}$/);
  const padding = fc.stringMatching(/^[ \t,]{0,4}$/);
  const pairs = fc.array(fc.tuple(tag, separator), { maxLength: 64 });
  fc.assert(fc.property(pairs, padding, padding, (list, ahead, behind) => {
    const tags = list.map(([it]) => it);
    const text = list.map(([it, between], index) => (index === 0 ? "" : between) + write(it));
    assertEquals(parseEntityTagList(ahead + text.join("") + behind), tags);
  }));
});

Deno.test("parseEntityTagList agrees with a slow twin on any text", () => {
  const text = fc.stringMatching(/^[ ,"W/a*]{0,12}$/);
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (it) => {
      assertEquals(parseEntityTagList(it), slowList(it));
    }),
    { numRuns: 5_000 },
  );
});

/** The grammar of RFC 9110 §13.1.1 and §5.6.1.2 written down once, for short texts only. */
function slowList(text: string): readonly EntityTag[] | "*" | undefined {
  if (text === "*") return "*";
  const element = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
  const list = new RegExp(`^[ \\t]*(?:${element})?(?:[ \\t]*,[ \\t]*(?:${element})?)*[ \\t]*$`);
  if (!list.test(text)) return undefined;
  return (text.match(new RegExp(element, "g")) ?? []).map((it) => ({
    weak: it.startsWith("W"),
    opaque: it.slice(it.indexOf('"') + 1, -1),
  }));
}
