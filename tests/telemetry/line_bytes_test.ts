import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineBytes } from "../../lib/telemetry/line_bytes.ts";

function written(write: (line: LineBytes) => void): string {
  const line = new LineBytes(1024);
  write(line);
  return new TextDecoder().decode(line.written());
}

Deno.test("LineBytes.integer equals String for whole numbers", () => {
  const values = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.nat(1000));
  fc.assert(fc.property(values, (value) => {
    assertEquals(written((line) => line.integer(value)), String(value));
  }));
});

Deno.test("LineBytes.milliseconds is within half a microsecond", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
    const text = written((line) => line.milliseconds(value));
    assertEquals(/^(0|[1-9][0-9]*)\.[0-9]{3}$/.test(text), true);
    assertEquals(Math.abs(Number(text) - value) <= 0.000_500_2, true);
  }));
});

const NUMBERS: [what: string, value: number, integer: string, milliseconds: string][] = [
  ["writes zero", 0, "0", "0.000"],
  ["writes minus zero", -0, "0", "0.000"],
  ["writes 10", 10, "10", "10.000"],
  ["writes 999.9996", 999.9996, "999", "1000.000"],
  ["writes 2^31 - 1", 2 ** 31 - 1, "2147483647", "2147483647.000"],
  ["writes 2^31", 2 ** 31, "2147483648", "2147483648.000"],
  ["writes no number as 0", NaN, "0", "0.000"],
  ["writes a negative number as 0", -7, "0", "0.000"],
  ["bounds infinity", Infinity, "9007199254740991", "9007199254740.991"],
];
for (const [what, value, integer, milliseconds] of NUMBERS) {
  Deno.test(`LineBytes ${what}`, () => {
    assertEquals(written((line) => line.integer(value)), integer);
    assertEquals(written((line) => line.milliseconds(value)), milliseconds);
  });
}

for (const length of [0, 1, 63, 64, 65, 500]) {
  Deno.test(`LineBytes.plain writes ${length} plain characters or nothing`, () => {
    const text = "!#$[]^_`az{|}~".repeat(40).slice(0, length);
    assertEquals(written((line) => line.plain(text)), text);
    for (const special of [" ", '"', "\\", "\n", "\x7f", "é", "\u{10000}"]) {
      for (const at of [0, length >> 1, length]) {
        const line = new LineBytes(1024);
        line.ascii("x");
        assertEquals(line.plain(text.slice(0, at) + special + text.slice(at)), false);
        assertEquals(new TextDecoder().decode(line.written()), "x");
      }
    }
  });
}
