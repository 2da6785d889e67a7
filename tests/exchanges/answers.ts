// Reads what a server sent, octet for octet, and believes none of it: a client that guesses would
// hide a server that frames its answers wrongly.

import { assert, assertEquals, assertMatch } from "@std/assert";

/** One answer, final or interim. */
export interface SeenAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** One character per octet. */
  readonly content: string;
}

/** What the access log says of one answer. */
export interface LoggedAnswer {
  readonly method: string;
  readonly status: number;
  readonly contentBytes: number;
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [A-Z][A-Za-z ]*$/;
const FIELD_LINE = /^([A-Z][A-Za-z-]*): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/;
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const LENGTH = /^(0|[1-9]\d*)$/;

/** Every field that is ever sent: one more, and a client has forged a line. */
const NAMES: ReadonlySet<string> = new Set([
  "accept-ranges",
  "allow",
  "connection",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "keep-alive",
  "last-modified",
  "location",
  "server",
  "vary",
  "x-content-type-options",
]);

/**
 * Reads whole answers until nothing is left.
 *
 * @param sent Everything that was sent on one connection.
 * @param logged One entry for each final answer, in order.
 * @throws {AssertionError} When the octets are not exactly such answers.
 */
export function readAnswers(sent: string, logged: readonly LoggedAnswer[]): SeenAnswer[] {
  const answers: SeenAnswer[] = [];
  let finals = 0;
  for (let at = 0; at < sent.length;) {
    const end = sent.indexOf("\r\n\r\n", at);
    assert(end >= 0, "a head must end in an empty line");
    const { status, fields } = readHead(sent.slice(at, end));
    at = end + 4;
    if (status === 100) {
      assertEquals(fields.size, 0, "an interim answer has no fields");
      answers.push({ status, fields, content: "" });
      continue;
    }
    const entry = logged[finals++];
    assert(entry !== undefined, "every final answer must be logged");
    assertEquals(entry.status, status);
    const contentBytes = contentLength(status, fields, entry.method);
    assert(at + contentBytes <= sent.length, "content must be as long as announced");
    assertEquals(entry.contentBytes, contentBytes);
    answers.push({ status, fields, content: sent.slice(at, at + contentBytes) });
    at += contentBytes;
  }
  assertEquals(finals, logged.length, "only what was answered may be logged");
  return answers;
}

function readHead(head: string): { status: number; fields: Map<string, string> } {
  const [statusLine = "", ...lines] = head.split("\r\n");
  assertMatch(statusLine, STATUS_LINE);
  const fields = new Map<string, string>();
  for (const line of lines) {
    assertMatch(line, FIELD_LINE);
    const [, name = "", value = ""] = FIELD_LINE.exec(line) ?? [];
    const key = name.toLowerCase();
    assert(NAMES.has(key), `the field ${name} is not one of ours`);
    assert(!fields.has(key), `the field ${name} must come once`);
    fields.set(key, value);
  }
  return { status: Number(statusLine.slice(9, 12)), fields };
}

/** Octets that follow the head of a final answer. */
function contentLength(
  status: number,
  fields: ReadonlyMap<string, string>,
  method: string,
): number {
  if (status < 500) assertMatch(fields.get("date") ?? "", DATE);
  assertMatch(fields.get("connection") ?? "", /^(keep-alive|close)$/);
  assertEquals(fields.has("keep-alive"), fields.get("connection") === "keep-alive");
  if (status === 204 || status === 304) {
    assert(!fields.has("content-length"), `${status} has no length (RFC 9110 §8.6)`);
    return 0;
  }
  const length = fields.get("content-length") ?? "";
  assertMatch(length, LENGTH);
  return method === "HEAD" ? 0 : Number(length);
}
