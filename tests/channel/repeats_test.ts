import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { REPEAT_ANSWER_BYTES_MAX } from "../../lib/channel/buffers.ts";
import { allocateChannel, MainEnd, WorkerEnd } from "../../lib/channel/channel.ts";
import { NO_PLACE, REPEAT_MS, type Repeats } from "../../lib/channel/repeats.ts";

const SLOT = 0;
const ASKING_SLOT = 1;
const REALM = 7;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Both ends of a channel. A worker answers on one slot, the main thread is asked on the other. */
class Ends {
  readonly #main: MainEnd;
  readonly #worker: WorkerEnd;

  constructor() {
    const memory = allocateChannel(2);
    this.#main = new MainEnd(memory);
    this.#worker = new WorkerEnd(memory);
  }

  get main(): Repeats {
    return this.#main.repeats;
  }

  get worker(): Repeats {
    return this.#worker.repeats;
  }

  /** The worker answers. @returns The place where that was laid. */
  answer(request: string, answer: string, stampMs = 0, realm = REALM): number {
    const { buffers } = this.#worker;
    const requestOffset = buffers.receiveOffset(SLOT);
    const answerOffset = buffers.blockOffset(0);
    const requestBytes = encoder.encodeInto(request, buffers.bytes.subarray(requestOffset)).written;
    const answerBytes = encoder.encodeInto(answer, buffers.bytes.subarray(answerOffset)).written;
    const exchanged = { realm, requestOffset, requestBytes, answerOffset, answerBytes };
    return this.worker.lay(exchanged, stampMs);
  }

  /** The main thread is asked. @returns The place that it uses. */
  ask(request: string, nowMs = 0, realm = REALM): number {
    const { buffers } = this.#main;
    const offset = buffers.receiveOffset(ASKING_SLOT);
    const byteLength = encoder.encodeInto(request, buffers.bytes.subarray(offset)).written;
    return this.main.use(realm, offset, byteLength, nowMs);
  }

  /** The answer that lies in a place. */
  textOf(place: number): string {
    const start = this.main.answerOffset(place);
    const end = start + this.main.answerBytes(place);
    return decoder.decode(this.#main.buffers.bytes.slice(start, end));
  }

  /** What the main thread answers, and is done with at once. */
  answerTo(request: string, nowMs = 0, realm = REALM): string | undefined {
    const place = this.ask(request, nowMs, realm);
    if (place === NO_PLACE) return undefined;
    const text = this.textOf(place);
    this.worker.settle(place);
    return text;
  }
}

const REQUEST = "GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n"; // no multiple of four octets

const ROWS: readonly (readonly [what: string, request: string, realm: number, isKnown: boolean])[] =
  [
    ["the same octets", REQUEST, REALM, true],
    ["those for others", REQUEST, REALM + 1, false],
    ["another first octet", "g" + REQUEST.slice(1), REALM, false],
    ["another octet in the middle", REQUEST.replace("index", "indem"), REALM, false],
    ["another last octet", REQUEST.slice(0, -1) + "\r", REALM, false],
    ["one octet less", REQUEST.slice(0, -1), REALM, false],
    ["one octet more", REQUEST + "\0", REALM, false],
    ["two of them", REQUEST + REQUEST, REALM, false],
    ["one octet", "G", REALM, false],
  ];
for (const [what, request, realm, isKnown] of ROWS) {
  Deno.test(`Repeats ${isKnown ? "answer" : "do not answer"} ${what}`, () => {
    const ends = new Ends();
    assertEquals(ends.answerTo(REQUEST), undefined, "before anything was laid");
    assertNotEquals(ends.answer(REQUEST, "found"), NO_PLACE);
    assertEquals(ends.answerTo(request, 0, realm), isKnown ? "found" : undefined);
  });
}

/** From when on by the main thread's clock, before and behind its wrap. */
for (const stampMs of [0, 5, 2 ** 31 - 3, -3]) {
  Deno.test(`Repeats laid at ${stampMs} are good for a while, and one request renews them`, () => {
    const ends = new Ends();
    ends.answer(REQUEST, "old", stampMs);
    const half = REPEAT_MS / 2;
    const rows: readonly (readonly [afterMs: number, answer: string | undefined])[] = [
      [-1, undefined], // laid in the future: the clock is not what it seems
      [0, "old"],
      [half - 0.1, "old"],
      [half, undefined], // this one is the worker's
      [half, "old"],
      [REPEAT_MS - 0.1, "old"],
      [REPEAT_MS, undefined],
      [REPEAT_MS + 1_000_000, undefined],
    ];
    for (const [afterMs, answer] of rows) {
      assertEquals(ends.answerTo(REQUEST, stampMs + afterMs), answer, `after ${afterMs} ms`);
    }
    assertEquals(ends.answer(REQUEST, "new", stampMs + half) !== NO_PLACE, true);
    assertEquals(ends.answerTo(REQUEST, stampMs + REPEAT_MS - 0.1), "old", "until it is over");
    assertEquals(
      ends.answerTo(REQUEST, stampMs + REPEAT_MS),
      undefined,
      "this one is the worker's",
    );
    assertEquals(ends.answerTo(REQUEST, stampMs + REPEAT_MS), "new");
  });
}

Deno.test("Repeats keep what is as good as new, and lay nothing over it", () => {
  const ends = new Ends();
  assertNotEquals(ends.answer(REQUEST, "first", 0), NO_PLACE);
  assertEquals(ends.answer(REQUEST, "second", REPEAT_MS / 2 - 1), NO_PLACE);
  assertNotEquals(ends.answer(REQUEST, "third", REPEAT_MS / 2), NO_PLACE);
});

Deno.test("Repeats keep what is in use until the worker was told of it", () => {
  const ends = new Ends();
  const places = new Set<number>();
  // As many uses as there are places for one request, each of another answer.
  for (let stampMs = 0; places.size < 4; stampMs += REPEAT_MS) {
    const laid = ends.answer(REQUEST, `at ${stampMs}`, stampMs);
    assertNotEquals(laid, NO_PLACE);
    assertEquals(ends.ask(REQUEST, stampMs), laid);
    places.add(laid);
  }
  const texts = [...places].map((place) => ends.textOf(place));
  assertEquals(ends.answer(REQUEST, "one too many", 1000), NO_PLACE);
  assertEquals([...places].map((place) => ends.textOf(place)), texts);
  const [first = NO_PLACE] = places;
  ends.worker.settle(first);
  assertEquals(ends.answer(REQUEST, "there is room", 1000), first);
  assertEquals(ends.answerTo(REQUEST, 1000), "there is room");
});

Deno.test("Repeats forget a use that came to nothing", () => {
  const ends = new Ends();
  const place = ends.answer(REQUEST, "answer");
  assertEquals(ends.ask(REQUEST), place);
  ends.main.unuse(place);
  assertThrows(() => ends.worker.settle(place), Error, "a use is settled once");
});

Deno.test("Repeats are withdrawn, all of them or what is old", () => {
  const ends = new Ends();
  ends.answer("old", "1", 0);
  ends.answer("new", "2", 10);
  ends.worker.withdraw(10);
  assertEquals([ends.answerTo("old", 10), ends.answerTo("new", 10)], [undefined, "2"]);
  ends.worker.withdraw();
  assertEquals(ends.answerTo("new", 10), undefined);
});

for (const byteLength of [1, REPEAT_ANSWER_BYTES_MAX, REPEAT_ANSWER_BYTES_MAX + 1]) {
  Deno.test(`Repeats and an answer of ${byteLength} octets`, () => {
    const ends = new Ends();
    const answer = "x".repeat(byteLength);
    const fits = byteLength <= REPEAT_ANSWER_BYTES_MAX;
    assertEquals(ends.answer(REQUEST, answer) !== NO_PLACE, fits);
    assertEquals(ends.answerTo(REQUEST), fits ? answer : undefined);
  });
}

Deno.test("Repeats answer with what was last answered to the same, or not at all", () => {
  const anyRequest = fc.stringMatching(/^[ab]{1,9}$/);
  const anyStep = fc.record({
    kind: fc.constantFrom("answer", "ask", "use", "settle", "withdraw"),
    request: anyRequest,
    realm: fc.nat({ max: 1 }),
    passedMs: fc.nat({ max: REPEAT_MS }),
  });
  fc.assert(fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
    const ends = new Ends();
    const answered = new Map<string, { text: string; atMs: number }[]>();
    const inUse: { place: number; text: string }[] = [];
    let nowMs = 0;
    for (const [index, { kind, request, realm, passedMs }] of steps.entries()) {
      nowMs += passedMs;
      const key = `${realm} ${request}`;
      const known = answered.get(key) ?? [];
      if (kind === "answer") {
        const text = `${index}: ${key}`;
        if (ends.answer(request, text, nowMs, realm) !== NO_PLACE) {
          known.push({ text, atMs: nowMs });
        }
        answered.set(key, known);
      } else if (kind === "ask" || kind === "use") {
        const place = ends.ask(request, nowMs, realm);
        if (place === NO_PLACE) continue;
        const text = ends.textOf(place);
        const laid = known.find((it) => it.text === text);
        assert(laid !== undefined && nowMs - laid.atMs < REPEAT_MS);
        if (kind === "use") inUse.push({ place, text });
        else ends.worker.settle(place);
      } else if (kind === "settle") {
        const use = inUse.pop();
        if (use !== undefined) ends.worker.settle(use.place);
      } else {
        ends.worker.withdraw(nowMs - passedMs);
      }
      for (const { place, text } of inUse) assertEquals(ends.textOf(place), text);
    }
  }));
});
