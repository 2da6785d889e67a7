/**
 * A text that one thread publishes and any thread reads whole, in shared memory of a fixed size.
 *
 * It is a sequence lock: the number in front is odd while the text is being written, and a reader that
 * saw another number after its copy than before it copies again. The writer never waits.
 *
 * @module
 */

const SEQUENCE = 0;
const LENGTH = 1;
const HEADER_BYTES = 8;

/** A writer needs microseconds and comes by twice a second: the second look is as good as always enough. */
const LOOKS_MAX = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Allocates the memory of a bulletin. */
export function allocateBulletin(textBytesMax: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + textBytesMax);
}

/**
 * One thread's view of a bulletin.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const bulletin = new Bulletin(allocateBulletin(16));
 * assertEquals([bulletin.publish("news"), bulletin.read()], [true, "news"]);
 * assertEquals([bulletin.publish("too long for its memory"), bulletin.read()], [false, "news"]);
 * ```
 */
export class Bulletin {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  /** Looks at memory from {@linkcode allocateBulletin}. */
  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
  }

  /**
   * Puts a text in the place of the one before; for one thread alone.
   *
   * @returns Whether it fitted; otherwise nothing changed.
   */
  publish(text: string): boolean {
    const bytes = encoder.encode(text);
    if (bytes.length > this.#bytes.length) return false;
    Atomics.add(this.#words, SEQUENCE, 1);
    this.#bytes.set(bytes);
    Atomics.store(this.#words, LENGTH, bytes.length);
    Atomics.add(this.#words, SEQUENCE, 1);
    return true;
  }

  /** The text published last; `undefined` when none was, or the writer came by at every look. */
  read(): string | undefined {
    for (let look = 0; look < LOOKS_MAX; look++) {
      const before = Atomics.load(this.#words, SEQUENCE);
      if (before === 0) return undefined;
      const copy = this.#bytes.slice(0, Atomics.load(this.#words, LENGTH));
      if (before % 2 === 0 && Atomics.load(this.#words, SEQUENCE) === before) {
        return decoder.decode(copy);
      }
    }
    return undefined;
  }
}
