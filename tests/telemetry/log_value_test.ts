import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { logValue } from "../../lib/telemetry/log_value.ts";

const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;

const ROWS: [what: string, value: unknown, result: string | number | boolean | null][] = [
  ["keeps a text", "a\nb", "a\nb"],
  ["keeps a number", -1.5, -1.5],
  ["keeps a boolean", false, false],
  ["keeps null", null, null],
  ["renders infinity", -Infinity, "-Infinity"],
  ["renders undefined", undefined, "undefined"],
  ["renders a large integer", 2n ** 64n, "18446744073709551616"],
  ["renders a symbol", Symbol("s"), "Symbol(s)"],
  ["renders an object as JSON", { a: [1, 2n, "x"] }, '{"a":[1,"2","x"]}'],
  ["renders a date as JSON", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["survives a cycle", cycle, "unprintable"],
  ["survives a toJSON that throws", { toJSON: () => fail() }, "unprintable"],
  ["survives an object without a prototype", Object.create(null), "{}"],
];
for (const [what, value, result] of ROWS) {
  Deno.test(`logValue ${what}`, () => assertEquals(logValue(value, 512), result));
}

function fail(): never {
  throw new Error("nobody may see this");
}

Deno.test("logValue shows the causes of an error, but not for ever", () => {
  const error = new Error("outer", { cause: new TypeError("inner") });
  const text = String(logValue(error, 4096));
  assert(/^Error: outer\n[^]*\nCaused by: TypeError: inner\n/.test(text));
  const endless = new Error("again");
  endless.cause = endless;
  assertEquals(String(logValue(endless, 1e6)).split("Caused by").length, 4);
});

Deno.test("logValue is bounded and never throws, whatever the value", () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
    const result = logValue(value, 20);
    assert(typeof result !== "string" || result.length <= 21);
    JSON.stringify(result);
  }));
});
