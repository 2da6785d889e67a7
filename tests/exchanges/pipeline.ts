// Several requests in one piece: answers come in order, and none behind one that closes.

import type { Exchange } from "./exchange.ts";
import {
  CHUNKED,
  CHUNKS,
  GET,
  HEAD,
  head,
  HOST,
  JSON_CHUNKS,
  JSON_LENGTH,
  NEXT,
  request,
  STORED_UPLOAD,
  UPLOAD,
} from "./request.ts";
import { answer, rows } from "./rows.ts";
import { HELLO, INDEX, TEN } from "./site.ts";

const ORDER = [
  ...rows("RFC 9112 §9.3.2", { statuses: [200, 200], after: "open", content: TEN }, [
    ["answers two requests in order", GET("/hello.html") + NEXT],
    ["ignores an empty line between requests", GET("/hello.html") + "\r\n" + NEXT],
    ["ignores two empty lines between requests", GET("/hello.html") + "\r\n\r\n" + NEXT],
  ]),
  ...rows("RFC 9112 §9.3.2", { statuses: [200, 404, 200], after: "open", content: INDEX }, [
    ["answers three requests in order", GET("/hello.html") + GET("/missing") + GET("/")],
  ]),
  ...rows("RFC 9112 §9.3.2", { statuses: [404, 405, 200], after: "open", content: TEN }, [
    ["answers errors in order", GET("/missing") + request("DELETE", "/") + NEXT],
  ]),
  ...rows("RFC 9112 §9.3.2", {
    statuses: [200, 404, 204, 201, 206, 304],
    after: "open",
    content: "",
  }, [
    [
      "answers six kinds of requests in order",
      HEAD("/") + GET("/missing") + request("OPTIONS", "*") + STORED_UPLOAD +
      GET("/ten.bin", "Range: bytes=0-3") + GET("/hello.html", "If-None-Match: *"),
    ],
  ]),
  ...rows("RFC 9112 §9.3.2", {
    statuses: Array.from({ length: 32 }, () => 200),
    after: "open",
    content: HELLO,
  }, [
    ["answers 32 requests", GET("/hello.html").repeat(32)],
  ]),
  ...rows("RFC 9112 §9.3.2", { statuses: [201, 200], after: "open", content: TEN }, [
    ["answers a request behind content", STORED_UPLOAD + NEXT],
    ["ignores an empty line behind content (RFC 9112 §2.2)", STORED_UPLOAD + "\r\n" + NEXT],
  ]),
  ...rows("RFC 9112 §9.3.2", { statuses: [201, 201, 201], after: "open" }, [
    ["takes uploads in both framings in turn", STORED_UPLOAD + CHUNKS(JSON_CHUNKS) + STORED_UPLOAD],
  ]),
  ...rows("RFC 9112 §9.3.2", { statuses: [200, 403, 200], after: "open", content: HELLO }, [
    [
      "judges the Host of every request",
      NEXT + head("GET /hello.html HTTP/1.1", "Host: evil.example") + GET("/hello.html"),
    ],
  ]),
];

const INCOMPLETE = [
  ...rows("RFC 9112 §8", { statuses: [200], after: "waiting", content: HELLO }, [
    ["answers what is whole and waits for a head", GET("/hello.html") + "GET /"],
    ["answers what is whole and waits for the last line", GET("/hello.html") + NEXT.slice(0, -2)],
    ["answers what is whole and waits for content", GET("/hello.html") + UPLOAD(JSON_LENGTH)],
    ["answers what is whole and waits for chunks", GET("/hello.html") + UPLOAD(CHUNKED) + "7\r\n{"],
  ]),
  ...rows("RFC 9112 §8", { statuses: [201], after: "waiting" }, [
    ["answers an upload and waits for a head", STORED_UPLOAD + "P"],
  ]),
];

const CLOSING = [
  ...rows("RFC 9112 §9.6", {
    statuses: [200, 400],
    after: "closed",
    fields: { connection: "close" },
  }, [
    ["answers nothing behind a broken request line", GET("/hello.html") + "GET\r\n\r\n" + NEXT],
    ["answers nothing behind a bare LF", GET("/hello.html") + `GET / HTTP/1.1\n${HOST}\n\n` + NEXT],
    ["answers nothing behind a missing Host", GET("/hello.html") + head("GET / HTTP/1.1") + NEXT],
    [
      "answers nothing behind two framings",
      GET("/hello.html") + UPLOAD(JSON_LENGTH, CHUNKED) + JSON_CHUNKS + NEXT,
    ],
    [
      "takes the last line of a request for no empty line",
      GET("/hello.html") + "X-A: b\r\n\r\n" + NEXT,
    ],
    ["refuses a bare LF between requests", GET("/hello.html") + "\n" + NEXT],
    ["refuses a bare CR between requests", GET("/hello.html") + "\r" + NEXT],
    ["refuses NUL between requests", GET("/hello.html") + "\0" + NEXT],
    ["refuses a space between requests", GET("/hello.html") + " " + NEXT],
  ]),
  ...rows("RFC 9112 §9.6", {
    statuses: [200, 501],
    after: "closed",
    fields: { connection: "close" },
  }, [
    [
      "answers nothing behind an unknown coding",
      NEXT + UPLOAD("Transfer-Encoding: gzip, chunked") + JSON_CHUNKS + NEXT,
    ],
  ]),
  ...rows("RFC 9112 §9.6", {
    statuses: [200, 505],
    after: "closed",
    fields: { connection: "close" },
  }, [
    ["answers nothing behind another major version", NEXT + head("GET / HTTP/2.0", HOST) + NEXT],
  ]),
  ...rows("RFC 9112 §9.6", {
    statuses: [201, 413],
    after: "closed",
    fields: { connection: "close" },
  }, [
    [
      "answers nothing behind content above the limit",
      STORED_UPLOAD + UPLOAD("Content-Length: 99999999") + NEXT,
    ],
  ]),
  ...rows("RFC 9112 §9.6", {
    statuses: [200, 200],
    after: "closed",
    content: TEN,
    fields: { connection: "close" },
  }, [
    [
      "answers nothing behind the request that asks to close",
      GET("/hello.html") + GET("/ten.bin", "Connection: close") + GET("/"),
    ],
  ]),
  ...rows("RFC 9112 §9.6", {
    statuses: [201, 400],
    after: "closed",
    fields: { connection: "close" },
  }, [
    ["refuses what is left behind the last chunk", CHUNKS(JSON_CHUNKS) + "X\r\n\r\n" + NEXT],
    ["refuses chunks behind a length", STORED_UPLOAD + JSON_CHUNKS + NEXT],
    ["refuses a second last chunk", CHUNKS(JSON_CHUNKS) + "0\r\n\r\n" + NEXT],
    ["refuses a NUL byte behind content", STORED_UPLOAD + "\0" + NEXT],
  ]),
  ...rows("RFC 9112 §9.6", answer(400, "closed", { connection: "close" }), [
    ["answers the first of two broken requests alone", "GET\r\n\r\nGET\r\n\r\n"],
  ]),
];

export const PIPELINE: readonly Exchange[] = [...ORDER, ...INCOMPLETE, ...CLOSING];
