// Answers that many connections are sent from one place, and what becomes of the place.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { BLOCK_BYTES, BlockPool, BLOCKS_MAX, Buffers } from "../../lib/channel/buffers.ts";
import { READY_MAX, ReadyAnswers } from "../../lib/worker/ready_answers.ts";

function ground(): { buffers: Buffers; blocks: BlockPool; ready: ReadyAnswers } {
  const buffers = new Buffers(new SharedArrayBuffer(Buffers.memoryBytes(1)), 1);
  const blocks = new BlockPool(buffers);
  return { buffers, blocks, ready: new ReadyAnswers(buffers, blocks) };
}

const HEAD = new TextEncoder().encode("HEAD\r\n\r\n-");

function content(byteLength: number, octet = 1): Uint8Array {
  return new Uint8Array(byteLength).fill(octet);
}

Deno.test("ReadyAnswers lays head and content side by side, the content on a word", () => {
  const { buffers, ready } = ground();
  const body = content(10_000, 7);
  const answer = ready.take(HEAD, body);
  assert(answer !== undefined);
  const octets = buffers.bytes.slice(answer.offset, answer.offset + answer.byteLength);
  assertEquals(octets, new Uint8Array([...HEAD, ...body]));
  assertEquals((answer.offset + HEAD.length) % 8, 0);
});

Deno.test("ReadyAnswers gives one answer to all who ask within its second", () => {
  const { blocks, ready } = ground();
  const body = content(10_000);
  const answer = ready.take(HEAD, body);
  assert(answer !== undefined && ready.take(HEAD, body) === answer);
  assertEquals([answer.users, blocks.freeCount], [2, BLOCKS_MAX - 1]);
});

Deno.test("ReadyAnswers keeps what is being written until its last user is done", () => {
  const { buffers, blocks, ready } = ground();
  const body = content(10_000);
  const old = ready.take(HEAD, body);
  assert(old !== undefined);
  const next = ready.take(HEAD.slice(), body); // another second's head
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
  const answer = ready.take(HEAD, content(10_000));
  assert(answer !== undefined);
  ready.tidy();
  ready.tidy();
  assertEquals(blocks.freeCount, BLOCKS_MAX - 1); // it is being written still
  ready.give(answer);
  assertEquals([blocks.freeCount, ready.blocksHeld], [BLOCKS_MAX, 0]);
});

Deno.test("ReadyAnswers leaves to copying what is small, too large, or one too many", () => {
  const { ready } = ground();
  assertEquals(ready.take(HEAD, content(100)), undefined);
  assertEquals(ready.take(HEAD, content(BLOCK_BYTES - HEAD.length)), undefined);
  for (let count = 0; count < READY_MAX; count++) assert(ready.take(HEAD, content(5_000)));
  assertEquals(ready.take(HEAD, content(5_000)), undefined);
});

Deno.test("ReadyAnswers goes without when every block is out", () => {
  const { blocks, ready } = ground();
  while (blocks.take() !== undefined);
  assertEquals(ready.take(HEAD, content(5_000)), undefined);
});

Deno.test("ReadyAnswers is given back no more often than it was taken", () => {
  const { ready } = ground();
  const answer = ready.take(HEAD, content(5_000));
  assert(answer !== undefined);
  ready.give(answer);
  assertThrows(() => ready.give(answer), Error, "invariant");
});
