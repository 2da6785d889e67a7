import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { isRequestId, RequestIds } from "../../lib/telemetry/request_id.ts";

const NAMES: [what: string, value: string, isName: boolean][] = [
  ["a UUID", "0f8fad5b-d9cb-469f-a165-70867728950e", true],
  ["base64", "AbC+/09==", true],
  ["what a load balancer sends", "Root=1-67891233-abcdef012345678912345678", true],
  ["one character", "x", true],
  ["128 characters", "x".repeat(128), true],
  ["129 characters", "x".repeat(129), false],
  ["nothing", "", false],
  ["two of them", "a, b", false],
  ["a space", "a b", false],
  ["a line end", "a\r\nSet-Cookie: b", false],
  ["a line end at its end", "a\n", false],
  ["a quote", 'a"b', false],
  ["a backslash", "a\\b", false],
  ["an octet above ASCII", "a\xe9", false],
  ["a tag", "<script>", false],
];
for (const [what, value, isName] of NAMES) {
  Deno.test(`isRequestId() ${isName ? "takes" : "refuses"} ${what}`, () => {
    assertEquals(isRequestId(value), isName);
    assertEquals(new RequestIds("s").of(value), isName ? value : "s-1");
  });
}

Deno.test("RequestIds makes names that are names, each of them once", () => {
  const [one, other] = [new RequestIds(), new RequestIds()];
  const names = new Set<string>();
  for (let count = 0; count < 1000; count++) {
    for (const name of [one.of(undefined), other.of(undefined)]) {
      assert(isRequestId(name), name);
      names.add(name);
    }
  }
  assertEquals(names.size, 2000);
  assertNotEquals(one.of(undefined).split("-")[0], other.of(undefined).split("-")[0]);
});

Deno.test("RequestIds names every request, whatever its client calls it", () => {
  const ids = new RequestIds();
  fc.assert(
    fc.property(fc.option(fc.string({ unit: anyCharacter }), { nil: undefined }), (given) => {
      const name = ids.of(given);
      assert(isRequestId(name));
      assertEquals(/[^!-~]|["\\,]/.test(name), false);
    }),
  );
});
