// Messages that two readers could end in two places, each with a request hidden behind it. Whoever
// answers the hidden one has been led astray.

import { get, head, request, upload, uploadHead } from "../integration/requests.ts";
import { type Attack, attacks, BROKEN, SERVED, type Verdict } from "./attack.ts";

const HIDDEN = get("/smuggled");
const CHUNKED = "Transfer-Encoding: chunked";
const CHUNKS = "2\r\n{}\r\n0\r\n\r\n";

const STORED: Verdict = { status: 201, event: "none", after: "open" };
const TOO_LARGE: Verdict = { status: 413, event: "limit", after: "closed" };
const UNKNOWN_CODING: Verdict = { status: 501, event: "protocol", after: "closed" };

type Case = readonly [attack: string, send: string];

/** Broken messages, each with a request behind it. */
function refused(verdict: Verdict, cases: readonly Case[]): readonly Attack[] {
  return attacks(verdict, cases.map(([attack, send]) => [attack, send + HIDDEN]));
}

/** Uploads that are framed by these fields. */
function framed(cases: readonly (readonly [attack: string, ...fields: string[]])[]): Case[] {
  return cases.map(([attack, ...fields]) => [attack, uploadHead(...fields) + "{}"]);
}

/** Uploads with this content in chunks. */
function chunked(cases: readonly Case[]): Case[] {
  return cases.map(([attack, content]) => [attack, uploadHead(CHUNKED) + content]);
}

const LENGTHS = [
  ...refused(BROKEN, [
    ["CL+TE (deno#26554)", uploadHead("Content-Length: 2", CHUNKED) + CHUNKS],
    ["TE+CL (deno#26554, Caddy 2.6)", uploadHead(CHUNKED, "Content-Length: 12") + CHUNKS],
    ["CL+TE with a length of 0", uploadHead("Content-Length: 0", CHUNKED) + CHUNKS],
    ["CL+TE on a file", request("GET", "/ten.bin", "Content-Length: 12", CHUNKED) + CHUNKS],
    ...framed([
      ["two lengths", "Content-Length: 2", "Content-Length: 0"],
      ["one length twice", "Content-Length: 2", "Content-Length: 2"],
      ["lengths in a list", "Content-Length: 2, 2"],
      ["a length with a plus", "Content-Length: +2"],
      ["a length with a minus", "Content-Length: -2"],
      ["a length in hexadecimal", "Content-Length: 0x2"],
      ["a length with an exponent", "Content-Length: 2e0"],
      ["a length with a fraction", "Content-Length: 2.0"],
      ["a length with a space inside", "Content-Length: 2 0"],
      ["a length of underscored digits", "Content-Length: 2_0"],
      ["a length that is empty", "Content-Length:"],
      ["a length of other digits", "Content-Length: \xd9\xa2"],
      ["a length that is folded", "Content-Length: 2", " 0"],
      ["a length with a space in front of the colon", "Content-Length : 2"],
      ["a length behind a vertical tab", "Content-Length: \x0b2"],
    ]),
  ]),
  ...refused(
    TOO_LARGE,
    framed([
      ["a length that wraps 64 bits", "Content-Length: 18446744073709551618"],
      ["a length that wraps 32 bits", "Content-Length: 4294967298"],
    ]),
  ),
];

const CODINGS = [
  ...refused(BROKEN, [
    ...framed([
      ["chunked twice", "Transfer-Encoding: chunked, chunked"],
      ["chunked on two lines", CHUNKED, CHUNKED],
      ["chunked that is not the last", "Transfer-Encoding: chunked, identity"],
      ["chunked on one line, identity on another", CHUNKED, "Transfer-Encoding: identity"],
      ["chunked with a parameter", "Transfer-Encoding: chunked;q=1"],
      ["chunked in quotes", 'Transfer-Encoding: "chunked"'],
      ["chunked behind a comma", "Transfer-Encoding: , chunked"],
      ["no coding at all", "Transfer-Encoding:"],
      ["chunked behind a vertical tab", "Transfer-Encoding: \x0bchunked"],
      ["chunked behind a NUL", "Transfer-Encoding: \x00chunked"],
      ["chunked with a space in front of the colon", "Transfer-Encoding : chunked"],
      ["chunked with a tab in front of the colon", "Transfer-Encoding\t: chunked"],
      ["chunked on a folded line", "Transfer-Encoding:", " chunked"],
      ["chunked behind a bare CR", "X: y\rTransfer-Encoding: chunked"],
      ["chunked behind a bare LF", "X: y\nTransfer-Encoding: chunked"],
      ["a NUL in a field name", "Transfer\x00-Encoding: chunked"],
      ["a coding that looks like chunked", "Transfer-Encoding: xchunked"],
      ["the coding identity", "Transfer-Encoding: identity"],
    ]),
    [
      "chunked in HTTP/1.0",
      head("POST /upload HTTP/1.0", "Content-Type: application/json", CHUNKED) + CHUNKS,
    ],
  ]),
  ...refused(
    UNKNOWN_CODING,
    framed([
      ["a coding in front of chunked", "Transfer-Encoding: gzip, chunked"],
    ]),
  ),
  ...attacks(STORED, [
    ["an underscore for a hyphen", upload("{}", "Transfer_Encoding: chunked")],
    ["a length named by Connection (hop-by-hop abuse)", upload("{}", "Connection: Content-Length")],
  ]),
];

const CHUNK_LINES = [
  ...refused(
    BROKEN,
    chunked([
      ["a bare LF chunk line (Go CVE-2025-22871)", "2\n{}\r\n0\r\n\r\n"],
      ["a bare LF behind the last chunk (Go CVE-2025-22871)", "2\r\n{}\r\n0\n\r\n"],
      ["a bare CR behind a chunk size", "2\r{}\r\n0\r\n\r\n"],
      ["chunk data that ends in other bytes (h11 CVE-2025-43859)", "2\r\n{}XX0\r\n\r\n"],
      ["chunk data that ends in a bare LF", "2\r\n{}\n0\r\n\r\n"],
      ["chunk data longer than its size", "1\r\n{}\r\n0\r\n\r\n"],
      ["bytes after the last chunk (bun#29732)", "2\r\n{}\r\n0\r\nGET /smuggled HTTP/1.1\r\n\r\n"],
      ["bytes in place of the last line end (bun#29732)", "2\r\n{}\r\n0\r\nXX"],
      ["a chunk extension with a bare LF (Kestrel CVE-2025-55315)", "2;a\nx\r\n{}\r\n0\r\n\r\n"],
      ["a chunk extension with a bare CR (Kestrel CVE-2025-55315)", "2;a\rx\r\n{}\r\n0\r\n\r\n"],
      ["a chunk extension of a LF alone (Kestrel CVE-2025-55315)", "2;\n{}\r\n0\r\n\r\n"],
      ["a chunk extension with CRLF in quotes", '2;a="\r\n{}\r\n0\r\n\r\n'],
      ["a chunk extension with a NUL", "2;a=\x00\r\n{}\r\n0\r\n\r\n"],
      ["chunk extensions without an end", `2;a=${"x".repeat(300)}\r\n{}\r\n0\r\n\r\n`],
      ["chunk extensions by the hundred", `2;${"a=b;".repeat(60)}\r\n{}\r\n0\r\n\r\n`],
      ["a chunk size in C notation", "0x2\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size with a plus", "+2\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size with a minus", "-2\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size behind a space", " 2\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size with a space behind", "2 \r\n{}\r\n0\r\n\r\n"],
      ["a chunk size with an underscore", "0_2\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size that is empty", "\r\n{}\r\n0\r\n\r\n"],
      ["a trailer that frames", "2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"],
      ["a trailer that codes", "2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"],
      ["a trailer that routes", "2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n"],
      ["a trailer that ends in a bare LF", "2\r\n{}\r\n0\r\nX: y\n\r\n"],
      ["a trailer without a colon", "2\r\n{}\r\n0\r\nGET /smuggled HTTP/1.1\r\n\r\n "],
    ]),
  ),
  ...refused(
    TOO_LARGE,
    chunked([
      ["a chunk size that wraps 64 bits", "10000000000000002\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size that wraps 32 bits", "100000002\r\n{}\r\n0\r\n\r\n"],
      ["a chunk size of 200 digits", `${"f".repeat(200)}\r\n{}`],
    ]),
  ),
  ...refused(
    { status: 431, event: "limit", after: "closed" },
    chunked([
      ["trailers without an end", `2\r\n{}\r\n0\r\nX: ${"x".repeat(5_000)}\r\n\r\n`],
    ]),
  ),
  ...attacks(
    STORED,
    chunked([
      ["a chunk extension that is legal", '2;a="\\"b";c=d\r\n{}\r\n0;e\r\n\r\n'],
      [
        "a trailer that claims an identity",
        "2\r\n{}\r\n0\r\nX-Forwarded-For: 203.0.113.66\r\n\r\n",
      ],
    ]),
  ),
];

const LINES = refused(BROKEN, [
  ["line ends of LF alone", "GET /ten.bin HTTP/1.1\nHost: localhost\n\n"],
  ["a request line that ends in LF", "GET /ten.bin HTTP/1.1\nHost: localhost\r\n\r\n"],
  ["a field line that ends in LF", "GET /ten.bin HTTP/1.1\r\nHost: localhost\n\r\n"],
  ["an empty line of LF alone", "GET /ten.bin HTTP/1.1\r\nHost: localhost\r\n\n"],
  ["a field line that ends in CR", "GET /ten.bin HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n"],
  ["a field line without a colon", get("/ten.bin", "Content-Length")],
  ["a field line without a name", get("/ten.bin", ": x")],
  ["a field line that begins with a space", head("GET /ten.bin HTTP/1.1", " Host: localhost")],
  ["a field that is folded (obs-fold)", get("/ten.bin", "X: a", "\tContent-Length: 5")],
  ["a space in a field name", get("/ten.bin", "Content Length: 5")],
  ["two spaces in the request line", get(" /ten.bin")],
  ["a tab in the request line", "GET\t/ten.bin\tHTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["a space behind the version", "GET /ten.bin HTTP/1.1 \r\nHost: localhost\r\n\r\n"],
  ["a version twice", "GET /ten.bin HTTP/1.1 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["a version in small letters", "GET /ten.bin http/1.1\r\nHost: localhost\r\n\r\n"],
  ["a version of two digits", "GET /ten.bin HTTP/1.10\r\nHost: localhost\r\n\r\n"],
  ["HTTP/0.9", "GET /ten.bin\r\n"],
  ["five empty lines", "\r\n".repeat(5)],
  ["a request inside a target", get("/ten.bin HTTP/1.1\r\nX: y\r\n\r\nGET /smuggled")],
]);

/** Other protocols, aimed at this port by a page or a fellow program (ALPACA, NAT slipstreaming). */
const PROTOCOLS = [
  ...attacks(BROKEN, [
    ["a TLS hello", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + "\x00".repeat(64)],
    [
      "a PROXY preface that claims an address",
      "PROXY TCP4 203.0.113.66 127.0.0.1 1 80\r\n" + HIDDEN,
    ],
    ["a binary PROXY preface", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + HIDDEN],
    ["SSH", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["SMTP", "EHLO evil.example\r\nMAIL FROM:<a@evil.example>\r\n"],
    ["Redis", "*1\r\n$4\r\nPING\r\n"],
    ["SOCKS", "\x05\x01\x00"],
    ["a NUL", "\x00"],
  ]),
  ...attacks({ status: 505, event: "protocol", after: "closed" }, [
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN],
    ["a version to come", "GET /ten.bin HTTP/3.0\r\nHost: localhost\r\n\r\n" + HIDDEN],
  ]),
];

/** Content that looks like a request, where content is not looked at. */
const BODIES = [
  ...attacks(SERVED, [
    [
      "content with GET (python http.server)",
      get("/ten.bin", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    ],
    [
      "content in chunks with GET",
      get("/ten.bin", CHUNKED) + `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`,
    ],
    [
      "an upgrade to h2c",
      get(
        "/ten.bin",
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
      ),
    ],
    [
      "an upgrade to a web socket",
      get("/ten.bin", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 777"),
    ],
    ["empty lines in front", "\r\n\r\n" + get("/ten.bin")],
  ]),
  ...attacks({ status: 405, event: "none", after: "open" }, [
    [
      "content with POST to a file (CL.0)",
      request("POST", "/ten.bin", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    ],
    [
      "content with DELETE",
      request("DELETE", "/ten.bin", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    ],
  ]),
  ...attacks({ status: 404, event: "none", after: "open" }, [
    [
      "content with HEAD to nothing",
      request("HEAD", "/missing", `Content-Length: ${HIDDEN.length}`) + HIDDEN,
    ],
  ]),
];

/** Everything about where a message ends. */
export const SMUGGLING: readonly Attack[] = [
  ...LENGTHS,
  ...CODINGS,
  ...CHUNK_LINES,
  ...LINES,
  ...PROTOCOLS,
  ...BODIES,
];
