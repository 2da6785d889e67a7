import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { latin1 } from "../../lib/http/octets.ts";
import { TextTable } from "../../lib/http/text_table.ts";
import { octets } from "./bytes.ts";

Deno.test("TextTable reads what the octets say, whatever came before", () => {
  const table = new TextTable();
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 }).map(octets),
  );
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (bytes, a, b) => {
      const [start, end] = [a, b].map((at) => at % (bytes.length + 1)).toSorted((x, y) => x - y);
      assertEquals(table.read(bytes, start ?? 0, end ?? 0), latin1(bytes, start ?? 0, end ?? 0));
    }),
    { numRuns: 5_000 },
  );
});

const LENGTHS: readonly (readonly [rule: string, text: string])[] = [
  ["nothing", ""],
  ["one octet", "/"],
  ["a short text", "/index.html"],
  ["a text of high octets", "\x80\xff"],
  ["the longest text that is kept", "a".repeat(128)],
  ["a text that is not kept", "a".repeat(129)],
];

for (const [rule, text] of LENGTHS) {
  Deno.test(`TextTable reads ${rule} again and again`, () => {
    const table = new TextTable();
    for (let time = 0; time < 3; time++) {
      assertEquals(table.read(octets(`<${text}>`), 1, text.length + 1), text);
    }
  });
}

Deno.test("TextTable tells a text from its neighbours of the same hash", () => {
  const table = new TextTable();
  // Far more texts than places: every place is taken over many times.
  for (let number = 0; number < 20_000; number++) {
    const text = `/file-${number}.html`;
    assertEquals(table.read(octets(text), 0, text.length), text);
  }
});
