/**
 * Where a connection's answers are put together before the main thread writes them: a small send
 * buffer, or a block as soon as that is too small. Answers to pipelined requests gather in it, and
 * leave in one write. Empty, it holds no memory.
 *
 * @module
 */

import {
  BLOCK_BYTES,
  type BlockPool,
  type Buffers,
  SEND_BYTES,
  type SendPool,
  WORD_BYTES,
} from "../channel/buffers.ts";
import { invariant } from "../channel/invariant.ts";
import type { ContentSource } from "../http/content.ts";
import type { ReadyAnswers, ReadyStretch } from "./ready_answers.ts";

/** Octets in front of a chunk: eight hexadecimal digits and a line end (RFC 9112 §7.1). */
const CHUNK_START_BYTES = 10;

/** Octets behind the content of a chunk: its line end; the last, empty one ends the content with it. */
export const CHUNK_END_BYTES = 2;

/** Octets that a chunk takes beside its content. */
export const CHUNK_FRAME_BYTES: number = CHUNK_START_BYTES + CHUNK_END_BYTES;

const encoder = new TextEncoder();

/** Memory that outboxes are filled in. */
export interface OutboxMemory {
  /** Where it lies. */
  readonly buffers: Buffers;
  /** Its small parts. */
  readonly sends: SendPool;
  /** Its large ones. */
  readonly blocks: BlockPool;
  /** Answers that lie in it already. */
  readonly ready: ReadyAnswers;
}

/** The outgoing octets of one connection. */
export class Outbox {
  /** Where they start in the shared buffers. */
  offset = 0;
  /** How many there are. */
  usedBytes = 0;
  readonly #memory: OutboxMemory;
  #own: number | undefined; // a send buffer
  #block: number | undefined;
  #ready: ReadyStretch | undefined;
  #end = 0; // of the memory in use

  /** Starts empty. */
  constructor(memory: OutboxMemory) {
    this.#memory = memory;
  }

  /** Whether it holds memory, even if nothing is in it. */
  get holdsMemory(): boolean {
    return this.#end > 0;
  }

  /** Octets that still fit. */
  get room(): number {
    return this.#end === 0 ? SEND_BYTES : this.#end - this.offset - this.usedBytes;
  }

  /** The free part, up to `byteLength` octets of it. */
  span(byteLength: number): Uint8Array {
    this.#hold();
    const start = this.offset + this.usedBytes;
    return this.#memory.buffers.bytes.subarray(start, start + Math.min(byteLength, this.room));
  }

  /** Puts octets in; they must fit. */
  put(bytes: Uint8Array): void {
    this.#hold();
    invariant(bytes.length <= this.room, "what is put into an outbox fits");
    this.#memory.buffers.bytes.set(bytes, this.offset + this.usedBytes);
    this.usedBytes += bytes.length;
  }

  /** Puts in a head that a content follows; it must fit, with {@linkcode WORD_BYTES} to spare. */
  putHead(bytes: Uint8Array): void {
    this.#hold();
    if (this.usedBytes === 0) this.offset += -bytes.length & (WORD_BYTES - 1);
    this.put(bytes);
  }

  /** Leaves room for the size of a chunk, which is known when its content is there. */
  beginChunk(): void {
    this.#hold();
    this.usedBytes += CHUNK_START_BYTES;
  }

  /** Takes back what {@linkcode beginChunk} left room for. */
  dropChunk(): void {
    this.usedBytes -= CHUNK_START_BYTES;
  }

  /** Ends the chunk whose content of `byteLength` octets was just put in; an empty one is the last. */
  endChunk(byteLength: number): void {
    const size = `${byteLength.toString(16).padStart(CHUNK_START_BYTES - 2, "0")}\r\n`;
    const start = this.offset + this.usedBytes - byteLength - CHUNK_START_BYTES;
    encoder.encodeInto(size, this.#memory.buffers.bytes.subarray(start, start + CHUNK_START_BYTES));
    this.usedBytes += encoder.encodeInto("\r\n", this.span(2)).written;
  }

  /**
   * Moves to a block of the pool, with what is in it.
   *
   * @returns Whether there is more room now: not when it has a block already, or all are out.
   */
  grow(): boolean {
    if (this.#block !== undefined || this.#ready !== undefined) return false;
    // What it moves out of is given back with the rest: octets passed on before may lie in it.
    const block = this.#block = this.#memory.blocks.take();
    if (block === undefined) return false;
    // Moved to the same place within a word.
    const start = block + (this.offset & (WORD_BYTES - 1));
    this.#memory.buffers.bytes.copyWithin(start, this.offset, this.offset + this.usedBytes);
    this.offset = start;
    this.#end = block + BLOCK_BYTES;
    return true;
  }

  /** Whether `byteLength` octets fit, if need be after moving to a block. */
  makeRoom(byteLength: number): boolean {
    return byteLength <= this.room || (this.grow() && byteLength <= this.room);
  }

  /**
   * Sends a stretch of an answer from where it lies, alone: nothing goes in before it is written.
   *
   * @param at Octets of the content that went before it.
   * @param head What the content follows, before its first stretch.
   * @returns Octets of content in it; 0 when the outbox holds memory already, or there is no such stretch.
   * @throws {Error} What the content throws.
   */
  borrow(content: ContentSource, at: number, head?: Uint8Array): number {
    if (this.#end > 0) return 0;
    const ready = this.#ready = this.#memory.ready.take(content, at, head);
    if (ready === undefined) return 0;
    this.offset = ready.offset;
    this.usedBytes = ready.byteLength;
    this.#end = ready.offset + ready.byteLength;
    return ready.byteLength - ready.head.length;
  }

  /** Leaves what is in it to the main thread, and goes on behind it. */
  passOn(): void {
    this.offset += this.usedBytes;
    this.usedBytes = 0;
  }

  /** Empties it, once what was in it is written or the connection is over. */
  clear(): void {
    if (this.#end === 0) return;
    const { sends, blocks, ready } = this.#memory;
    if (this.#ready !== undefined) ready.give(this.#ready);
    this.#ready = undefined;
    if (this.#own !== undefined) sends.give(this.#own);
    if (this.#block !== undefined) blocks.give(this.#block);
    this.#own = this.#block = undefined;
    this.offset = this.usedBytes = this.#end = 0;
  }

  /** Takes a send buffer, unless it holds memory already. */
  #hold(): void {
    if (this.#end > 0) return;
    const own = this.#own = this.#memory.sends.take();
    invariant(own !== undefined, "there is a send buffer for every connection");
    this.offset = own;
    this.#end = own + SEND_BYTES;
  }
}
