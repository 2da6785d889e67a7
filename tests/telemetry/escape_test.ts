import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { escapeActive, escapeToAscii, quote } from "../../lib/telemetry/escape.ts";

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom("\n", "\r", "\x1b", '"', "\\", "\u2028", "\u009b", "a", " ") }),
);

const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const ROWS: [what: string, text: string, escaped: string][] = [
  ["keeps readable text", 'é "x" \\ 日本 😀', 'é "x" \\ 日本 😀'],
  ["escapes line ends", "a\r\nb\u0085c\u2028d\u2029", "a\\u000d\\u000ab\\u0085c\\u2028d\\u2029"],
  ["escapes ESC and the C1 controls", "\x1b[2J\u009b2J\x7f", "\\u001b[2J\\u009b2J\\u007f"],
  ["escapes direction overrides", "a\u202eb\u2066c", "a\\u202eb\\u2066c"],
  ["escapes beyond U+FFFF as two code units", "\u{e0041}", "\\udb40\\udc41"],
];
for (const [what, text, escaped] of ROWS) {
  Deno.test(`escapeActive ${what}`, () => assertEquals(escapeActive(text), escaped));
}

Deno.test("quote gives a JSON string without active characters for any text", () => {
  fc.assert(fc.property(anyText, (text) => {
    const quoted = quote(text);
    assert(!ACTIVE.test(quoted));
    assertEquals(JSON.parse(quoted), text);
  }));
});

Deno.test("escapeToAscii gives visible ASCII that reads back, for any text", () => {
  fc.assert(fc.property(anyText, (text) => {
    const escaped = escapeToAscii(text, 6 * text.length);
    assert(escaped.isWhole);
    assert(/^[!-~]*$/.test(escaped.text));
    assertEquals(JSON.parse(`"${escaped.text}"`), text);
  }));
});

Deno.test("escapeToAscii cuts between escapes, never inside, for any bound", () => {
  fc.assert(fc.property(anyText, fc.nat(40), (text, charsMax) => {
    const cut = escapeToAscii(text, charsMax);
    assert(cut.text.length <= charsMax);
    const back: string = JSON.parse(`"${cut.text}"`);
    assert(text.startsWith(back));
    assertEquals(cut.isWhole, back === text);
    // As much as fits: one more code unit would not.
    if (!cut.isWhole) {
      const next = escapeToAscii(text.slice(0, back.length + 1), Infinity);
      assert(next.text.length > charsMax);
    }
  }));
});
