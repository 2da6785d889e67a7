/**
 * Answers that lie ready in shared memory: the main thread writes them to any number of sockets from
 * there, and the worker reads and copies nothing. They are made of what is asked for often. A short
 * one is a single stretch, head and content side by side; a long one goes on in stretches of content
 * alone. What has a head is made anew for each second, as the `Date` in it is.
 *
 * @module
 */

import {
  BLOCK_BYTES,
  type BlockPool,
  type Buffers,
  LONG_BYTES,
  LongPool,
  LONGS_MAX,
  type SpanPool,
  WORD_BYTES,
} from "../channel/buffers.ts";
import { invariant } from "../channel/invariant.ts";
import type { ContentSource } from "../http/content.ts";

/** Short answers kept at one time: a quarter of the blocks, so that three are left for everybody else. */
export const SHORT_MAX = 64;

/** Octets that a head may take in front of a content. */
const HEAD_BYTES = 8 * 1024;

/** Octets of the longest content that is a single stretch in a block. */
const SHORT_BYTES_MAX = BLOCK_BYTES - HEAD_BYTES;

/** Octets of content in a stretch of a longer one. */
export const STRETCH_BYTES: number = LONG_BYTES - HEAD_BYTES;

/** Below this, copying costs less than the room of a block in the caches of the processor. */
const CONTENT_BYTES_MIN = 3 * 1024;

/** A longer content would drive out all others, and itself before it is asked for again. */
const CONTENT_BYTES_MAX = LONGS_MAX * STRETCH_BYTES;

const NO_HEAD = new Uint8Array(0);

/** A stretch of an answer; it must not change while it has users. */
export interface ReadyStretch {
  /** The head it begins with; empty for all but the first of an answer. */
  readonly head: Uint8Array;
  /** Where it lies in the shared buffers. */
  readonly offset: number;
  /** Octets of head and content. */
  readonly byteLength: number;
  /** Where the span starts that it lies in. */
  readonly span: number;
  /** Where that is given back. */
  readonly pool: SpanPool;
  /** Connections it is being written to, or may be. */
  users: number;
  /** Whether nobody new will get it. */
  isRetired: boolean;
  /** Whether somebody got it since it was looked at last. */
  wasUsed: boolean;
}

/** The ready answers of one worker. */
export class ReadyAnswers {
  readonly #buffers: Buffers;
  readonly #blocks: BlockPool;
  readonly #longs: LongPool;
  /** The stretches of an answer by the identity of its content. */
  readonly #answers = new Map<object, Map<number, ReadyStretch>>();
  #shortHeld = 0; // those of retired stretches included

  /** Starts with none. */
  constructor(buffers: Buffers, blocks: BlockPool) {
    this.#buffers = buffers;
    this.#blocks = blocks;
    this.#longs = new LongPool(buffers);
  }

  /** Blocks that short answers lie in, those of retired ones included. */
  get blocksHeld(): number {
    return this.#shortHeld;
  }

  /** Long spans that stretches of longer ones lie in, as well. */
  get longsHeld(): number {
    return LONGS_MAX - this.#longs.freeCount;
  }

  /**
   * The stretch of this content that begins at `at`, for one more user. The content goes on behind it.
   *
   * @param at Octets of the content before it.
   * @param head What stands before the content: the same array for the same head. It is for `at` 0 alone.
   * @returns `undefined` when the content is better copied, no stretch begins there, or there is no
   * room for it.
   * @throws {Error} What the content throws.
   */
  take(content: ContentSource, at: number, head: Uint8Array = NO_HEAD): ReadyStretch | undefined {
    const { identity, byteLength = 0 } = content;
    if (identity === undefined) return undefined;
    if (byteLength < CONTENT_BYTES_MIN || byteLength > CONTENT_BYTES_MAX) return undefined;
    const index = at / STRETCH_BYTES;
    if (!Number.isInteger(index)) return undefined;
    const stretches = this.#stretchesOf(identity);
    const known = stretches.get(index);
    if (known?.head === head) {
      content.skip?.(known.byteLength - head.length);
      return used(known);
    }
    if (known !== undefined) this.#retire(known);
    stretches.delete(index);
    const made = this.#make(content, at, head);
    if (made === undefined) return undefined;
    stretches.set(index, made);
    return used(made);
  }

  /** One user less. */
  give(stretch: ReadyStretch): void {
    invariant(stretch.users > 0, "a stretch is given back by a user");
    stretch.users--;
    if (stretch.isRetired && stretch.users === 0) this.#free(stretch);
  }

  /** Lets go of what nobody asked for since this was called last. */
  tidy(): void {
    for (const [identity, stretches] of this.#answers) {
      for (const [index, stretch] of stretches) {
        if (stretch.wasUsed) {
          stretch.wasUsed = false;
        } else {
          stretches.delete(index);
          this.#retire(stretch);
        }
      }
      if (stretches.size === 0) this.#answers.delete(identity);
    }
  }

  #stretchesOf(identity: object): Map<number, ReadyStretch> {
    const known = this.#answers.get(identity);
    if (known !== undefined) return known;
    const stretches = new Map<number, ReadyStretch>();
    this.#answers.set(identity, stretches);
    return stretches;
  }

  /** Lays a stretch down, if there is room. */
  #make(content: ContentSource, at: number, head: Uint8Array): ReadyStretch | undefined {
    const { byteLength = 0 } = content;
    const isShort = byteLength <= SHORT_BYTES_MAX;
    if (isShort && this.#shortHeld >= SHORT_MAX) return undefined;
    const pool = isShort ? this.#blocks : this.#longs;
    const span = pool.take();
    if (span === undefined) return undefined;
    if (isShort) this.#shortHeld++;
    const offset = span + (-head.length & (WORD_BYTES - 1)); // so that the content begins on a word
    const contentBytes = Math.min(byteLength - at, STRETCH_BYTES);
    const use = { users: 0, isRetired: false, wasUsed: false };
    const stretch = { head, offset, byteLength: head.length + contentBytes, span, pool, ...use };
    try {
      this.#fill(stretch, content);
    } catch (error) {
      this.#free(stretch);
      throw error;
    }
    return stretch;
  }

  #fill({ head, offset, byteLength }: ReadyStretch, content: ContentSource): void {
    const { bytes } = this.#buffers;
    bytes.set(head, offset);
    const span = bytes.subarray(offset + head.length, offset + byteLength);
    const readBytes = content.read(span);
    invariant(readBytes === span.length, "a content with an identity can be had at once");
  }

  #retire(stretch: ReadyStretch): void {
    stretch.isRetired = true;
    if (stretch.users === 0) this.#free(stretch);
  }

  #free({ pool, span }: ReadyStretch): void {
    pool.give(span);
    if (pool === this.#blocks) this.#shortHeld--;
  }
}

/** The stretch with one user more. */
function used(stretch: ReadyStretch): ReadyStretch {
  stretch.users++;
  stretch.wasUsed = true;
  return stretch;
}
