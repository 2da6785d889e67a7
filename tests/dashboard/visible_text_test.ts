import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { piecesOf, startOf, visibleText } from "../../lib/dashboard/visible_text.js";

const ROWS: [rule: string, text: string, visible: string][] = [
  ["leaves plain text alone", "/a b?c=<d>&e", "/a b?c=<d>&e"],
  ["leaves other alphabets alone", "/größe/日本/שלום", "/größe/日本/שלום"],
  ["names control characters", "\0\t\n\x1b[31m\x7f\x85", "\\x00\\x09\\x0A\\x1B[31m\\x7F\\x85"],
  ["names what turns the direction", "a\u202eb\u2066c\u200f", "aU+202EbU+2066cU+200F"],
  ["names what has no width", "a\u200bb\ufeff\u00ad", "aU+200BbU+FEFF\\xAD"],
  ["names spaces that are none", "a\u00a0b\u2028\u3000", "a\\xA0bU+2028U+3000"],
  ["names loose marks", "a\u0301\u0489", "aU+0301U+0489"],
  ["names halves of characters", "a\ud800b", "aU+D800b"],
  ["names characters beyond the first plane", "\u{e0041}", "U+E0041"],
  ["takes nothing", "", ""],
];

for (const [rule, text, visible] of ROWS) {
  Deno.test(`visibleText ${rule}`, () => assertEquals(visibleText(text), visible));
}

Deno.test("piecesOf tells names from text", () => {
  assertEquals(piecesOf("a\x00b"), [
    { text: "a", isNamed: false },
    { text: "\\x00", isNamed: true },
    { text: "b", isNamed: false },
  ]);
});

Deno.test("piecesOf leaves nothing unseen and loses nothing seen", () => {
  const unseen = /[\p{C}\p{M}]/u;
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    const pieces = piecesOf(text);
    assert(pieces.every((piece) => piece.text !== "" && !unseen.test(piece.text)));
    const shown = pieces.filter((piece) => !piece.isNamed).map((piece) => piece.text);
    let from = 0;
    for (const piece of shown) {
      from = text.indexOf(piece, from);
      assert(from >= 0);
      from += piece.length;
    }
  }));
});

Deno.test("startOf cuts between characters", () => {
  assertEquals(startOf("abc", 3), "abc");
  assertEquals(startOf("abcd", 3), "abc");
  assertEquals(startOf("ab\u{1f600}d", 3), "ab\u{1f600}");
});
