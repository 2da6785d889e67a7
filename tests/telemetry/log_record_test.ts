import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import {
  decodeRecord,
  encodeRecord,
  isCategory,
  type LogRecord,
  RECORD_BYTES_MAX,
} from "../../lib/telemetry/log_record.ts";

const RECORD: LogRecord = { level: "warn", category: "security", message: "Refused a target" };

const level = fc.constantFrom("debug", "info", "warn", "error");
const category = fc.stringMatching(/^[a-z][a-z0-9_-]{0,31}$/).filter(isCategory);
const anyText = fc.string({ unit: anyCharacter, maxLength: 3000 });

Deno.test("a record within the bounds arrives as it was sent", () => {
  const value = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 20 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.boolean(),
    fc.constant(null),
  );
  const properties = fc.dictionary(fc.string({ maxLength: 12 }), value, { maxKeys: 16 });
  const message = fc.string({ unit: anyCharacter, maxLength: 50 });
  const record = fc.record({ level, category, message, properties });
  fc.assert(fc.property(record, (sent) => {
    const arrived = decodeRecord(encodeRecord(sent));
    assert(arrived !== undefined);
    assertEquals(Object.entries(arrived.properties), Object.entries(sent.properties));
    assertEquals({ ...arrived, properties: {} }, { ...sent, properties: {} });
  }));
});

Deno.test("any record fits its bound and can be read back", () => {
  const properties = fc.dictionary(anyText, fc.oneof(anyText, fc.anything()), { maxKeys: 40 });
  fc.assert(
    fc.property(level, category, anyText, properties, (level, category, message, values) => {
      const bytes = encodeRecord({ level, category, message, properties: values });
      assert(bytes.length <= RECORD_BYTES_MAX);
      assertEquals(decodeRecord(bytes)?.category, category);
    }),
  );
});

Deno.test("encodeRecord cuts long texts and leaves out what does not fit", () => {
  const long = "é".repeat(10_000);
  const arrived = decodeRecord(
    encodeRecord({ ...RECORD, message: long, properties: { a: long, b: long, c: long, d: 1 } }),
  );
  assertEquals(arrived?.message, `${"é".repeat(512)}…`);
  assertEquals(arrived?.properties, { a: `${"é".repeat(512)}…`, b: `${"é".repeat(512)}…`, d: 1 });
});

Deno.test("encodeRecord fits the longest message in its worst encoding", () => {
  const bytes = encodeRecord({
    ...RECORD,
    message: "\u0000".repeat(600),
    category: "\0".repeat(64),
  });
  assert(bytes.length <= RECORD_BYTES_MAX);
});

const GARBAGE: [what: string, text: string][] = [
  ["nothing", ""],
  ["no JSON", "{"],
  ["an array", "[]"],
  ["null", "null"],
  ["an unknown level", '{"level":"fatal","category":"net","message":"m","properties":{}}'],
  [
    "a level every object has",
    '{"level":"toString","category":"net","message":"m","properties":{}}',
  ],
  ["a malformed category", '{"level":"info","category":"a b","message":"m","properties":{}}'],
  [
    "a category every object has",
    '{"level":"info","category":"constructor","message":"m","properties":{}}',
  ],
  ["no message", '{"level":"info","category":"net","properties":{}}'],
  ["no properties", '{"level":"info","category":"net","message":"m"}'],
  ["properties in an array", '{"level":"info","category":"net","message":"m","properties":[]}'],
  ["a nested property", '{"level":"info","category":"net","message":"m","properties":{"a":{}}}'],
  [
    "too many properties",
    JSON.stringify({
      ...RECORD,
      properties: Object.fromEntries([...Array(17).keys()].map((n) => [n, n])),
    }),
  ],
  ["too many bytes", JSON.stringify({ ...RECORD, properties: { a: "x".repeat(4096) } })],
];
for (const [what, text] of GARBAGE) {
  Deno.test(`decodeRecord refuses ${what}`, () => {
    assertEquals(decodeRecord(new TextEncoder().encode(text)), undefined);
  });
}

Deno.test("decodeRecord survives any bytes, and any change to a record", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    decodeRecord(bytes);
  }));
  const bytes = encodeRecord({ ...RECORD, properties: { a: 1, b: "c" } });
  fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
    const changed = bytes.slice();
    changed[at] = byte;
    decodeRecord(changed);
  }));
});

Deno.test("decodeRecord keeps a hostile name an ordinary property", () => {
  const text = '{"level":"info","category":"net","message":"m","properties":{"__proto__":"x"}}';
  const record = decodeRecord(new TextEncoder().encode(text));
  assertEquals(Object.keys(record?.properties ?? {}), ["__proto__"]);
  assertEquals(Object.getPrototypeOf(record?.properties), Object.prototype);
});

Deno.test("decodeRecord reads shared memory", () => {
  const bytes = encodeRecord(RECORD);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  assertEquals(decodeRecord(shared), { ...RECORD, properties: {} });
});
