// Whether the connection stays: RFC 9112 §9, and what Connection and Upgrade say of one hop.

import type { Exchange } from "./exchange.ts";
import {
  CHUNKED,
  GET,
  head,
  HOST,
  JSON_BODY,
  JSON_LENGTH,
  JSON_TYPE,
  NEXT,
  UPLOAD,
} from "./request.ts";
import { answer, rows, SERVED } from "./rows.ts";
import { HELLO, TEN } from "./site.ts";

const CLOSED = { ...SERVED, after: "closed", fields: { connection: "close" } } as const;

/** A GET in HTTP/1.0. */
function old(...fields: readonly string[]): string {
  return head("GET /hello.html HTTP/1.0", ...fields);
}

const PERSISTENCE = [
  ...rows("RFC 9112 §9.3", SERVED, [
    ["keeps HTTP/1.1 open without a word", GET("/hello.html", "Keep-Alive: timeout=5")],
    ["keeps HTTP/1.1 open with keep-alive", GET("/hello.html", "Connection: keep-alive")],
    [
      "keeps HTTP/1.1 open with a field named by Connection",
      GET("/hello.html", "Connection: X-A", "X-A: close"),
    ],
    [
      "keeps HTTP/1.1 open with a word that begins like close",
      GET("/hello.html", "Connection: closed"),
    ],
    [
      "keeps HTTP/1.1 open with a word that ends like close",
      GET("/hello.html", "Connection: x-close"),
    ],
    ["keeps HTTP/1.1 open with an empty Connection", GET("/hello.html", "Connection:")],
    ["keeps HTTP/1.1 open with empty members in Connection", GET("/hello.html", "Connection: , ,")],
    [
      "keeps HTTP/1.1 open with close in another field",
      GET("/hello.html", "Proxy-Connection: close"),
    ],
  ]),
  ...rows("RFC 9112 §9.3", { ...CLOSED }, [
    ["closes HTTP/1.0 without a word", old(HOST, "Accept: */*")],
    ["closes HTTP/1.0 with Keep-Alive alone", old("Keep-Alive: timeout=5")],
    ["closes HTTP/1.0 with Proxy-Connection", old("Proxy-Connection: keep-alive")],
    ["closes HTTP/1.0 with close beside keep-alive", old("Connection: keep-alive, close")],
    [
      "closes HTTP/1.0 with close before keep-alive",
      old("Connection: close", "Connection: keep-alive"),
    ],
    ["answers nothing behind HTTP/1.0", old() + NEXT],
  ]),
  ...rows("RFC 9112 §9.3", { ...SERVED, fields: { connection: "keep-alive" } }, [
    ["keeps HTTP/1.0 open with keep-alive", old("Connection: keep-alive")],
    ["keeps HTTP/1.0 open with keep-alive in any case", old("Connection: Keep-Alive")],
    ["keeps HTTP/1.0 open with keep-alive in a list", old("Connection: X-A, keep-alive")],
  ]),
  ...rows("RFC 9112 §9.3", { statuses: [200, 200], after: "closed", content: TEN }, [
    [
      "closes HTTP/1.0 behind a request that kept it open",
      old("Connection: keep-alive") + head("GET /ten.bin HTTP/1.0"),
    ],
    ["lets each request decide", GET("/hello.html") + head("GET /ten.bin HTTP/1.0")],
  ]),
  ...rows("RFC 9112 §9.3", answer(404, "open", { connection: "keep-alive" }), [
    ["keeps HTTP/1.0 open behind 404", head("GET /missing HTTP/1.0", "Connection: keep-alive")],
  ]),
  ...rows("RFC 9112 §9.3", answer(201, "closed", { connection: "close" }), [
    [
      "takes an upload in HTTP/1.0",
      head("POST /upload HTTP/1.0", JSON_TYPE, JSON_LENGTH) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9112 §9.3", answer(201, "open", { connection: "keep-alive" }), [
    [
      "takes an upload in HTTP/1.0 with keep-alive",
      head("POST /upload HTTP/1.0", JSON_TYPE, JSON_LENGTH, "Connection: keep-alive") + JSON_BODY,
    ],
  ]),
];

const CLOSING = [
  ...rows("RFC 9112 §9.6", { ...CLOSED }, [
    ["closes as asked", GET("/hello.html", "Connection: close")],
    ["closes as asked in any case", GET("/hello.html", "Connection: CLOSE")],
    ["closes as asked in a list", GET("/hello.html", "Connection: X-A, close")],
    ["closes as asked in a list without whitespace", GET("/hello.html", "Connection: close,X-A")],
    ["closes as asked between empty members", GET("/hello.html", "Connection: , close ,")],
    [
      "closes as asked in a second field",
      GET("/hello.html", "Connection: X-A", "Connection: close"),
    ],
    ["closes as asked beside keep-alive", GET("/hello.html", "Connection: keep-alive, close")],
    ["answers nothing behind close", GET("/hello.html", "Connection: close") + NEXT],
    ["reads nothing behind close, broken or not", GET("/hello.html", "Connection: close") + "\0\n"],
    [
      "answers nothing behind close and content",
      GET("/hello.html", "Connection: close", "Content-Length: 5") + "hello" + NEXT,
    ],
  ]),
  ...rows("RFC 9112 §9.6", answer(201, "closed", { connection: "close" }), [
    [
      "closes behind an upload as asked",
      UPLOAD("Connection: close", JSON_LENGTH) + JSON_BODY + NEXT,
    ],
    [
      "closes behind chunks as asked",
      UPLOAD("Connection: close", CHUNKED) + `7\r\n${JSON_BODY}\r\n0\r\n\r\n` + NEXT,
    ],
  ]),
  ...rows("RFC 9112 §9.6", answer(404, "closed", { connection: "close" }), [
    ["closes behind 404 as asked", GET("/missing", "Connection: close") + NEXT],
  ]),
  ...rows("RFC 9112 §9.6", answer(304, "closed", { connection: "close" }), [
    [
      "closes behind 304 as asked",
      GET("/hello.html", "Connection: close", "If-None-Match: *") + NEXT,
    ],
  ]),
];

const HOP = [
  ...rows("RFC 9110 §7.6.1", SERVED, [
    ["believes Host although Connection names it", GET("/hello.html", "Connection: Host")],
    ["ignores a name in Connection that no field has", GET("/hello.html", "Connection: X-Missing")],
    ["ignores TE", GET("/hello.html", "Connection: TE", "TE: trailers, gzip;q=0.5")],
  ]),
  ...rows("RFC 9110 §7.6.3", SERVED, [
    ["ignores Via", GET("/hello.html", "Via: 1.0 fred, 1.1 p.example")],
  ]),
  ...rows("RFC 9110 §7.8", { ...SERVED, fields: { upgrade: false } }, [
    [
      "ignores an upgrade to WebSocket",
      GET("/hello.html", "Connection: Upgrade", "Upgrade: websocket"),
    ],
    [
      "ignores an upgrade to HTTP/2",
      GET(
        "/hello.html",
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABk",
      ),
    ],
    ["ignores an upgrade to TLS", GET("/hello.html", "Connection: Upgrade", "Upgrade: TLS/1.0")],
    ["ignores an upgrade that Connection does not name", GET("/hello.html", "Upgrade: websocket")],
  ]),
  ...rows("RFC 9110 §7.8", { ...SERVED, after: "closed" }, [
    ["ignores an upgrade in HTTP/1.0", old("Connection: Upgrade", "Upgrade: websocket")],
  ]),
  ...rows("RFC 9110 §7.8", { statuses: [200, 200], after: "open", content: HELLO }, [
    [
      "stays in HTTP/1.1 behind an upgrade",
      GET("/ten.bin", "Connection: Upgrade", "Upgrade: websocket") + GET("/hello.html"),
    ],
  ]),
  ...rows("RFC 9112 §6.1", { ...SERVED, after: "closed", fields: { "transfer-encoding": false } }, [
    ["sends no Transfer-Encoding to HTTP/1.0", old("TE: chunked")],
  ]),
];

export const CONNECTION: readonly Exchange[] = [...PERSISTENCE, ...CLOSING, ...HOP];
