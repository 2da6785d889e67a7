// Which requests the main thread is left to answer.

import { assertEquals, assertThrows } from "@std/assert";
import { allocateChannel, MainEnd, WorkerEnd } from "../../lib/channel/channel.ts";
import { REALM_MAX } from "../../lib/channel/gauges.ts";
import { NO_PLACE, REPEAT_MS } from "../../lib/channel/repeats.ts";
import { type AskedFor, NO_REALM, RepeatedAnswers } from "../../lib/worker/repeated_answers.ts";

const REQUEST_BYTES = 40;

const ASKED: AskedFor = {
  method: "GET",
  target: "/",
  minorVersion: 1,
  status: 200,
  contentBytes: 5,
  requestId: "",
  traceId: "",
  parentId: "",
  referer: "",
  userAgent: "",
};

/** A worker that answers one request again and again. */
class Ground {
  readonly repeated: RepeatedAnswers;
  nowMs = 0;
  readonly #main: MainEnd;
  readonly #worker: WorkerEnd;

  constructor() {
    const memory = allocateChannel(1);
    this.#main = new MainEnd(memory);
    this.#worker = new WorkerEnd(memory);
    this.repeated = new RepeatedAnswers(this.#worker.repeats, this.#worker.gauges);
  }

  /** A round begins, by both clocks. */
  begin(nowMs: number): void {
    this.nowMs = nowMs;
    this.#main.gauges.clockMs = nowMs;
    this.repeated.begin(nowMs);
  }

  /** The worker answers. The request is told by its first octet. */
  answer(octet = 1): void {
    const { buffers } = this.#worker;
    const requestOffset = buffers.receiveOffset(0);
    buffers.bytes[requestOffset] = octet;
    const answerOffset = buffers.blockOffset(0);
    const lengths = { requestBytes: REQUEST_BYTES, answerBytes: 100 };
    this.repeated.offer({ realm: 1, requestOffset, answerOffset, ...lengths }, () => ASKED);
  }

  /** The main thread is asked the last request. @returns The place of the answer. */
  ask(nowMs: number): number {
    const { buffers, repeats } = this.#main;
    return repeats.use(1, buffers.receiveOffset(0), REQUEST_BYTES, nowMs);
  }
}

const COUNTS: readonly (readonly [what: string, asks: (ground: Ground) => void, often: boolean])[] =
  [
    ["once", (ground) => ground.answer(), false],
    ["31 times", (ground) => many(31, () => ground.answer()), false],
    ["32 times", (ground) => many(32, () => ground.answer()), true],
    ["32 times in turn with another", (ground) =>
      many(32, () => {
        ground.answer(2);
        ground.answer(1);
      }), true],
    ["20 times, and 20 times later", (ground) => {
      many(20, () => ground.answer());
      ground.begin(1100);
      many(20, () => ground.answer());
    }, false],
    ["40 times, and once soon after", (ground) => {
      many(40, () => ground.answer());
      ground.begin(1100);
      ground.answer();
    }, true],
    ["40 times, once, and once much later", (ground) => {
      many(40, () => ground.answer());
      ground.begin(1100);
      ground.answer();
      ground.begin(1300);
      ground.answer();
    }, false],
  ];
for (const [what, asks, often] of COUNTS) {
  Deno.test(`RepeatedAnswers ${often ? "lays" : "does not lay"} down what is asked ${what}`, () => {
    const ground = new Ground();
    ground.begin(1000);
    asks(ground);
    assertEquals(ground.ask(ground.nowMs) !== NO_PLACE, often);
  });
}

Deno.test("RepeatedAnswers knows what was sent", () => {
  const ground = new Ground();
  ground.begin(1000);
  many(32, () => ground.answer());
  const place = ground.ask(1000);
  const { asked, requestBytes, answerBytes } = ground.repeated.settle(place);
  assertEquals([asked, requestBytes, answerBytes], [ASKED, REQUEST_BYTES, 100]);
  assertThrows(() => ground.repeated.settle(place), Error, "settled once");
  assertThrows(() => ground.repeated.settle(place + 1), Error, "only what was laid");
});

Deno.test("RepeatedAnswers counts what the main thread answers as asked", () => {
  const ground = new Ground();
  ground.begin(1000);
  many(32, () => ground.answer());
  let answered = 0;
  for (let nowMs = 1000; nowMs < 2000; nowMs++) {
    const place = ground.ask(nowMs);
    ground.begin(nowMs);
    if (place === NO_PLACE) ground.answer();
    else answered++;
    if (place !== NO_PLACE) ground.repeated.settle(place);
  }
  assertEquals(answered, 1000 - 2 * 1000 / REPEAT_MS + 1); // each answer is renewed at half its time
});

Deno.test("RepeatedAnswers is no older than its round", () => {
  const ground = new Ground();
  ground.begin(1000);
  many(31, () => ground.answer());
  ground.begin(1005);
  ground.answer();
  assertEquals(ground.ask(1004), NO_PLACE);
  assertEquals(ground.ask(1005 + REPEAT_MS), NO_PLACE);
  assertEquals(ground.ask(1005) !== NO_PLACE, true);
});

for (
  const [what, act] of [
    ["everything", (it: RepeatedAnswers) => it.forget()],
    ["what is old", (it: RepeatedAnswers) => it.tidy()],
  ] as const
) {
  Deno.test(`RepeatedAnswers withdraws ${what}`, () => {
    const ground = new Ground();
    ground.begin(1000);
    many(32, () => ground.answer());
    ground.begin(2001);
    act(ground.repeated);
    assertEquals(ground.ask(1000), NO_PLACE);
  });
}

Deno.test("RepeatedAnswers has a realm for each address, as long as there are numbers", () => {
  const { repeated } = new Ground();
  const realms = Array.from({ length: REALM_MAX }, (_, index) => repeated.realmOf(`${index}`));
  assertEquals(new Set([...realms, NO_REALM]).size, REALM_MAX + 1);
  assertEquals(repeated.realmOf("one more"), NO_REALM);
  assertEquals(repeated.realmOf("0"), realms[0]);
});

function many(count: number, act: () => void): void {
  for (let index = 0; index < count; index++) act();
}
