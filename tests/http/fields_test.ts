import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Fields } from "../../lib/http/fields.ts";
import { octets } from "./bytes.ts";

type Line = readonly [name: string, value: string];

/** Fields as a parser leaves them behind. */
function fieldsOf(lines: readonly Line[], fields = new Fields()): Fields {
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  fields.clear();
  let at = 0;
  for (const [name, value] of lines) {
    const valueStart = at + name.length + 2;
    fields.add(name.charCodeAt(0), at, at + name.length, valueStart, valueStart + value.length);
    at = valueStart + value.length + 2;
  }
  fields.locate(octets(text));
  return fields;
}

/** What {@linkcode Fields.get} must say, the slow way. */
function slowGet(lines: readonly Line[], name: string): string | undefined {
  const values = lines.filter(([it]) => it.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

const LINES: readonly Line[] = [
  ["Host", "localhost"],
  ["X-A", "one"],
  ["x-a", ""],
  ["X-B", "caf\xe9"],
  ["X-A", "two"],
];

const VALUES: readonly (readonly [rule: string, name: string, value: string | undefined])[] = [
  ["gives a value", "host", "localhost"],
  ["joins lines of one name with commas (RFC 9110 §5.3)", "x-a", "one, , two"],
  ["keeps octets beyond ASCII", "x-b", "caf\xe9"],
  ["has no field of another name", "x-c", undefined],
  ["has no field of a longer name", "hosts", undefined],
  ["has no field of a shorter name", "hos", undefined],
  ["has no field without a name", "", undefined],
];

for (const [rule, name, value] of VALUES) {
  Deno.test(`Fields.get ${rule}`, () => {
    assertEquals(fieldsOf(LINES).get(name), value);
    assertEquals(fieldsOf(LINES).has(name), value !== undefined);
  });
}

Deno.test("Fields count lines, and lines of one name", () => {
  const fields = fieldsOf(LINES);
  assertEquals(fields.lineCount, 5);
  assertEquals(fields.count("x-a"), 3);
  assertEquals(fields.count("host"), 1);
  assertEquals(fields.count("x-c"), 0);
});

Deno.test("Fields forget every line when they are cleared", () => {
  const fields = fieldsOf(LINES);
  fields.clear();
  assertEquals(fields.lineCount, 0);
  assertEquals(fields.get("host"), undefined);
  assertEquals([...fields], []);
});

Deno.test("Fields move with their octets", () => {
  const fields = new Fields();
  fields.add("H".charCodeAt(0), 100, 104, 106, 109);
  fields.rebase(100);
  fields.locate(octets("Host: abc\r\n"));
  assertEquals([...fields], [["host", "abc"]]);
});

// Names that share letters and lengths, also modulo 32: what the shortcuts must tell apart.
const name = fc.oneof(
  fc.constantFrom("host", "hOsT", "expect", "exPect", "range", "te", "x", "if-match"),
  fc.string({ unit: fc.constantFrom("a", "A", "b", "-", "~", "^", "_"), minLength: 1 }),
  fc.constantFrom("a".repeat(33), `H${"a".repeat(35)}`),
);
const lines = fc.array(fc.tuple(name, fc.stringMatching(/^[!-~]{0,10}$/)), { maxLength: 20 });

Deno.test("Fields answer as a list of pairs does, and are as good as new when used again", () => {
  const fields = new Fields();
  fc.assert(
    fc.property(lines, fc.array(name), (lines, asked) => {
      fieldsOf(lines, fields);
      for (const name of [...lines.map(([it]) => it), ...asked].map((it) => it.toLowerCase())) {
        // What is asked for are names of fields that exist, which have none of these.
        if (/[~^_]/.test(name)) continue;
        assertEquals(fields.get(name), slowGet(lines, name));
        assertEquals(fields.has(name), slowGet(lines, name) !== undefined);
      }
      assertEquals([...fields], lines.map(([name, value]) => [name.toLowerCase(), value]));
    }),
    { numRuns: 2_000 },
  );
});
