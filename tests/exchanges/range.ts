// Range requests: RFC 9110 §14, on the ten bytes of `/ten.bin`; several at once on `/thousand.bin`.

import type { Exchange, Verdict } from "./exchange.ts";
import { GET, HEAD, head, JSON_BODY, JSON_LENGTH, NEXT, UPLOAD } from "./request.ts";
import { answer, rows, SERVED, STORED } from "./rows.ts";
import { TEN } from "./site.ts";

const WHOLE: Verdict = {
  statuses: [200],
  after: "open",
  content: TEN,
  fields: { "content-range": false, "content-length": "10" },
};

const BEYOND = answer(416, "open", { "content-range": "bytes */10", "date": true });

const SEVERAL = answer(206, "open", { "content-range": false, "content-type": true, "date": true });

/** A GET of the ten bytes with this Range. */
function range(value: string, ...fields: readonly string[]): string {
  return GET("/ten.bin", `Range: ${value}`, ...fields);
}

/** A GET of the thousand bytes with this Range. */
function far(value: string): string {
  return GET("/thousand.bin", `Range: ${value}`);
}

/** The verdict of one part, `first` and `last` included. */
function part(first: number, last: number): Verdict {
  const content = TEN.slice(first, last + 1);
  return {
    statuses: [206],
    after: "open",
    content,
    fields: {
      "content-range": `bytes ${first}-${last}/10`,
      "content-length": `${content.length}`,
      "date": true,
      "etag": true,
    },
  };
}

const ONE = [
  ...rows("RFC 9110 §14.1.2", part(0, 3), [
    ["serves the first bytes", range("bytes=0-3")],
    ["serves a range with leading zeros", range("bytes=00-003")],
  ]),
  ...rows("RFC 9110 §14.1.2", part(4, 6), [["serves bytes in the middle", range("bytes=4-6")]]),
  ...rows("RFC 9110 §14.1.2", part(0, 0), [["serves the first byte alone", range("bytes=0-0")]]),
  ...rows("RFC 9110 §14.1.2", part(9, 9), [
    ["serves the last byte alone", range("bytes=9-9")],
    ["serves a suffix of one byte", range("bytes=-1")],
  ]),
  ...rows("RFC 9110 §14.1.2", part(7, 9), [
    ["serves the last bytes", range("bytes=-3")],
    ["serves all bytes from one on", range("bytes=7-")],
  ]),
  ...rows("RFC 9110 §14.1.2", part(5, 9), [
    ["ends a range where the file ends", range("bytes=5-100")],
    ["ends a range of 2^64 where the file ends", range("bytes=5-18446744073709551616")],
  ]),
  ...rows("RFC 9110 §14.1.2", part(0, 9), [
    ["serves the whole file as a range", range("bytes=0-")],
    ["serves the whole file as a range to its end", range("bytes=0-9")],
    ["begins a suffix where the file begins", range("bytes=-100")],
    ["begins a suffix of 2^64 where the file begins", range("bytes=-18446744073709551616")],
  ]),
  ...rows("RFC 9110 §14.1", part(2, 3), [["ignores case of the unit", range("BYTES=2-3")]]),
  ...rows("RFC 9110 §5.6.1", part(1, 3), [
    ["ignores an empty member behind a range", range("bytes=1-3,")],
    ["ignores an empty member before a range", range("bytes=,1-3")],
  ]),
  ...rows("RFC 9110 §14.2", { ...part(0, 1), after: "closed" }, [
    ["serves a range in HTTP/1.0", head("GET /ten.bin HTTP/1.0", "Range: bytes=0-1")],
  ]),
  ...rows("RFC 9110 §15.3.7", { statuses: [206, 200], after: "open", content: TEN }, [
    ["goes on behind 206", range("bytes=0-3") + NEXT],
  ]),
];

const MANY = [
  ...rows("RFC 9110 §15.3.7.2", SEVERAL, [
    ["serves two ranges as parts", far("bytes=0-1,900-909")],
    ["serves two ranges with whitespace between as parts", far("bytes=0-1 , 900-909")],
    ["serves a range and a suffix as parts", far("bytes=0-1,-2")],
    ["serves ranges in another order as parts", far("bytes=900-909,0-1")],
  ]),
  ...rows("RFC 9110 §15.3.7.2", { statuses: [206, 200], after: "open", content: TEN }, [
    ["goes on behind parts", far("bytes=0-1,900-909") + NEXT],
  ]),
  ...rows("RFC 9110 §15.3.7.2", part(0, 9), [
    ["serves two ranges with a small gap as one", range("bytes=0-1,8-9")],
    ["serves two ranges that overlap as one", range("bytes=0-5,3-9")],
    ["serves two ranges that touch as one", range("bytes=5-9,0-4")],
  ]),
  ...rows("RFC 9110 §14.2", answer(206, "open", { date: true }), [
    ["serves the range that can be served of two", range("bytes=0-1,20-30")],
  ]),
];

const UNSATISFIABLE = [
  ...rows("RFC 9110 §15.5.17", BEYOND, [
    ["answers 416 to a range right behind the end", range("bytes=10-")],
    ["answers 416 to a range behind the end", range("bytes=10-20")],
    ["answers 416 to a range from 2^53 on", range("bytes=9007199254740993-")],
    ["answers 416 to a range from 2^64 on, which wraps", range("bytes=18446744073709551616-")],
    ["answers 416 to an empty suffix", range("bytes=-0")],
    ["answers 416 to ranges all behind the end", range("bytes=20-,30-40")],
    ["answers 416 to a range behind the end and an empty suffix", range("bytes=20-,-0")],
  ]),
  ...rows("RFC 9110 §15.5.17", { statuses: [416, 200], after: "open", content: TEN }, [
    ["goes on behind 416", range("bytes=10-") + NEXT],
  ]),
];

const IGNORED = [
  ...rows("RFC 9110 §14.2", WHOLE, [
    ["ignores a unit nobody knows", range("items=0-1")],
    ["ignores a unit that begins like bytes", range("bytesx=0-1")],
    ["ignores a range without a unit", range("0-1")],
    ["ignores an empty Range", range("")],
    ["ignores a unit without a range", range("bytes=")],
    ["ignores a unit alone", range("bytes")],
    ["ignores a colon for the equals sign", range("bytes:0-1")],
    ["ignores a space for the equals sign", range("bytes 0-1")],
    ["ignores a range of two fields", GET("/ten.bin", "Range: bytes=0-1", "Range: bytes=2-3")],
  ]),
  ...rows("RFC 9110 §14.1.1", WHOLE, [
    ["ignores a range that ends before it begins", range("bytes=3-1")],
    ["ignores a dash alone", range("bytes=-")],
    ["ignores two dashes", range("bytes=1--3")],
    ["ignores a negative range", range("bytes=-1-3")],
    ["ignores a range without a dash", range("bytes=1")],
    ["ignores a range of letters", range("bytes=a-b")],
    ["ignores a hexadecimal range", range("bytes=0x0-0x3")],
    ["ignores a signed range", range("bytes=+0-3")],
    ["ignores a fractional range", range("bytes=0.0-3")],
    ["ignores a range with an exponent", range("bytes=0-1e0")],
    ["ignores whitespace inside a range", range("bytes=0 - 3")],
    ["ignores a second range that is broken", range("bytes=0-1,x")],
    ["ignores a second range that ends before it begins", range("bytes=0-1,5-3")],
    ["ignores a semicolon between ranges", range("bytes=0-1;2-3")],
    ["ignores digits of another script", range("bytes=\xd9\xa0-\xd9\xa3")],
    ["ignores a comma alone", range("bytes=,")],
  ]),
  ...rows("RFC 9110 §14.2", { ...WHOLE, content: "" }, [
    ["ignores Range of HEAD", HEAD("/ten.bin", "Range: bytes=0-3")],
    ["ignores Range of HEAD behind the end", HEAD("/ten.bin", "Range: bytes=20-")],
  ]),
  ...rows("RFC 9110 §14.2", STORED, [
    ["ignores Range of POST", UPLOAD("Range: bytes=0-1", JSON_LENGTH) + JSON_BODY],
  ]),
  ...rows("RFC 9110 §14.2", answer(404, "open", { "content-range": false }), [
    ["answers 404 before a range", GET("/missing.bin", "Range: bytes=0-1")],
  ]),
  ...rows("RFC 9110 §14.2", answer(301, "open", { "content-range": false, "location": "/dir/" }), [
    ["answers 301 before a range", GET("/dir", "Range: bytes=0-1")],
  ]),
];

const CONDITIONS = [
  ...rows("RFC 9110 §13.1.5", WHOLE, [
    ["ignores Range where If-Range matches nothing", range("bytes=0-3", 'If-Range: "nope"')],
    [
      "ignores Range behind the end where If-Range matches nothing",
      range("bytes=20-", 'If-Range: "nope"'),
    ],
    ["ignores Range where If-Range is weak", range("bytes=0-3", 'If-Range: W/"nope"')],
    [
      "ignores Range where If-Range is another date",
      range("bytes=0-3", "If-Range: Thu, 01 Jan 2099 00:00:00 GMT"),
    ],
    [
      "ignores Range where If-Range is an older date",
      range("bytes=0-3", "If-Range: Mon, 01 Jan 1990 00:00:00 GMT"),
    ],
    ["ignores Range where If-Range is neither tag nor date", range("bytes=0-3", "If-Range: nope")],
    ["ignores Range where If-Range is a star", range("bytes=0-3", "If-Range: *")],
    ["ignores If-Range without Range", GET("/ten.bin", 'If-Range: "nope"')],
  ]),
  ...rows("RFC 9110 §13.2.2", answer(412, "open", { "content-range": false }), [
    ["judges If-Match before Range", range("bytes=0-3", 'If-Match: "nope"')],
    [
      "judges If-Unmodified-Since before Range",
      range("bytes=20-", "If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT"),
    ],
  ]),
  ...rows("RFC 9110 §13.2.2", { ...answer(304, "open", { "content-range": false }), content: "" }, [
    ["judges If-None-Match before Range", range("bytes=0-3", "If-None-Match: *")],
    [
      "judges If-Modified-Since before Range",
      range("bytes=20-", "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT"),
    ],
  ]),
  ...rows("RFC 9110 §13.2.2", part(0, 3), [
    [
      "serves a range where the conditions hold",
      range("bytes=0-3", "If-Match: *", 'If-None-Match: "nope"'),
    ],
  ]),
];

const ADVERTISED = rows("RFC 9110 §14.3", {
  ...SERVED,
  content: TEN,
  fields: { "accept-ranges": "bytes" },
}, [
  ["says that it serves ranges", GET("/ten.bin", "Accept: application/octet-stream")],
]);

export const RANGE: readonly Exchange[] = [
  ...ONE,
  ...MANY,
  ...UNSATISFIABLE,
  ...IGNORED,
  ...CONDITIONS,
  ...ADVERTISED,
];
