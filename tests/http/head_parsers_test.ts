import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { HeadParsers } from "../../lib/http/head_parsers.ts";
import { Session } from "../../lib/http/session.ts";
import { octets } from "./bytes.ts";
import { SMALL_LIMITS } from "./trace.ts";

/** Lends parsers, and counts those that are out. */
class CountedParsers extends HeadParsers {
  out = 0;

  override take() {
    this.out++;
    return super.take();
  }

  override give(parser: ReturnType<HeadParsers["take"]>) {
    this.out--;
    super.give(parser);
  }
}

Deno.test("HeadParsers lends a parser again, as if it were new", () => {
  const parsers = new HeadParsers(SMALL_LIMITS);
  const parser = parsers.take();
  assert(parsers.take() !== parser);
  const head = octets("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assertEquals(parser.parse(head, 0, head.length), head.length);
  parsers.give(parser);
  assertStrictEquals(parsers.take(), parser);
  assertEquals([parser.isFresh, parser.fields.lineCount], [true, 0]);
});

const ROWS: readonly (readonly [what: string, wire: string, out: number])[] = [
  ["has sent nothing", "", 0],
  ["has sent an empty line", "\r\n", 1], // they are counted, however many reads they come in
  ["is in a head", "GET / HTTP/1.1\r\nHo", 1],
  ["waits for its answer", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1],
  ["broke a rule", "GET / HTTP/1.1\r\n\r\n", 1],
];
for (const [what, wire, out] of ROWS) {
  Deno.test(`A session that ${what} has ${out === 0 ? "no" : "a"} parser, and none behind its answer`, () => {
    const parsers = new CountedParsers(SMALL_LIMITS);
    const session = new Session(SMALL_LIMITS, "http", parsers);
    session.receive(octets(wire));
    const event = session.next();
    assertEquals(parsers.out, out);
    if (event === undefined) return;
    session.answered(event.kind === "failed");
    assertEquals(parsers.out, 0);
  });
}

Deno.test("Sessions that share parsers do not mix their heads", () => {
  const parsers = new HeadParsers(SMALL_LIMITS);
  const sessions = ["a", "b", "c"].map((name) => ({
    name,
    wire: octets(`GET /${name} HTTP/1.1\r\nHost: ${name}\r\n\r\n`),
    session: new Session(SMALL_LIMITS, "http", parsers),
  }));
  for (let round = 0; round < 3; round++) {
    for (const { session, wire } of sessions) {
      session.receive(wire.slice(0, 20));
      assertEquals(session.next(), undefined);
    }
    for (const { name, session, wire } of sessions) {
      session.receive(wire.slice(20));
      const event = session.next();
      assert(event?.kind === "request");
      assertEquals([event.request.rawTarget, event.request.host], [`/${name}`, name]);
    }
    for (const { session } of sessions) session.answered(false);
  }
});
