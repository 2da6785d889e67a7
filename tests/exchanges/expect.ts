// The Expect field: RFC 9110 §10.1.1. The interim answer goes out as soon as the head is accepted,
// even where content is already there, so that the verdict does not depend on how bytes arrive.

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
  STORED_UPLOAD,
  UPLOAD,
} from "./request.ts";
import { answer, refused, rows, SERVED, WAITING } from "./rows.ts";
import { LIMITS, TEN } from "./site.ts";

const EXPECT = "Expect: 100-continue";
const LAST = { connection: "close", date: true } as const;

const WANTED = [
  ...rows("RFC 9110 §10.1.1", { statuses: [100], after: "waiting" }, [
    ["asks for content of a known length", UPLOAD(JSON_LENGTH, EXPECT)],
    ["asks for content in chunks", UPLOAD(CHUNKED, EXPECT)],
    [
      "asks for content whatever the case of the expectation",
      UPLOAD(JSON_LENGTH, "Expect: 100-Continue"),
    ],
    [
      "asks for content where Expect comes first",
      head("POST /upload HTTP/1.1", EXPECT, HOST, JSON_TYPE, JSON_LENGTH),
    ],
    ["asks for content once", UPLOAD(JSON_LENGTH, EXPECT) + JSON_BODY.slice(0, 3)],
  ]),
  ...rows("RFC 9110 §10.1.1", { statuses: [100, 201], after: "open" }, [
    ["takes content that was asked for", UPLOAD(JSON_LENGTH, EXPECT) + JSON_BODY],
    ["takes chunks that were asked for", UPLOAD(CHUNKED, EXPECT) + JSON_CHUNKS],
  ]),
  ...rows("RFC 9110 §10.1.1", { statuses: [100, 201, 200], after: "open", content: TEN }, [
    ["goes on behind content that was asked for", UPLOAD(JSON_LENGTH, EXPECT) + JSON_BODY + NEXT],
  ]),
  ...rows("RFC 9110 §10.1.1", { statuses: [201, 100, 201], after: "open" }, [
    [
      "asks for content only where it is expected",
      STORED_UPLOAD + UPLOAD(JSON_LENGTH, EXPECT) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9110 §10.1.1", {
    statuses: [100, 201],
    after: "closed",
    fields: { connection: "close" },
  }, [
    [
      "takes content that was asked for and closes",
      UPLOAD("Connection: close", JSON_LENGTH, EXPECT) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9110 §10.1.1", { statuses: [100, 400], after: "closed", fields: LAST }, [
    ["refuses broken chunks that were asked for", UPLOAD(CHUNKED, EXPECT) + "x\r\n" + NEXT],
  ]),
];

const NOT_NEEDED = [
  ...rows("RFC 9110 §10.1.1", SERVED, [
    ["asks for nothing where no content follows", GET("/hello.html", EXPECT)],
    ["asks for nothing where the length is zero", GET("/hello.html", "Content-Length: 0", EXPECT)],
  ]),
  ...rows("RFC 9110 §10.1.1", { statuses: [200], after: "open", content: "" }, [
    ["asks for nothing behind HEAD", HEAD("/hello.html", EXPECT)],
  ]),
  ...rows("RFC 9110 §10.1.1", WAITING, [
    [
      "waits without a word where nothing is expected",
      UPLOAD(JSON_LENGTH, "X-Expect: 100-continue"),
    ],
  ]),
  ...rows("RFC 9110 §15.2", WAITING, [
    [
      "sends no interim answer to HTTP/1.0",
      head("POST /upload HTTP/1.0", JSON_TYPE, JSON_LENGTH, EXPECT),
    ],
  ]),
  ...rows("RFC 9110 §15.2", answer(201, "closed", { connection: "close" }), [
    [
      "ignores Expect of HTTP/1.0",
      head("POST /upload HTTP/1.0", JSON_TYPE, JSON_LENGTH, EXPECT) + JSON_BODY,
    ],
  ]),
  ...rows("RFC 9110 §10.1.1", { ...SERVED, after: "closed" }, [
    [
      "ignores an unknown expectation of HTTP/1.0",
      head("GET /hello.html HTTP/1.0", "Expect: 200-ok"),
    ],
  ]),
];

/** Heads whose content is refused: no interim answer, and the content is never read. */
const REFUSED_CONTENT = [
  ...rows("RFC 9110 §10.1.1", answer(415, "closed", LAST), [
    [
      "answers 415 at once",
      request("POST", "/upload", "Content-Type: text/plain", JSON_LENGTH, EXPECT),
    ],
    [
      "answers 415 at once to chunks",
      request("POST", "/upload", "Content-Type: text/plain", CHUNKED, EXPECT),
    ],
    [
      "reads no refused content as a request",
      request(
        "POST",
        "/upload",
        "Content-Type: text/plain",
        `Content-Length: ${NEXT.length}`,
        EXPECT,
      ) + NEXT,
    ],
    [
      "answers nothing behind refused content",
      request("POST", "/upload", "Content-Type: text/plain", JSON_LENGTH, EXPECT) + JSON_BODY +
      NEXT,
    ],
  ]),
  ...rows("RFC 9110 §10.1.1", answer(413, "closed", LAST), [
    ["answers 413 at once", UPLOAD(`Content-Length: ${LIMITS.bodyBytesMax + 1}`, EXPECT)],
  ]),
  ...rows("RFC 9110 §10.1.1", answer(404, "closed", LAST), [
    ["answers 404 at once", GET("/missing", JSON_LENGTH, EXPECT)],
  ]),
  ...rows("RFC 9110 §10.1.1", answer(405, "closed", { ...LAST, allow: true }), [
    ["answers 405 at once", request("PUT", "/hello.html", JSON_LENGTH, EXPECT)],
    [
      "answers 405 at once to POST of nothing",
      request("POST", "/missing", JSON_TYPE, JSON_LENGTH, EXPECT),
    ],
  ]),
  ...rows("RFC 9110 §10.1.1", answer(403, "closed", LAST), [
    [
      "answers 403 at once",
      head("POST /upload HTTP/1.1", "Host: evil.example", JSON_TYPE, JSON_LENGTH, EXPECT),
    ],
  ]),
  ...refused("RFC 9110 §10.1.1", [
    ["refuses both framings without an interim answer", UPLOAD(JSON_LENGTH, CHUNKED, EXPECT)],
    ["refuses a broken length without an interim answer", UPLOAD("Content-Length: x", EXPECT)],
    [
      "refuses a missing Host without an interim answer",
      head("POST /upload HTTP/1.1", JSON_TYPE, JSON_LENGTH, EXPECT),
    ],
  ]),
];

const UNKNOWN = [
  ...rows("RFC 9110 §15.5.18", answer(417, "open", { date: true }), [
    ["answers 417 to an unknown expectation", GET("/hello.html", "Expect: 200-ok")],
    ["answers 417 to an expectation with a value", GET("/hello.html", "Expect: a=b")],
    [
      "answers 417 to a word that begins like 100-continue",
      GET("/hello.html", "Expect: 100-continued"),
    ],
    ["answers 417 to a cut 100-continue", GET("/hello.html", "Expect: 100-continu")],
    ["answers 417 to a value of 100-continue", GET("/hello.html", "Expect: 100-continue=yes")],
    [
      "answers 417 to an unknown expectation in a list",
      GET("/hello.html", "Expect: 100-continue, 200-ok"),
    ],
    [
      "answers 417 to an unknown expectation in a second field",
      GET("/hello.html", EXPECT, "Expect: 200-ok"),
    ],
  ]),
  ...rows("RFC 9110 §15.5.18", answer(417, "closed", LAST), [
    ["answers 417 without waiting for content", UPLOAD(JSON_LENGTH, "Expect: 200-ok")],
    [
      "reads no content behind 417 as a request",
      UPLOAD(`Content-Length: ${NEXT.length}`, "Expect: 200-ok") + NEXT,
    ],
  ]),
];

export const EXPECTATIONS: readonly Exchange[] = [
  ...WANTED,
  ...NOT_NEEDED,
  ...REFUSED_CONTENT,
  ...UNKNOWN,
];
