import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type CodingChoice,
  type ContentCoding,
  parseQuality,
  preferredCoding,
} from "../../lib/http/negotiation.ts";

const ALL: readonly ContentCoding[] = ["gzip", "zstd", "br"];

type Row = readonly [
  rule: string,
  field: string | undefined,
  choice: CodingChoice,
  available?: readonly ContentCoding[],
];

const ROWS: readonly Row[] = [
  ["absent: as the bytes are (RFC 9110 §12.5.3)", undefined, "identity"],
  ["empty: no coding (RFC 9110 §12.5.3)", "", "identity"],
  ["one coding", "gzip", "gzip"],
  ["what browsers send: br first", "gzip, deflate, br, zstd", "br"],
  ["among equals zstd before gzip", "gzip, zstd", "zstd"],
  ["among equals, what is at hand", "gzip, deflate, br, zstd", "gzip", ["gzip"]],
  ["nothing at hand", "gzip, deflate, br, zstd", "identity", []],
  ["a coding that is not at hand", "br", "identity", ["gzip"]],
  ["a coding that nobody has", "compress, deflate", "identity"],
  ["the higher quality (RFC 9110 §12.5.3)", "br;q=0.5, gzip;q=0.8", "gzip"],
  ["the higher quality by a thousandth", "br;q=0.998, gzip;q=0.999", "gzip"],
  ["equal quality in other words", "br;q=0.5, gzip;q=0.500", "br"],
  ["any quality before an unmentioned identity", "gzip;q=0.001", "gzip"],
  ["case does not count (RFC 9110 §8.4.1)", "GZip;Q=1", "gzip"],
  ["x-gzip is gzip (RFC 9110 §8.4.1.3)", "x-gzip", "gzip"],
  ["X-GZIP;q=0 excludes gzip", "X-GZIP;q=0, *", "identity", ["gzip"]],
  ["the first mention counts", "gzip;q=0, x-gzip, identity;q=0.1", "identity", ["gzip"]],

  ["a star is any coding (RFC 9110 §12.5.3)", "*", "br"],
  ["a star is what is not mentioned", "br;q=0.5, *", "zstd"],
  ["a star does not bring back what is excluded", "br;q=0, *", "zstd"],
  ["a star gives identity its quality", "gzip;q=0.3, *;q=0.5", "identity", ["gzip"]],
  ["a star with nothing at hand", "*", "identity", []],
  ["identity by itself", "identity", "identity"],
  ["identity before a lower quality", "identity, gzip;q=0.5", "identity"],
  ["a coding before identity of equal quality", "identity, gzip", "gzip"],
  ["identity excluded", "identity;q=0, gzip;q=0.1", "gzip"],
  ["identity excluded, nothing else (RFC 9110 §12.5.3)", "identity;q=0", "not-acceptable"],
  ["all excluded by a star (RFC 9110 §12.5.3)", "*;q=0", "not-acceptable"],
  ["all but identity excluded", "identity;q=0.5, *;q=0", "identity"],
  ["all but one excluded", "gzip, *;q=0", "gzip"],
  ["all but one excluded, and that is not at hand", "br, *;q=0", "not-acceptable", ["gzip"]],
  ["all codings excluded", "gzip;q=0, br;q=0, zstd;q=0", "identity"],
  ["q=0.000 excludes as well", "*;q=0.000", "not-acceptable"],
  ["q=0. excludes as well (RFC 9110 §12.4.2)", "*;q=0.", "not-acceptable"],

  ["white space (RFC 9110 §5.6.3)", " gzip\t;\tq=1 ,\tbr ; q=0.5 ", "gzip"],
  ["empty elements (RFC 9110 §5.6.1.2)", ",, gzip,,", "gzip"],
  ["skips a quality above one (RFC 9110 §12.4.2)", "br;q=1.1, gzip", "gzip"],
  ["skips a quality of 1.001", "br;q=1.001, gzip", "gzip"],
  ["skips four decimals (RFC 9110 §12.4.2)", "br;q=0.9999, gzip", "gzip"],
  ["skips a negative quality", "br;q=-1, gzip", "gzip"],
  ["skips a quality without its zero", "br;q=.5, gzip", "gzip"],
  ["skips an exponent", "br;q=1e0, gzip", "gzip"],
  ["skips an empty quality", "br;q=, gzip", "gzip"],
  ["skips a quoted quality", 'br;q="1", gzip', "gzip"],
  ["skips another parameter", "br;level=11, gzip", "gzip"],
  ["skips a second parameter", "br;q=1;level=11, gzip", "gzip"],
  ["skips white space inside of the weight", "br;q = 1, gzip", "gzip"],
  ["skips two words", "br zstd, gzip", "gzip"],
  ["skips a weight alone", ";q=1, gzip", "gzip"],
  ["skips a letter that only lower-cases to ASCII", "\u212a, gzip", "gzip"],
  ["skips a refusal that breaks the grammar", "identity;q=00", "identity"],
  ["reads 32 elements", `${"x,".repeat(31)}gzip`, "gzip"],
  ["reads no 33rd element", `${"x,".repeat(32)}gzip`, "identity"],
];

for (const [rule, field, choice, available = ALL] of ROWS) {
  Deno.test(`preferredCoding: ${rule}`, () => {
    assertEquals(preferredCoding(field, available), choice);
    assertEquals(preferredCoding(field, available.toReversed()), choice);
  });
}

const QUALITIES = [
  ...[["0", 0], ["1", 1], ["0.", 0], ["1.", 1], ["0.1", 0.1], ["0.12", 0.12], ["0.123", 0.123]],
  ...[["1.0", 1], ["1.000", 1], ["0.000", 0]],
  ...[["", undefined], ["2", undefined], ["00", undefined], ["01", undefined], [".5", undefined]],
  ...[["0.1234", undefined], ["1.0000", undefined], ["1.1", undefined], ["0,5", undefined]],
  ...[[" 1", undefined], ["1\n", undefined], ["+1", undefined], ["NaN", undefined]],
] as const;

for (const [text, quality] of QUALITIES) {
  Deno.test(`parseQuality reads ${JSON.stringify(text)} as ${quality} (RFC 9110 §12.4.2)`, () => {
    assertEquals(parseQuality(`${text}`), quality);
  });
}

const NAMES = ["br", "zstd", "gzip", "identity", "*", "deflate"] as const;
const weights = fc.uniqueArray(
  fc.record({ name: fc.constantFrom(...NAMES), thousandths: fc.integer({ min: 0, max: 1000 }) }),
  { selector: (it) => it.name },
);
const available = fc.subarray([...ALL]);

/** The slow twin: every way to answer with its quality, the best first. */
function slowChoice(
  list: readonly { readonly name: string; readonly thousandths: number }[],
  atHand: readonly ContentCoding[],
): CodingChoice {
  const find = (name: string) => list.find((it) => it.name === name)?.thousandths;
  const ways = (["br", "zstd", "gzip", "identity"] as const)
    .filter((it) => it === "identity" || atHand.includes(it))
    .map((name) => {
      const unmentioned = name === "identity" ? 0.5 : 0;
      return { name, thousandths: find(name) ?? find("*") ?? unmentioned };
    })
    .filter((it) => it.thousandths > 0);
  return ways.toSorted((a, b) => b.thousandths - a.thousandths)[0]?.name ?? "not-acceptable";
}

Deno.test("preferredCoding agrees with the slow twin", () => {
  fc.assert(
    fc.property(weights, available, (list, atHand) => {
      const field = list.map((it) => `${it.name};q=${(it.thousandths / 1000).toFixed(3)}`);
      assertEquals(preferredCoding(field.join(", "), atHand), slowChoice(list, atHand));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("preferredCoding chooses something at hand for any text", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[gzip*br;q=01., ]{0,24}$/));
  fc.assert(
    fc.property(text, available, (field, atHand) => {
      const choice = preferredCoding(field, atHand);
      assert(
        choice === "identity" || choice === "not-acceptable" || atHand.includes(choice),
        choice,
      );
    }),
    { numRuns: 3_000 },
  );
});
