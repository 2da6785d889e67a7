// The session: events in their order however octets are cut, one transition table, and nothing kept
// beyond its limits. What single messages mean is put to the test by the table of exchanges.

import { assert, assertEquals, assertGreater, assertLessOrEqual, assertThrows } from "@std/assert";
import fc from "fast-check";
import { HttpError } from "../../lib/http/errors.ts";
import {
  Session,
  type SessionEvent,
  type SessionState,
  type Transition,
  TRANSITIONS,
} from "../../lib/http/session.ts";
import { cutAt, octets, textOf } from "./bytes.ts";
import { type Written, written } from "./requests.ts";
import { SMALL_LIMITS, type Trace, traceOf } from "./trace.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
const CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const EXPECTING = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";

function sessionOf(wire: string, changes: Partial<typeof SMALL_LIMITS> = {}): Session {
  const session = new Session({ ...SMALL_LIMITS, ...changes });
  session.receive(octets(wire));
  return session;
}

/** Everything a session says without being answered, in short. */
function say(session: Session): string[] {
  const said: string[] = [];
  for (let event = session.next(); event !== undefined; event = session.next()) {
    said.push(shorten(event));
  }
  return said;
}

function shorten(event: SessionEvent): string {
  switch (event.kind) {
    case "request":
      return `${event.request.method} ${event.request.rawTarget}`;
    case "content":
      return `"${textOf(event.bytes)}"`;
    case "failed":
      return `${event.error.status}`;
    default:
      return event.kind;
  }
}

const EVENTS: readonly (readonly [
  rule: string,
  wire: string,
  said: readonly string[],
  state: SessionState,
])[] = [
  ["waits for a first octet", "", [], "awaiting"],
  ["waits behind an empty line", "\r\n", [], "awaiting"],
  ["waits for the rest of a head", GET.slice(0, -1), [], "awaiting"],
  ["reads a request without content", GET, ["GET /"], "received"],
  ["reads nothing behind a request that is not answered", GET + GET, ["GET /"], "received"],
  ["reads content by its length", POST + "abc", ["POST /", '"abc"', "end"], "received"],
  ["leaves what is behind the content", POST + "abcGET", ["POST /", '"abc"', "end"], "received"],
  ["waits for the rest of content", POST + "ab", ["POST /", '"ab"'], "receiving"],
  ["reads chunks", CHUNKED + "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", [
    "POST /",
    '"a"',
    '"bc"',
    "end",
  ], "received"],
  ["reads trailers", CHUNKED + "0\r\nA: b\r\n\r\n", ["POST /", "end"], "received"],
  ["waits for trailers", CHUNKED + "0\r\nA: b\r\n", ["POST /"], "receiving"],
  ["waits for a word where one is expected", EXPECTING + "abc", ["POST /"], "expecting"],
  ["fails on a broken head", "GET\r\n\r\n" + GET, ["400"], "ended"],
  ["fails on a broken chunk", CHUNKED + "1\r\nab\r\n", ["POST /", '"a"', "400"], "ended"],
  [
    "fails on content above the limit before any of it",
    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 257\r\n\r\n",
    ["413"],
    "ended",
  ],
  ["takes content at the limit", POST.replace(": 3", ": 256"), ["POST /"], "receiving"],
  ["fails on a chunk above the limit before any of it", CHUNKED + "101\r\n", [
    "POST /",
    "413",
  ], "ended"],
  [
    "fails on trailers that frame",
    CHUNKED + "0\r\nContent-Length: 0\r\n\r\n",
    ["POST /", "400"],
    "ended",
  ],
];

for (const [rule, wire, said, state] of EVENTS) {
  Deno.test(`Session ${rule}`, () => {
    const session = sessionOf(wire);
    assertEquals(say(session), [...said]);
    assertEquals(session.state, state);
    assertEquals(session.next(), undefined);
  });
}

Deno.test("Session reads the octets it is told, and no others", () => {
  const session = new Session(SMALL_LIMITS);
  session.receive(octets(`junk${GET}junk`), 4, 4 + GET.length);
  assertEquals(say(session), ["GET /"]);
  assert(!session.hasUnread);
});

Deno.test("Session goes on with what is unread once the answer is complete", () => {
  const session = sessionOf(GET + POST + "abc");
  assertEquals(say(session), ["GET /"]);
  assert(session.hasUnread);
  session.answered(false);
  assertEquals(say(session), ["POST /", '"abc"', "end"]);
});

Deno.test("Session knows the request until it is answered", () => {
  const session = sessionOf(POST);
  say(session);
  assertEquals(session.request?.method, "POST");
  session.receive(octets("abc"));
  say(session);
  assertEquals(session.request?.method, "POST");
  session.answered(false);
  assertEquals(session.request, undefined);
});

Deno.test("Session knows the request whose content it refused", () => {
  const session = sessionOf(POST.replace(": 3", ": 300").replace("POST", "HEAD"));
  assertEquals(say(session), ["413"]);
  assertEquals(session.request?.method, "HEAD");
});

const IN_HEAD: readonly (readonly [rule: string, wire: string, isInHead: boolean])[] = [
  ["before the first octet", "", false],
  ["behind half an empty line", "\r", false],
  ["behind an empty line", "\r\n", false],
  ["behind the first octet of a method", "G", true],
  ["behind an empty line and an octet", "\r\nG", true],
  ["before the last octet", GET.slice(0, -1), true],
  ["behind a whole head", GET, false],
  ["in content", POST, false],
];

for (const [rule, wire, isInHead] of IN_HEAD) {
  Deno.test(`Session.isInHead is ${isInHead} ${rule}`, () => {
    const session = sessionOf(wire);
    say(session);
    assertEquals(session.isInHead, isInHead);
  });
}

Deno.test("Session goes on in content once it was asked for", () => {
  const session = sessionOf(EXPECTING + "abc");
  say(session);
  assert(session.terms().close, "an answer without the content closes");
  session.continued();
  assertEquals(say(session), ['"abc"', "end"]);
  assert(!session.terms().close);
});

const TERMS: readonly (readonly [rule: string, wire: string, close: boolean])[] = [
  ["keeps HTTP/1.1", GET, false],
  ["closes as asked", GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), true],
  ["closes HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", true],
  ["keeps HTTP/1.0 as asked", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false],
  ["closes behind CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", true],
  ["closes while content is missing", POST, true],
  ["closes behind a failure", "\n", true],
  ["closes while the request is missing", "GET", true],
];

for (const [rule, wire, close] of TERMS) {
  Deno.test(`Session.terms ${rule}`, () => {
    const session = sessionOf(wire);
    say(session);
    assertEquals(session.terms().close, close);
  });
}

Deno.test("Session.terms counts requests down and closes with the last", () => {
  const session = sessionOf(GET.repeat(3), { requestsMax: 2 });
  say(session);
  assertEquals(session.terms(), { close: false, isHttp10: false });
  session.answered(false);
  say(session);
  assertEquals(session.terms(), { close: true, isHttp10: false });
  session.answered(true);
  assertEquals(session.next(), undefined);
});

Deno.test("Session.terms closes while it drains", () => {
  const session = sessionOf(GET);
  say(session);
  session.drain();
  assert(session.terms().close);
});

Deno.test("Session refuses an answer that nobody waits for", () => {
  assertThrows(() => sessionOf("").answered(false), Error, "awaiting has no answered");
  assertThrows(() => sessionOf("").continued(), Error, "awaiting has no continued");
});

Deno.test("Session serves https on a secured connection alone", () => {
  const wire = octets(GET.replace("/ ", "https://a/ "));
  const [secured, bare] = [new Session(SMALL_LIMITS, "https"), new Session(SMALL_LIMITS, "http")];
  secured.receive(wire);
  bare.receive(wire);
  assertEquals(say(secured), ["GET https://a/"]);
  assertEquals(say(bare), ["400"]);
});

Deno.test("TRANSITIONS lead to every state, and from every state to the end", () => {
  const states = Object.keys(TRANSITIONS);
  const reached = new Set<string>(["awaiting"]);
  for (const state of reached) {
    for (const next of Object.values(wayFrom(state))) reached.add(next);
  }
  assertEquals([...reached].toSorted(), states.toSorted());
  for (const state of states) {
    const ends = new Set<string>([state]);
    for (const at of ends) for (const next of Object.values(wayFrom(at))) ends.add(next);
    assert(ends.has("ended"), `${state} never ends`);
  }
});

function wayFrom(state: string): Partial<Record<Transition, SessionState>> {
  for (const [name, ways] of Object.entries(TRANSITIONS)) if (name === state) return ways;
  return {};
}

/** What to do for each row of the table, so that none of them is there for nothing. */
const ROWS: Readonly<Record<string, readonly [wire: string, act?: (session: Session) => void]>> = {
  "awaiting head": [POST],
  "awaiting expectingHead": [EXPECTING],
  "awaiting bareHead": [GET],
  "awaiting violated": ["\n"],
  "awaiting lastAnswered": ["GET", (session) => session.answered(true)],
  "expecting continued": [EXPECTING, (session) => session.continued()],
  "expecting lastAnswered": [EXPECTING, (session) => session.answered(true)],
  "receiving contentEnd": [POST + "abc"],
  "receiving violated": [CHUNKED + "x"],
  "receiving lastAnswered": [POST, (session) => session.answered(true)],
  "received answered": [GET, (session) => session.answered(false)],
  "received lastAnswered": [GET, (session) => session.answered(true)],
  "ended lastAnswered": ["\n", (session) => session.answered(true)],
};

for (const [state, ways] of Object.entries(TRANSITIONS)) {
  for (const [transition, next] of Object.entries(ways)) {
    Deno.test(`TRANSITIONS ${state}: ${transition} leads to ${next}`, () => {
      const [wire, act] = ROWS[`${state} ${transition}`] ?? [""];
      const session = sessionOf(wire);
      say(session);
      if (act !== undefined) {
        assertEquals(session.state, state);
        act(session);
      }
      assertEquals(session.state, next);
    });
  }
}

/** Parts of messages from which most attacks are made, so that random edits meet them. */
const HOSTILE = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  ":",
  ";",
  '"',
  "\\",
  ",",
  "0",
  "f",
  "\r\n\r\n",
  "0\r\n\r\n",
  "Host: b\r\n",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "HTTP/1.0",
  "\x7f",
  "\x80",
];

const stream = fc.array(written, { minLength: 1, maxLength: 4 })
  .map((requests) => requests.map(({ wire }) => wire).join(""));
const edit = fc.record({
  at: fc.nat(),
  remove: fc.oneof(fc.constant(0), fc.nat({ max: 8 })),
  insert: fc.oneof(fc.constantFrom(...HOSTILE), fc.constant("")),
});
const broken = fc.tuple(stream, fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) => edits.reduce(apply, text));
const noise = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.stringMatching(/^[ -~]$/)))
  .map((parts) => parts.join(""));
const anyStream = fc.oneof(stream, { arbitrary: broken, weight: 3 }, noise);
const cuts = fc.array(fc.nat(), { maxLength: 8 });

function apply(
  text: string,
  { at, remove, insert }: typeof edit extends fc.Arbitrary<infer T> ? T : never,
): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + insert + text.slice(start + remove);
}

/** What must not hang on how octets are cut. */
function verdict({ seen, isClosed }: Trace): unknown {
  return { seen, isClosed };
}

Deno.test("Session sees in a stream of requests what was written", () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 5 }), cuts, (requests: Written[], cuts) => {
      const bytes = octets(requests.map(({ wire }) => wire).join(""));
      const trace = traceOf(cutAt(bytes, cuts), SMALL_LIMITS);
      assertEquals(verdict(trace), { seen: requests.map(({ seen }) => seen), isClosed: false });
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Session comes to one verdict wherever a stream is cut, whole or broken", () => {
  fc.assert(
    fc.property(anyStream, cuts, (text, cuts) => {
      const bytes = octets(text);
      const whole = verdict(traceOf([bytes], SMALL_LIMITS));
      assertEquals(verdict(traceOf(cutAt(bytes, cuts), SMALL_LIMITS)), whole);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Session comes to one verdict octet by octet, whole or broken", () => {
  fc.assert(
    fc.property(anyStream, (text) => {
      const bytes = octets(text);
      const apart = Array.from(bytes, (octet) => Uint8Array.of(octet));
      const trace = traceOf(apart, SMALL_LIMITS);
      assertEquals(verdict(trace), verdict(traceOf([bytes], SMALL_LIMITS)));
      // A head, a trailer section or a chunk line: all that is ever kept without a word.
      assertLessOrEqual(trace.silentBytesMax, SILENT_BYTES_MAX);
    }),
    { numRuns: 1_000 },
  );
});

/** The longest trailer section, behind the end of one chunk and a whole last line. */
const SILENT_BYTES_MAX = 4096 + 2 + 256 + 2;

const ENDLESS:
  readonly (readonly [rule: string, start: string, again: string, bytesMax: number])[] = [
    ["empty lines", "", "\r\n", 9],
    ["a method", "", "A", 65],
    ["a target", "GET /", "a", 70],
    ["a field name", "GET / HTTP/1.1\r\n", "a", 512],
    ["a field value", "GET / HTTP/1.1\r\nA:", "a", 512],
    ["white space before a value", "GET / HTTP/1.1\r\nA:", " ", 512],
    ["fields", "GET / HTTP/1.1\r\n", "a:b\r\n", 16 + 12 * 5 + 1],
    ["zeros of a chunk size", CHUNKED, "0", CHUNKED.length + 257],
    ["a chunk extension", CHUNKED + "1;", "a", CHUNKED.length + 257],
    ["a trailer", CHUNKED + "0\r\nA:", "a", CHUNKED.length + 3 + 4098],
    ["trailers", CHUNKED + "0\r\n", "a:b\r\n", CHUNKED.length + 3 + 12 * 5 + 1],
  ];

for (const [rule, start, again, bytesMax] of ENDLESS) {
  Deno.test(`Session ends ${rule} without end`, () => {
    const session = sessionOf(start);
    say(session);
    const endless = octets(again);
    let bytes = start.length;
    for (let at = 0; session.state !== "ended"; at = (at + 1) % endless.length) {
      session.receive(endless.subarray(at, at + 1));
      assert(++bytes <= bytesMax, `${bytes} octets were taken`);
      say(session);
    }
    assertGreater(bytes, start.length);
  });
}

Deno.test("Session bounds the extensions of one message", () => {
  const session = sessionOf(CHUNKED, { bodyBytesMax: 10_000 });
  say(session);
  let chunks = 0;
  for (const line = octets(`1;${"a".repeat(200)}\r\nx\r\n`); session.state !== "ended"; chunks++) {
    session.receive(line);
    say(session);
  }
  assertLessOrEqual(chunks, 16 * 1024 / 200 + 1);
});

Deno.test("HttpError is all that a session blames on a peer", () => {
  const session = sessionOf("\n");
  const event = session.next();
  assert(event?.kind === "failed" && event.error instanceof HttpError);
});
