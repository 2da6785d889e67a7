import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { HttpError } from "../../lib/http/errors.ts";
import { type ContentFraming, contentFraming } from "../../lib/http/framing.ts";
import { HeadParser } from "../../lib/http/head_parser.ts";
import { octets } from "./bytes.ts";

/** The framing of a request of these lines, or the status it is refused with. */
function framingOf(lines: readonly string[], minorVersion = 1): ContentFraming | `${number}` {
  const limits = { headBytesMax: 10_000, targetBytesMax: 10, fieldsMax: 10 };
  const parser = new HeadParser(limits);
  parser.reset("fields");
  const bytes = octets([...lines, "", ""].join("\r\n"));
  parser.parse(bytes, 0, bytes.length);
  try {
    return contentFraming(parser.fields, minorVersion);
  } catch (error) {
    if (error instanceof HttpError) return `${error.status}`;
    throw error;
  }
}

const LENGTH = "Content-Length: ";
const CODING = "Transfer-Encoding: ";

const FRAMINGS: readonly (readonly [
  rule: string,
  lines: readonly string[],
  framing: ContentFraming | `${number}`,
])[] = [
  ["finds no content without either field (RFC 9112 §6.3)", ["A: b"], 0],
  ["reads a length", [LENGTH + "12"], 12],
  ["reads a length of zero", [LENGTH + "0"], 0],
  ["reads leading zeros (RFC 9110 §8.6)", [LENGTH + "0".repeat(50) + "12"], 12],
  ["reads a length past counting as what it is", [LENGTH + "9".repeat(400)], Infinity],
  ["reads chunked", [CODING + "chunked"], "chunked"],
  ["reads chunked in any case (RFC 9112 §7)", [CODING + "ChUnKeD"], "chunked"],
  ["refuses two lengths", [LENGTH + "12", LENGTH + "12"], "400"],
  ["refuses a list of lengths", [LENGTH + "12, 12"], "400"],
  ["refuses an empty length", [LENGTH], "400"],
  ["refuses a sign", [LENGTH + "+1"], "400"],
  ["refuses a blank inside", [LENGTH + "1 2"], "400"],
  ["refuses both fields (RFC 9112 §6.3)", [LENGTH + "3", CODING + "chunked"], "400"],
  ["refuses both fields, broken or not", [LENGTH + "x", CODING + "gzip, chunked"], "400"],
  ["refuses another last coding", [CODING + "gzip"], "400"],
  ["refuses identity", [CODING + "identity"], "400"],
  ["refuses chunked before another coding", [CODING + "chunked, gzip"], "400"],
  ["refuses chunked twice (RFC 9112 §7.1)", [CODING + "chunked, chunked"], "400"],
  ["refuses chunked twice around another", [CODING + "chunked, gzip, chunked"], "400"],
  ["refuses chunked in two lines", [CODING + "chunked", CODING + "chunked"], "400"],
  ["refuses an empty member", [CODING + "gzip,,chunked"], "400"],
  ["refuses a parameter", [CODING + "gzip;a=b, chunked"], "400"],
  ["answers 501 to an unknown coding before chunked", [CODING + "gzip, chunked"], "501"],
  ["answers 501 whatever blanks are between", [CODING + "gzip \t,\tx , chunked"], "501"],
  ["answers 501 to codings in two lines", [CODING + "gzip", CODING + "chunked"], "501"],
];

for (const [rule, lines, framing] of FRAMINGS) {
  Deno.test(`contentFraming ${rule}`, () => assertEquals(framingOf(lines), framing));
}

Deno.test("contentFraming knows no Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)", () => {
  assertEquals(framingOf([CODING + "chunked"], 0), "400");
  assertEquals(framingOf([LENGTH + "3"], 0), 3);
});

Deno.test("contentFraming believes a length only if it is digits", () => {
  const digit = fc.constantFrom(..."0123456789 +-.xe,\t");
  fc.assert(
    fc.property(fc.string({ unit: digit, maxLength: 8 }), (text) => {
      const value = text.replaceAll(/^[ \t]+|[ \t]+$/g, "");
      const expected = /^[0-9]+$/.test(value) ? Number(value) : "400";
      assertEquals(framingOf([LENGTH + text]), expected);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("contentFraming takes little time for a long list", () => {
  const parser = new HeadParser({ headBytesMax: 200_000, targetBytesMax: 10, fieldsMax: 10 });
  for (const value of ["a,".repeat(50_000), "a ".repeat(50_000), ",".repeat(100_000)]) {
    parser.reset("fields");
    const bytes = octets(`${CODING}${value}\r\n\r\n`);
    parser.parse(bytes, 0, bytes.length);
    assertThrows(() => contentFraming(parser.fields, 1), HttpError, "malformed");
  }
});
