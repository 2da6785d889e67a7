// Conditional requests: RFC 9110 §13. The entity tags of the files are unknown here, so tags are
// either "*" or match nothing, and dates lie far before or far behind any file's.

import type { Exchange } from "./exchange.ts";
import { GET, HEAD, head, JSON_BODY, JSON_LENGTH, NEXT, request, UPLOAD } from "./request.ts";
import { answer, rows, SERVED, STORED } from "./rows.ts";
import { TEN } from "./site.ts";

const PAST = "Mon, 01 Jan 1990 00:00:00 GMT";
const FUTURE = "Thu, 01 Jan 2099 00:00:00 GMT";

const FAILED = answer(412, "open", { date: true });
const NOT_MODIFIED = {
  statuses: [304],
  after: "open",
  content: "",
  fields: { "date": true, "etag": true, "transfer-encoding": false },
} as const;

/** A GET of the usual file with these conditions. */
function when(...fields: readonly string[]): string {
  return GET("/hello.html", ...fields);
}

const IF_MATCH = [
  ...rows("RFC 9110 §13.1.1", FAILED, [
    ["answers 412 where If-Match matches nothing", when('If-Match: "nope"')],
    ["answers 412 where no member of If-Match matches", when('If-Match: "a", "b" , "c"')],
    ["answers 412 where no field of If-Match matches", when('If-Match: "a"', 'If-Match: "b"')],
    ["answers 412 to a weak tag in If-Match", when('If-Match: W/"nope"')],
    ["answers 412 to a star in quotes in If-Match", when('If-Match: "*"')],
  ]),
  ...rows("RFC 9110 §13.1.1", { ...FAILED, content: "" }, [
    ["sends no content with 412 to HEAD", HEAD("/hello.html", 'If-Match: "nope"')],
  ]),
  ...rows("RFC 9110 §13.1.1", SERVED, [
    ["serves what If-Match asks to be anything", when("If-Match: *")],
  ]),
];

const IF_NONE_MATCH = [
  ...rows("RFC 9110 §13.1.2", NOT_MODIFIED, [
    ["answers 304 where If-None-Match asks for nothing at all", when("If-None-Match: *")],
    ["answers 304 to HEAD as to GET", HEAD("/hello.html", "If-None-Match: *")],
  ]),
  ...rows("RFC 9110 §13.1.2", SERVED, [
    ["serves what If-None-Match does not name", when('If-None-Match: "nope"')],
    ["serves what no member of If-None-Match names", when('If-None-Match: "a", W/"b" ,"c"')],
    ["serves what a star in quotes does not name", when('If-None-Match: "*"')],
    ["serves what a list with a comma in a tag does not name", when('If-None-Match: "a,b", "*"')],
    ["serves what an empty tag does not name", when('If-None-Match: ""')],
    ["serves what a tag without quotes does not name", when("If-None-Match: nope")],
  ]),
  ...rows("RFC 9110 §15.4.5", { statuses: [304, 200], after: "open", content: TEN }, [
    ["answers GET right behind the fields of 304", when("If-None-Match: *") + NEXT],
  ]),
  ...rows("RFC 9110 §15.4.5", { ...NOT_MODIFIED, after: "closed" }, [
    ["answers 304 in HTTP/1.0", head("GET /hello.html HTTP/1.0", "If-None-Match: *")],
  ]),
];

const IF_MODIFIED_SINCE = [
  ...rows("RFC 9110 §13.1.3", NOT_MODIFIED, [
    ["answers 304 where nothing changed since", when(`If-Modified-Since: ${FUTURE}`)],
    [
      "answers 304 to HEAD where nothing changed since",
      HEAD("/hello.html", `If-Modified-Since: ${FUTURE}`),
    ],
  ]),
  ...rows("RFC 9110 §5.6.7", NOT_MODIFIED, [
    ["reads a date of asctime", when("If-Modified-Since: Thu Jan  1 00:00:00 2099")],
    ["reads a date of RFC 850", when("If-Modified-Since: Thursday, 01-Jan-60 00:00:00 GMT")],
  ]),
  ...rows("RFC 9110 §5.6.7", SERVED, [
    [
      "takes a year of two digits for a past one",
      when("If-Modified-Since: Monday, 01-Jan-90 00:00:00 GMT"),
    ],
    ["reads a past date of asctime", when("If-Modified-Since: Mon Jan  1 00:00:00 1990")],
  ]),
  ...rows("RFC 9110 §13.1.3", SERVED, [
    ["serves what changed since", when(`If-Modified-Since: ${PAST}`)],
    ["ignores If-Modified-Since that is no date", when("If-Modified-Since: tomorrow")],
    ["ignores If-Modified-Since that is empty", when("If-Modified-Since:")],
    ["ignores If-Modified-Since that is a number", when("If-Modified-Since: 4070908800")],
    ["ignores If-Modified-Since of ISO 8601", when("If-Modified-Since: 2099-01-01T00:00:00Z")],
    [
      "ignores If-Modified-Since in another zone",
      when("If-Modified-Since: Thu, 01 Jan 2099 00:00:00 UTC"),
    ],
    [
      "ignores If-Modified-Since with an offset",
      when("If-Modified-Since: Thu, 01 Jan 2099 00:00:00 +0000"),
    ],
    [
      "ignores If-Modified-Since with a zone in lower case",
      when("If-Modified-Since: Thu, 01 Jan 2099 00:00:00 gmt"),
    ],
    [
      "ignores If-Modified-Since without a zone",
      when("If-Modified-Since: Thu, 01 Jan 2099 00:00:00"),
    ],
    ["ignores If-Modified-Since with text behind", when(`If-Modified-Since: ${FUTURE}; length=13`)],
    [
      "ignores If-Modified-Since of a month nobody has",
      when("If-Modified-Since: Thu, 01 Foo 2099 00:00:00 GMT"),
    ],
    [
      "ignores If-Modified-Since with a day of one digit",
      when("If-Modified-Since: Thu, 1 Jan 2099 00:00:00 GMT"),
    ],
    [
      "ignores If-Modified-Since without a weekday",
      when("If-Modified-Since: 01 Jan 2099 00:00:00 GMT"),
    ],
    ["ignores two dates in If-Modified-Since", when(`If-Modified-Since: ${FUTURE}, ${FUTURE}`)],
    [
      "ignores two fields of If-Modified-Since",
      when(`If-Modified-Since: ${FUTURE}`, `If-Modified-Since: ${FUTURE}`),
    ],
  ]),
  ...rows("RFC 9110 §13.1.3", STORED, [
    [
      "ignores If-Modified-Since of POST",
      UPLOAD(`If-Modified-Since: ${FUTURE}`, JSON_LENGTH) + JSON_BODY,
    ],
  ]),
];

const IF_UNMODIFIED_SINCE = [
  ...rows("RFC 9110 §13.1.4", FAILED, [
    ["answers 412 where it changed since", when(`If-Unmodified-Since: ${PAST}`)],
    [
      "answers 412 where it changed since a date of asctime",
      when("If-Unmodified-Since: Mon Jan  1 00:00:00 1990"),
    ],
    [
      "answers 412 where it changed since a date of RFC 850",
      when("If-Unmodified-Since: Monday, 01-Jan-90 00:00:00 GMT"),
    ],
  ]),
  ...rows("RFC 9110 §13.1.4", { ...FAILED, content: "" }, [
    [
      "answers 412 to HEAD where it changed since",
      HEAD("/hello.html", `If-Unmodified-Since: ${PAST}`),
    ],
  ]),
  ...rows("RFC 9110 §13.1.4", SERVED, [
    ["serves what is unchanged since", when(`If-Unmodified-Since: ${FUTURE}`)],
    ["ignores If-Unmodified-Since that is no date", when("If-Unmodified-Since: yesterday")],
    [
      "ignores If-Unmodified-Since in another zone",
      when("If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 UTC"),
    ],
    ["ignores two dates in If-Unmodified-Since", when(`If-Unmodified-Since: ${PAST}, ${PAST}`)],
    [
      "ignores two fields of If-Unmodified-Since",
      when(`If-Unmodified-Since: ${PAST}`, `If-Unmodified-Since: ${PAST}`),
    ],
  ]),
];

const ORDER = [
  ...rows("RFC 9110 §13.2.1", answer(404, "open"), [
    ["answers 404 before If-Match", GET("/missing.html", 'If-Match: "nope"')],
    ["answers 404 before If-Match of anything", GET("/missing.html", "If-Match: *")],
    ["answers 404 before If-None-Match", GET("/missing.html", "If-None-Match: *")],
    [
      "answers 404 before If-Unmodified-Since",
      GET("/missing.html", `If-Unmodified-Since: ${PAST}`),
    ],
  ]),
  ...rows("RFC 9110 §13.2.1", answer(301, "open", { location: "/dir/" }), [
    ["answers 301 before a condition", GET("/dir", 'If-Match: "nope"')],
  ]),
  ...rows("RFC 9110 §13.2.1", answer(403, "open"), [
    [
      "answers 403 before a condition",
      head("GET / HTTP/1.1", "Host: evil.example", "If-None-Match: *"),
    ],
  ]),
  ...rows("RFC 9110 §13.2.1", answer(405, "open", { allow: true }), [
    ["answers 405 before a condition", request("DELETE", "/hello.html", 'If-Match: "nope"')],
    ["ignores conditions of TRACE", request("TRACE", "/hello.html", 'If-Match: "nope"')],
  ]),
  ...rows("RFC 9110 §13.2.1", answer(204, "open", { allow: true }), [
    ["ignores conditions of OPTIONS", request("OPTIONS", "/hello.html", 'If-Match: "nope"')],
    [
      "ignores dates in conditions of OPTIONS",
      request("OPTIONS", "*", `If-Unmodified-Since: ${PAST}`),
    ],
  ]),
  ...rows("RFC 9110 §13.2.2", SERVED, [
    [
      "ignores If-Unmodified-Since beside If-Match",
      when("If-Match: *", `If-Unmodified-Since: ${PAST}`),
    ],
    [
      "ignores If-Modified-Since beside If-None-Match",
      when('If-None-Match: "nope"', `If-Modified-Since: ${FUTURE}`),
    ],
    [
      "serves where both If-Match and If-None-Match hold",
      when("If-Match: *", 'If-None-Match: "nope"'),
    ],
    [
      "serves where both dates hold",
      when(`If-Modified-Since: ${PAST}`, `If-Unmodified-Since: ${FUTURE}`),
    ],
  ]),
  ...rows("RFC 9110 §13.2.2", FAILED, [
    ["judges If-Match before If-None-Match", when("If-None-Match: *", 'If-Match: "nope"')],
    [
      "judges If-Match before a date that holds",
      when('If-Match: "nope"', `If-Unmodified-Since: ${FUTURE}`),
    ],
    [
      "judges If-Unmodified-Since before If-None-Match",
      when("If-None-Match: *", `If-Unmodified-Since: ${PAST}`),
    ],
    [
      "judges If-Unmodified-Since before If-Modified-Since",
      when(`If-Modified-Since: ${FUTURE}`, `If-Unmodified-Since: ${PAST}`),
    ],
  ]),
  ...rows("RFC 9110 §13.2.2", NOT_MODIFIED, [
    ["judges If-None-Match behind If-Match", when("If-Match: *", "If-None-Match: *")],
    [
      "judges If-None-Match before If-Modified-Since",
      when("If-None-Match: *", `If-Modified-Since: ${PAST}`),
    ],
  ]),
  ...rows("RFC 9110 §15.5.13", { statuses: [412, 200], after: "open", content: TEN }, [
    ["goes on behind 412", when('If-Match: "nope"') + NEXT],
  ]),
];

export const CONDITIONAL: readonly Exchange[] = [
  ...IF_MATCH,
  ...IF_NONE_MATCH,
  ...IF_MODIFIED_SINCE,
  ...IF_UNMODIFIED_SINCE,
  ...ORDER,
];
