// The head parser by itself: where the parts of a head lie, however it is cut, and where a head ends.
// Which heads are refused stands in the table of exchanges; here, the limits to the octet.

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { HttpError } from "../../lib/http/errors.ts";
import { type HeadLimits, HeadParser } from "../../lib/http/head_parser.ts";
import { latin1 } from "../../lib/http/octets.ts";
import { octets } from "./bytes.ts";

const LIMITS: HeadLimits = { headBytesMax: 200, targetBytesMax: 20, fieldsMax: 3 };

/** A head as it was understood, or the status it is refused with. */
type Verdict =
  | "need-more"
  | number
  | {
    readonly line: string;
    readonly fields: readonly (readonly [string, string])[];
    readonly rest: string;
  };

/** Feeds `pieces`, each at its place behind the one before, as a held head grows. */
function parse(text: string, cuts: readonly number[], part: "request" | "fields"): Verdict {
  const parser = new HeadParser(LIMITS);
  parser.reset(part);
  const bytes = octets(text);
  let from = 0;
  try {
    for (const to of [...cuts, bytes.length]) {
      const end = parser.parse(bytes.subarray(0, to), from, to);
      if (end >= 0) return understood(parser, bytes, end, part);
      from = to;
    }
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
  return "need-more";
}

function understood(
  parser: HeadParser,
  bytes: Uint8Array,
  end: number,
  part: "request" | "fields",
): Verdict {
  const method = latin1(bytes, parser.methodStart, parser.methodEnd);
  const target = latin1(bytes, parser.targetStart, parser.targetEnd);
  const version = `${parser.majorVersion}.${parser.minorVersion}`;
  return {
    line: part === "fields" ? "" : `${method} ${target} ${version}`,
    fields: [...parser.fields],
    rest: latin1(bytes, end, bytes.length),
  };
}

const LINE = "GET /a HTTP/1.1\r\n";

/** A head of this many octets in all. */
function headOf(byteLength: number): string {
  const frame = `${LINE}A: \r\n\r\n`.length;
  return `${LINE}A: ${"a".repeat(byteLength - frame)}\r\n\r\n`;
}

const HEADS: readonly (readonly [rule: string, text: string, verdict: Verdict])[] = [
  ["reads a request line", `${LINE}\r\n`, { line: "GET /a 1.1", fields: [], rest: "" }],
  ["leaves what follows", `${LINE}\r\nrest\n`, { line: "GET /a 1.1", fields: [], rest: "rest\n" }],
  ["reads fields", `${LINE}A:b\r\nC: \td e \r\n\r\n`, {
    line: "GET /a 1.1",
    fields: [["a", "b"], ["c", "d e"]],
    rest: "",
  }],
  ["reads an empty value", `${LINE}A:\r\nB: \r\n\r\n`, {
    line: "GET /a 1.1",
    fields: [["a", ""], ["b", ""]],
    rest: "",
  }],
  ["skips four empty lines (RFC 9112 §2.2)", "\r\n".repeat(4) + `${LINE}\r\n`, {
    line: "GET /a 1.1",
    fields: [],
    rest: "",
  }],
  ["refuses five empty lines", "\r\n".repeat(5) + `${LINE}\r\n`, 400],
  ["waits for more", LINE, "need-more"],
  ["waits for nothing at all", "", "need-more"],
  ["reads other minor versions", "GET / HTTP/1.7\r\n\r\n", {
    line: "GET / 1.7",
    fields: [],
    rest: "",
  }],
  ["refuses another major version once the line has ended", "GET / HTTP/2.0\r\n", 505],
  ["waits for the end of a line of another major version", "GET / HTTP/2.0\r", "need-more"],
  ["reads a method at the limit", `${"A".repeat(64)} / HTTP/1.1\r\n\r\n`, {
    line: `${"A".repeat(64)} / 1.1`,
    fields: [],
    rest: "",
  }],
  ["refuses a method above the limit", `${"A".repeat(65)} / HTTP/1.1\r\n\r\n`, 501],
  ["reads a target at the limit", `GET /${"a".repeat(19)} HTTP/1.1\r\n\r\n`, {
    line: `GET /${"a".repeat(19)} 1.1`,
    fields: [],
    rest: "",
  }],
  ["refuses a target above the limit", `GET /${"a".repeat(20)} HTTP/1.1\r\n\r\n`, 414],
  ["refuses a target above the limit before its end", `GET /${"a".repeat(20)}`, 414],
  ["reads as many fields as the limit", `${LINE}${"A:b\r\n".repeat(3)}\r\n`, {
    line: "GET /a 1.1",
    fields: [["a", "b"], ["a", "b"], ["a", "b"]],
    rest: "",
  }],
  ["refuses one field above the limit", `${LINE}${"A:b\r\n".repeat(4)}\r\n`, 431],
  ["refuses it at its first octet", `${LINE}${"A:b\r\n".repeat(3)}A`, 431],
  ["reads a head at the limit", headOf(200), {
    line: "GET /a 1.1",
    fields: [["a", "a".repeat(200 - 24)]],
    rest: "",
  }],
  ["does not count empty lines before it", "\r\n" + headOf(200), {
    line: "GET /a 1.1",
    fields: [["a", "a".repeat(200 - 24)]],
    rest: "",
  }],
  ["refuses a head above the limit", headOf(201), 431],
  ["refuses a head above the limit before its end", headOf(300).slice(0, 200), 431],
];

for (const [rule, text, verdict] of HEADS) {
  Deno.test(`HeadParser ${rule}`, () => {
    assertEquals(parse(text, [], "request"), verdict);
    for (let cut = 0; cut <= text.length; cut++) {
      assertEquals(parse(text, [cut], "request"), verdict, `cut at ${cut}`);
    }
    assertEquals(parse(text, Array.from(text, (_, at) => at), "request"), verdict);
  });
}

const SECTIONS: readonly (readonly [rule: string, text: string, verdict: Verdict])[] = [
  ["reads an empty section", "\r\nrest", { line: "", fields: [], rest: "rest" }],
  ["reads fields", "A: b\r\n\r\n", { line: "", fields: [["a", "b"]], rest: "" }],
  ["waits for more", "A: b\r\n", "need-more"],
  ["refuses a request line", "GET / HTTP/1.1\r\n", 400],
  ["refuses a second empty line's line feed", "\n", 400],
];

for (const [rule, text, verdict] of SECTIONS) {
  Deno.test(`HeadParser ${rule} where fields stand alone`, () => {
    for (let cut = 0; cut <= text.length; cut++) {
      assertEquals(parse(text, [cut], "fields"), verdict, `cut at ${cut}`);
    }
  });
}

Deno.test("HeadParser is fresh until a head begins", () => {
  const parser = new HeadParser(LIMITS);
  const bytes = octets("\r\n\r\nG");
  for (const to of [1, 2, 3, 4]) {
    parser.parse(bytes, to - 1, to);
    assert(parser.isFresh, `${to} octets`);
  }
  parser.parse(bytes, 4, 5);
  assert(!parser.isFresh);
  assertEquals(parser.start, 4);
});

Deno.test("HeadParser goes on in another buffer once it is rebased", () => {
  const parser = new HeadParser(LIMITS);
  const first = octets("junk\r\nGET /a HTTP/1.1\r\nA: b\r\nC");
  assertEquals(parser.parse(first, 4, first.length), -1);
  const whole = octets("GET /a HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n");
  const heldBytes = first.length - parser.start;
  parser.rebase();
  assertEquals(parser.start, 0);
  assertEquals(parser.parse(whole, heldBytes, whole.length), whole.length);
  assertEquals(understood(parser, whole, whole.length, "request"), {
    line: "GET /a 1.1",
    fields: [["a", "b"], ["c", "d"]],
    rest: "",
  });
});

Deno.test("HeadParser forgets one head for the next", () => {
  const parser = new HeadParser(LIMITS);
  const bytes = octets(`${LINE}A: b\r\n\r\n`);
  for (let time = 0; time < 5; time++) {
    parser.reset("request");
    assertEquals(parser.parse(bytes, 0, bytes.length), bytes.length);
    assertEquals([...parser.fields], [["a", "b"]]);
  }
});

Deno.test("HeadParser says which limit was reached", () => {
  const parser = new HeadParser(LIMITS);
  const bytes = octets(headOf(300));
  assertThrows(() => parser.parse(bytes, 0, bytes.length), HttpError, "limit is 200 bytes");
});

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const FIELD = `(?:${TOKEN}+:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)`;
const HEAD = new RegExp(`^(?:\\r\\n){0,4}${TOKEN}+ [!"$-~]+ HTTP/1\\.[0-9]\\r\\n${FIELD}*\\r\\n`);

/** The grammar of a head in one expression, without limits. */
function slowIsHead(text: string): boolean {
  return HEAD.test(text);
}

const part = fc.constantFrom(
  ...'\r\n|\r|\n|GET| |/|HTTP/1.1|HTTP/1.0|A|:|b|\t|\0|\x7f|\x80|#|"|a: b\r\n| / |\r\n\r\n'
    .split("|"),
);
const text = fc.oneof(
  fc.array(part, { maxLength: 20 }).map((parts) => parts.join("")),
  fc.array(part, { maxLength: 6 }).map((parts) => `GET / HTTP/1.1\r\n${parts.join("")}\r\n\r\n`),
);

Deno.test("HeadParser takes exactly what the grammar does (RFC 9112 §3, §5)", () => {
  fc.assert(
    fc.property(text, (text) => {
      const verdict = parse(text, [], "request");
      if (verdict === 414 || verdict === 431) return;
      assertEquals(typeof verdict === "object", slowIsHead(text), JSON.stringify(text));
    }),
    { numRuns: 5_000 },
  );
});
