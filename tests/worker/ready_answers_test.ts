// Answers that many connections are sent from one place, and what becomes of the place.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { BlockPool, BLOCKS_MAX, Buffers, LONGS_MAX } from "../../lib/channel/buffers.ts";
import { BytesContent, type ContentSource } from "../../lib/http/content.ts";
import { joined } from "../integration/answer.ts";
import { firstDifference, pattern } from "../integration/pattern.ts";
import { ReadyAnswers, SHORT_MAX, STRETCH_BYTES } from "../../lib/worker/ready_answers.ts";

function ground(): { buffers: Buffers; blocks: BlockPool; ready: ReadyAnswers } {
  const buffers = new Buffers(new SharedArrayBuffer(Buffers.memoryBytes(1)), 1);
  const blocks = new BlockPool(buffers);
  return { buffers, blocks, ready: new ReadyAnswers(buffers, blocks) };
}

const HEAD = new TextEncoder().encode("HEAD\r\n\r\n-");

/** A content that is kept. */
function content(byteLength: number): BytesContent {
  return new BytesContent(pattern(byteLength), true);
}

/** A source of the same octets that has read none of them. */
function again({ octets }: BytesContent): BytesContent {
  return new BytesContent(octets, true);
}

Deno.test("ReadyAnswers lays head and content side by side, the content on a word", () => {
  const { buffers, ready } = ground();
  const answer = ready.take(content(10_000), 0, HEAD);
  assert(answer !== undefined);
  const seen = buffers.bytes.slice(answer.offset, answer.offset + answer.byteLength);
  assertEquals(seen, new Uint8Array([...HEAD, ...pattern(10_000)]));
  assertEquals((answer.offset + HEAD.length) % 8, 0);
});

Deno.test("ReadyAnswers gives one answer to all who ask within its second", () => {
  const { blocks, ready } = ground();
  const body = content(10_000);
  const answer = ready.take(body, 0, HEAD);
  assert(answer !== undefined && ready.take(again(body), 0, HEAD) === answer);
  assertEquals([answer.users, blocks.freeCount], [2, BLOCKS_MAX - 1]);
});

Deno.test("ReadyAnswers keeps what is being written until its last user is done", () => {
  const { buffers, blocks, ready } = ground();
  const body = content(10_000);
  const old = ready.take(body, 0, HEAD);
  assert(old !== undefined);
  const next = ready.take(again(body), 0, HEAD.slice()); // another second's head
  assert(next !== undefined && next !== old && next.offset !== old.offset);
  assertEquals(buffers.bytes[old.offset], HEAD[0]);
  assertEquals(blocks.freeCount, BLOCKS_MAX - 2);
  ready.give(old);
  assertEquals(blocks.freeCount, BLOCKS_MAX - 1);
  ready.give(next);
  assertEquals(blocks.freeCount, BLOCKS_MAX - 1); // it may be asked for again
});

Deno.test("ReadyAnswers lets go of what nobody asked for meanwhile", () => {
  const { blocks, ready } = ground();
  const answer = ready.take(content(10_000), 0, HEAD);
  assert(answer !== undefined);
  ready.tidy();
  ready.tidy();
  assertEquals(blocks.freeCount, BLOCKS_MAX - 1); // it is being written still
  ready.give(answer);
  assertEquals([blocks.freeCount, ready.blocksHeld], [BLOCKS_MAX, 0]);
});

Deno.test("ReadyAnswers leaves to copying what is small, or one too many", () => {
  const { ready } = ground();
  assertEquals(ready.take(content(100), 0, HEAD), undefined);
  for (let count = 0; count < SHORT_MAX; count++) assert(ready.take(content(5_000), 0, HEAD));
  assertEquals(ready.take(content(5_000), 0, HEAD), undefined);
});

Deno.test("ReadyAnswers leaves to copying what no second answer will have", () => {
  const { ready } = ground();
  assertEquals(ready.take(new BytesContent(pattern(5_000)), 0, HEAD), undefined);
});

Deno.test("ReadyAnswers goes without when every block is out", () => {
  const { blocks, ready } = ground();
  while (blocks.take() !== undefined);
  assertEquals(ready.take(content(5_000), 0, HEAD), undefined);
});

Deno.test("ReadyAnswers is given back no more often than it was taken", () => {
  const { ready } = ground();
  const answer = ready.take(content(5_000), 0, HEAD);
  assert(answer !== undefined);
  ready.give(answer);
  assertThrows(() => ready.give(answer), Error, "invariant");
});

/** Takes all stretches of an answer. @returns Head and content as they lie there. */
function whole(buffers: Buffers, ready: ReadyAnswers, source: ContentSource): Uint8Array[] {
  const pieces = [];
  const { byteLength = 0 } = source;
  for (let at = 0; at < byteLength;) {
    const head = at === 0 ? HEAD : undefined;
    const stretch = ready.take(source, at, head);
    assert(stretch !== undefined);
    pieces.push(buffers.bytes.slice(stretch.offset, stretch.offset + stretch.byteLength));
    at += stretch.byteLength - stretch.head.length;
    ready.give(stretch);
  }
  return pieces;
}

/** Octets of a content that is longer than a stretch, and how many stretches it has. */
const LENGTHS: readonly (readonly [byteLength: number, stretches: number])[] = [
  [120 * 1024 + 1, 1],
  [STRETCH_BYTES, 1],
  [STRETCH_BYTES + 1, 2],
  [3 * STRETCH_BYTES - 1, 3],
  [LONGS_MAX * STRETCH_BYTES, LONGS_MAX],
];

for (const [byteLength, stretches] of LENGTHS) {
  Deno.test(`ReadyAnswers lays ${byteLength} octets down in ${stretches} stretches, once`, () => {
    const { buffers, blocks, ready } = ground();
    const body = content(byteLength);
    const want = joined([HEAD, body.octets]);
    for (const source of [body, again(body)]) {
      const pieces = whole(buffers, ready, source);
      assertEquals(pieces.length, stretches);
      assertEquals(firstDifference(joined(pieces), want), -1);
      assertEquals([ready.longsHeld, blocks.freeCount], [stretches, BLOCKS_MAX]);
    }
    ready.tidy();
    ready.tidy();
    assertEquals(ready.longsHeld, 0);
  });
}

Deno.test("ReadyAnswers leaves to copying what begins between two stretches, or is too long", () => {
  const { ready } = ground();
  assertEquals(ready.take(content(2 * STRETCH_BYTES), 1_000), undefined);
  assertEquals(ready.take(content(LONGS_MAX * STRETCH_BYTES + 1), 0, HEAD), undefined);
});

Deno.test("ReadyAnswers keeps nothing of a content that fails", () => {
  const { ready } = ground();
  const broken: ContentSource = {
    byteLength: STRETCH_BYTES,
    identity: {},
    read: () => {
      throw new Error("Cannot read: it shrank");
    },
    close: () => {},
  };
  assertThrows(() => ready.take(broken, 0, HEAD), Error, "shrank");
  assertEquals(ready.longsHeld, 0);
});
