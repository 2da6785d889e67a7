/**
 * Whole answers that lie ready in shared memory, head and content in one span: the main thread writes
 * them to any number of sockets from there, and the worker copies nothing. They are made of what asks
 * for it often, and are made anew for each second, as the `Date` in their heads is.
 *
 * @module
 */

import { BLOCK_BYTES, type BlockPool, type Buffers, WORD_BYTES } from "../channel/buffers.ts";
import { invariant } from "../channel/invariant.ts";

/** Answers kept at one time: a quarter of the blocks, so that three are left for everybody else. */
export const READY_MAX = 64;

/** Below this, copying costs less than the room of a block in the caches of the processor. */
const CONTENT_BYTES_MIN = 3 * 1024;

/** One answer; it must not change while it has users. */
export interface ReadyAnswer {
  /** The head it begins with. */
  readonly head: Uint8Array;
  /** Where it lies in the shared buffers. */
  readonly offset: number;
  /** Octets of head and content. */
  readonly byteLength: number;
  /** The block it lies in. */
  readonly block: number;
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
  /** By the octets of the content, which are the same array as long as they are the same. */
  readonly #answers = new Map<Uint8Array, ReadyAnswer>();
  #blocksHeld = 0;

  /** Starts with none. */
  constructor(buffers: Buffers, blocks: BlockPool) {
    this.#buffers = buffers;
    this.#blocks = blocks;
  }

  /** Blocks that answers lie in, those of retired ones included. */
  get blocksHeld(): number {
    return this.#blocksHeld;
  }

  /**
   * The answer of this head and content, for one more user.
   *
   * @param head The same array for the same head.
   * @param content The same array for the same content.
   * @returns `undefined` when it is better copied, or there is no block for it.
   */
  take(head: Uint8Array, content: Uint8Array): ReadyAnswer | undefined {
    if (content.length < CONTENT_BYTES_MIN) return undefined;
    const known = this.#answers.get(content);
    const answer = known?.head === head ? known : this.#renew(head, content, known);
    if (answer === undefined) return undefined;
    answer.users++;
    answer.wasUsed = true;
    return answer;
  }

  /** One user less. */
  give(answer: ReadyAnswer): void {
    invariant(answer.users > 0, "an answer is given back by a user");
    answer.users--;
    if (answer.isRetired) this.#free(answer);
  }

  /** Lets go of what nobody asked for since this was called last. */
  tidy(): void {
    for (const [content, answer] of this.#answers) {
      if (!answer.wasUsed) this.#retire(content, answer);
      answer.wasUsed = false;
    }
  }

  #renew(
    head: Uint8Array,
    content: Uint8Array,
    known: ReadyAnswer | undefined,
  ): ReadyAnswer | undefined {
    if (known !== undefined) this.#retire(content, known);
    const byteLength = head.length + content.length;
    if (byteLength + WORD_BYTES > BLOCK_BYTES || this.#blocksHeld >= READY_MAX) return undefined;
    const block = this.#blocks.take();
    if (block === undefined) return undefined;
    this.#blocksHeld++;
    const offset = block + (-head.length & (WORD_BYTES - 1)); // so that the content begins on a word
    this.#buffers.bytes.set(head, offset);
    this.#buffers.bytes.set(content, offset + head.length);
    const use = { users: 0, isRetired: false, wasUsed: true };
    const answer: ReadyAnswer = { head, offset, byteLength, block, ...use };
    this.#answers.set(content, answer);
    return answer;
  }

  #retire(content: Uint8Array, answer: ReadyAnswer): void {
    this.#answers.delete(content);
    answer.isRetired = true;
    this.#free(answer);
  }

  #free(answer: ReadyAnswer): void {
    if (answer.users > 0) return;
    this.#blocksHeld--;
    this.#blocks.give(answer.block);
  }
}
