import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { clientKey } from "../../lib/security/client_key.ts";

/** Two addresses, and whether they are one client. */
const PAIRS = [
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["192.0.2.1", "::ffff:192.0.2.1", true],
  ["192.0.2.1", "::ffff:c000:201", true],
  ["192.0.2.1", "::192.0.2.1", false],
  ["2001:db8::1", "2001:db8:0:0:ffff:ffff:ffff:ffff", true],
  ["2001:db8::1", "2001:DB8::1", true],
  ["2001:db8::1", "2001:db8:0:1::1", false],
  ["2001:db8::1", "2001:db9::1", false],
  ["::", "::1", true],
  ["::", "0.0.0.0", false],
  ["127.0.0.1", "::1", false],
  ["", "unknown", true],
  ["192.0.2.1:80", "[::1]", true],
  ["192.0.2.256", "0.0.0.0", false],
  ["192.0.2.256", "::", false],
] as const;

for (const [one, other, isSame] of PAIRS) {
  Deno.test(`clientKey of "${one}" and "${other}" is ${isSame ? "one" : "not one"}`, () => {
    if (isSame) assertEquals(clientKey(one), clientKey(other));
    else assertNotEquals(clientKey(one), clientKey(other));
  });
}

Deno.test("clientKey is the same after it was forgotten", () => {
  const before = clientKey("192.0.2.1");
  for (let index = 0; index < 10_000; index++) clientKey(`10.0.${index >> 8}.${index & 255}`);
  const after = clientKey("192.0.2.1");
  assertEquals(after, before);
  assert(after !== before);
});

Deno.test("clientKey remembers the last 2048 addresses", () => {
  const addresses = Array.from({ length: 2048 }, (_, at) => `10.1.${at >> 8}.${at & 255}`);
  const keys = addresses.map(clientKey);
  assert(addresses.every((address, at) => clientKey(address) === keys[at]));
});

Deno.test("clientKey gives a key for any text", () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
    const { length, first, second } = clientKey(text);
    assert(length >= 0 && length <= 2);
    assertEquals([first | 0, second | 0], [first, second]);
    assertEquals(clientKey(text), { length, first, second });
  }));
});
