// The chunked coding: RFC 9112 §7.1. Every broken row has a whole request behind it.

import type { Case, Exchange } from "./exchange.ts";
import {
  CHUNKED,
  CHUNKS,
  GET,
  HOST,
  JSON_BODY,
  JSON_CHUNKS,
  NEXT,
  request,
  UPLOAD,
} from "./request.ts";
import { answer, refused, rows, SERVED, STORED, WAITING } from "./rows.ts";
import { LIMITS, TEN } from "./site.ts";

/** The usual upload whose first chunk line is this one. */
function line(rule: string, text: string): Case {
  return [rule, CHUNKS(`${text}\r\n${JSON_BODY}\r\n0\r\n\r\n`)];
}

/** The usual upload with these trailers; each brings its own line end. */
function trailers(rule: string, text: string): Case {
  return [rule, CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\n${text}\r\n`)];
}

/** Trailer lines that are together this long. */
function trailersOf(byteLength: number): string {
  const line = "X-A: " + "x".repeat(57) + "\r\n";
  const count = Math.floor(byteLength / line.length) - 1;
  const rest = byteLength - count * line.length - "X-B: \r\n".length;
  return line.repeat(count) + `X-B: ${"x".repeat(rest)}\r\n`;
}

const SIZE = [
  ...rows("RFC 9112 §7.1", STORED, [
    [
      "takes a chunk for every byte",
      CHUNKS([...JSON_BODY].map((byte) => `1\r\n${byte}\r\n`).join("") + "0\r\n\r\n"),
    ],
    ["takes a size with leading zeros", CHUNKS(`0007\r\n${JSON_BODY}\r\n0\r\n\r\n`)],
    [
      "takes a size with more zeros than any number has digits",
      CHUNKS(`${"7".padStart(32, "0")}\r\n${JSON_BODY}\r\n0\r\n\r\n`),
    ],
    ["takes a size in lower-case digits", CHUNKS('a\r\n{"a":1234}\r\n0\r\n\r\n')],
    ["takes a size in upper-case digits", CHUNKS('A\r\n{"a":1234}\r\n0\r\n\r\n')],
    ["takes a size of two digits", CHUNKS('1f\r\n{"a":"xxxxxxxxxxxxxxxxxxxxxxx"}\r\n0\r\n\r\n')],
    ["takes a last chunk of many zeros", CHUNKS(`7\r\n${JSON_BODY}\r\n0000\r\n\r\n`)],
    ["takes line ends inside chunk data", CHUNKS('9\r\n{"a":\r\n1}\r\n0\r\n\r\n')],
    [
      "takes what looks like a last chunk inside chunk data",
      CHUNKS("b\r\n[1,\r\n0\r\n\r\n]\r\n0\r\n\r\n"),
    ],
  ]),
  ...rows("RFC 9112 §7.1", { statuses: [201, 200], after: "open", content: TEN }, [
    ["finds the next request behind the last chunk", CHUNKS(JSON_CHUNKS) + NEXT],
    [
      "finds the next request behind trailers",
      CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\nX-A: b\r\n\r\n`) + NEXT,
    ],
  ]),
  ...refused("RFC 9112 §7.1", [
    line("refuses an empty size", ""),
    line("refuses an extension without a size", ";a=b"),
    line("refuses a letter beyond f in a size", "g"),
    line("refuses text behind a size", "7g"),
    line("refuses a hexadecimal prefix", "0x7"),
    line("refuses a hexadecimal prefix in upper case", "0X7"),
    line("refuses a hexadecimal suffix", "7h"),
    line("refuses a signed size", "+7"),
    line("refuses a negative size", "-7"),
    line("refuses a negative zero", "-0"),
    line("refuses a fractional size", "7.0"),
    line("refuses a separator in a size", "0_7"),
    line("refuses a comma behind a size", "7,"),
    line("refuses a size of two words", "7 7"),
    line("refuses a quoted size", '"7"'),
    line("refuses a space before a size", " 7"),
    line("refuses a tab before a size", "\t7"),
    line("refuses a space behind a size", "7 "),
    line("refuses a tab behind a size", "7\t"),
    line("refuses a vertical tab behind a size", "7\x0b"),
    line("refuses a form feed before a size", "\x0c7"),
    line("refuses NUL behind a size", "7\0"),
    line("refuses a no-break space behind a size", "7\xa0"),
    line("refuses a digit of another script in a size", "\xd9\xa7"),
    line("refuses a full-width digit in a size", "\xef\xbc\x97"),
    line("refuses a high byte in a size", "\xb3"),
    ["refuses a body that is not chunked", CHUNKS(JSON_BODY + "\r\n")],
    ["refuses a size without a line end", CHUNKS(`7${JSON_BODY}\r\n0\r\n\r\n`)],
    ["refuses an empty line before a size", CHUNKS(`\r\n${JSON_CHUNKS}`)],
  ]),
  ...rows("RFC 9110 §15.5.14", answer(413, "closed", { connection: "close", date: true }), [
    [
      "answers 413 to a chunk above the limit",
      CHUNKS((LIMITS.bodyBytesMax + 1).toString(16) + "\r\n"),
    ],
    [
      "answers 413 to chunks that are together above the limit",
      CHUNKS(`1\r\n1\r\n${LIMITS.bodyBytesMax.toString(16)}\r\n`),
    ],
    ["answers 413 to a chunk of 2^31", CHUNKS("80000000\r\n") + NEXT],
    [
      "answers 413 to a chunk of 2^32 and 7, which wraps",
      CHUNKS(`100000007\r\n${JSON_BODY}\r\n0\r\n\r\n`) + NEXT,
    ],
    [
      "answers 413 to a chunk of 2^32 less one, which looks negative",
      CHUNKS("ffffffff\r\n") + NEXT,
    ],
    ["answers 413 to a chunk of 2^53 and 1, which rounds", CHUNKS("20000000000001\r\n") + NEXT],
    [
      "answers 413 to a chunk of 2^64, which looks like the last",
      CHUNKS("10000000000000000\r\n\r\n") + NEXT,
    ],
    [
      "answers 413 to a chunk of 2^64 and 7, which wraps",
      CHUNKS(`10000000000000007\r\n${JSON_BODY}\r\n0\r\n\r\n`) + NEXT,
    ],
    [
      "answers 413 to a chunk of 2^64 less one, which looks negative",
      CHUNKS("ffffffffffffffff\r\n") + NEXT,
    ],
    ["answers 413 to a chunk of 200 digits", CHUNKS("f".repeat(200) + "\r\n") + NEXT],
    [
      "answers 413 to a chunk of GET above the limit",
      GET("/hello.html", CHUNKED) + "fffffff\r\n" + NEXT,
    ],
  ]),
];

const LINE_ENDS = refused("RFC 9112 §7.1", [
  ["refuses a bare LF behind a size", CHUNKS(`7\n${JSON_BODY}\r\n0\r\n\r\n`)],
  ["refuses a bare CR behind a size", CHUNKS(`7\r${JSON_BODY}\r\n0\r\n\r\n`)],
  ["refuses CR CR LF behind a size", CHUNKS(`7\r\r\n${JSON_BODY}\r\n0\r\n\r\n`)],
  ["refuses LF CR behind a size", CHUNKS(`7\n\r${JSON_BODY}\r\n0\r\n\r\n`)],
  ["refuses a bare LF behind chunk data", CHUNKS(`7\r\n${JSON_BODY}\n0\r\n\r\n`)],
  ["refuses a bare CR behind chunk data", CHUNKS(`7\r\n${JSON_BODY}\r0\r\n\r\n`)],
  ["refuses CR CR LF behind chunk data", CHUNKS(`7\r\n${JSON_BODY}\r\r\n0\r\n\r\n`)],
  ["refuses chunk data without a line end", CHUNKS(`7\r\n${JSON_BODY}0\r\n\r\n`)],
  [
    "refuses two other bytes for the line end of chunk data",
    CHUNKS(`7\r\n${JSON_BODY}XX0\r\n\r\n`),
  ],
  ["refuses chunk data longer than its size", CHUNKS(`6\r\n${JSON_BODY}\r\n0\r\n\r\n`)],
  ["refuses chunk data shorter than its size", CHUNKS(`8\r\n${JSON_BODY}\r\n0\r\n\r\n`)],
  ["refuses an empty line behind chunk data", CHUNKS(`7\r\n${JSON_BODY}\r\n\r\n0\r\n\r\n`)],
  ["refuses a bare LF behind the last size", CHUNKS(`7\r\n${JSON_BODY}\r\n0\n\r\n`)],
  ["refuses bare LF for both ends of the body", CHUNKS(`7\r\n${JSON_BODY}\r\n0\n\n`)],
  ["refuses a bare LF for the last line", CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\n\n`)],
  ["refuses a bare CR for the last line", CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\n\rX`)],
  ["refuses a request right behind the last size", CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\n`)],
]);

const EXTENSIONS = [
  ...rows("RFC 9112 §7.1.1", STORED, [
    line("ignores an extension without a value", "7;a"),
    line("ignores an extension with a value", "7;a=b"),
    line("ignores a quoted value", '7;a="b c"'),
    line("ignores an empty quoted value", '7;a=""'),
    line("ignores a semicolon in a quoted value", '7;a="b;c=d"'),
    line("ignores an escaped quote in a quoted value", '7;a="b\\"c"'),
    line("ignores a high byte in a quoted value", '7;a="caf\xe9"'),
    line("ignores a tab in a quoted value", '7;a="b\tc"'),
    line("ignores many extensions", '7;a;b=c;d="e";f=g'),
    line("ignores the same extension twice", "7;a=b;a=c"),
    line("ignores whitespace around an extension (RFC 9110 §5.6.3)", "7 ; a = b"),
    line("ignores a tab before a semicolon (RFC 9110 §5.6.3)", "7\t;a=b"),
    ["ignores an extension of the last chunk", CHUNKS(`7\r\n${JSON_BODY}\r\n0;a=b\r\n\r\n`)],
    line(
      "ignores extensions as long as the limit",
      "7;" + "a".repeat(LIMITS.chunkLineBytesMax - 4),
    ),
  ]),
  ...refused("RFC 9112 §7.1.1", [
    line("refuses extensions above the limit", "7;" + "a".repeat(LIMITS.chunkLineBytesMax - 1)),
    ["refuses extensions without end", CHUNKS("7;" + "a".repeat(5000))],
    [
      "refuses extensions of the last chunk above the limit",
      CHUNKS(`0;${"a".repeat(300)}\r\n\r\n`),
    ],
    ["refuses a size of zeros without end", CHUNKS("0".repeat(5000))],
    line("refuses an extension without a name", "7;"),
    line("refuses an extension of whitespace", "7; "),
    line("refuses a value without a name", "7;=b"),
    line("refuses a name without its value", "7;a="),
    line("refuses an empty extension before another", "7;;a=b"),
    line("refuses two values", "7;a=b=c"),
    line("refuses whitespace behind an extension", "7;a=b "),
    line("refuses a space in a name of an extension", "7;a b"),
    line("refuses a comma between extensions", "7;a,b"),
    line("refuses a comma before an extension", "7,a=b"),
    line("refuses an open quote", '7;a="b'),
    line("refuses an open escape", '7;a="b\\'),
    line("refuses text behind a quoted value", '7;a="b"c'),
    line("refuses a quote inside a value", '7;a=b"c"'),
    line("refuses a bare LF in an extension", "7;a\nb"),
    line("refuses a bare CR in an extension", "7;a\rb"),
    line("refuses a bare LF behind a semicolon", "7;\n"),
    line("refuses a bare CR behind a semicolon", "7;\r"),
    line("refuses a bare LF in a quoted value", '7;a="b\nc"'),
    line("refuses a bare CR in a quoted value", '7;a="b\rc"'),
    line("refuses a line end in a quoted value", '7;a="b\r\nc"'),
    line("refuses an escaped line feed in a quoted value", '7;a="b\\\nc"'),
    line("refuses NUL in an extension", "7;a\0b"),
    line("refuses NUL in a quoted value", '7;a="b\0c"'),
    line("refuses a control character in an extension", "7;a\x01b"),
    line("refuses DEL in a quoted value", '7;a="b\x7fc"'),
    line("refuses a high byte in a name of an extension", "7;caf\xe9"),
    ["refuses a bare LF behind an extension", CHUNKS(`7;a=b\n${JSON_BODY}\r\n0\r\n\r\n`)],
    [
      "refuses a bare LF in an extension of the last chunk",
      CHUNKS(`7\r\n${JSON_BODY}\r\n0;a\n\r\n`),
    ],
    [
      "refuses a bare LF in an extension before a smuggled request",
      CHUNKS(`2;\nxx\r\n4c\r\n0\r\n\r\n${NEXT}`),
    ],
    [
      "refuses a bare CR in an extension before a smuggled last chunk",
      CHUNKS(`7;\r0\r\n\r\n${NEXT}`),
    ],
  ]),
];

const TRAILERS = [
  ...rows("RFC 9112 §7.1.2", STORED, [
    trailers("ignores a trailer", "X-A: b\r\n"),
    trailers("ignores many trailers", "X-A: b\r\nX-C: d\r\nX-A: e\r\n"),
    trailers("ignores an empty trailer", "X-A:\r\n"),
    trailers("ignores a trailer with high bytes", "X-A: caf\xe9\r\n"),
    trailers("ignores trailers as long as the limit", trailersOf(LIMITS.trailerBytesMax)),
    [
      "ignores a trailer that was announced",
      UPLOAD(CHUNKED, "Trailer: X-A") + `7\r\n${JSON_BODY}\r\n0\r\nX-A: b\r\n\r\n`,
    ],
    [
      "ignores an announced trailer that does not come",
      UPLOAD(CHUNKED, "Trailer: X-A") + JSON_CHUNKS,
    ],
  ]),
  ...rows("RFC 9110 §6.5.1", STORED, [
    trailers("ignores Connection in a trailer", "Connection: close\r\n"),
    trailers("ignores Content-Type in a trailer", "Content-Type: text/plain\r\n"),
    trailers("ignores Expect in a trailer", "Expect: 200-ok\r\n"),
    trailers("ignores a condition in a trailer", 'If-Match: "nope"\r\n'),
  ]),
  ...rows("RFC 9110 §6.5.1", answer(415, "open"), [
    [
      "takes no Content-Type from a trailer",
      request("POST", "/upload", CHUNKED) +
      `7\r\n${JSON_BODY}\r\n0\r\nContent-Type: application/json\r\n\r\n`,
    ],
  ]),
  ...rows("RFC 9110 §6.5.1", { ...SERVED, content: TEN }, [
    ["ignores Range in a trailer", GET("/ten.bin", CHUNKED) + "0\r\nRange: bytes=0-1\r\n\r\n"],
    [
      "ignores If-None-Match in a trailer",
      GET("/ten.bin", CHUNKED) + "0\r\nIf-None-Match: *\r\n\r\n",
    ],
  ]),
  ...refused("RFC 9110 §6.5.1", [
    trailers("refuses Content-Length in a trailer", "Content-Length: 7\r\n"),
    trailers("refuses Content-Length in a trailer in any case", "cOnTeNt-LeNgTh: 0\r\n"),
    trailers("refuses Transfer-Encoding in a trailer", "Transfer-Encoding: chunked\r\n"),
    trailers("refuses Host in a trailer", HOST + "\r\n"),
    trailers("refuses a framing field behind another trailer", "X-A: b\r\nContent-Length: 0\r\n"),
  ]),
  ...refused("RFC 9112 §7.1.2", [
    trailers("refuses a trailer without a colon", "X-A b\r\n"),
    trailers("refuses a trailer without a name", ": b\r\n"),
    trailers("refuses a space before the colon of a trailer", "X-A : b\r\n"),
    trailers("refuses a space in the name of a trailer", "X A: b\r\n"),
    trailers("refuses a folded trailer", "X-A: b\r\n c\r\n"),
    trailers("refuses a space before the first trailer", " X-A: b\r\n"),
    trailers("refuses a trailer line of whitespace", " \r\n"),
    trailers("refuses a bare LF behind a trailer", "X-A: b\n"),
    trailers("refuses a bare CR in a trailer", "X-A: b\rc\r\n"),
    trailers("refuses CR CR LF behind a trailer", "X-A: b\r\r\n"),
    trailers("refuses NUL in a trailer", "X-A: b\0\r\n"),
    trailers("refuses a control character in a trailer", "X-A: \x01\r\n"),
    [
      "refuses a request in place of trailers",
      CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\nGET / HTTP/1.1\r\n`),
    ],
  ]),
  ...rows("RFC 6585 §5", answer(431, "closed", { connection: "close" }), [
    trailers("answers 431 to trailers above the limit", trailersOf(LIMITS.trailerBytesMax + 1)),
    ["answers 431 to trailers without end", CHUNKS("0\r\n" + "X-A: b\r\n".repeat(1000))],
    ["answers 431 to a trailer without end", CHUNKS("0\r\nX-A: " + "x".repeat(5000))],
  ]),
];

const INCOMPLETE = rows("RFC 9112 §8", WAITING, [
  ["waits for the first chunk", UPLOAD(CHUNKED)],
  ["waits for the rest of a size", CHUNKS("7")],
  ["waits for the line feed behind a size", CHUNKS("7\r")],
  ["waits for chunk data", CHUNKS("7\r\n")],
  ["waits for the rest of chunk data", CHUNKS('7\r\n{"a"')],
  ["waits for the line end of chunk data", CHUNKS(`7\r\n${JSON_BODY}`)],
  ["waits for the line feed of chunk data", CHUNKS(`7\r\n${JSON_BODY}\r`)],
  ["waits for the last chunk", CHUNKS(`7\r\n${JSON_BODY}\r\n`)],
  ["waits for the line end of the last chunk", CHUNKS(`7\r\n${JSON_BODY}\r\n0`)],
  ["waits for the end of the body", CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\n`)],
  ["waits for the last line feed", CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\n\r`)],
  ["waits for the empty line behind trailers", CHUNKS(`7\r\n${JSON_BODY}\r\n0\r\nX-A: b\r\n`)],
  ["waits for the rest of an extension", CHUNKS('7;a="b')],
  ["waits for a chunk as long as the limit", CHUNKS(LIMITS.bodyBytesMax.toString(16) + "\r\n")],
]);

export const CHUNKED_ROWS: readonly Exchange[] = [
  ...SIZE,
  ...LINE_ENDS,
  ...EXTENSIONS,
  ...TRAILERS,
  ...INCOMPLETE,
];
