// Where a request ends: Content-Length, Transfer-Encoding, both, or neither. Every broken row has
// a whole request behind it or inside its body, which a server that guesses would answer.

import type { Case, Exchange } from "./exchange.ts";
import {
  CHUNKED,
  GET,
  HEAD,
  head,
  HOST,
  JSON_BODY,
  JSON_CHUNKS,
  JSON_LENGTH,
  JSON_TYPE,
  NEXT,
  request,
  STORED_UPLOAD,
  UPLOAD,
} from "./request.ts";
import { answer, refused, rows, SERVED, STORED, WAITING } from "./rows.ts";
import { HELLO, LIMITS, TEN } from "./site.ts";

/** An upload whose length is written like this; its body is the usual seven bytes. */
function length(rule: string, value: string): Case {
  return [rule, UPLOAD(`Content-Length:${value}`) + JSON_BODY];
}

/** An upload whose coding is written like this; its body is well chunked. */
function coding(rule: string, value: string): Case {
  return [rule, UPLOAD(`Transfer-Encoding:${value}`) + JSON_CHUNKS];
}

const LENGTH = [
  ...rows("RFC 9112 §6.2", STORED, [
    length("takes a plain Content-Length", " 7"),
    length("takes Content-Length without whitespace", "7"),
    length("takes Content-Length with whitespace around", " \t7\t "),
    length("takes Content-Length with leading zeros", " 0007"),
    length("takes more leading zeros than any number has digits", " " + "7".padStart(40, "0")),
    [
      "takes a field with an underscore for another field",
      UPLOAD("Content_Length: 99", JSON_LENGTH) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9112 §6.2", WAITING, [
    ["waits for content", UPLOAD(JSON_LENGTH)],
    ["waits for the last byte of content", UPLOAD(JSON_LENGTH) + JSON_BODY.slice(0, -1)],
    ["waits for content as long as the limit", UPLOAD(`Content-Length: ${LIMITS.bodyBytesMax}`)],
  ]),
  ...refused("RFC 9110 §8.6", [
    length("refuses an empty Content-Length", ""),
    length("refuses a Content-Length of whitespace", " \t "),
    length("refuses a signed Content-Length", " +7"),
    length("refuses a negative Content-Length", " -7"),
    length("refuses a negative zero for Content-Length", " -0"),
    length("refuses a hexadecimal Content-Length", " 0x7"),
    length("refuses an octal Content-Length", " 0o7"),
    length("refuses a binary Content-Length", " 0b111"),
    length("refuses hexadecimal digits in Content-Length", " a"),
    length("refuses a fractional Content-Length", " 7.0"),
    length("refuses a Content-Length with an exponent", " 7e0"),
    length("refuses a Content-Length with a separator", " 0_7"),
    length("refuses a Content-Length with a suffix", " 7n"),
    length("refuses a quoted Content-Length", ' "7"'),
    length("refuses a Content-Length with a parameter", " 7;a=b"),
    length("refuses a Content-Length of two words", " 7 7"),
    length("refuses a Content-Length of words", " seven"),
    length("refuses Infinity for Content-Length", " Infinity"),
    length("refuses NaN for Content-Length", " NaN"),
    length("refuses NUL behind Content-Length", " 7\0"),
    length("refuses a vertical tab before Content-Length", " \x0b7"),
    length("refuses a form feed behind Content-Length", " 7\x0c"),
    length("refuses a no-break space behind Content-Length", " 7\xa0"),
    length("refuses a next-line character before Content-Length", "\x857"),
    length("refuses digits of another script in Content-Length", " \xd9\xa7"),
    length("refuses a superscript digit in Content-Length", " \xb3"),
    length("refuses full-width digits in Content-Length", " \xef\xbc\x97"),
    length("refuses a bare CR behind Content-Length", " 7\r"),
  ]),
  ...refused("RFC 9112 §6.3", [
    length("refuses a Content-Length list of equal members", " 7, 7"),
    length("refuses a Content-Length list of different members", " 7,0"),
    length("refuses a Content-Length list with an empty member", " 7,"),
    length("refuses a Content-Length list with an empty first member", ",7"),
    ["refuses two equal Content-Lengths", UPLOAD(JSON_LENGTH, JSON_LENGTH) + JSON_BODY],
    ["refuses two different Content-Lengths", UPLOAD(JSON_LENGTH, "Content-Length: 0") + JSON_BODY],
    [
      "refuses a zero before another Content-Length",
      UPLOAD("Content-Length: 0", JSON_LENGTH) + JSON_BODY,
    ],
    [
      "refuses Content-Lengths equal but for zeros",
      UPLOAD(JSON_LENGTH, "Content-Length: 07") + JSON_BODY,
    ],
    [
      "refuses two Content-Lengths in different case",
      UPLOAD(JSON_LENGTH, "content-length: 7") + JSON_BODY,
    ],
    ["refuses an empty second Content-Length", UPLOAD(JSON_LENGTH, "Content-Length:") + JSON_BODY],
    ["refuses three Content-Lengths", UPLOAD(JSON_LENGTH, JSON_LENGTH, JSON_LENGTH) + JSON_BODY],
    [
      "refuses two Content-Lengths around a smuggled request",
      GET("/hello.html", "Content-Length: 0", `Content-Length: ${NEXT.length}`),
    ],
    ["refuses a broken Content-Length for GET", GET("/hello.html", "Content-Length: x")],
    [
      "refuses two Content-Lengths in HTTP/1.0",
      head("GET /hello.html HTTP/1.0", "Content-Length: 0", "Content-Length: 0"),
    ],
  ]),
  ...rows("RFC 9110 §15.5.14", answer(413, "closed", { connection: "close", date: true }), [
    [
      "answers 413 before content above the limit",
      UPLOAD(`Content-Length: ${LIMITS.bodyBytesMax + 1}`),
    ],
    ["answers 413 to a length of 2^31", UPLOAD("Content-Length: 2147483648")],
    [
      "answers 413 to a length of 2^32 and 7, which wraps",
      UPLOAD("Content-Length: 4294967303") + JSON_BODY + NEXT,
    ],
    [
      "answers 413 to a length of 2^53 and 1, which rounds",
      UPLOAD("Content-Length: 9007199254740993"),
    ],
    ["answers 413 to a length of 2^63", UPLOAD("Content-Length: 9223372036854775808")],
    [
      "answers 413 to a length of 2^64 and 7, which wraps",
      UPLOAD("Content-Length: 18446744073709551623") + JSON_BODY + NEXT,
    ],
    ["answers 413 to a length of 20 nines", UPLOAD("Content-Length: " + "9".repeat(20))],
    ["answers 413 to a length of 400 digits", UPLOAD("Content-Length: " + "9".repeat(400))],
    ["answers 413 to GET as to any method", GET("/hello.html", "Content-Length: 99999999") + NEXT],
  ]),
];

const CODING = [
  ...rows("RFC 9112 §6.1", STORED, [
    coding("takes the coding chunked", " chunked"),
    coding("takes chunked without whitespace", "chunked"),
    coding("takes chunked with whitespace around", " \tchunked\t "),
  ]),
  ...rows("RFC 9112 §7", STORED, [
    coding("takes chunked in upper case", " CHUNKED"),
    coding("takes chunked in mixed case", " cHuNkEd"),
  ]),
  ...refused("RFC 9112 §7.1", [
    coding("refuses chunked twice in one field", " chunked, chunked"),
    coding("refuses chunked twice in different case", " chunked, CHUNKED"),
    ["refuses chunked in two fields", UPLOAD(CHUNKED, CHUNKED) + JSON_CHUNKS],
    [
      "refuses chunked in two fields of different case",
      UPLOAD(CHUNKED, "transfer-encoding: Chunked") + JSON_CHUNKS,
    ],
    coding("refuses a parameter of chunked", " chunked;a=b"),
    coding("refuses a weight of chunked", " chunked;q=1"),
    coding("refuses a semicolon behind chunked", " chunked;"),
  ]),
  ...refused("RFC 9112 §6.3", [
    coding("refuses chunked before gzip", " chunked, gzip"),
    coding("refuses chunked before identity", " chunked, identity"),
    coding("refuses chunked around gzip", " chunked, gzip, chunked"),
    [
      "refuses chunked in a field before identity",
      UPLOAD(CHUNKED, "Transfer-Encoding: identity") + JSON_CHUNKS,
    ],
    [
      "refuses chunked in a field before an unknown coding",
      UPLOAD(CHUNKED, "Transfer-encoding: cow") + JSON_CHUNKS,
    ],
    coding("refuses gzip without chunked", " gzip"),
    coding("refuses identity without chunked", " identity"),
    coding("refuses a coding that ends like chunked", " xchunked"),
    coding("refuses a coding that begins like chunked", " chunkedx"),
    coding("refuses a coding with a hyphen before chunked", " x-chunked"),
    coding("refuses a coding of a cut word", " chunke"),
  ]),
  ...refused("RFC 9112 §6.1", [
    coding("refuses an empty Transfer-Encoding", ""),
    coding("refuses a Transfer-Encoding of whitespace", " \t "),
    coding("refuses a Transfer-Encoding of a comma", " ,"),
    coding("refuses an empty member behind chunked", " chunked,"),
    coding("refuses an empty member before chunked", " ,chunked"),
    coding("refuses a vertical tab before chunked", " \x0bchunked"),
    coding("refuses a vertical tab behind chunked", " chunked\x0b"),
    coding("refuses a form feed before chunked", "\x0cchunked"),
    coding("refuses a no-break space before chunked", " \xa0chunked"),
    coding("refuses a next-line character behind chunked", " chunked\x85"),
    coding("refuses NUL behind chunked", " chunked\0"),
    coding("refuses NUL before chunked", " \0chunked"),
    coding("refuses DEL behind chunked", " chunked\x7f"),
    coding("refuses a bare CR behind chunked", " chunked\r"),
    coding("refuses a bare LF before chunked", "\n chunked"),
    coding("refuses quotes around chunked", ' "chunked"'),
    coding("refuses single quotes around chunked", " 'chunked'"),
    coding("refuses a space in chunked", " chun ked"),
    coding("refuses chunked twice without a comma", " chunked chunked"),
    coding("refuses a colon before chunked", " : chunked"),
    coding("refuses brackets around chunked", " [chunked]"),
    coding("refuses a letter of another script in chunked", " \xd1\x81hunked"),
    coding("refuses the Kelvin sign in chunked", " chun\xe2\x84\xaaed"),
    [
      "refuses Transfer-Encoding in HTTP/1.0",
      head("POST /upload HTTP/1.0", HOST, JSON_TYPE, CHUNKED) + JSON_CHUNKS,
    ],
    [
      "refuses Transfer-Encoding in HTTP/1.0 with keep-alive",
      head("POST /upload HTTP/1.0", HOST, JSON_TYPE, "Connection: keep-alive", CHUNKED) +
      JSON_CHUNKS,
    ],
    [
      "refuses Transfer-Encoding of GET in HTTP/1.0",
      head("GET /hello.html HTTP/1.0", CHUNKED) + "0\r\n\r\n",
    ],
  ]),
  ...rows("RFC 9112 §6.1", answer(501, "closed", { connection: "close" }), [
    [
      "answers 501 to gzip before chunked",
      UPLOAD("Transfer-Encoding: gzip, chunked") + JSON_CHUNKS + NEXT,
    ],
    [
      "answers 501 to identity before chunked",
      UPLOAD("Transfer-Encoding: identity, chunked") + JSON_CHUNKS + NEXT,
    ],
    [
      "answers 501 to an unknown coding before chunked",
      UPLOAD("Transfer-Encoding: cow, chunked") + JSON_CHUNKS + NEXT,
    ],
    [
      "answers 501 to two codings before chunked",
      UPLOAD("Transfer-Encoding: gzip, deflate, chunked") + NEXT,
    ],
    [
      "answers 501 to a coding in a field before chunked",
      UPLOAD("Transfer-Encoding: identity", CHUNKED) + JSON_CHUNKS + NEXT,
    ],
  ]),
];

/** What a server that goes by the last chunk leaves behind: the start of a request. */
const SMUGGLED = "0\r\n\r\n" + NEXT;

const BOTH = refused("RFC 9112 §6.3", [
  ["refuses Content-Length before Transfer-Encoding", UPLOAD(JSON_LENGTH, CHUNKED) + JSON_CHUNKS],
  ["refuses Content-Length behind Transfer-Encoding", UPLOAD(CHUNKED, JSON_LENGTH) + JSON_CHUNKS],
  [
    "refuses CL.TE: the length covers a smuggled request",
    UPLOAD(`Content-Length: ${SMUGGLED.length}`, CHUNKED) + SMUGGLED,
  ],
  [
    "refuses CL.TE: the length covers a smuggled prefix",
    UPLOAD("Content-Length: 6", CHUNKED) + "0\r\n\r\nG",
  ],
  [
    "refuses TE.CL: a chunk covers a smuggled request",
    UPLOAD("Content-Length: 4", CHUNKED) + `${NEXT.length.toString(16)}\r\n${NEXT}\r\n0\r\n\r\n`,
  ],
  ["refuses TE.CL with the fields swapped", UPLOAD(CHUNKED, "Content-Length: 3") + JSON_CHUNKS],
  [
    "refuses CL.0: a length of zero beside chunked",
    UPLOAD("Content-Length: 0", CHUNKED) + JSON_CHUNKS,
  ],
  ["refuses a broken length beside chunked", UPLOAD("Content-Length: x", CHUNKED) + JSON_CHUNKS],
  ["refuses an empty length beside chunked", UPLOAD("Content-Length:", CHUNKED) + JSON_CHUNKS],
  [
    "refuses a length beside a broken coding",
    UPLOAD(JSON_LENGTH, "Transfer-Encoding: xchunked") + JSON_BODY,
  ],
  [
    "refuses a length beside an unknown coding",
    UPLOAD(JSON_LENGTH, "Transfer-Encoding: gzip, chunked"),
  ],
  [
    "refuses a length beside identity",
    UPLOAD(JSON_LENGTH, "Transfer-Encoding: identity") + JSON_BODY,
  ],
  [
    "refuses a length beside an empty coding",
    UPLOAD(JSON_LENGTH, "Transfer-Encoding:") + JSON_BODY,
  ],
  [
    "refuses a length beside chunked for GET",
    GET("/hello.html", "Content-Length: 5", CHUNKED) + "0\r\n\r\n",
  ],
  [
    "refuses a length beside chunked for HEAD",
    HEAD("/hello.html", "Content-Length: 5", CHUNKED) + "0\r\n\r\n",
  ],
  [
    "refuses a length beside chunked far apart",
    UPLOAD(JSON_LENGTH, "A: b", "C: d", CHUNKED) + JSON_CHUNKS,
  ],
  [
    "refuses a length beside chunked where Connection names the length",
    UPLOAD("Connection: Content-Length", JSON_LENGTH, CHUNKED) + JSON_CHUNKS,
  ],
  [
    "refuses a length beside chunked where Connection names the coding",
    UPLOAD("Connection: Transfer-Encoding", JSON_LENGTH, CHUNKED) + JSON_CHUNKS,
  ],
]);

const NEITHER = [
  ...rows("RFC 9112 §6.3", { statuses: [405, 200], after: "open", content: TEN }, [
    ["takes POST without framing for empty", request("POST", "/hello.html") + NEXT],
    ["takes DELETE without framing for empty", request("DELETE", "/hello.html") + NEXT],
    [
      "reads the content of a refused method",
      request("DELETE", "/hello.html", "Content-Length: 5") + "hello" + NEXT,
    ],
    [
      "reads the chunks of a refused method",
      request("PATCH", "/hello.html", CHUNKED) + JSON_CHUNKS + NEXT,
    ],
  ]),
  ...rows("RFC 9112 §6.3", { statuses: [201, 400], after: "closed" }, [
    [
      "takes what is behind the length for the next request",
      UPLOAD("Content-Length: 2") + "{}garbage\r\n\r\n",
    ],
    ["takes a line feed behind the length for the next request", STORED_UPLOAD + "\n" + NEXT],
  ]),
];

const CONTENT_OF_GET = [
  ...rows("RFC 9110 §9.3.1", SERVED, [
    ["reads the content of GET and goes on", GET("/hello.html", "Content-Length: 5") + "hello"],
    [
      "reads the chunks of GET and goes on",
      GET("/hello.html", CHUNKED) + "5\r\nhello\r\n0\r\n\r\n",
    ],
    ["takes a length of zero for GET", GET("/hello.html", "Content-Length: 0")],
    [
      "takes a request inside the content of GET for content",
      GET("/hello.html", `Content-Length: ${NEXT.length}`) + NEXT,
    ],
    [
      "takes a request inside a chunk of GET for content",
      GET("/hello.html", CHUNKED) + `${NEXT.length.toString(16)}\r\n${NEXT}\r\n0\r\n\r\n`,
    ],
    [
      "takes a coding with an underscore for another field",
      GET("/hello.html", "Transfer_Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n",
    ],
    [
      "takes a coding without a hyphen for another field",
      GET("/hello.html", "TransferEncoding: chunked"),
    ],
  ]),
  ...rows("RFC 9110 §9.3.1", { statuses: [200, 200], after: "open", content: HELLO }, [
    [
      "finds the next request behind the content of GET",
      GET("/", "Content-Length: 5") + "GET /" + GET("/hello.html"),
    ],
  ]),
  ...rows("RFC 9110 §9.3.2", { statuses: [200, 200], after: "open", content: TEN }, [
    [
      "finds the next request behind the content of HEAD",
      HEAD("/", "Content-Length: 3") + "abc" + NEXT,
    ],
  ]),
];

export const FRAMING: readonly Exchange[] = [
  ...LENGTH,
  ...CODING,
  ...BOTH,
  ...NEITHER,
  ...CONTENT_OF_GET,
];
