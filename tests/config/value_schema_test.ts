import { assertEquals } from "@std/assert";
import { type Json, textsOf, typeWords, type ValueSchema } from "../../lib/config/value_schema.ts";

const TEXT: ValueSchema = { type: "string" };
const NUMBER: ValueSchema = { type: ["string", "number"] };
const SWITCH: ValueSchema = { enum: ["on", "off", true, false] };
const LIST: ValueSchema = { type: ["array", "string"] };

const ROWS: readonly (readonly [Json, ValueSchema, readonly string[] | undefined])[] = [
  ["a", TEXT, ["a"]],
  ["a", SWITCH, ["a"]],
  [1, TEXT, undefined],
  [1.5, NUMBER, ["1.5"]],
  [1, { type: "integer" }, ["1"]],
  [-0, NUMBER, ["0"]],
  [true, SWITCH, ["on"]],
  [false, SWITCH, ["off"]],
  [true, { enum: ["off", false] }, undefined],
  [true, TEXT, undefined],
  [null, SWITCH, undefined],
  [[], LIST, []],
  [["a", "b"], LIST, ["a", "b"]],
  [["a", 1], LIST, undefined],
  [[["a"]], LIST, undefined],
  [["a"], TEXT, undefined],
  [{}, LIST, undefined],
];

for (const [value, schema, texts] of ROWS) {
  Deno.test(`textsOf() reads ${JSON.stringify(value)} as ${JSON.stringify(schema)}`, () => {
    assertEquals(textsOf(value, schema), texts);
  });
}

for (
  const [schema, words] of [
    [TEXT, "text in quotes"],
    [NUMBER, "text in quotes or a number"],
    [SWITCH, "true or false or text in quotes"],
    [LIST, "an array of texts or text in quotes"],
  ] as const
) {
  Deno.test(`typeWords() calls ${JSON.stringify(schema)} ${words}`, () => {
    assertEquals(typeWords(schema), words);
  });
}
