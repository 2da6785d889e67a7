/**
 * The shared memory that socket bytes lie in: a receive buffer for every connection slot, as many
 * send buffers for whoever has something to send, larger blocks for long answers and uploads, long
 * spans for files that many ask for, and places for requests that repeat.
 *
 * The worker owns all of it and says in each turn which span the main thread reads into or writes
 * from, so that bytes go from a file to a socket with no copy in between. Nothing is resident
 * before it is used: slots are taken lowest first, and what came back last goes out first. A
 * connection that idles holds its receive buffer and nothing else.
 *
 * @module
 */

import { invariant } from "./invariant.ts";

/** Bytes of one slot's receive buffer: a browser's head of 600 to 1,000 bytes, or a few pipelined ones. */
export const RECEIVE_BYTES = 1536;

/** Bytes of one send buffer: the head and a small representation, or a page of an answer. */
export const SEND_BYTES = 4096;

/** Bytes of one block: few turns for a long answer, and still within a core's cache. */
export const BLOCK_BYTES = 128 * 1024;

/**
 * Copies to shared memory go a word at a time where both sides lie alike within a word, and an octet
 * at a time otherwise: eight times slower. Contents start on a word, so heads should end on one.
 */
export const WORD_BYTES = 8;

/** Blocks of one worker: 32 MiB, resident only as far as it was ever used. */
export const BLOCKS_MAX = 256;

/**
 * Bytes of one long span: a stretch of a file that lies ready, and a head before it. The main thread
 * has nothing else to do while it is copied to a socket, for some 0.2 ms.
 */
export const LONG_BYTES: number = 512 * 1024 + 8 * 1024;

/** Long spans of one worker: 16 MiB, resident only as far as it was ever used. */
export const LONGS_MAX = 32;

/** Requests that repeat and their answers, of one worker: a power of two. */
export const REPEATS_MAX = 128;

/** Octets of the longest answer that is kept with its request. */
export const REPEAT_ANSWER_BYTES_MAX: number = 16 * 1024;

/** Bytes of a request and its answer. */
const REPEAT_BYTES = RECEIVE_BYTES + REPEAT_ANSWER_BYTES_MAX;

/** Views that are remembered, a power of two, and the bits of a hash that are left over by it. */
const SPANS_MAX = 1024;
const SPANS_SHIFT = 22;

/** 2^32 by the golden ratio: multiplied by it, what lies close together or at equal distances is spread. */
export const GOLDEN = 0x9e3779b1;

/** How the buffers of one worker lie in memory. */
export class Buffers {
  /** All of it; offsets in turns count from its start. */
  readonly bytes: Uint8Array;
  /** The same memory as 32-bit words. */
  readonly words: Int32Array;
  /** Connection slots, and send buffers. */
  readonly slots: number;
  readonly #written: Int32Array; // a word for each slot
  readonly #spans = new Array<Uint8Array | undefined>(SPANS_MAX).fill(undefined);

  /**
   * Lays the buffers over `memory`.
   *
   * @param memory As much as {@linkcode Buffers.memoryBytes} says.
   * @param slots Connection slots: 1 to 16384.
   */
  constructor(memory: SharedArrayBuffer, slots: number) {
    invariant(memory.byteLength === Buffers.memoryBytes(slots), "buffers fit their memory");
    this.bytes = new Uint8Array(memory, 0, spanBytes(slots));
    this.words = new Int32Array(memory, 0, spanBytes(slots) / Int32Array.BYTES_PER_ELEMENT);
    this.slots = slots;
    this.#written = new Int32Array(memory, spanBytes(slots), slots);
  }

  /** Bytes of shared memory that the buffers of `slots` connections take. */
  static memoryBytes(slots: number): number {
    return spanBytes(slots) + slots * Int32Array.BYTES_PER_ELEMENT;
  }

  /** Where a slot's receive buffer starts. */
  receiveOffset(slot: number): number {
    return slot * RECEIVE_BYTES;
  }

  /** Where a send buffer starts. */
  sendOffset(index: number): number {
    return this.slots * RECEIVE_BYTES + index * SEND_BYTES;
  }

  /** Where a block starts. */
  blockOffset(block: number): number {
    return this.sendOffset(this.slots) + block * BLOCK_BYTES;
  }

  /** Where a long span starts. */
  longOffset(index: number): number {
    return this.blockOffset(BLOCKS_MAX) + index * LONG_BYTES;
  }

  /** Where the place of a request that repeats starts. */
  repeatOffset(place: number): number {
    return this.longOffset(LONGS_MAX) + place * REPEAT_BYTES;
  }

  /** Worker: a turn of this slot is about to name bytes to write. */
  beginWriting(slot: number): void {
    Atomics.store(this.#written, slot, 0);
  }

  /** Main thread: those bytes are with the operating system. */
  endWriting(slot: number): void {
    Atomics.store(this.#written, slot, 1);
  }

  /** Worker: whether they are, so that their memory may be used again. */
  hasWritten(slot: number): boolean {
    return Atomics.load(this.#written, slot) === 1;
  }

  /**
   * The octets `start` to `end`. A view costs more to make than to find again, and few are used: those
   * of receive buffers, and of answers that are sent often.
   */
  span(start: number, end: number): Uint8Array {
    const place = Math.imul(start, GOLDEN) >>> SPANS_SHIFT;
    const known = this.#spans[place];
    if (known?.byteOffset === start && known.length === end - start) return known;
    return this.#spans[place] = this.bytes.subarray(start, end);
  }

  /** Whether a span lies within the memory: asked of every span the other thread names. */
  holds(offset: number, byteLength: number): boolean {
    return offset >= 0 && byteLength >= 0 && offset + byteLength <= this.bytes.length;
  }
}

/** What all spans take together. */
function spanBytes(slots: number): number {
  return slots * (RECEIVE_BYTES + SEND_BYTES) + BLOCKS_MAX * BLOCK_BYTES +
    LONGS_MAX * LONG_BYTES + REPEATS_MAX * REPEAT_BYTES;
}

/** Hands out spans of one size; held by the worker alone. */
export class SpanPool {
  readonly #start: number;
  readonly #spanBytes: number;
  readonly #free: number[] = [];
  readonly #isOut: Uint8Array;

  /** Starts with `count` free spans, which lie side by side from `start` on. */
  constructor(start: number, spanBytes: number, count: number) {
    this.#start = start;
    this.#spanBytes = spanBytes;
    this.#isOut = new Uint8Array(count);
    for (let index = count - 1; index >= 0; index--) this.#free.push(index);
  }

  /** Spans free now. */
  get freeCount(): number {
    return this.#free.length;
  }

  /**
   * Takes a span.
   *
   * @returns Its offset, or `undefined` when all are out.
   */
  take(): number | undefined {
    const index = this.#free.pop();
    if (index === undefined) return undefined;
    this.#isOut[index] = 1;
    return this.#start + index * this.#spanBytes;
  }

  /** Gives a span back by its offset. */
  give(offset: number): void {
    const index = (offset - this.#start) / this.#spanBytes;
    const isOut = this.#isOut[index]; // undefined for whatever is no span's own offset
    invariant(isOut !== undefined, "a span is given back by its own offset");
    invariant(isOut === 1, "no span is given back twice");
    this.#isOut[index] = 0;
    this.#free.push(index);
  }
}

/**
 * The blocks. Where all are out, whoever wants one goes on with its own small buffer, so that slow
 * readers who hold every block slow nobody to a halt.
 */
export class BlockPool extends SpanPool {
  /** Starts with every block free. */
  constructor(buffers: Buffers) {
    super(buffers.blockOffset(0), BLOCK_BYTES, BLOCKS_MAX);
  }
}

/** The long spans; whoever finds none goes on with blocks. */
export class LongPool extends SpanPool {
  /** Starts with every long span free. */
  constructor(buffers: Buffers) {
    super(buffers.longOffset(0), LONG_BYTES, LONGS_MAX);
  }
}

/** The send buffers: as many as slots, and a connection holds one at the most, so there always is one. */
export class SendPool extends SpanPool {
  /** Starts with every send buffer free. */
  constructor(buffers: Buffers) {
    super(buffers.sendOffset(0), SEND_BYTES, buffers.slots);
  }
}
