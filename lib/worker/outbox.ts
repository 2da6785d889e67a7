/**
 * Where a connection's answers are put together before the main thread writes them: the slot's own
 * small send buffer, or a block of the pool as soon as that is too small. Answers to pipelined
 * requests gather in it, and leave in one write.
 *
 * @module
 */

import { BLOCK_BYTES, type BlockPool, type Buffers, SEND_BYTES } from "../channel/buffers.ts";

/** The outgoing octets of one connection. */
export class Outbox {
  /** Octets in it. */
  usedBytes = 0;
  /** Where it starts in the shared buffers. */
  offset: number;
  readonly #buffers: Buffers;
  readonly #blocks: BlockPool;
  readonly #ownOffset: number;
  #capacityBytes = SEND_BYTES;

  /** Starts empty, in the slot's own buffer. */
  constructor(buffers: Buffers, blocks: BlockPool, slot: number) {
    this.#buffers = buffers;
    this.#blocks = blocks;
    this.#ownOffset = this.offset = buffers.sendOffset(slot);
  }

  /** Octets that still fit. */
  get room(): number {
    return this.#capacityBytes - this.usedBytes;
  }

  /** The free part, up to `byteLength` octets of it. */
  span(byteLength: number): Uint8Array {
    const start = this.offset + this.usedBytes;
    return this.#buffers.bytes.subarray(start, start + Math.min(byteLength, this.room));
  }

  /** Puts octets in; they must fit. */
  put(bytes: Uint8Array): void {
    this.span(bytes.length).set(bytes);
    this.usedBytes += bytes.length;
  }

  /**
   * Moves to a block of the pool, with what is in it.
   *
   * @returns Whether there is more room now: not when it has a block already, or all are out.
   */
  grow(): boolean {
    if (this.offset !== this.#ownOffset) return false;
    const block = this.#blocks.take();
    if (block === undefined) return false;
    const { bytes } = this.#buffers;
    bytes.copyWithin(block, this.offset, this.offset + this.usedBytes);
    this.offset = block;
    this.#capacityBytes = BLOCK_BYTES;
    return true;
  }

  /** Empties it, once what was in it is written or the connection is over. */
  clear(): void {
    this.usedBytes = 0;
    if (this.offset === this.#ownOffset) return;
    this.#blocks.give(this.offset);
    this.offset = this.#ownOffset;
    this.#capacityBytes = SEND_BYTES;
  }
}
