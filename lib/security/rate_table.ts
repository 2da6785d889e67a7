/**
 * One word of state for each of many clients, in memory that all threads share: a fixed size, no
 * locks, and nothing in it that a thread could leave half done.
 *
 * The table is an array of sets, each one cache line (64 bytes) of eight entries. An entry is two
 * words: a tag, 32 bits of the hash of its client's key, and the state. Other 32 bits of the hash
 * choose the set, so with 65,536 entries 45 bits tell two clients apart: a newcomer is taken for
 * somebody else in its full set once in 2^29 times, and then shares that entry.
 *
 * A client without an entry takes a free one of its set, or else the idlest **with the state that is
 * in it**. That one rule does two things. Taking an entry is a single compare-and-exchange of its
 * tag, so a thread that is stopped anywhere leaves the table whole. And no client gets rid of its
 * state by having its entry taken: when it comes back, it finds an entry at least as busy, because
 * the idlest of a set never becomes idler. (It is the rule of the Space-Saving sketch.) The price is
 * paid by newcomers, and only while more clients than there are entries are busy at one time.
 *
 * Threads that take entries of one set at one time may give one client two of them. Every lookup
 * finds the same one, so each thread charges the other at most once, and it falls idle.
 *
 * @module
 */

import type { ClientKey } from "./client_key.ts";
import { type HashSeed, KeyHash } from "./key_hash.ts";

/** Bytes of one entry: its tag and its state. */
export const RATE_ENTRY_BYTES = 8;

/** Most entries of one table: 8 MiB. */
export const RATE_ENTRIES_MAX = 1_048_576;

/** What a lookup answers when there is no entry. */
export const ABSENT: -1 = -1;

/** What {@linkcode StatePolicy.idleness} answers for an entry nobody may take. */
export const PINNED: number = -Infinity;

const SET_ENTRIES = 8;
const SET_WORDS = SET_ENTRIES * 2;
const FREE = 0; // the tag of an entry that was never taken

/** How the states of a table are to be read. */
export interface StatePolicy {
  /**
   * How long an entry has not been needed, in any unit; negative while it still is, and
   * {@linkcode PINNED} when it must stay. A client that comes gets the entry with the highest.
   *
   * @param now The moment as states write it.
   */
  idleness(state: number, now: number): number;
  /** The state of an entry that nobody had before. */
  fresh(now: number): number;
}

/**
 * Makes the memory of a table. Its size is all it ever takes.
 *
 * @param entries Clients told apart: a power of two, 8 to {@linkcode RATE_ENTRIES_MAX}, 8 bytes each.
 * @throws {RangeError} When `entries` is none of those.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(allocateRateTable(65_536).byteLength, 512 * 1024);
 * ```
 */
export function allocateRateTable(entries: number): SharedArrayBuffer {
  checkEntries(entries);
  return new SharedArrayBuffer(entries * RATE_ENTRY_BYTES);
}

function checkEntries(entries: number): void {
  const isPowerOfTwo = Number.isInteger(Math.log2(entries));
  if (isPowerOfTwo && entries >= SET_ENTRIES && entries <= RATE_ENTRIES_MAX) return;
  throw new RangeError(
    `Cannot lay out a rate table: entries must be a power of two from ${SET_ENTRIES} to ` +
      `${RATE_ENTRIES_MAX}, current value is ${entries}`,
  );
}

/** One thread's view of a table. */
export class RateTable {
  /** The memory; lookups answer with indexes into it. */
  readonly words: Int32Array;
  readonly #setMask: number;
  readonly #hash: KeyHash;
  #idlestTag = FREE;

  /**
   * Looks at a table that others may be using already.
   *
   * @param memory From {@linkcode allocateRateTable}, for this table alone.
   * @param seed The same in all threads.
   * @throws {RangeError} When the memory is not of such a size.
   */
  constructor(memory: SharedArrayBuffer, seed: HashSeed) {
    checkEntries(memory.byteLength / RATE_ENTRY_BYTES);
    this.words = new Int32Array(memory);
    this.#setMask = this.words.length / SET_WORDS - 1;
    this.#hash = new KeyHash(seed);
  }

  /** Clients that the table has room for. */
  get entries(): number {
    return this.words.length / 2;
  }

  /** How many entries were ever taken; it looks at all of them. */
  usedCount(): number {
    return this.countStates(() => true);
  }

  /** How many of the entries that were ever taken are in a state as asked for; it looks at all. */
  countStates(isCounted: (state: number) => boolean): number {
    let count = 0;
    for (let at = 0; at < this.words.length; at += 2) {
      // Plain loads: a count that is a moment old is as good.
      if (this.words[at] !== FREE && isCounted(this.words[at + 1] ?? 0)) count++;
    }
    return count;
  }

  /** Index in {@linkcode words} of the client's state, or {@linkcode ABSENT}. */
  find(key: ClientKey): number {
    this.#hash.update(key);
    return this.#search();
  }

  /**
   * Index in {@linkcode words} of the client's state; a client without one gets one.
   *
   * @returns {@linkcode ABSENT} only when the policy has pinned the whole set.
   */
  claim(key: ClientKey, policy: StatePolicy, now: number): number {
    this.#hash.update(key);
    // A lost exchange means that another thread took an entry of this set meanwhile, maybe for this
    // very client: look again. Every turn of the loop is progress of some thread, so it ends.
    for (;;) {
      const found = this.#search();
      if (found !== ABSENT) return found;
      const idlest = this.#idlest(policy, now);
      if (idlest === ABSENT) return ABSENT;
      const tag = this.#idlestTag;
      // A free entry is made ready before it is taken, by whoever comes first: an exchange, since
      // by now it may be taken and in use, and that state must stay.
      if (tag === FREE) Atomics.compareExchange(this.words, idlest + 1, 0, policy.fresh(now));
      if (Atomics.compareExchange(this.words, idlest, tag, this.#tag) === tag) return idlest + 1;
    }
  }

  get #tag(): number {
    return this.#hash.high === FREE ? 1 : this.#hash.high;
  }

  get #setStart(): number {
    return (this.#hash.low & this.#setMask) * SET_WORDS;
  }

  #search(): number {
    const tag = this.#tag;
    const start = this.#setStart;
    for (let at = start; at < start + SET_WORDS; at += 2) {
      if (Atomics.load(this.words, at) === tag) return at + 1;
    }
    return ABSENT;
  }

  /** Index of the tag of the entry to take; the tag itself is left in a field. */
  #idlest(policy: StatePolicy, now: number): number {
    let idlest: number = ABSENT;
    let longest = PINNED;
    const start = this.#setStart;
    for (let at = start; at < start + SET_WORDS; at += 2) {
      const tag = Atomics.load(this.words, at);
      if (tag === FREE) {
        this.#idlestTag = FREE;
        return at;
      }
      const idleness = policy.idleness(Atomics.load(this.words, at + 1), now);
      if (idleness > longest) {
        this.#idlestTag = tag;
        idlest = at;
        longest = idleness;
      }
    }
    return idlest;
  }
}
