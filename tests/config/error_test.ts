import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { ConfigError, shown } from "../../lib/config/error.ts";

Deno.test("ConfigError names the source and the wanted state", () => {
  const error = new ConfigError("--port", "a value must follow");
  assertEquals(
    `${error.name}: ${error.message}`,
    "ConfigError: Cannot use --port: a value must follow",
  );
});

for (
  const [text, rendered] of [
    ["70000", "70000"],
    ["größe", "größe"],
    ["", '""'],
    ["a b", '"a b"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["C:\\site", '"C:\\\\site"'],
    ["a\r\nb", '"a\\u{d}\\u{a}b"'],
    ["a\u2028b", '"a\\u{2028}b"'],
    ["a\u202eb", '"a\\u{202e}b"'],
    ["\x1b[31m", '"\\u{1b}[31m"'],
    ["\ud800", '"\\u{d800}"'],
    ["x".repeat(60), "x".repeat(60)],
    ["x".repeat(61), `${"x".repeat(60)}...`],
    [" ".repeat(61), `"${" ".repeat(60)}"...`],
  ] as const
) {
  Deno.test(`shown() renders ${JSON.stringify(text)}`, () => {
    assertEquals(shown(text), rendered);
  });
}

Deno.test("shown() never breaks a line", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    assert(!/[\p{C}\p{Zl}\p{Zp}]/u.test(shown(text)));
  }));
});
