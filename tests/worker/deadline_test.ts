// When a connection has stayed where it is for too long.

import { assertEquals } from "@std/assert";
import { Gauges } from "../../lib/channel/gauges.ts";
import { Session } from "../../lib/http/session.ts";
import { Deadline } from "../../lib/worker/deadline.ts";
import { LIMITS } from "../handlers/ground.ts";

const TIMEOUTS = {
  headTimeoutMs: 1_000,
  bodyTimeoutMs: 2_000,
  bodyBytesPerSecond: 100,
  writeTimeoutMs: 3_000,
  keepAliveMs: 4_000,
};

const BARE = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LONG = "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";

/** A connection without anything but its time; it was opened at 0. */
class Line {
  readonly gauges: Gauges = new Gauges(new SharedArrayBuffer(Gauges.memoryBytes(1)), 0, 1);
  readonly session = new Session(LIMITS);
  readonly deadline = new Deadline({ timeouts: TIMEOUTS, gauges: this.gauges }, 0, 0);

  /** Octets come, and if they do not complete a request the next read begins. */
  receive(text: string, nowMs: number): this {
    const octets = new TextEncoder().encode(text);
    this.deadline.received(octets.length);
    this.session.receive(octets);
    for (let event = this.session.next(); event !== undefined; event = this.session.next()) {
      if (event.kind === "request") this.deadline.requested(nowMs);
    }
    this.deadline.reading(this.session, nowMs);
    return this;
  }

  /** The answer to a request goes out, and the next read begins. */
  answer(nowMs: number): this {
    this.session.answered(false);
    this.deadline.reading(this.session, nowMs);
    return this;
  }
}

/** What happened, and when it is over then. */
const ROWS: readonly (readonly [what: string, make: () => Line, overMs: number])[] = [
  ["a guest that says nothing", () => new Line(), 1_000],
  ["empty lines before a head", () => new Line().receive("\r\n", 500), 1_000],
  ["the start of a head", () => new Line().receive("GET /", 500), 1_500],
  ["a head that is dripped", () => new Line().receive("GE", 500).receive("T /", 900), 1_500],
  ["an answered request", () => new Line().receive(BARE, 500).answer(600), 4_600],
  [
    "empty lines behind it",
    () => new Line().receive(BARE, 500).answer(600).receive("\r\n", 700),
    4_600,
  ],
  ["a next head", () => new Line().receive(BARE, 500).answer(600).receive("GET", 700), 1_700],
  [
    "a content that stalls",
    () => new Line().receive(LONG, 500).receive("[".repeat(400), 900),
    2_900,
  ],
  [
    "a content that trickles",
    () => new Line().receive(LONG, 500).receive("[".repeat(10), 1_900),
    2_600,
  ],
  ["a write that nobody takes", () => {
    const line = new Line().receive(BARE, 500);
    line.deadline.writing(600);
    return line;
  }, 3_600],
];

for (const [what, make, overMs] of ROWS) {
  Deno.test(`the deadline of ${what} is over after ${overMs} ms`, () => {
    const { deadline } = make();
    assertEquals([deadline.isOver(overMs - 1), deadline.isOver(overMs)], [false, true]);
  });
}

Deno.test("a peer that takes some of an answer has earned more time for the rest", () => {
  const line = new Line().receive(BARE, 0);
  line.deadline.writing(0);
  line.gauges.noteProgress(0);
  assertEquals([line.deadline.isOver(3_000), line.deadline.isOver(5_999)], [false, false]);
  assertEquals(line.deadline.isOver(6_000), true);
});
