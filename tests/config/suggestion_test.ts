import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { closest } from "../../lib/config/suggestion.ts";

const FLAGS = ["port", "root", "rate", "max-body", "max-head", "keep-alive", "allowed-host"];

for (
  const [typed, suggestion] of [
    ["port", "port"],
    ["prot", "port"],
    ["prt", "port"],
    ["ports", "port"],
    ["maxbody", "max-body"],
    ["max-haed", "max-head"],
    ["keep_alive", "keep-alive"],
    ["allow-host", "allowed-host"],
    ["x", undefined],
    ["", undefined],
    ["directory", undefined],
  ] as const
) {
  Deno.test(`closest() suggests ${suggestion} for ${JSON.stringify(typed)}`, () => {
    assertEquals(closest(typed, FLAGS), suggestion);
  });
}

Deno.test("closest() finds a long flag again after any one edit", () => {
  const edit = fc.tuple(fc.constantFrom("max-body", "keep-alive", "allowed-host"), fc.nat());
  fc.assert(fc.property(edit, fc.constantFrom("", "~", "~~"), ([name, seed], insert) => {
    const at = seed % name.length;
    assertEquals(closest(name.slice(0, at) + insert + name.slice(at + 1), FLAGS), name);
  }));
});

Deno.test("closest() answers with a candidate or nothing", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (typed) => {
    const suggestion = closest(typed, FLAGS);
    assert(suggestion === undefined || FLAGS.includes(suggestion));
  }));
});
