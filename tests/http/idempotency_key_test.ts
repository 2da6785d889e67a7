import { assertEquals } from "@std/assert";
import { parseIdempotencyKey } from "../../lib/http/idempotency_key.ts";

/** Values of the field, and the keys in them. */
const ROWS: readonly (readonly [value: string, key: string | undefined])[] = [
  ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', "8e03978e-40d5-43e8-bc93-6894a57f9324"],
  ["8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"],
  ['"two words, and a comma"', "two words, and a comma"],
  ['"a \\"quoted\\" word and a \\\\"', 'a "quoted" word and a \\'],
  ['"x"', "x"],
  ["x", "x"],
  [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ["x".repeat(255), "x".repeat(255)],
  [`"${"x".repeat(256)}"`, undefined],
  ["x".repeat(256), undefined],
  ["", undefined],
  ['""', undefined],
  ['"', undefined],
  ['"x', undefined],
  ['x"', undefined],
  ['"x"y"', undefined],
  ['"x\\"', undefined],
  ['"x\\y"', undefined],
  ["two words", undefined],
  ['"a", "b"', undefined],
  ["a, b", undefined],
  ['"a"; b=1', undefined],
  ['"caf\u00e9"', undefined],
  ["caf\u00e9", undefined],
  ['"tab\t"', undefined],
  ['"line\n"', undefined],
];

for (const [value, key] of ROWS) {
  Deno.test(`parseIdempotencyKey ${key === undefined ? "refuses" : "reads"} ${value}`, () => {
    assertEquals(parseIdempotencyKey(value), key);
  });
}

Deno.test("parseIdempotencyKey takes no time over a long value that is nearly a key", () => {
  assertEquals(parseIdempotencyKey(`"${"\\\\".repeat(8_000)}\\`), undefined);
});
