// Field lines: RFC 9112 §5, RFC 9110 §5, and how many of them a head may have.

import type { Exchange } from "./exchange.ts";
import { CHUNKED, GET, head, HOST, JSON_BODY, JSON_TYPE, NEXT, UPLOAD } from "./request.ts";
import { answer, refused, rows, SERVED, STORED } from "./rows.ts";
import { LIMITS } from "./site.ts";

const LINE = "GET /hello.html HTTP/1.1";

/** A GET with these lines between Host and the end, whatever they hold. */
function lines(text: string): string {
  return `${LINE}\r\n${HOST}\r\n${text}\r\n\r\n`;
}

/** A GET with this many field lines, Host among them. */
function fieldsOf(count: number): string {
  return GET("/hello.html", ...Array.from({ length: count - 1 }, (_, index) => `X-${index}: x`));
}

/** A GET whose head is this long, by one field. */
function headOf(byteLength: number): string {
  const bare = GET("/hello.html", "X-Long: ").length;
  return GET("/hello.html", "X-Long: " + "x".repeat(byteLength - bare));
}

const SYNTAX = [
  ...rows("RFC 9112 §5", SERVED, [
    ["takes a field without whitespace", lines("X-A:b")],
    ["takes a field with whitespace around the value", lines("X-A: \t b \t ")],
    ["takes an empty field", lines("X-A:")],
    ["takes a field of whitespace", lines("X-A: \t ")],
    ["takes colons in a value", lines("X-A: b:c: d")],
    ["takes fields in any order", head(LINE, "X-A: b", HOST, "X-C: d")],
    ["takes the same field many times", lines("X-A: b\r\nX-A: c\r\nx-a: b")],
    ["takes Host without whitespace", head(LINE, "Host:localhost")],
    ["takes Host with whitespace around", head(LINE, "Host: \tlocalhost:8080\t ")],
  ]),
  ...rows("RFC 9110 §5.1", SERVED, [
    ["ignores case of names", head(LINE, "hOST: localhost")],
    ["takes every token character in a name", lines("!#$%&'*+-.^_`|~09azAZ: x")],
    ["ignores a field nobody knows", lines("X-Nobody-Knows: x")],
  ]),
  ...rows("RFC 9110 §5.1", STORED, [
    ["ignores case of Content-Length", UPLOAD("cONTENT-lENGTH: 7") + JSON_BODY],
  ]),
  ...rows("RFC 9110 §5.5", SERVED, [
    ["takes a tab inside a value", lines("X-A: b\tc")],
    ["takes bytes beyond ASCII in a value", lines("X-A: caf\xe9 \x80\xff")],
    ["takes every visible character in a value", lines("X-A: !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")],
    ["takes an open quote in a value nobody reads", lines('X-A: "b')],
  ]),
  ...refused("RFC 9112 §5", [
    ["refuses a line without a colon", lines("X-A b")],
    ["refuses a line of one word", lines("X-A")],
    ["refuses an empty name", lines(": b")],
    ["refuses a colon alone", lines(":")],
  ]),
];

const NAMES = [
  ...refused("RFC 9112 §5.1", [
    ["refuses a space before the colon", lines("X-A : b")],
    ["refuses a tab before the colon", lines("X-A\t: b")],
    ["refuses a space before the colon of Host", head(LINE, "Host : localhost")],
    [
      "refuses a space before the colon of Content-Length",
      UPLOAD("Content-Length : 7") + JSON_BODY,
    ],
    [
      "refuses a space before the colon of Transfer-Encoding",
      UPLOAD("Transfer-Encoding : chunked"),
    ],
    ["refuses a tab before the colon of Transfer-Encoding", UPLOAD("Transfer-Encoding\t: chunked")],
    [
      "refuses a space before the colon in HTTP/1.0",
      head("GET /hello.html HTTP/1.0", "X-A : b"),
    ],
  ]),
  ...refused("RFC 9110 §5.1", [
    ["refuses a space in a name", lines("X A: b")],
    ["refuses NUL in a name", lines("X\0A: b")],
    ["refuses a control character in a name", lines("X\x01A: b")],
    ["refuses a vertical tab before the colon", lines("X-A\x0b: b")],
    ["refuses NUL before the colon of Transfer-Encoding", lines("Transfer-Encoding\0: chunked")],
    ["refuses a no-break space before the colon", lines("Transfer-Encoding\xa0: chunked")],
    ["refuses DEL in a name", lines("X\x7fA: b")],
    ["refuses a high byte in a name", lines("X-\xc9: b")],
    ["refuses parentheses in a name", lines("X(A): b")],
    ["refuses a comma in a name", lines("X,A: b")],
    ["refuses a slash in a name", lines("X/A: b")],
    ["refuses a semicolon in a name", lines("X;A: b")],
    ["refuses an equals sign in a name", lines("X=A: b")],
    ["refuses an at sign in a name", lines("X@A: b")],
    ["refuses brackets in a name", lines("X[A]: b")],
    ["refuses braces in a name", lines("X{A}: b")],
    ["refuses a backslash in a name", lines("X\\A: b")],
    ["refuses a question mark in a name", lines("X?A: b")],
    ["refuses quotes around a name", lines('"X-A": b')],
    ["refuses angle brackets around a name", lines("<X-A>: b")],
  ]),
];

const VALUES = refused("RFC 9110 §5.5", [
  ["refuses NUL in a value", lines("X-A: b\0c")],
  ["refuses NUL at the end of a value", lines("X-A: b\0")],
  ["refuses a bare CR in a value", lines("X-A: b\rc")],
  ["refuses a bare CR before a value", lines("X-A:\rb")],
  ["refuses a field behind a bare CR", lines("X-A: b\rTransfer-Encoding: chunked")],
  ["refuses a start of heading in a value", lines("X-A: \x01")],
  ["refuses a backspace in a value", lines("X-A: b\x08c")],
  ["refuses a vertical tab in a value", lines("X-A: b\x0bc")],
  ["refuses a form feed in a value", lines("X-A: b\x0cc")],
  ["refuses an escape character in a value", lines("X-A: \x1b[31m")],
  ["refuses a unit separator in a value", lines("X-A: b\x1fc")],
  ["refuses DEL in a value", lines("X-A: b\x7fc")],
  ["refuses NUL in Host", head(LINE, "Host: localhost\0.evil.example")],
  ["refuses a bare CR in Host", head(LINE, "Host: localhost\r.evil.example")],
]);

const LINE_ENDS = refused("RFC 9112 §2.2", [
  ["refuses a bare LF at the end of a field", lines("X-A: b\nX-C: d")],
  ["refuses a bare LF at the end of the last field", `${LINE}\r\n${HOST}\n\r\n`],
  ["refuses a bare LF for the empty line", `${LINE}\r\n${HOST}\r\n\n`],
  ["refuses bare LF for the last two line ends", `${LINE}\r\n${HOST}\n\n`],
  ["refuses a field behind a bare LF", lines("X-A: b\nTransfer-Encoding: chunked")],
  ["refuses a second head behind bare LF", lines(`X-A: b\n\nGET / HTTP/1.1\n${HOST}`)],
  ["refuses CR CR LF at the end of a field", `${LINE}\r\n${HOST}\r\r\n\r\n`],
  ["refuses CR CR LF for the empty line", `${LINE}\r\n${HOST}\r\n\r\r\n`],
  ["refuses LF CR at the end of a field", lines("X-A: b\n\rX-C: d")],
  ["refuses a bare CR for the empty line", `${LINE}\r\n${HOST}\r\n\rX-A: b\r\n\r\n`],
]);

const FOLDED = refused("RFC 9112 §5.2", [
  ["refuses a value folded with a space", lines("X-A: b\r\n c")],
  ["refuses a value folded with a tab", lines("X-A: b\r\n\tc")],
  ["refuses a value that begins on the next line", lines("X-A:\r\n b")],
  ["refuses a folded line of whitespace", lines("X-A: b\r\n \t ")],
  ["refuses a folded Host", head(LINE, "Host: localhost", " .evil.example")],
  ["refuses a folded Transfer-Encoding", UPLOAD("Transfer-Encoding:", " chunked")],
  ["refuses Transfer-Encoding on a folded line", UPLOAD("X-A: b", ` ${CHUNKED}`)],
  ["refuses a folded Content-Length", UPLOAD("Content-Length: 1", " 7") + JSON_BODY],
  ["refuses a folded Content-Type", head(LINE, HOST, JSON_TYPE + ";", "\tcharset=utf-8")],
  ["refuses a folded line in HTTP/1.0", head("GET /hello.html HTTP/1.0", "X-A: b", " c")],
]);

const AMOUNT = [
  ...rows("RFC 6585 §5", SERVED, [
    ["serves as many fields as the limit", fieldsOf(LIMITS.fieldsMax)],
    ["serves a head as long as the limit", headOf(LIMITS.headBytesMax)],
  ]),
  ...rows("RFC 6585 §5", answer(431, "closed", { connection: "close", date: true }), [
    ["answers 431 to one field above the limit", fieldsOf(LIMITS.fieldsMax + 1) + NEXT],
    ["answers 431 to one byte above the limit of heads", headOf(LIMITS.headBytesMax + 1) + NEXT],
    ["answers 431 to a value without end", `${LINE}\r\n${HOST}\r\nX-A: ` + "x".repeat(20_000)],
    ["answers 431 to a name without end", `${LINE}\r\n${HOST}\r\n` + "x".repeat(20_000)],
    ["answers 431 to fields without end", `${LINE}\r\n${HOST}\r\n` + "X-A: b\r\n".repeat(3000)],
  ]),
];

export const FIELDS: readonly Exchange[] = [
  ...SYNTAX,
  ...NAMES,
  ...VALUES,
  ...LINE_ENDS,
  ...FOLDED,
  ...AMOUNT,
];
