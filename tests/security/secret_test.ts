import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Secret } from "../../lib/security/secret.ts";

const ROWS: readonly (readonly [secret: string, guess: string, isSame: boolean])[] = [
  ["correct-horse-battery", "correct-horse-battery", true],
  ["correct-horse-battery", "correct-horse-batterx", false],
  ["correct-horse-battery", "correct-horse-batter", false],
  ["correct-horse-battery", "correct-horse-battery-", false],
  ["correct-horse-battery", "", false],
  ["abab", "ab", false],
  ["ab", "abab", false], // the shorter one repeated
  ["", "", false],
  ["", "x", false],
  ["é", "é", true],
];

for (const [secret, guess, isSame] of ROWS) {
  Deno.test(`Secret ${secret} ${isSame ? "equals" : "differs from"} ${guess || "nothing"}`, () => {
    assertEquals(new Secret(secret).equals(guess), isSame);
  });
}

Deno.test("Secret equals exactly what is the same text", () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string(), (secret, guess) => {
    assertEquals(new Secret(secret).equals(guess), secret === guess);
    assertEquals(new Secret(secret).equals(secret), true);
  }));
});
