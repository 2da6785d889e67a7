/**
 * The shared memory that socket bytes lie in: a receive buffer and a send buffer for every
 * connection slot, and a pool of larger blocks for long answers and uploads.
 *
 * The worker owns all of it and says in each turn which span the main thread reads into or writes
 * from, so that bytes go from a file to a socket with no copy in between. Nothing is resident
 * before it is used: slots are taken lowest first, and a block that came back last goes out first.
 *
 * @module
 */

import { invariant } from "./invariant.ts";

/** Bytes of one slot's receive buffer: a browser's head of about 600 bytes, and room to pipeline. */
export const RECEIVE_BYTES = 4096;

/** Bytes of one slot's send buffer: the head and a small representation, or a page of an answer. */
export const SEND_BYTES = 4096;

/** Bytes of one block: few turns for a long answer, and still within a core's cache. */
export const BLOCK_BYTES = 128 * 1024;

/** Blocks of one worker: 32 MiB, resident only as far as it was ever used. */
export const BLOCKS_MAX = 256;

/** How the buffers of one worker lie in memory. */
export class Buffers {
  /** All of it; offsets in turns count from its start. */
  readonly bytes: Uint8Array;
  readonly #slots: number;

  /**
   * Lays the buffers over `memory`.
   *
   * @param memory As much as {@linkcode Buffers.memoryBytes} says.
   * @param slots Connection slots: 1 to 16384.
   */
  constructor(memory: SharedArrayBuffer, slots: number) {
    invariant(memory.byteLength === Buffers.memoryBytes(slots), "buffers fit their memory");
    this.bytes = new Uint8Array(memory);
    this.#slots = slots;
  }

  /** Bytes of shared memory that the buffers of `slots` connections take. */
  static memoryBytes(slots: number): number {
    return slots * (RECEIVE_BYTES + SEND_BYTES) + BLOCKS_MAX * BLOCK_BYTES;
  }

  /** Where a slot's receive buffer starts. */
  receiveOffset(slot: number): number {
    return slot * (RECEIVE_BYTES + SEND_BYTES);
  }

  /** Where a slot's send buffer starts. */
  sendOffset(slot: number): number {
    return slot * (RECEIVE_BYTES + SEND_BYTES) + RECEIVE_BYTES;
  }

  /** Where a block starts. */
  blockOffset(block: number): number {
    return this.#slots * (RECEIVE_BYTES + SEND_BYTES) + block * BLOCK_BYTES;
  }

  /** Whether a span lies within the memory: asked of every span the other thread names. */
  holds(offset: number, byteLength: number): boolean {
    return offset >= 0 && byteLength >= 0 && offset + byteLength <= this.bytes.length;
  }
}

/** Hands out blocks; held by the worker alone. */
export class BlockPool {
  readonly #buffers: Buffers;
  readonly #free: number[] = [];
  readonly #isOut = new Uint8Array(BLOCKS_MAX);

  /** Starts with every block free. */
  constructor(buffers: Buffers) {
    this.#buffers = buffers;
    for (let block = BLOCKS_MAX - 1; block >= 0; block--) this.#free.push(block);
  }

  /** Blocks free now. */
  get freeCount(): number {
    return this.#free.length;
  }

  /**
   * Takes a block.
   *
   * @returns Its offset, or `undefined` when all are out: the caller goes on with the slot's own
   * small buffer, so that slow readers who hold every block slow nobody to a halt.
   */
  take(): number | undefined {
    const block = this.#free.pop();
    if (block === undefined) return undefined;
    this.#isOut[block] = 1;
    return this.#buffers.blockOffset(block);
  }

  /** Gives a block back by its offset. */
  give(offset: number): void {
    const block = (offset - this.#buffers.blockOffset(0)) / BLOCK_BYTES;
    const isOut = this.#isOut[block]; // undefined for whatever is no block's own offset
    invariant(isOut !== undefined, "a block is given back by its own offset");
    invariant(isOut === 1, "no block is given back twice");
    this.#isOut[block] = 0;
    this.#free.push(block);
  }
}
