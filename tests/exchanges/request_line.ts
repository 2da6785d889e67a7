// The request line: RFC 9112 §2.2, §2.3 and §3, and what of a target is wrong before any path is.

import type { Exchange } from "./exchange.ts";
import { GET, head, HOST, NEXT, request } from "./request.ts";
import { answer, refused, rows, SERVED, WAITING } from "./rows.ts";
import { LIMITS } from "./site.ts";

const LINE = "GET /hello.html HTTP/1.1";

/** A GET with this version, otherwise fine. */
function version(text: string): string {
  return head(`GET /hello.html ${text}`, HOST);
}

/** `/hello.html` with a query that makes the target this long. */
function targetOf(byteLength: number): string {
  return "/hello.html?".padEnd(byteLength, "q");
}

const PARSING = [
  ...rows("RFC 9112 §2.2", SERVED, [
    ["ignores an empty line before the request line", "\r\n" + GET("/hello.html")],
    ["ignores two empty lines before the request line", "\r\n\r\n" + GET("/hello.html")],
  ]),
  ...rows("RFC 9112 §2.2", { statuses: [], after: "open" }, [
    ["takes an empty line alone for no request", "\r\n"],
  ]),
  ...rows("RFC 9112 §2.2", WAITING, [
    ["waits for the line feed of an empty line", "\r"],
    ["waits for the rest of a method", "GE"],
    ["waits for the rest of a target", "GET /hello"],
    ["waits for the rest of a version", "GET /hello.html HTTP/1."],
    ["waits for the line feed of the request line", LINE + "\r"],
    ["waits for fields behind the request line", LINE + "\r\n"],
    ["waits for the empty line behind the fields", `${LINE}\r\n${HOST}\r\n`],
    ["waits for the line feed of the last line", `${LINE}\r\n${HOST}\r\n\r`],
  ]),
  ...refused("RFC 9112 §2.2", [
    ["refuses a bare LF at the end of the request line", `${LINE}\n${HOST}\r\n\r\n`],
    ["refuses bare LF at the end of all lines", `${LINE}\n${HOST}\n\n`],
    ["refuses LF CR at the end of the request line", `${LINE}\n\r${HOST}\r\n\r\n`],
    ["refuses CR CR LF at the end of the request line", `${LINE}\r\r\n${HOST}\r\n\r\n`],
    ["refuses bare CR at the end of all lines", `${LINE}\r${HOST}\r\r`],
    ["refuses a bare CR in the request line", `GET /hello.html\rHTTP/1.1\r\n${HOST}\r\n\r\n`],
    ["refuses a bare LF in the request line", `GET /hello.html\nHTTP/1.1\r\n${HOST}\r\n\r\n`],
    [
      "refuses a line break of folded lines in the request line",
      `GET /hello.html\r\n HTTP/1.1\r\n`,
    ],
    ["refuses a bare LF before the request line", "\n" + GET("/hello.html")],
    ["refuses a bare CR before the request line", "\r" + GET("/hello.html")],
    ["refuses empty lines without end before the request line", "\r\n".repeat(64)],
    ["refuses a line of one space before the request line", " \r\n" + GET("/hello.html")],
    ["refuses a space before the first field", head(LINE, ` ${HOST}`)],
    ["refuses a tab before the first field", head(LINE, `\t${HOST}`)],
    ["refuses a line of one space before the fields", head(LINE, " ", HOST)],
    ["refuses a byte order mark before the request line", "\xef\xbb\xbf" + GET("/hello.html")],
    ["refuses NUL before the request line", "\0" + GET("/hello.html")],
    ["refuses the greeting of TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n"],
    ["refuses a status line", head("HTTP/1.1 200 OK", HOST)],
    ["refuses fields without a request line", head(HOST, "Accept: */*")],
  ]),
];

const SHAPE = refused("RFC 9112 §3", [
  ["refuses two spaces behind the method", head("GET  /hello.html HTTP/1.1", HOST)],
  ["refuses two spaces before the version", head("GET /hello.html  HTTP/1.1", HOST)],
  ["refuses a tab behind the method", head("GET\t/hello.html HTTP/1.1", HOST)],
  ["refuses a tab before the version", head("GET /hello.html\tHTTP/1.1", HOST)],
  ["refuses a vertical tab for a space", head("GET /hello.html\x0bHTTP/1.1", HOST)],
  ["refuses a form feed for a space", head("GET\x0c/hello.html HTTP/1.1", HOST)],
  ["refuses a no-break space for a space", head("GET\xa0/hello.html HTTP/1.1", HOST)],
  ["refuses a space before the method", head(` ${LINE}`, HOST)],
  ["refuses a tab before the method", head(`\t${LINE}`, HOST)],
  ["refuses a space behind the version", head(`${LINE} `, HOST)],
  ["refuses a tab behind the version", head(`${LINE}\t`, HOST)],
  ["refuses a fourth word", head(`${LINE} HTTP/1.0`, HOST)],
  ["refuses a method alone", head("GET", HOST)],
  ["refuses a method and a space alone", head("GET ", HOST)],
  ["refuses a missing target", head("GET HTTP/1.1", HOST)],
  ["refuses an empty target", head("GET  HTTP/1.1", HOST)],
  ["refuses a missing version (HTTP/0.9)", head("GET /hello.html")],
  ["refuses a missing version before any field arrives", "GET /\r\n"],
  ["refuses a space in place of the version", head("GET /hello.html ", HOST)],
  ["refuses a space in the target", head("GET /hello world.html HTTP/1.1", HOST)],
]);

const VERSION = [
  ...rows("RFC 9110 §2.5", SERVED, [
    ["takes HTTP/1.2 for HTTP/1.1", version("HTTP/1.2")],
    ["takes HTTP/1.9 for HTTP/1.1", version("HTTP/1.9")],
  ]),
  ...refused("RFC 9112 §2.3", [
    ["refuses a version in lower case", version("http/1.1")],
    ["refuses a version in mixed case", version("Http/1.1")],
    ["refuses another protocol", version("ICY/1.1")],
    ["refuses the name of HTTPS as a version", version("HTTPS/1.1")],
    ["refuses a version without a minor", version("HTTP/1")],
    ["refuses a version with an empty minor", version("HTTP/1.")],
    ["refuses a version with an empty major", version("HTTP/.1")],
    ["refuses a version without a number", version("HTTP/")],
    ["refuses a version without a slash", version("HTTP1.1")],
    ["refuses a version of three numbers", version("HTTP/1.1.1")],
    ["refuses a minor of two digits", version("HTTP/1.10")],
    ["refuses a major of two digits", version("HTTP/11.1")],
    ["refuses a major with a leading zero", version("HTTP/01.1")],
    ["refuses a minor with a leading zero", version("HTTP/1.01")],
    ["refuses a signed version", version("HTTP/+1.1")],
    ["refuses a negative version", version("HTTP/-1.1")],
    ["refuses a comma in the version", version("HTTP/1,1")],
    ["refuses letters in the version", version("HTTP/1.x")],
    ["refuses a space in the version", version("HTTP/ 1.1")],
    ["refuses NUL behind the version", version("HTTP/1.1\0")],
    ["refuses a vertical tab behind the version", version("HTTP/1.1\x0b")],
    ["refuses a digit of another script in the version", version("HTTP/1.\xd9\xa1")],
  ]),
  ...rows("RFC 9110 §15.6.6", answer(505, "closed", { connection: "close" }), [
    ["answers 505 to HTTP/2.0 in a request line", version("HTTP/2.0") + NEXT],
    ["answers 505 to HTTP/3.0 in a request line", version("HTTP/3.0") + NEXT],
    ["answers 505 to HTTP/9.9 in a request line", version("HTTP/9.9") + NEXT],
    ["answers 505 to HTTP/0.9 in a request line", version("HTTP/0.9") + NEXT],
    ["answers 505 to HTTP/2.0 without Host", head("GET /hello.html HTTP/2.0") + NEXT],
    ["answers 505 to the preface of HTTP/2", head("PRI * HTTP/2.0") + "SM\r\n\r\n"],
  ]),
];

const METHOD = [
  ...refused("RFC 9112 §3.1", [
    ["refuses an empty method", head(" /hello.html HTTP/1.1", HOST)],
    ["refuses an at sign in the method", request("G@T", "/hello.html")],
    ["refuses a colon behind the method", request("GET:", "/hello.html")],
    ["refuses a slash in the method", request("GET/", "/hello.html")],
    ["refuses a comma in the method", request("GET,HEAD", "/hello.html")],
    ["refuses parentheses around the method", request("(GET)", "/hello.html")],
    ["refuses quotes around the method", request('"GET"', "/hello.html")],
    ["refuses braces around the method", request("{GET}", "/hello.html")],
    ["refuses an equals sign in the method", request("A=B", "/hello.html")],
    ["refuses NUL in the method", request("G\0ET", "/hello.html")],
    ["refuses DEL in the method", request("GET\x7f", "/hello.html")],
    ["refuses a high byte in the method", request("G\xc9T", "/hello.html")],
  ]),
  ...rows("RFC 9110 §15.6.2", answer(501, "open", { date: true }), [
    ["answers 501 to a method nobody knows", request("BREW", "/hello.html")],
    ["answers 501 to a method of another protocol", request("M-SEARCH", "/hello.html")],
    ["answers 501 to a method of WebDAV", request("PROPFIND", "/hello.html")],
    ["answers 501 to a method that begins like GET", request("GETT", "/hello.html")],
    ["answers 501 to a method cut short", request("GE", "/hello.html")],
    ["answers 501 to a long method", request("A".repeat(40), "/hello.html")],
    ["answers 501 to a method of all token characters", request("!#$%&'*+-.^_`|~09az", "/")],
  ]),
  ...rows("RFC 9110 §9.1", answer(501, "open"), [
    ["distinguishes a method in lower case", request("get", "/hello.html")],
    ["distinguishes a method in mixed case", request("Get", "/hello.html")],
  ]),
];

const TARGET = [
  ...rows("RFC 9112 §3.2.1", SERVED, [
    ["serves a target with a query", GET("/hello.html?x=1&y=2")],
    ["serves a target with an empty query", GET("/hello.html?")],
    ["serves a target with marks in its query", GET("/hello.html?a:b@c/d?e;f,g")],
    ["keeps dots in a query from the path", GET("/hello.html?/../../etc/passwd")],
    ["decodes an escape in the path (RFC 9110 §4.2.3)", GET("/%68ello%2Ehtml")],
  ]),
  ...refused("RFC 9112 §3.2", [
    ["refuses a fragment", GET("/hello.html#top")],
    ["refuses an empty fragment", GET("/hello.html#")],
    ["refuses a fragment behind a query", GET("/hello.html?x#y")],
    ["refuses a relative target", GET("hello.html")],
    ["refuses a query without a path", GET("?x=1")],
    ["refuses a backslash in front", GET("\\hello.html")],
    ["refuses NUL in the target", GET("/hello.html\0")],
    ["refuses a control character in the target", GET("/hello\x01.html")],
    ["refuses an escape character in the target", GET("/hello\x1b.html")],
    ["refuses DEL in the target", GET("/hello\x7f.html")],
    ["refuses UTF-8 in the target", GET("/caf\xc3\xa9")],
    ["refuses a high byte in the query", GET("/hello.html?\xff")],
    ["refuses NUL in the query", GET("/hello.html?\0")],
  ]),
  ...refused("RFC 9112 §3.2.3", [
    ["refuses authority-form for GET", GET("localhost:8080")],
    ["refuses authority-form for OPTIONS", request("OPTIONS", "localhost:8080")],
  ]),
  ...refused("RFC 9112 §3.2.4", [
    ["refuses asterisk-form for GET", GET("*")],
    ["refuses asterisk-form for HEAD", request("HEAD", "*")],
    ["refuses asterisk-form for POST", request("POST", "*", "Content-Length: 0")],
    ["refuses an asterisk with a query", request("OPTIONS", "*?x")],
    ["refuses an asterisk with a path", request("OPTIONS", "*/hello.html")],
  ]),
  ...rows("RFC 9110 §15.5.15", SERVED, [
    ["serves a target at the limit", GET(targetOf(LIMITS.targetBytesMax))],
  ]),
  ...rows("RFC 9110 §15.5.15", answer(414, "closed", { connection: "close", date: true }), [
    ["answers 414 above the limit of targets", GET(targetOf(LIMITS.targetBytesMax + 1)) + NEXT],
    ["answers 414 to a target without end", "GET " + targetOf(LIMITS.targetBytesMax + 1000)],
    [
      "answers 414 to an absolute target above the limit",
      GET("http://localhost:8080" + targetOf(LIMITS.targetBytesMax)),
    ],
  ]),
];

export const REQUEST_LINE: readonly Exchange[] = [
  ...PARSING,
  ...SHAPE,
  ...VERSION,
  ...METHOD,
  ...TARGET,
];
