import { ReadyAnswers } from "../../lib/worker/ready_answers.ts";
import { assert, assertEquals } from "@std/assert";
import {
  BLOCK_BYTES,
  BlockPool,
  BLOCKS_MAX,
  Buffers,
  SEND_BYTES,
  SendPool,
} from "../../lib/channel/buffers.ts";
import { Outbox } from "../../lib/worker/outbox.ts";

const SLOTS = 4;

/** Buffers with everything free, and a way to make outboxes over them. */
function ground() {
  const buffers = new Buffers(new SharedArrayBuffer(Buffers.memoryBytes(SLOTS)), SLOTS);
  const blocks = new BlockPool(buffers);
  const sends = new SendPool(buffers);
  const ready = new ReadyAnswers(buffers, blocks);
  const outbox = () => new Outbox({ buffers, sends, blocks, ready });
  return { buffers, blocks, sends, ready, outbox };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function contentOf(buffers: Buffers, { offset, usedBytes }: Outbox): string {
  return new TextDecoder().decode(buffers.bytes.slice(offset, offset + usedBytes));
}

Deno.test("Outbox gathers what is put in", () => {
  const { buffers, outbox } = ground();
  const box = outbox();
  box.put(encode("one "));
  box.putHead(encode("two "));
  box.put(encode("three"));
  assertEquals(contentOf(buffers, box), "one two three");
  assert(box.room < SEND_BYTES);
});

Deno.test("Outbox keeps what is in it when it moves to a block", () => {
  const { buffers, blocks, outbox } = ground();
  const box = outbox();
  box.putHead(encode("before "));
  const own = box.offset;
  assertEquals(box.grow(), true);
  assertEquals(box.grow(), false);
  assert(box.offset !== own);
  assertEquals(blocks.freeCount, BLOCKS_MAX - 1);
  box.put(encode("behind"));
  assertEquals(contentOf(buffers, box), "before behind");
  assert(box.room > BLOCK_BYTES - 100);
  box.clear();
  assertEquals([box.usedBytes, blocks.freeCount], [0, BLOCKS_MAX]);
  assertEquals(box.room, SEND_BYTES);
});

Deno.test("Outbox goes on in its own memory when every block is out", () => {
  const { buffers, blocks, outbox } = ground();
  const taken = Array.from({ length: BLOCKS_MAX }, () => blocks.take());
  const box = outbox();
  box.put(encode("kept"));
  assertEquals(box.grow(), false);
  assertEquals(contentOf(buffers, box), "kept");
  assertEquals(box.room, SEND_BYTES - 4);
  blocks.give(taken[0] ?? 0);
  assertEquals(box.grow(), true);
  assertEquals(contentOf(buffers, box), "kept");
});

Deno.test("Outbox never reaches beyond its memory", () => {
  const { outbox } = ground();
  const box = outbox();
  assertEquals(box.span(10 * SEND_BYTES).length, SEND_BYTES);
  box.put(new Uint8Array(SEND_BYTES - 3));
  assertEquals([box.room, box.span(10).length], [3, 3]);
  box.grow();
  assertEquals(box.span(10 * BLOCK_BYTES).length, BLOCK_BYTES - (SEND_BYTES - 3));
});

Deno.test("Outboxes share no octet", () => {
  const { buffers, outbox } = ground();
  const boxes = Array.from({ length: SLOTS }, outbox);
  for (const [index, box] of boxes.entries()) box.span(SEND_BYTES).fill(index + 1);
  for (const [index, box] of boxes.entries()) {
    box.usedBytes = SEND_BYTES;
    const octets = buffers.bytes.slice(box.offset, box.offset + box.usedBytes);
    assert(octets.every((octet) => octet === index + 1));
  }
});

Deno.test("Outbox holds memory only while something is in it", () => {
  const { blocks, sends, outbox } = ground();
  const box = outbox();
  assertEquals([box.holdsMemory, sends.freeCount], [false, SLOTS]);
  box.put(encode("one"));
  assertEquals([box.holdsMemory, sends.freeCount], [true, SLOTS - 1]);
  box.clear();
  box.clear();
  assertEquals([box.holdsMemory, sends.freeCount], [false, SLOTS]);
  assert(box.makeRoom(10 * SEND_BYTES));
  assertEquals([box.holdsMemory, blocks.freeCount], [true, BLOCKS_MAX - 1]);
  box.clear();
  assertEquals([box.holdsMemory, blocks.freeCount], [false, BLOCKS_MAX]);
});

Deno.test("Outbox keeps what it passed on until it is cleared", () => {
  const { buffers, sends, outbox } = ground();
  const box = outbox();
  box.put(encode("first"));
  const first = box.offset;
  box.passOn();
  box.grow();
  box.put(encode("second"));
  const other = outbox();
  other.put(encode("other"));
  assertEquals(new TextDecoder().decode(buffers.bytes.slice(first, first + 5)), "first");
  assertEquals(sends.freeCount, SLOTS - 2);
  box.clear();
  assertEquals(sends.freeCount, SLOTS - 1);
});
