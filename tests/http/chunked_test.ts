// The chunked coding against an obvious slow decoder, wherever it is cut. Rows of single mistakes
// stand in the table of exchanges.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ChunkedDecoder } from "../../lib/http/chunked.ts";
import { HttpError } from "../../lib/http/errors.ts";
import { cutAt, octets, textOf } from "./bytes.ts";

const CONTENT_BYTES_MAX = 64;

/** What became of a coded content: all of it and what is behind, a part of it, or a refusal. */
interface Decoded {
  readonly content: string;
  readonly rest: string | undefined;
  readonly status: number;
}

function decode(pieces: readonly Uint8Array[], decoder = new ChunkedDecoder(64)): Decoded {
  let content = "";
  let rest: string | undefined;
  try {
    for (const piece of pieces) {
      if (rest !== undefined) {
        rest += textOf(piece);
        continue;
      }
      let at = 0;
      while (at < piece.length && !decoder.isLast) {
        at = decoder.decode(piece, at, piece.length);
        content += textOf(piece.subarray(decoder.spanStart, decoder.spanEnd));
      }
      if (decoder.isLast) rest = textOf(piece.subarray(at));
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { content, rest: undefined, status: error.status };
  }
  return { content, rest, status: 0 };
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
const EXTENSION = `[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?`;
const LINE = new RegExp(`^([0-9A-Fa-f]+)(?:${EXTENSION})*\\r\\n`);

/** RFC 9112 §7.1 as it is written, for whole texts. Only complete ones are told from broken ones. */
function slowDecode(text: string): { content: string; rest: string } | "broken" | 413 {
  let content = "";
  let announced = 0;
  for (let rest = text;;) {
    const line = LINE.exec(rest);
    if (line === null || line[0].length > 256) return "broken";
    const size = parseInt(line[1] ?? "", 16);
    announced += size;
    if (announced > CONTENT_BYTES_MAX) return 413;
    rest = rest.slice(line[0].length);
    if (size === 0) return { content, rest };
    if (rest.slice(size, size + 2) !== "\r\n") return "broken";
    content += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
}

const part = fc.constantFrom(
  "\r\n",
  "0\r\n",
  "1\r\na\r\n",
  "3\r\na\r\n\r\n",
  "a",
  "0",
  "5",
  ";",
  "=",
  '"',
  "\\",
  " ",
  "\t",
  "\r",
  "\n",
  "\0",
  "\x80",
  ";a=b",
  ';a="b\\""',
  " ; a = b",
);
const text = fc.oneof(
  fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.array(part, { maxLength: 4 }).map((parts) => `1${parts.join("")}\r\na\r\n0\r\n\r\n`),
);

Deno.test("ChunkedDecoder takes what the grammar does and gives the same content", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
      const slow = slowDecode(text);
      const fast = decode(cutAt(octets(text), cuts));
      if (slow === 413) return assertEquals(fast.status, 413);
      // A broken text may as well be one that has not ended.
      if (slow === "broken") return assertEquals(fast.rest, undefined);
      assertEquals(fast, { ...slow, status: 0 });
    }),
    { numRuns: 8_000 },
  );
});

Deno.test("ChunkedDecoder comes to one verdict wherever the octets are cut", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
      const bytes = octets(text);
      assertEquals(decode(cutAt(bytes, cuts)), decode([bytes]));
    }),
    { numRuns: 3_000 },
  );
});

const CASES: readonly (readonly [rule: string, text: string, decoded: Decoded])[] = [
  ["reads no chunk but the last", "0\r\n", { content: "", rest: "", status: 0 }],
  ["stops before the trailers", "1\r\na\r\n0\r\nA: b", { content: "a", rest: "A: b", status: 0 }],
  ["gives content before it is broken", "1\r\nab", { content: "a", rest: undefined, status: 400 }],
  ["waits for more", "2\r\na", { content: "a", rest: undefined, status: 0 }],
  ["takes content at the limit", "40\r\n" + "a".repeat(64) + "\r\n0\r\n", {
    content: "a".repeat(64),
    rest: "",
    status: 0,
  }],
  ["refuses content above the limit", "41\r\n", { content: "", rest: undefined, status: 413 }],
  ["refuses chunks above the limit together", "1\r\na\r\n40\r\n", {
    content: "a",
    rest: undefined,
    status: 413,
  }],
  ["refuses a size of 254 digits as too large", `${"f".repeat(254)}\r\n`, {
    content: "",
    rest: undefined,
    status: 413,
  }],
  ["refuses a size of 255 digits as too long", `${"f".repeat(255)}\r\n`, {
    content: "",
    rest: undefined,
    status: 400,
  }],
];

for (const [rule, text, decoded] of CASES) {
  Deno.test(`ChunkedDecoder ${rule}`, () => {
    const bytes = octets(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      assertEquals(decode([bytes.subarray(0, cut), bytes.subarray(cut)]), decoded);
    }
  });
}

Deno.test("ChunkedDecoder starts over", () => {
  const decoder = new ChunkedDecoder(CONTENT_BYTES_MAX);
  for (const text of ["3;a", "40\r\n", "1;a\r\na\r\n0\r\n"]) {
    decode([octets(text)], decoder);
    decoder.reset();
    assertEquals(decode([octets("1\r\nb\r\n0\r\n")], decoder).content, "b");
    decoder.reset();
  }
});
