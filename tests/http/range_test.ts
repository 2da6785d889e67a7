import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type ByteRange,
  contentRange,
  multipartHead,
  multipartLength,
  multipartTail,
  parseRange,
  unsatisfiedContentRange,
} from "../../lib/http/range.ts";

/** Ranges as `first-last`, which is easier to read than objects. */
function show(result: "ignore" | "unsatisfiable" | readonly ByteRange[]): string {
  return typeof result === "string"
    ? result
    : result.map(({ first, last }) => `${first}-${last}`).join(" ");
}

const ROWS = [
  ["one range (RFC 9110 §14.1.2)", "bytes=0-499", 10_000, "0-499"],
  ["the second 500 bytes (RFC 9110 §14.1.2)", "bytes=500-999", 10_000, "500-999"],
  ["one byte", "bytes=0-0", 10_000, "0-0"],
  ["the last byte by position", "bytes=9999-9999", 10_000, "9999-9999"],
  ["an open range", "bytes=9500-", 10_000, "9500-9999"],
  ["everything by an open range", "bytes=0-", 10_000, "0-9999"],
  ["a suffix (RFC 9110 §14.1.2)", "bytes=-500", 10_000, "9500-9999"],
  ["a suffix as long as the size", "bytes=-10000", 10_000, "0-9999"],
  ["a suffix longer than the size (RFC 9110 §14.1.2)", "bytes=-10001", 10_000, "0-9999"],
  ["a last position at the size, clamped", "bytes=5-10000", 10_000, "5-9999"],
  ["a last position far beyond, clamped", "bytes=5-99999999999999999999", 10_000, "5-9999"],
  ["a suffix far beyond, clamped", "bytes=-99999999999999999999", 10_000, "0-9999"],
  ["a last position of 400 digits", `bytes=5-${"9".repeat(400)}`, 10_000, "5-9999"],
  ["leading zeros", "bytes=0005-0000000000000000000009", 10_000, "5-9"],
  ["16,000 leading zeros", `bytes=${"0".repeat(16_000)}5-9`, 10_000, "5-9"],
  ["the unit in any case (RFC 9110 §14.1)", "ByTeS=0-0", 10_000, "0-0"],
  ["a size of one", "bytes=0-5", 1, "0-0"],
  [
    "positions near 2^53",
    "bytes=9007199254740989-",
    2 ** 53 - 1,
    "9007199254740989-9007199254740990",
  ],

  ["a list (RFC 9110 §14.1.2)", "bytes=0-0,500-999,-1", 10_000, "0-0 500-999 9999-9999"],
  ["a list in its own order (RFC 9110 §15.3.7.2)", "bytes=500-600,0-9", 10_000, "500-600 0-9"],
  ["a list with white space", "bytes=0-0 ,\t500-999 , -1", 10_000, "0-0 500-999 9999-9999"],
  ["empty elements (RFC 9110 §5.6.1.2)", "bytes=,0-0,, ,200-299,", 10_000, "0-0 200-299"],
  ["a list without what cannot be satisfied", "bytes=10000-,0-0,-0", 10_000, "0-0"],
  ["overlaps as one (RFC 9110 §15.3.7.2)", "bytes=0-100,50-200", 10_000, "0-200"],
  ["neighbors as one", "bytes=0-99,100-199", 10_000, "0-199"],
  ["a range within another as one", "bytes=0-999,10-20", 10_000, "0-999"],
  ["a range twice as one", "bytes=0-99,0-99", 10_000, "0-99"],
  ["a gap of 79 bytes as one", "bytes=0-99,179-299", 10_000, "0-299"],
  ["a gap of 80 bytes as two", "bytes=0-99,180-299", 10_000, "0-99 180-299"],
  ["a chain joined at the end", "bytes=0-99,400-499,90-410", 10_000, "0-499"],
  ["the order of first mention", "bytes=5000-5099,0-99,5100-5199,300-", 10_000, "300-9999 0-99"],
  ["a joined range at its first mention", "bytes=500-599,0-99,550-700", 10_000, "500-700 0-99"],
  ["everything by a list", "bytes=0-4999,5000-", 10_000, "0-9999"],

  ["unsatisfiable: first at the size (RFC 9110 §14.1.2)", "bytes=10000-", 10_000, "unsatisfiable"],
  ["unsatisfiable: first beyond", "bytes=10001-10002", 10_000, "unsatisfiable"],
  ["unsatisfiable: first far beyond", "bytes=99999999999999999999-", 10_000, "unsatisfiable"],
  ["unsatisfiable: digits beyond a double", `bytes=${"9".repeat(400)}-`, 10_000, "unsatisfiable"],
  ["unsatisfiable: a suffix of 0 (RFC 9110 §14.1.2)", "bytes=-0", 10_000, "unsatisfiable"],
  ["unsatisfiable: a suffix of 000", "bytes=-000", 10_000, "unsatisfiable"],
  ["unsatisfiable: all of a list", "bytes=-0,10000-,20000-20001", 10_000, "unsatisfiable"],
  ["unsatisfiable: a range of nothing", "bytes=0-", 0, "unsatisfiable"],
  ["unsatisfiable: the first byte of nothing", "bytes=0-0", 0, "unsatisfiable"],
  ["unsatisfiable: no suffix of nothing", "bytes=-0", 0, "unsatisfiable"],
  ["ignored: a suffix of nothing (RFC 9110 §14.1.2)", "bytes=-5", 0, "ignore"],
  ["ignored: a suffix of nothing in a list", "bytes=0-0,-5", 0, "ignore"],

  ["ignored: last before first (RFC 9110 §14.1.1)", "bytes=2-1", 10_000, "ignore"],
  ["ignored: last before first beyond the size", "bytes=20001-20000", 10_000, "ignore"],
  [
    "ignored: last before first by a digit that a double loses",
    "bytes=100000000000000000001-100000000000000000000",
    10_000,
    "ignore",
  ],
  ["ignored: last before first by length", "bytes=10-9", 10_000, "ignore"],
  ["ignored: last before first in a list", "bytes=0-0,2-1", 10_000, "ignore"],
  ["ignored: another unit (RFC 9110 §14.2)", "items=0-1", 10_000, "ignore"],
  ["ignored: no unit", "0-1", 10_000, "ignore"],
  ["ignored: the unit alone", "bytes", 10_000, "ignore"],
  ["ignored: an empty set (RFC 9110 §14.1.1)", "bytes=", 10_000, "ignore"],
  ["ignored: a set of empty elements", "bytes=, ,", 10_000, "ignore"],
  ["ignored: an empty value", "", 10_000, "ignore"],
  ["ignored: white space before the sign", "bytes =0-1", 10_000, "ignore"],
  ["ignored: white space before the unit", " bytes=0-1", 10_000, "ignore"],
  ["ignored: white space in a range", "bytes=0 -1", 10_000, "ignore"],
  ["ignored: white space after the dash", "bytes=0- 1", 10_000, "ignore"],
  ["ignored: a no-break space", "bytes=\xa00-1", 10_000, "ignore"],
  ["ignored: a dash alone", "bytes=-", 10_000, "ignore"],
  ["ignored: no dash", "bytes=5", 10_000, "ignore"],
  ["ignored: two dashes", "bytes=0-1-2", 10_000, "ignore"],
  ["ignored: a negative position", "bytes=--1", 10_000, "ignore"],
  ["ignored: a sign", "bytes=+0-1", 10_000, "ignore"],
  ["ignored: letters", "bytes=a-b", 10_000, "ignore"],
  ["ignored: letters behind digits", "bytes=0-1x", 10_000, "ignore"],
  ["ignored: an exponent", "bytes=0-1e3", 10_000, "ignore"],
  ["ignored: hexadecimal", "bytes=0x0-0x1", 10_000, "ignore"],
  ["ignored: a fraction", "bytes=0.5-1", 10_000, "ignore"],
  ["ignored: digits beyond ASCII", "bytes=٠-١", 10_000, "ignore"],
  ["ignored: one bad element of a list", "bytes=0-0,x,5-6", 10_000, "ignore"],
  ["ignored: a second unit", "bytes=0-0,bytes=5-6", 10_000, "ignore"],
  ["ignored: a semicolon", "bytes=0-0;5-6", 10_000, "ignore"],
  ["ignored: a line break behind", "bytes=0-1\n", 10_000, "ignore"],
] as const;

for (const [rule, field, sizeBytes, expected] of ROWS) {
  Deno.test(`parseRange: ${rule}`, () => {
    assertEquals(show(parseRange(field, sizeBytes)), expected);
  });
}

/** So many ranges of `lengthBytes`, far enough apart to stay on their own. */
function spread(count: number, lengthBytes: number): string {
  const specs = Array.from({ length: count }, (_, index) => {
    const first = index * 1000;
    return `${first}-${first + lengthBytes - 1}`;
  });
  return `bytes=${specs.join()}`;
}

const BOUNDED = [
  ["takes 16 ranges", spread(16, 100), 16],
  ["ignores 17 ranges (RFC 9110 §14.2)", spread(17, 100), "ignore"],
  ["ignores 17 ranges that overlap (RFC 9110 §17.15)", `bytes=${"0-,".repeat(17)}`, "ignore"],
  ["takes 16 ranges that overlap, as one", `bytes=${"0-,".repeat(16)}`, 1],
  ["ignores 17 ranges that cannot be satisfied", `bytes=${"99999-,".repeat(17)}`, "ignore"],
  ["ignores thousands of ranges (CVE-2011-3192)", `bytes=${"5-,".repeat(5_000)}`, "ignore"],
  ["takes empty elements, as many as ranges", `bytes=0-0,${",".repeat(30)}500-500`, 2],
  ["ignores more empty elements (RFC 9110 §5.6.1.2)", `bytes=0-0${",".repeat(32)}5-5`, "ignore"],
  ["ignores thousands of empty elements", `bytes=${",".repeat(5_000)}0-0`, "ignore"],
  ["takes 8 tiny ranges", spread(8, 79), 8],
  ["ignores 9 tiny ranges (RFC 9110 §14.2)", spread(9, 79), "ignore"],
  ["takes 9 ranges of a heading's length", spread(9, 80), 9],
  ["takes 16 tiny neighbors, as one", `bytes=${"5-5,".repeat(16)}`, 1],
] as const;

for (const [rule, field, expected] of BOUNDED) {
  Deno.test(`parseRange ${rule}`, () => {
    const result = parseRange(field, 20_000);
    assertEquals(typeof result === "string" ? result : result.length, expected);
  });
}

Deno.test("parseRange takes other limits", () => {
  assertEquals(show(parseRange(spread(3, 1), 5_000, { rangesMax: 2, tinyRangesMax: 2 })), "ignore");
  assertEquals(show(parseRange(spread(2, 1), 5_000, { rangesMax: 2, tinyRangesMax: 1 })), "ignore");
  const loose = { rangesMax: 20, tinyRangesMax: 20 };
  assertEquals(parseRange(spread(20, 1), 20_000, loose).length, 20);
});

/**
 * The slow twin: RFC 9110 §14.1.2 on a set of bytes, with integers of any size; then every run of
 * fewer than 80 missing bytes between two requested ones is filled in.
 */
function slowBytes(specs: readonly string[], sizeBytes: number): "ignore" | readonly boolean[] {
  const wanted = new Array<boolean>(sizeBytes).fill(false);
  for (const spec of specs) {
    const [first = "", last = ""] = spec.split("-");
    if (first === "" && last === "") return "ignore";
    if (first !== "" && last !== "" && BigInt(last) < BigInt(first)) return "ignore";
    for (let at = 0; at < sizeBytes; at++) {
      const isIn = first === ""
        ? BigInt(sizeBytes - at) <= BigInt(last)
        : BigInt(at) >= BigInt(first) && (last === "" || BigInt(at) <= BigInt(last));
      if (isIn) wanted[at] = true;
    }
  }
  let previous = -1;
  for (let at = 0; at < sizeBytes; at++) {
    if (wanted[at] !== true) continue;
    if (previous !== -1 && at - previous - 1 < 80) wanted.fill(true, previous, at);
    previous = at;
  }
  return wanted;
}

function bytesOf(ranges: readonly ByteRange[], sizeBytes: number): readonly boolean[] {
  const sent = new Array<boolean>(sizeBytes).fill(false);
  for (const { first, last } of ranges) {
    assert(0 <= first && first <= last && last < sizeBytes, "a range lies within the size");
    for (let at = first; at <= last; at++) {
      assert(sent[at] === false, "no byte is sent twice");
      sent[at] = true;
    }
  }
  return sent;
}

const position = fc.oneof(
  fc.integer({ min: 0, max: 1_200 }).map(String),
  fc.constantFrom("0", "00", "007", "9007199254740993", "99999999999999999999"),
);
const ordered = fc.tuple(fc.nat({ max: 1_200 }), fc.nat({ max: 120 })).map(([first, length]) =>
  `${first}-${first + length}`
);
const spec = fc.oneof(
  { weight: 8, arbitrary: ordered },
  { weight: 1, arbitrary: fc.tuple(position, position).map(([first, last]) => `${first}-${last}`) },
  { weight: 1, arbitrary: position.map((first) => `${first}-`) },
  { weight: 1, arbitrary: position.map((length) => `-${length}`) },
);
const specs = fc.array(spec, { minLength: 1, maxLength: 16 });
const sizes = fc.integer({ min: 1, max: 1_100 });
const LOOSE = { rangesMax: 16, tinyRangesMax: 16 };

Deno.test("parseRange gives the bytes of the slow twin, each once", () => {
  fc.assert(
    fc.property(specs, sizes, (list, sizeBytes) => {
      const result = parseRange(`bytes=${list.join(", ")}`, sizeBytes, LOOSE);
      const expected = slowBytes(list, sizeBytes);
      if (result === "ignore") assertEquals(expected, result);
      else if (result === "unsatisfiable") {
        assert(expected !== "ignore" && !expected.includes(true));
      } else assertEquals(bytesOf(result, sizeBytes), expected);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("parseRange keeps ranges apart and in the order of first mention", () => {
  fc.assert(
    fc.property(fc.array(ordered, { minLength: 1, maxLength: 16 }), sizes, (list, sizeBytes) => {
      const result = parseRange(`bytes=${list.join()}`, sizeBytes, LOOSE);
      if (typeof result === "string") return;
      const firsts = list.map((it) => Number(it.split("-")[0]));
      const mentions = result.map(({ first, last }) =>
        firsts.findIndex((it) => first <= it && it <= last)
      );
      assertEquals(mentions, mentions.toSorted((a, b) => a - b));
      const sorted = result.toSorted((a, b) => a.first - b.first);
      for (const [index, { first }] of sorted.entries()) {
        const previous = sorted[index - 1];
        if (previous !== undefined) assert(first - previous.last - 1 >= 80);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("parseRange gives ranges within the size, or a word, for any text", () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^bytes=[0-9, \t-]{0,24}$/),
    fc.stringMatching(/^[bytes= \t0-9,;-]{0,16}$/),
  );
  fc.assert(
    fc.property(text, fc.nat({ max: 300 }), (field, sizeBytes) => {
      const result = parseRange(field, sizeBytes);
      if (typeof result === "string") return;
      assert(result.length > 0);
      bytesOf(result, sizeBytes);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("contentRange and unsatisfiedContentRange write RFC 9110 §14.4", () => {
  assertEquals(contentRange({ first: 42, last: 1233 }, 1234), "bytes 42-1233/1234");
  assertEquals(unsatisfiedContentRange(1234), "bytes */1234");
  assertEquals(unsatisfiedContentRange(0), "bytes */0");
});

Deno.test("multipart pieces make the body of RFC 9110 §14.6", () => {
  const ranges = [{ first: 2, last: 3 }, { first: 0, last: 0 }];
  const parts = ranges.map((range) =>
    multipartHead("SEP", "text/plain", range, 5) + "abcde".slice(range.first, range.last + 1)
  );
  const body = parts.join("") + multipartTail("SEP");
  assertEquals(
    body,
    "\r\n--SEP\r\nContent-Type: text/plain\r\nContent-Range: bytes 2-3/5\r\n\r\ncd" +
      "\r\n--SEP\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-0/5\r\n\r\na" +
      "\r\n--SEP--\r\n",
  );
  assertEquals(multipartLength("SEP", "text/plain", ranges, 5), body.length);
});

Deno.test("multipartLength is the length of any body put together", () => {
  const boundary = fc.stringMatching(/^[0-9a-f]{1,70}$/);
  const type = fc.constantFrom(
    "text/plain",
    "text/html; charset=utf-8",
    "application/octet-stream",
  );
  fc.assert(fc.property(boundary, type, specs, sizes, (boundary, type, list, sizeBytes) => {
    const ranges = parseRange(`bytes=${list.join()}`, sizeBytes, LOOSE);
    if (typeof ranges === "string") return;
    const body = ranges.map((range) =>
      multipartHead(boundary, type, range, sizeBytes) + "x".repeat(range.last - range.first + 1)
    ).join("") + multipartTail(boundary);
    const bytes = new TextEncoder().encode(body);
    assertEquals(multipartLength(boundary, type, ranges, sizeBytes), bytes.length);
  }));
});
