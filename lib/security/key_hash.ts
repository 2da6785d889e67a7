/**
 * HalfSipHash (Aumasson and Bernstein) over a key of at most two words: who does not know the seed
 * cannot choose addresses that meet in one place of a table.
 *
 * @module
 */

/** 64 random bits as two words. All threads that share a table must be given the same. */
export type HashSeed = readonly [number, number];

/** Words to hash. */
export interface HashInput {
  /** How many of the words count; keys of different length never are the same input. */
  readonly length: 0 | 1 | 2;
  /** First word, any 32 bits. */
  readonly first: number;
  /** Second word, any 32 bits. */
  readonly second: number;
}

/** Draws a seed; once a process is enough. */
export function randomHashSeed(): HashSeed {
  const [first = 0, second = 0] = crypto.getRandomValues(new Int32Array(2));
  return [first, second];
}

/**
 * The hash function under one seed. Its 64 bits are left in two fields instead of an object, since
 * this runs on every request.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const hash = new KeyHash([0x03020100, 0x07060504], { wordRounds: 2, endRounds: 4 });
 * hash.update({ length: 1, first: 0x03020100, second: 0 });
 * assertEquals(hash.low, 0x178ae7d5);
 * ```
 */
export class KeyHash {
  /** First 32 bits of the last hash, as a signed integer. */
  low = 0;
  /** Second 32 bits of the last hash, as a signed integer. */
  high = 0;
  readonly #first: number;
  readonly #second: number;
  readonly #wordRounds: number;
  readonly #endRounds: number;
  #last: HashInput | undefined;

  /**
   * Chooses the function.
   *
   * @param seed The key of the function.
   * @param rounds Rounds after each word and before each half of the result. The default, 1 and 3,
   * is what hash tables are content with; the authors' vectors are for 2 and 4.
   */
  constructor(
    [first, second]: HashSeed,
    { wordRounds, endRounds } = { wordRounds: 1, endRounds: 3 },
  ) {
    this.#first = first | 0;
    this.#second = second | 0;
    this.#wordRounds = wordRounds;
    this.#endRounds = endRounds;
  }

  /**
   * Hashes the words into {@linkcode low} and {@linkcode high}. The very object that was hashed last,
   * which is how a busy client comes, is not hashed again.
   */
  update(input: HashInput): void {
    if (input === this.#last) return;
    this.#last = input;
    const { length, first, second } = input;
    let a = this.#first;
    let b = this.#second ^ 0xee; // asks for 64 bits
    let c = this.#first ^ 0x6c796765;
    let d = this.#second ^ 0x74656462;
    // Words, then their length in bytes, then the two halves of the result: one loop, since only
    // what is mixed in around the rounds differs.
    for (let step = 0; step < length + 3; step++) {
      const isWord = step <= length;
      const word = step === length ? length << 26 : step === 0 ? first : second;
      if (isWord) d ^= word;
      else if (step === length + 1) c ^= 0xee;
      else b ^= 0xdd;
      for (let round = isWord ? this.#wordRounds : this.#endRounds; round > 0; round--) {
        a = (a + b) | 0;
        b = (b << 5 | b >>> 27) ^ a;
        a = a << 16 | a >>> 16;
        c = (c + d) | 0;
        d = (d << 8 | d >>> 24) ^ c;
        a = (a + d) | 0;
        d = (d << 7 | d >>> 25) ^ a;
        c = (c + b) | 0;
        b = (b << 13 | b >>> 19) ^ c;
        c = c << 16 | c >>> 16;
      }
      if (isWord) a ^= word;
      else if (step === length + 1) this.low = b ^ d;
      else this.high = b ^ d;
    }
  }
}
