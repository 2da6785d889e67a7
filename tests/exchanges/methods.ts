// Methods, what their answers must carry, and content that comes in: RFC 9110 §8, §9 and §15.

import type { Exchange } from "./exchange.ts";
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
  UPLOAD,
} from "./request.ts";
import { answer, rows, SERVED, STORED } from "./rows.ts";
import { FOLDER, INDEX, TEN } from "./site.ts";

/** An upload of seven bytes with this Content-Type. */
function typed(value: string): string {
  return request("POST", "/upload", `Content-Type: ${value}`, JSON_LENGTH) + JSON_BODY;
}

const GETTING = [
  ...rows("RFC 9110 §9.3.1", { ...SERVED, content: INDEX }, [
    ["serves the root by its index", GET("/")],
    ["serves a file by its name", GET("/index.html")],
  ]),
  ...rows("RFC 9110 §9.3.1", { ...SERVED, content: FOLDER }, [
    ["serves a folder by its index", GET("/dir/")],
  ]),
  ...rows("RFC 9110 §6.6.1", {
    ...SERVED,
    fields: { "date": true, "content-length": "13", "transfer-encoding": false },
  }, [
    ["dates an answer and gives its length", GET("/hello.html", "Accept: text/html")],
  ]),
  ...rows("RFC 9110 §8.8", { ...SERVED, fields: { "etag": true, "last-modified": true } }, [
    ["gives the validators of a file", GET("/hello.html", "User-Agent: a/1")],
  ]),
  ...rows("RFC 9110 §8.3", {
    ...SERVED,
    content: TEN,
    fields: { "content-type": "application/octet-stream" },
  }, [
    ["gives the type of bytes", GET("/ten.bin", "Accept: */*")],
  ]),
  ...rows("RFC 9110 §8.3", { ...SERVED, fields: { "content-type": true } }, [
    ["gives the type of a page", GET("/hello.html", "Accept: text/html, */*;q=0.1")],
  ]),
  ...rows("RFC 9110 §15.4.2", answer(301, "open", { location: "/dir/", date: true }), [
    ["sends a folder without its slash on", GET("/dir")],
  ]),
  ...rows("RFC 9110 §15.5.5", answer(404, "open", { date: true }), [
    ["answers 404 to a file that is missing", GET("/missing.html")],
    ["answers 404 to a file below a file", GET("/hello.html/x")],
    ["distinguishes case in a target", GET("/HELLO.html")],
  ]),
  ...rows("RFC 9110 §15.5.4", answer(403, "open", { date: true }), [
    ["answers 403 to dots that lead out", GET("/../etc/passwd")],
    ["answers 403 to escaped dots that lead out", GET("/%2e%2e/etc/passwd")],
    ["answers 403 to a hidden file", GET("/.git/config")],
  ]),
  ...rows("RFC 9110 §15.5.5", { statuses: [404, 200], after: "open", content: TEN }, [
    ["goes on behind 404", GET("/missing.html") + NEXT],
    ["goes on behind 404 with content", GET("/missing.html", "Content-Length: 5") + "hello" + NEXT],
  ]),
];

const HEADING = [
  ...rows("RFC 9110 §9.3.2", {
    statuses: [200],
    after: "open",
    content: "",
    fields: {
      "content-length": "13",
      "content-type": true,
      "etag": true,
      "last-modified": true,
      "date": true,
    },
  }, [
    ["gives the fields of GET to HEAD, without content", HEAD("/hello.html")],
  ]),
  ...rows("RFC 9110 §9.3.2", {
    statuses: [404],
    after: "open",
    content: "",
    fields: { date: true },
  }, [
    ["sends no content with 404 to HEAD", HEAD("/missing.html")],
  ]),
  ...rows("RFC 9110 §9.3.2", {
    statuses: [301],
    after: "open",
    content: "",
    fields: { location: "/dir/" },
  }, [
    ["sends no content with 301 to HEAD", HEAD("/dir")],
  ]),
  ...rows("RFC 9110 §9.3.2", { statuses: [403], after: "open", content: "" }, [
    ["sends no content with 403 to HEAD", head("HEAD / HTTP/1.1", "Host: evil.example")],
  ]),
  ...rows("RFC 9110 §9.3.2", { statuses: [200, 200], after: "open", content: TEN }, [
    ["answers GET right behind the fields of HEAD", HEAD("/hello.html") + NEXT],
  ]),
  ...rows("RFC 9110 §9.3.2", { statuses: [404, 200], after: "open", content: TEN }, [
    ["answers GET right behind 404 to HEAD", HEAD("/missing.html") + NEXT],
  ]),
  ...rows("RFC 9110 §9.3.2", { statuses: [200], after: "closed", content: "" }, [
    ["sends no content to HEAD in HTTP/1.0", head("HEAD /hello.html HTTP/1.0")],
  ]),
];

const OPTIONS = [
  ...rows("RFC 9110 §9.3.7", answer(204, "open", { "allow": true, "date": true }), [
    ["answers OPTIONS for the server", request("OPTIONS", "*")],
    ["answers OPTIONS for a file", request("OPTIONS", "/hello.html")],
    ["answers OPTIONS for uploads", request("OPTIONS", "/upload")],
    [
      "answers OPTIONS for the server in absolute-form",
      request("OPTIONS", "http://localhost:8080"),
    ],
    ["reads the content of OPTIONS", request("OPTIONS", "*", "Content-Length: 5") + "hello"],
    [
      "answers OPTIONS whatever the hops left (RFC 9110 §7.6.2)",
      request("OPTIONS", "*", "Max-Forwards: 0"),
    ],
  ]),
  ...rows("RFC 9110 §8.6", {
    statuses: [204],
    after: "open",
    content: "",
    fields: { "content-length": false, "transfer-encoding": false },
  }, [
    ["sends neither length nor coding with 204", request("OPTIONS", "/", "Accept: */*")],
  ]),
  ...rows("RFC 9110 §15.3.5", { statuses: [204, 200], after: "open", content: TEN }, [
    ["answers GET right behind the fields of 204", request("OPTIONS", "*") + NEXT],
  ]),
  ...rows("RFC 9110 §9.3.7", answer(204, "closed", { allow: true, connection: "close" }), [
    ["answers OPTIONS in HTTP/1.0", head("OPTIONS * HTTP/1.0")],
  ]),
];

const NOT_ALLOWED = [
  ...rows("RFC 9110 §15.5.6", answer(405, "open", { allow: true, date: true }), [
    ["answers 405 to PUT", request("PUT", "/hello.html", "Content-Length: 5") + "hello"],
    [
      "answers 405 to PUT in chunks",
      request("PUT", "/hello.html", CHUNKED) + "5\r\nhello\r\n0\r\n\r\n",
    ],
    ["answers 405 to PUT without content", request("PUT", "/hello.html", "Content-Length: 0")],
    [
      "answers 405 to PUT of a range (RFC 9110 §14.5)",
      request("PUT", "/ten.bin", "Content-Range: bytes 0-3/10", "Content-Length: 4") + "abcd",
    ],
    ["answers 405 to DELETE", request("DELETE", "/hello.html")],
    ["answers 405 to PATCH", request("PATCH", "/hello.html", JSON_TYPE, JSON_LENGTH) + JSON_BODY],
    [
      "answers 405 to POST of a file",
      request("POST", "/hello.html", JSON_TYPE, JSON_LENGTH) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9110 §9.3.8", answer(405, "open", { allow: true, date: true }), [
    ["answers 405 to TRACE", request("TRACE", "/hello.html")],
    [
      "answers 405 to TRACE with secrets",
      request("TRACE", "/", "Cookie: a=b", "Authorization: Basic eDp5"),
    ],
    [
      "answers 405 to TRACE with no hops left (RFC 9110 §7.6.2)",
      request("TRACE", "/", "Max-Forwards: 0"),
    ],
  ]),
  ...rows("RFC 9110 §9.3.6", answer(405, "closed", { allow: true, connection: "close" }), [
    ["answers 405 to CONNECT", request("CONNECT", "localhost:8080")],
    ["answers 405 to CONNECT elsewhere", request("CONNECT", "example.com:443")],
    ["answers nothing behind CONNECT", request("CONNECT", "localhost:8080") + NEXT],
    [
      "reads nothing behind CONNECT, broken or not",
      request("CONNECT", "localhost:8080") + "\x16\x03\x01\n",
    ],
  ]),
  ...rows("RFC 9110 §15.5.6", { statuses: [405, 200], after: "open", content: TEN }, [
    ["goes on behind 405", request("PATCH", "/hello.html") + NEXT],
    [
      "goes on behind 405 with content",
      request("PUT", "/hello.html", "Content-Length: 5") + "GET /" + NEXT,
    ],
  ]),
  ...rows("RFC 9110 §15.6.2", { statuses: [501, 200], after: "open", content: TEN }, [
    ["goes on behind 501 to a method", request("BREW", "/hello.html") + NEXT],
    [
      "goes on behind 501 to a method with content",
      request("BREW", "/", "Content-Length: 5") + "GET /" + NEXT,
    ],
  ]),
];

const UPLOADING = [
  ...rows("RFC 9110 §9.3.3", { ...STORED, fields: { date: true } }, [
    ["takes an upload", UPLOAD("Accept: */*", JSON_LENGTH) + JSON_BODY],
    ["takes an upload of a nested value", UPLOAD("Content-Length: 21") + '{"a":[1,2,{"b":"c"}]}'],
  ]),
  ...rows("RFC 9110 §8.3.1", STORED, [
    ["ignores case of a type", typed("Application/JSON")],
    ["takes a type with a parameter", typed("application/json; charset=utf-8")],
    ["takes a type with a quoted parameter", typed('application/json;charset="utf-8"')],
  ]),
  ...rows("RFC 9110 §15.5.16", answer(415, "open", { date: true }), [
    ["answers 415 to text", typed("text/plain")],
    ["answers 415 to a form", typed("application/x-www-form-urlencoded")],
    ["answers 415 to a type that begins like JSON", typed("application/jsonx")],
    ["answers 415 to a type hidden in a parameter", typed("text/plain; a=application/json")],
    ["answers 415 to a missing type", request("POST", "/upload", JSON_LENGTH) + JSON_BODY],
    ["answers 415 to an empty type", typed("")],
    [
      "answers 415 to chunks of text",
      request("POST", "/upload", "Content-Type: text/plain", CHUNKED) + JSON_CHUNKS,
    ],
    [
      "answers 415 to a content coding (RFC 9110 §8.4)",
      UPLOAD("Content-Encoding: gzip", JSON_LENGTH) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9110 §15.5.1", answer(400, "open", { date: true }), [
    ["answers 400 to broken JSON and keeps the connection", UPLOAD("Content-Length: 6") + '{"a":1'],
    [
      "answers 400 to broken JSON in chunks and keeps the connection",
      UPLOAD(CHUNKED) + "1\r\n{\r\n0\r\n\r\n",
    ],
  ]),
  ...rows("RFC 9110 §15.5.16", { statuses: [415, 200], after: "open", content: TEN }, [
    ["goes on behind 415", typed("text/plain") + NEXT],
  ]),
  ...rows("RFC 9110 §15.5.6", answer(405, "open", { allow: true, date: true }), [
    [
      "answers 405 to POST of nothing, for methods are judged before names",
      request("POST", "/missing", JSON_TYPE, JSON_LENGTH) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9110 §7.4", answer(403, "open", { date: true }), [
    [
      "answers 403 to an upload for a strange name",
      head("POST /upload HTTP/1.1", "Host: evil.example", JSON_TYPE, JSON_LENGTH) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9112 §6.3", STORED, [
    [
      "takes an upload in absolute-form",
      head("POST http://localhost:8080/upload HTTP/1.1", HOST, JSON_TYPE, JSON_LENGTH) + JSON_BODY,
    ],
  ]),
];

export const METHODS: readonly Exchange[] = [
  ...GETTING,
  ...HEADING,
  ...OPTIONS,
  ...NOT_ALLOWED,
  ...UPLOADING,
];
