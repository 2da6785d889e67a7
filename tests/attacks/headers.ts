// Fields that are too many, too long, or claim what they should not.

import { get, head, request } from "../integration/requests.ts";
import { type Attack, attacks, BROKEN, SERVED, type Verdict } from "./attack.ts";

const TOO_MUCH: Verdict = { status: 431, event: "limit", after: "closed" };
const REFUSED: Verdict = { status: 403, event: "traversal", after: "open" };
const PLAIN = { "access-control-allow-origin": false, "set-cookie": false } as const;

/** So many field lines, Host among them. */
function fields(count: number): string {
  return get("/ten.bin", ...Array.from({ length: count - 1 }, (_, at) => `X-${at}: y`));
}

const SIZES = [
  ...attacks(TOO_MUCH, [
    ["a head above 16 KB", get("/ten.bin", `X: ${"x".repeat(17_000)}`)],
    [
      "a head above 16 KB of many fields",
      get("/ten.bin", ...Array.from({ length: 90 }, () => `X: ${"x".repeat(200)}`)),
    ],
    ["a head of 1 MB", get("/ten.bin", `X: ${"x".repeat(1_000_000)}`)],
    ["a head above 16 KB without an end", "GET /ten.bin HTTP/1.1\r\nX: " + "x".repeat(17_000)],
    ["a field name above 16 KB", get("/ten.bin", `${"x".repeat(17_000)}: x`)],
    ["white space above 16 KB", get("/ten.bin", `X:${" \t".repeat(9_000)}x`)],
    ["101 fields", fields(101)],
    [
      "101 empty fields (hash flooding)",
      get("/ten.bin", ...Array.from({ length: 100 }, (_, at) => `x${at}:`)),
    ],
    [
      "a cookie bomb",
      get(
        "/ten.bin",
        ...Array.from({ length: 20 }, (_, at) => `Cookie: c${at}=${"x".repeat(1_000)}`),
      ),
    ],
  ]),
  ...attacks({ status: 414, event: "limit", after: "closed" }, [
    ["a target of 9 KB", get(`/${"x".repeat(9 * 1024)}`)],
    ["a target of 9 KB without an end", `GET /${"x".repeat(9 * 1024)}`],
    ["a query of 9 KB", get(`/ten.bin?${"x".repeat(9 * 1024)}`)],
    ["a target of 1 MB", get(`/${"x".repeat(1_000_000)}`)],
  ]),
  ...attacks({ status: 501, event: "protocol", after: "closed" }, [
    ["a method of 65 letters", request("A".repeat(65), "/ten.bin")],
    ["a method without an end", "A".repeat(20_000)],
  ]),
  ...attacks(SERVED, [
    ["100 fields", fields(100)],
    ["a head just below 16 KB", get("/ten.bin", `Cookie: ${"x".repeat(16_000)}`)],
    ["a query of 8000 bytes", get(`/ten.bin?${"x".repeat(8_000)}`)],
    ["one field 99 times", get("/ten.bin", ...Array.from({ length: 99 }, () => "Accept: */*"))],
  ]),
];

const CLAIMS = [
  ...attacks(REFUSED, [
    [
      "X-Forwarded-For beside an attack (traefik#7067, tfdrift-falco#344)",
      get("/../a", "X-Forwarded-For: 203.0.113.66"),
    ],
    [
      "X-Forwarded-For of loopback beside an attack",
      get("/../b", "X-Forwarded-For: 127.0.0.1, 203.0.113.66"),
    ],
    ["Forwarded beside an attack", get("/../c", 'Forwarded: for="[2001:db8::66]";by=203.0.113.66')],
    ["X-Real-IP beside an attack", get("/../d", "X-Real-IP: 203.0.113.66")],
    [
      "the addresses of content networks beside an attack",
      get("/../e", "CF-Connecting-IP: 203.0.113.66", "True-Client-IP: 203.0.113.66"),
    ],
  ]),
  ...attacks(SERVED, [
    [
      "another target (X-Original-URL, CVE-2018-14773)",
      get("/ten.bin", "X-Original-URL: /../secret.html", "X-Rewrite-URL: /.env"),
    ],
    [
      "another method (X-HTTP-Method-Override)",
      get("/ten.bin", "X-HTTP-Method-Override: DELETE", "X-Method: PUT"),
    ],
    [
      "a server's own handover (X-Accel-Redirect)",
      get("/ten.bin", "X-Accel-Redirect: /.env", "X-Sendfile: /etc/passwd"),
    ],
    [
      "the middleware's own mark (CVE-2025-29927 Next.js)",
      get("/ten.bin", "x-middleware-subrequest: middleware"),
    ],
    ["an old date", get("/ten.bin", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT")],
    ["a date that is none", get("/ten.bin", "If-Modified-Since: yesterday", "If-Range: tomorrow")],
    ["tags that are none", get("/ten.bin", 'If-None-Match: "a, W/, "')],
    ["tags by the thousand", get("/ten.bin", `If-None-Match: ${'"a",'.repeat(3_900)}"b"`)],
    [
      "credentials that nobody asked for",
      get("/ten.bin", `Authorization: Basic ${"A".repeat(8_000)}`),
    ],
    [
      "an option of Connection for every field",
      get("/ten.bin", `Connection: Host, ${"X, ".repeat(4_000)}keep-alive`),
    ],
    ["commas by the thousand", get("/ten.bin", `Connection: ${",".repeat(15_000)}`)],
  ]),
  ...attacks({ ...SERVED, fields: PLAIN }, [
    ["a strange origin", get("/ten.bin", "Origin: https://evil.example")],
    ["no origin", get("/ten.bin", "Origin: null")],
    ["an origin that looks like ours", get("/ten.bin", "Origin: http://localhost.evil.example")],
  ]),
  ...attacks({ status: 204, event: "none", after: "open", fields: PLAIN }, [
    [
      "a preflight for an upload",
      request(
        "OPTIONS",
        "/upload",
        "Origin: https://evil.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: content-type",
        "Access-Control-Request-Private-Network: true",
      ),
    ],
    ["everything about the server", request("OPTIONS", "*")],
  ]),
  ...attacks({ status: 417, event: "none", after: "open" }, [
    ["an expectation nobody knows", get("/ten.bin", "Expect: 200-ok")],
  ]),
  ...attacks(BROKEN, [
    [
      "a CRLF in a field, and another field (header injection)",
      get("/ten.bin", "X: a\r\n\tHost: evil.example"),
    ],
    ["a bare LF in a field (header injection)", get("/ten.bin", "X: a\nX-Injected: yes")],
    ["a bare CR in a field (header injection)", get("/ten.bin", "X: a\rX-Injected: yes")],
    ["brackets in a field name", get("/ten.bin", "X[a]: b")],
    ["a high byte in a field name", get("/ten.bin", "X\xe9: b")],
    ["the asterisk with GET", request("GET", "*")],
    ["a tunnel without a port", head("CONNECT localhost HTTP/1.1", "Host: localhost")],
    ["a tunnel to a path", head("CONNECT /ten.bin HTTP/1.1", "Host: localhost")],
  ]),
];

/** Everything about fields. */
export const HEADERS: readonly Attack[] = [...SIZES, ...CLAIMS];
