import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BytesContent, type ContentSource } from "../../lib/http/content.ts";
import { HttpError } from "../../lib/http/errors.ts";
import {
  type Answer,
  ANSWER_HEAD_BYTES_MAX,
  CONTINUE,
  errorAnswer,
  fieldBlock,
  HeadWriter,
  isChunked,
  textAnswer,
  withoutContent,
} from "../../lib/http/response.ts";
import type { AnswerTerms } from "../../lib/http/session.ts";
import { textOf } from "./bytes.ts";

const OPEN: AnswerTerms = { close: false, isHttp10: false };
const LAST: AnswerTerms = { close: true, isHttp10: false };
const OLD: AnswerTerms = { close: true, isHttp10: true };

/** 2026-11-23, some hour of it. */
const NOW_MS = 1_795_406_637_123;

/** Content whose end is known only when it comes. */
class EndlessContent implements ContentSource {
  readonly byteLength = undefined;
  isClosed = false;

  read(): number {
    return 0;
  }

  close(): void {
    this.isClosed = true;
  }
}

function headOf(answer: Answer, terms: AnswerTerms): string {
  return textOf(new HeadWriter(5_999, 100).write(answer, terms, NOW_MS));
}

function some(byteLength: number): ContentSource {
  return new BytesContent(new Uint8Array(byteLength));
}

Deno.test("HeadWriter writes a whole head", () => {
  const answer = { status: 200, fields: fieldBlock({ "X-A": "b" }), content: some(12) };
  assertEquals(
    headOf(answer, OPEN),
    "HTTP/1.1 200 OK\r\n" +
      "Server: Sluice\r\n" +
      "Date: Mon, 23 Nov 2026 04:03:57 GMT\r\n" +
      "X-Content-Type-Options: nosniff\r\n" +
      "X-A: b\r\n" +
      "Content-Length: 12\r\n" +
      "Connection: keep-alive\r\n" +
      "Keep-Alive: timeout=5, max=100\r\n" +
      "\r\n",
  );
});

const FRAMINGS: readonly (readonly [
  rule: string,
  answer: Answer,
  terms: AnswerTerms,
  framing: string,
])[] = [
  ["gives the length of content", { status: 200, fields: "", content: some(3) }, OPEN, "3"],
  ["gives the length of empty content", { status: 200, fields: "", content: some(0) }, OPEN, "0"],
  ["gives a length where there is no content", { status: 404, fields: "" }, OPEN, "0"],
  [
    "gives the length that HEAD wants to know",
    {
      status: 200,
      fields: "",
      announcedBytes: 7,
    },
    OPEN,
    "7",
  ],
  ["gives no length with 204 (RFC 9110 §8.6)", { status: 204, fields: "" }, OPEN, "none"],
  ["gives no length with 304", { status: 304, fields: "" }, OPEN, "none"],
  [
    "chunks content of unknown length",
    {
      status: 200,
      fields: "",
      content: new EndlessContent(),
    },
    OPEN,
    "chunked",
  ],
  [
    "chunks nothing for HTTP/1.0 (RFC 9112 §6.1)",
    {
      status: 200,
      fields: "",
      content: new EndlessContent(),
    },
    OLD,
    "none",
  ],
];

for (const [rule, answer, terms, framing] of FRAMINGS) {
  Deno.test(`HeadWriter ${rule}`, () => {
    const head = headOf(answer, terms);
    const length = /^Content-Length: (.*)$/m.exec(head)?.[1];
    const coding = /^Transfer-Encoding: (.*)$/m.exec(head)?.[1];
    assertEquals(coding ?? length ?? "none", framing);
    assertEquals(isChunked(answer, terms.isHttp10), framing === "chunked");
  });
}

Deno.test("HeadWriter says close with the last answer, and nothing of keeping alive", () => {
  const head = headOf({ status: 400, fields: "" }, LAST);
  assertMatch(head, /\r\nConnection: close\r\n/);
  assertEquals(head.includes("Keep-Alive"), false);
});

Deno.test("HeadWriter tells every second's time", () => {
  const heads = new HeadWriter(5_000, 100);
  const answer = { status: 200, fields: "" };
  for (
    const [epochMs, time] of [[0, "00:00:00"], [999, "00:00:00"], [1_000, "00:00:01"]] as const
  ) {
    assertMatch(textOf(heads.write(answer, OPEN, epochMs)), new RegExp(`1970 ${time} GMT`));
  }
  assertMatch(
    textOf(heads.write({ status: 404, fields: "" }, OPEN, 1_000)),
    /^HTTP\/1\.1 404 Not Found\r\n/,
  );
});

Deno.test("HeadWriter writes every head of a second as if it were the first", () => {
  const answers: readonly Answer[] = [
    { status: 200, fields: "", content: some(12) },
    { status: 200, fields: "", content: some(13) },
    { status: 404, fields: "", content: some(12) },
    { status: 200, fields: "X-A: b\r\n", content: some(12) },
    { status: 200, fields: "", content: new EndlessContent() },
    { status: 200, fields: "", announcedBytes: 12 },
    { status: 304, fields: "" },
  ];
  const terms: readonly AnswerTerms[] = [OPEN, LAST, OLD];
  const one = fc.record({ answer: fc.constantFrom(...answers), terms: fc.constantFrom(...terms) });
  fc.assert(fc.property(fc.array(one), (asked) => {
    const heads = new HeadWriter(5_999, 100);
    for (const { answer, terms } of asked) {
      const head = heads.write(answer, terms, NOW_MS);
      assertEquals(textOf(head), headOf(answer, terms));
      assertEquals((head.byteOffset + head.length) % 8, 0, "its end lies on a word");
    }
  }));
});

Deno.test("HeadWriter gives the same array for the same head, as long as a second lasts", () => {
  const heads = new HeadWriter(5_000, 100);
  const answer = { status: 200, fields: "" };
  const first = heads.write(answer, OPEN, 0);
  assert(heads.write(answer, OPEN, 999) === first);
  assert(heads.write(answer, LAST, 999) !== first);
  assert(heads.write(answer, OPEN, 1_000) !== first);
});

Deno.test("HeadWriter refuses a head that is too long", () => {
  const fields = fieldBlock({ "X-A": "a".repeat(ANSWER_HEAD_BYTES_MAX) });
  assertThrows(() => headOf({ status: 200, fields }, OPEN), RangeError, "too long");
});

Deno.test("fieldBlock leaves out what is not there", () => {
  assertEquals(fieldBlock({ A: "b", C: undefined, D: "" }), "A: b\r\nD: \r\n");
});

Deno.test("fieldBlock lets no value end its line", () => {
  const value = fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "\0", "\t", "\x7f", "é") });
  fc.assert(fc.property(value, (value) => {
    if (/^[a ]*$/.test(value)) assertEquals(fieldBlock({ A: value }), `A: ${value}\r\n`);
    else assertThrows(() => fieldBlock({ A: value }), TypeError, "not visible ASCII");
  }));
});

function textIn(content: ContentSource | undefined): string {
  const into = new Uint8Array(100);
  return textOf(into.subarray(0, content?.read(into) ?? 0));
}

Deno.test("textAnswer is plain text", () => {
  const answer = textAnswer(200, "é", "A: b\r\n");
  assertEquals(answer.fields, "A: b\r\nContent-Type: text/plain; charset=utf-8\r\n");
  assertEquals(textIn(answer.content), "\xc3\xa9");
});

Deno.test("errorAnswer tells the message and not the cause", () => {
  const error = new HttpError(500, "Cannot store", { cause: new Error("/etc/secret") });
  const answer = errorAnswer(error);
  assertEquals(answer.status, 500);
  assertEquals(textIn(answer.content), "Cannot store\n");
  assertEquals(answer.fields.includes("secret"), false);
});

Deno.test("withoutContent keeps the length and lets go of the content", () => {
  const content = new EndlessContent();
  const bare = withoutContent({ status: 200, fields: "A: b\r\n", content });
  assertEquals(content.isClosed, true);
  assertEquals(bare.content, undefined);
  assertEquals(bare.fields, "A: b\r\n");
  const whole = { status: 200, fields: "", content: some(12) };
  assertMatch(headOf(withoutContent(whole), OPEN), /\r\nContent-Length: 12\r\n/);
  const none = { status: 204, fields: "" };
  assertEquals(withoutContent(none), none);
});

Deno.test("withoutContent frames HEAD as GET would be framed", () => {
  const content = new EndlessContent();
  const bare = withoutContent({ status: 200, fields: "", content });
  assertMatch(headOf(bare, OPEN), /\r\nTransfer-Encoding: chunked\r\n/);
});

Deno.test("CONTINUE is an interim answer without fields (RFC 9110 §15.2.1)", () => {
  assertEquals(textOf(CONTINUE), "HTTP/1.1 100 Continue\r\n\r\n");
});

Deno.test("HeadWriter adds the fields that every answer carries", () => {
  const heads = new HeadWriter(5_000, 100, "X-A: b\r\n");
  assertMatch(textOf(heads.write({ status: 404, fields: "" }, OPEN, NOW_MS)), /\r\nX-A: b\r\n/);
});
