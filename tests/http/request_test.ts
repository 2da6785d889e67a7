import { assert, assertEquals } from "@std/assert";
import { HttpError } from "../../lib/http/errors.ts";
import { HeadParser } from "../../lib/http/head_parser.ts";
import { type Expectation, readRequest, type Request } from "../../lib/http/request.ts";
import { octets } from "./bytes.ts";

/** The request of a head of these lines, or the status it is refused with. */
function requestOf(...lines: readonly string[]): Request | number {
  const parser = new HeadParser({ headBytesMax: 1_000, targetBytesMax: 500, fieldsMax: 20 });
  const bytes = octets([...lines, "", ""].join("\r\n"));
  assert(parser.parse(bytes, 0, bytes.length) === bytes.length);
  try {
    return readRequest(parser, bytes, "http");
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

function sound(...lines: readonly string[]): Request {
  const request = requestOf(...lines);
  assert(typeof request === "object", `refused with ${request}`);
  return request;
}

const LINE = "GET / HTTP/1.1";
const OLD = "GET / HTTP/1.0";

Deno.test("readRequest reads all there is to a request", () => {
  const { fields, ...request } = sound(
    "POST /a?b HTTP/1.1",
    "Host: localhost:8080",
    "Content-Length: 12",
    "Expect: 100-continue",
  );
  assertEquals(request, {
    method: "POST",
    rawTarget: "/a?b",
    target: { form: "origin", path: "/a", query: "b", authority: undefined },
    minorVersion: 1,
    host: "localhost:8080",
    content: 12,
    persistent: true,
    expectation: "continue",
  });
  assertEquals(fields.get("content-length"), "12");
});

for (const method of ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"]) {
  Deno.test(`readRequest knows ${method} from what resembles it`, () => {
    for (const name of [method, method.toLowerCase(), `${method}S`, method.slice(0, -1)]) {
      assertEquals(sound(`${name} / HTTP/1.1`, "Host: a").method, name);
    }
  });
}

const HOSTS: readonly (readonly [
  rule: string,
  lines: readonly string[],
  host: string | undefined | 400,
])[] = [
  ["reads Host", [LINE, "Host: a:80"], "a:80"],
  ["prefers an absolute target (RFC 9112 §3.2.2)", ["GET http://b/ HTTP/1.1", "Host: a"], "b"],
  ["prefers the authority of OPTIONS", ["OPTIONS http://b HTTP/1.1", "Host: a"], "b"],
  ["asks CONNECT for its Host", ["CONNECT b:1 HTTP/1.1", "Host: a"], "a"],
  ["needs none in HTTP/1.0", [OLD], undefined],
  ["refuses a missing one (RFC 9112 §3.2)", [LINE], 400],
  ["refuses a missing one beside an absolute target", ["GET http://b/ HTTP/1.1"], 400],
  ["refuses an empty one", [LINE, "Host:"], 400],
  ["refuses an empty one in HTTP/1.0", [OLD, "Host:"], 400],
  ["refuses two", [LINE, "Host: a", "Host: a"], 400],
  ["refuses two without blanks", [LINE, "Host:a", "Host:a"], 400],
  ["refuses a broken one beside an absolute target", ["GET http://b/ HTTP/1.1", "Host: @"], 400],
];

for (const [rule, lines, host] of HOSTS) {
  Deno.test(`readRequest ${rule} as Host`, () => {
    // Twice: a host that passed is remembered, and must not let another one pass.
    for (let time = 0; time < 2; time++) {
      const request = requestOf(...lines);
      assertEquals(typeof request === "number" ? request : request.host, host);
    }
  });
}

const CONNECTIONS: readonly (readonly [lines: readonly string[], persistent: boolean])[] = [
  [[LINE, "Host: a"], true],
  [[LINE, "Host: a", "Connection: keep-alive"], true],
  [[LINE, "Host: a", "Connection: close"], false],
  [[LINE, "Host: a", "Connection: Close"], false],
  [[LINE, "Host: a", "Connection: keep-alive, close"], false],
  [[LINE, "Host: a", "Connection: keep-alive", "Connection: close"], false],
  [[LINE, "Host: a", "Connection: close,keep-alive"], false],
  [[LINE, "Host: a", "Connection: x-close"], true],
  [[LINE, "Host: a", "Connection: close-x"], true],
  [[LINE, "Host: a", "Connection: close x"], true],
  [[LINE, "Host: a", "Connection:"], true],
  [["GET / HTTP/1.3", "Host: a"], true],
  [["CONNECT a:1 HTTP/1.1", "Host: a", "Connection: keep-alive"], false],
  [[OLD], false],
  [[OLD, "Connection: keep-alive"], true],
  [[OLD, "Connection: Keep-Alive"], true],
  [[OLD, "Connection: x, keep-alive"], true],
  [[OLD, "Connection: keep-alive, close"], false],
  [[OLD, "Connection: keep-alives"], false],
  [[OLD, "Connection: x"], false],
];

for (const [lines, persistent] of CONNECTIONS) {
  Deno.test(`readRequest ${persistent ? "keeps" : "closes"} ${lines.join(" | ")}`, () => {
    assertEquals(sound(...lines).persistent, persistent);
  });
}

const EXPECTATIONS: readonly (readonly [lines: readonly string[], expectation: Expectation])[] = [
  [[LINE, "Host: a"], "none"],
  [[LINE, "Host: a", "Expect: 100-continue"], "continue"],
  [[LINE, "Host: a", "Expect: 100-CONTINUE"], "continue"],
  [[LINE, "Host: a", "Expect: 100-continue", "Expect: x"], "unknown"],
  [[LINE, "Host: a", "Expect: 200-ok"], "unknown"],
  [[OLD, "Expect: 100-continue"], "none"],
  [[OLD, "Expect: 200-ok"], "none"],
];

for (const [lines, expectation] of EXPECTATIONS) {
  Deno.test(`readRequest finds the expectation ${expectation} in ${lines.join(" | ")}`, () => {
    assertEquals(sound(...lines).expectation, expectation);
  });
}

Deno.test("readRequest refuses a framing in doubt before anything else", () => {
  assertEquals(requestOf("GET * HTTP/1.1", "Transfer-Encoding: gzip, chunked"), 501);
});
