import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { AdminToken } from "../../lib/security/token.ts";

const TEXT = "a1B2-c3D4._~+/5e";
const token = AdminToken.fromText(TEXT);

const ACCEPTED = [
  `Bearer ${TEXT}`,
  `bearer ${TEXT}`,
  `BEARER   ${TEXT}`,
  `Basic ${btoa(`admin:${TEXT}`)}`,
  `basic ${btoa(`:${TEXT}`)}`,
] as const;

for (const field of ACCEPTED) {
  Deno.test(`AdminToken accepts ${field}`, () => assertEquals(token.accepts(field), true));
}

const REFUSED: readonly [rule: string, field: string | undefined][] = [
  ["nothing", undefined],
  ["an empty field", ""],
  ["a scheme alone", "Bearer"],
  ["a scheme and a space", "Bearer "],
  ["no scheme", TEXT],
  ["another scheme", `Digest ${TEXT}`],
  ["no space", `Bearer${TEXT}`],
  ["a tab for a space", `Bearer\t${TEXT}`],
  ["something in front", ` Bearer ${TEXT}`],
  ["a space behind", `Bearer ${TEXT} `],
  ["a line end behind", `Bearer ${TEXT}\n`],
  ["two tokens", `Bearer ${TEXT} ${TEXT}`],
  ["parameters", `Bearer token="${TEXT}"`],
  ["another case", `Bearer ${TEXT.toLowerCase()}`],
  ["the first part", `Bearer ${TEXT.slice(0, -1)}`],
  ["the last part", `Bearer ${TEXT.slice(1)}`],
  ["more than it", `Bearer ${TEXT}x`],
  ["padding", `Bearer ${TEXT}=`],
  ["it twice", `Bearer ${TEXT}${TEXT}`],
  ["NUL behind it", `Basic ${btoa(`admin:${TEXT}\0`)}`],
  ["NULs behind it up to the longest", `Basic ${btoa(`admin:${TEXT.padEnd(256, "\0")}`)}`],
  ["more characters than any token has", `Bearer ${"a".repeat(257)}`],
  ["a field longer than any", `Basic ${btoa(`${"a".repeat(1000)}:${TEXT}`)}`],
  ["Basic without base64", `Basic ${TEXT}`],
  ["Basic without a colon", `Basic ${btoa(TEXT)}`],
  ["Basic with the token as name", `Basic ${btoa(`${TEXT}:`)}`],
  ["Basic with a colon in the password", `Basic ${btoa(`admin:x:${TEXT}`)}`],
  ["Basic with a broken length", "Basic YWRtaW"],
];

for (const [rule, field] of REFUSED) {
  Deno.test(`AdminToken refuses ${rule}`, () => assertEquals(token.accepts(field), false));
}

for (const length of [16, 255, 256]) {
  Deno.test(`AdminToken takes a text of ${length} characters`, () => {
    const text = "x".repeat(length);
    assertEquals(AdminToken.fromText(text).accepts(`Bearer ${text}`), true);
    assertEquals(AdminToken.fromText(text).accepts(`Basic ${btoa(`admin:${text}`)}`), true);
    assertEquals(AdminToken.fromText(text).accepts(`Bearer ${text.slice(1)}y`), false);
  });
}

const UNFIT = [
  "",
  "too-short-token",
  "x".repeat(257),
  "with a space in it",
  "with:a:colon:in:it",
  "padding=in-the-middle",
  "================",
  "with-a-newline-at-end\n",
  "mit-größeren-Zeichen",
] as const;

for (const text of UNFIT) {
  Deno.test(`AdminToken does not take ${JSON.stringify(text.slice(0, 30))}`, () => {
    const error = assertThrows(() => AdminToken.fromText(text), TypeError);
    assertEquals(
      error.message,
      "Cannot use the admin token: must be 16 to 256 letters, digits and -._~+/, with = at the " +
        `end only, current value has ${text.length} characters`,
    );
  });
}

Deno.test("AdminToken does not show its text", () => {
  assert(!Deno.inspect(token).includes(TEXT));
  assertEquals(JSON.stringify(token), "{}");
});

Deno.test("AdminToken accepts its own text and no other", () => {
  const anyToken = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{16,40}={0,2}$/);
  fc.assert(
    fc.property(anyToken, anyToken, fc.nat(39), (text, other, at) => {
      const it = AdminToken.fromText(text);
      assert(it.accepts(`Bearer ${text}`));
      assertEquals(it.accepts(`Bearer ${other}`), text === other);
      const index = at % text.length;
      const changed = `${text.slice(0, index)}${text[index] === "x" ? "y" : "x"}${
        text.slice(index + 1)
      }`;
      assert(!it.accepts(`Bearer ${changed}`));
      assert(!it.accepts(`Basic ${btoa(`admin:${changed}`)}`));
    }),
    { numRuns: 500 },
  );
});

Deno.test("AdminToken answers to any field", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    for (const field of [text, `Bearer ${text}`, `Basic ${text}`]) {
      assertEquals(token.accepts(field), false);
    }
  }));
});
