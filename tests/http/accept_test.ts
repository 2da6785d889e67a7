import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { preferredType } from "../../lib/http/accept.ts";

const JSON_TYPE = "application/json";
const HTML = "text/html";
const PLAIN = "text/plain";
const OFFERED = [JSON_TYPE, HTML, PLAIN];

const ROWS: readonly (readonly [
  rule: string,
  accept: string | undefined,
  choice: string | undefined,
])[] = [
  ["absent: anything will do (RFC 9110 §12.5.1)", undefined, JSON_TYPE],
  ["empty: anything will do", "", JSON_TYPE],
  ["any type", "*/*", JSON_TYPE],
  ["one type", "text/html", HTML],
  ["any subtype", "text/*", HTML],
  ["case does not count (RFC 9110 §8.3.1)", "TEXT/HTML", HTML],
  ["a type that is not offered", "image/png", undefined],
  ["a type whose name only begins alike", "text/htm", undefined],
  ["a type whose name goes on", "text/html5", undefined],
  ["what browsers send", "text/html,application/xml;q=0.9,image/avif,*/*;q=0.8", HTML],
  ["the higher quality", "text/html;q=0.5, text/plain;q=0.7", PLAIN],
  ["among equals, the one offered first", "text/plain, application/json", JSON_TYPE],
  ["the closest element decides (RFC 9110 §12.5.1)", "*/*, application/json;q=0.1", HTML],
  ["the closest element decides, in any order", "text/html;q=0.1, text/*, */*;q=0.5", PLAIN],
  ["a type excluded", "*/*, application/json;q=0", HTML],
  ["a whole type excluded", "*/*;q=0.1, text/*;q=0, application/*;q=0", undefined],
  ["everything excluded", "*/*;q=0", undefined],
  ["parameters alone are still a wish", "text/html;level=1", HTML],
  ["parameters before the weight", "text/html;charset=utf-8;q=0.4, text/plain;q=0.5", PLAIN],
  [
    "parameters count less than the type",
    "text/html;level=1, text/html;q=0.2, text/plain;q=0.5",
    PLAIN,
  ],
  ["a type with parameters refused refuses nothing", "text/html;level=1;q=0, text/*", HTML],
  ["what follows the weight means nothing", "text/html;q=0.5;level=1, text/plain;q=0.4", HTML],
  [
    "a quoted comma separates nothing (RFC 9110 §5.6.4)",
    'text/html;q=0.1;a="x, text/plain, x"',
    HTML,
  ],
  ["a quoted semicolon separates nothing", 'text/html;a=";q=0;"', HTML],
  ["an escaped quote ends nothing", 'text/html;q=0.1;a="\\", text/plain, x"', HTML],
  ["a quote that never ends takes the rest", 'text/html;a=", text/plain;q=0', HTML],
  ["white space and empty elements", " ,\ttext/html ; q=0.5 ,, ", HTML],
  ["skips a bad quality (RFC 9110 §12.4.2)", "text/html;q=2, text/plain", PLAIN],
  ["skips a type without subtype", "text, text/plain", PLAIN],
  ["skips an empty subtype", "text/, text/plain", PLAIN],
  ["skips any type of one subtype", "*/html, text/plain", PLAIN],
  ["skips two slashes", "text/html/x, text/plain", PLAIN],
  ["skips a star alone", "*, text/plain", PLAIN],
  ["reads 32 elements", `${"a/b,".repeat(31)}text/plain`, PLAIN],
  ["reads no 33rd element", `${"a/b,".repeat(32)}text/plain`, undefined],
];

for (const [rule, accept, choice] of ROWS) {
  Deno.test(`preferredType: ${rule}`, () => {
    assertEquals(preferredType(accept, OFFERED), choice);
  });
}

Deno.test("preferredType has nothing to choose from nothing", () => {
  assertEquals(preferredType("*/*", []), undefined);
  assertEquals(preferredType(undefined, []), undefined);
});

const element = fc.record({
  name: fc.constantFrom("*/*", "text/*", "application/*", ...OFFERED, "image/png"),
  thousandths: fc.integer({ min: 0, max: 1000 }),
});
const elements = fc.uniqueArray(element, { minLength: 1, selector: (it) => it.name });

Deno.test("preferredType agrees with a slow twin", () => {
  fc.assert(
    fc.property(elements, (list) => {
      const field = list.map((it) => `${it.name};q=${(it.thousandths / 1000).toFixed(3)}`);
      const find = (name: string) => list.find((it) => it.name === name)?.thousandths;
      const qualities = OFFERED.map((type) =>
        find(type) ?? find(`${type.split("/")[0]}/*`) ?? find("*/*") ?? 0
      );
      const highest = Math.max(...qualities);
      const expected = highest === 0 ? undefined : OFFERED[qualities.indexOf(highest)];
      assertEquals(preferredType(field.join(), OFFERED), expected);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("preferredType chooses something offered, or nothing, for any text", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[texhml/*;q=01., "\\]{0,24}$/));
  fc.assert(
    fc.property(text, (it) => {
      const choice = preferredType(it, OFFERED);
      assert(choice === undefined || OFFERED.includes(choice));
    }),
    { numRuns: 3_000 },
  );
});
