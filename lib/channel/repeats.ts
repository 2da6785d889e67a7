/**
 * Requests that are asked again and again, octet for octet, and what they were answered: from here the
 * main thread answers the next such request itself. It understands none of it; it compares octets,
 * and what it sends was made by the worker for those very octets.
 *
 * A place is **laid** by the worker and **used** by the main thread, which counts its uses; the worker takes a
 * use back when it is told of it ({@linkcode Repeats.settle}), and lays nothing over a place before it has taken all
 * of them. So what is being written never changes, and whoever is told of a use knows what was
 * answered. The worker withdraws a place and then looks at its uses; the main thread counts its use and then
 * looks whether the place is still the same. All four steps are sequentially consistent, so one of
 * the two always sees the other.
 *
 * An answer is used for {@linkcode REPEAT_MS}, counted from before the worker looked at the file, on the main
 * thread's clock, which the gauges show: there is no other clock that both threads have. From half of that on
 * one request is left to the worker, so that there is a new answer before the old one is over.
 *
 * @module
 */

import {
  type Buffers,
  GOLDEN,
  RECEIVE_BYTES,
  REPEAT_ANSWER_BYTES_MAX,
  REPEATS_MAX,
} from "./buffers.ts";
import { invariant } from "./invariant.ts";

/** How old an answer may be, in milliseconds, when it is sent again. */
export const REPEAT_MS = 20;

/** How old the answer is when the worker is asked for a new one. */
const RENEW_MS = REPEAT_MS / 2;

/** No place. */
export const NO_PLACE: number = -1;

/** Places that a request may lie in: the one that is used, and others for what comes after it. */
const WAYS = 4;
const SETS = REPEATS_MAX / WAYS;

/** How many places are laid; a cache line of its own. */
const LAID = 0;

/** Words of a place: a cache line. */
const PLACE_WORDS = 16;

const VERSION = 0; // of what lies there, or NOTHING
const USES = 1; // that the worker was not told of
const HASH = 2;
const REALM = 3;
const REQUEST_BYTES = 4;
const ANSWER_BYTES = 5;
const STAMP_MS = 6;

const NOTHING = 0;

/** A request and its answer, where they lie in the shared buffers. */
export interface Exchanged {
  /** For whom the answer is good: a number the worker gives. */
  readonly realm: number;
  /** Where the request starts: a multiple of 4. */
  readonly requestOffset: number;
  /** Its octets: 1 to {@linkcode RECEIVE_BYTES}. */
  readonly requestBytes: number;
  /** Where the answer starts. */
  readonly answerOffset: number;
  /** Its octets, with the head: 1 to {@linkcode REPEAT_ANSWER_BYTES_MAX}. */
  readonly answerBytes: number;
}

/** The repeats of one worker; both threads hold them over the same memory. */
export class Repeats {
  readonly #buffers: Buffers;
  readonly #words: Int32Array;
  /** Main thread: the versions that the worker was asked to renew, by place. */
  readonly #renewed = new Int32Array(REPEATS_MAX);
  #version = NOTHING; // of the last that was laid

  /**
   * Takes the repeats whose words lie at `offset`.
   *
   * @param offset A multiple of 64.
   */
  constructor(buffers: Buffers, memory: SharedArrayBuffer, offset: number) {
    this.#buffers = buffers;
    this.#words = new Int32Array(memory, offset, Repeats.memoryBytes / 4);
  }

  /** Bytes of shared memory that they take, beside the buffers. */
  static get memoryBytes(): number {
    return 4 * PLACE_WORDS * (1 + REPEATS_MAX);
  }

  /**
   * Main thread: the place of an answer to what was received, which then is used once more.
   *
   * @param realm For whom.
   * @param offset Where it starts: a multiple of 4.
   * @param nowMs Now, on the main thread's clock.
   * @returns {@linkcode NO_PLACE} when the worker has to answer.
   */
  use(realm: number, offset: number, byteLength: number, nowMs: number): number {
    if (this.#words[LAID] === 0) return NO_PLACE; // a moment too late at the worst
    const hash = this.hashOf(realm, offset, byteLength);
    const first = firstPlace(hash);
    for (let place = first; place < first + WAYS; place++) {
      const version = this.#versionOf(place, hash, realm, offset, byteLength);
      if (version === NOTHING) continue;
      const ageMs = this.#ageMs(place, nowMs);
      if (ageMs < 0 || ageMs >= REPEAT_MS) continue;
      if (ageMs >= RENEW_MS && this.#renewed[place] !== version) {
        this.#renewed[place] = version;
        return NO_PLACE;
      }
      if (this.#begin(place, version)) return place;
    }
    return NO_PLACE;
  }

  /** Main thread: takes a use back before anything came of it. */
  unuse(place: number): void {
    Atomics.sub(this.#words, wordOf(place) + USES, 1);
  }

  /** Where the answer in a place starts. */
  answerOffset(place: number): number {
    return this.#buffers.repeatOffset(place) + RECEIVE_BYTES;
  }

  /** Main thread: octets of the answer in a place that is in use. */
  answerBytes(place: number): number {
    return this.#words[wordOf(place) + ANSWER_BYTES] ?? 0;
  }

  /**
   * Worker: lays a copy down, unless one lies there that is as good as new, or every place that it
   * might have is in use.
   *
   * @param stampMs What the main thread's clock showed before the answer was made.
   * @returns The place, or {@linkcode NO_PLACE}.
   */
  lay(exchanged: Exchanged, stampMs: number): number {
    const { realm, requestOffset, requestBytes, answerOffset, answerBytes } = exchanged;
    if (answerBytes > REPEAT_ANSWER_BYTES_MAX) return NO_PLACE;
    invariant(requestBytes <= RECEIVE_BYTES, "a request that repeats came in one read");
    const hash = this.hashOf(realm, requestOffset, requestBytes);
    const place = this.#placeFor(hash, stampMs);
    if (place === NO_PLACE) return NO_PLACE;
    const words = this.#words;
    const word = wordOf(place);
    this.#withdraw(place);
    if (Atomics.load(words, word + USES) > 0) return NO_PLACE; // it began meanwhile
    const { bytes } = this.#buffers;
    const start = this.#buffers.repeatOffset(place);
    bytes.copyWithin(start, requestOffset, requestOffset + requestBytes);
    bytes.copyWithin(start + RECEIVE_BYTES, answerOffset, answerOffset + answerBytes);
    words[word + HASH] = hash;
    words[word + REALM] = realm;
    words[word + REQUEST_BYTES] = requestBytes;
    words[word + ANSWER_BYTES] = answerBytes;
    words[word + STAMP_MS] = stampMs | 0;
    this.#version = (this.#version + 1) | 0 || 1;
    Atomics.store(words, word + VERSION, this.#version);
    Atomics.add(words, LAID, 1);
    return place;
  }

  /** Worker: it was told of a use of this place. */
  settle(place: number): void {
    const before = Atomics.sub(this.#words, wordOf(place) + USES, 1);
    invariant(before > 0, "a use is settled once");
  }

  /**
   * Worker: withdraws what was laid before the main thread's clock showed `sinceMs`. What is being written
   * goes on.
   *
   * @param sinceMs Default: everything.
   */
  withdraw(sinceMs?: number): void {
    for (let place = 0; place < REPEATS_MAX; place++) {
      if (sinceMs === undefined || this.#ageMs(place, sinceMs) > 0) this.#withdraw(place);
    }
  }

  /** A number for what was received, as good as one of its own. */
  hashOf(realm: number, offset: number, byteLength: number): number {
    const { words } = this.#buffers;
    const end = (offset + byteLength) >>> 2;
    let hash = Math.imul(realm ^ byteLength, GOLDEN);
    for (let word = offset >>> 2; word < end; word++) {
      hash = Math.imul((hash << 5 | hash >>> 27) ^ (words[word] ?? 0), GOLDEN);
    }
    return hash ^ hash >>> 15;
  }

  /** The version of what lies in a place, if that is what was received. It may go at any time. */
  #versionOf(
    place: number,
    hash: number,
    realm: number,
    offset: number,
    byteLength: number,
  ): number {
    const words = this.#words;
    const word = wordOf(place);
    const version = Atomics.load(words, word + VERSION);
    if (version === NOTHING || words[word + HASH] !== hash) return NOTHING;
    if (words[word + REALM] !== realm || words[word + REQUEST_BYTES] !== byteLength) return NOTHING;
    const isSame = this.#isSame(this.#buffers.repeatOffset(place), offset, byteLength);
    return isSame ? version : NOTHING;
  }

  /** Counts a use. @returns Whether it is still that version, which from now on stays. */
  #begin(place: number, version: number): boolean {
    Atomics.add(this.#words, wordOf(place) + USES, 1);
    if (Atomics.load(this.#words, wordOf(place) + VERSION) === version) return true;
    this.unuse(place);
    return false;
  }

  /** Of the places that this hash may have and that are not in use, the one laid longest ago. */
  #placeFor(hash: number, stampMs: number): number {
    const words = this.#words;
    const first = firstPlace(hash);
    let best = NO_PLACE;
    let bestMs = -1;
    for (let place = first; place < first + WAYS; place++) {
      const word = wordOf(place);
      const isLaid = Atomics.load(words, word + VERSION) !== NOTHING;
      const ageMs = isLaid ? Math.max(0, this.#ageMs(place, stampMs)) : Infinity;
      if (words[word + HASH] === hash && ageMs < RENEW_MS) return NO_PLACE;
      if (ageMs <= bestMs || Atomics.load(words, word + USES) > 0) continue;
      best = place;
      bestMs = ageMs;
    }
    return best;
  }

  #withdraw(place: number): void {
    const before = Atomics.exchange(this.#words, wordOf(place) + VERSION, NOTHING);
    if (before !== NOTHING) Atomics.sub(this.#words, LAID, 1);
  }

  /** Whether two spans that start on a word are the same. */
  #isSame(one: number, other: number, byteLength: number): boolean {
    const { bytes, words } = this.#buffers;
    const wordBytes = byteLength & -4;
    for (let at = 0; at < wordBytes; at += 4) {
      if (words[(one + at) >>> 2] !== words[(other + at) >>> 2]) return false;
    }
    for (let at = wordBytes; at < byteLength; at++) {
      if (bytes[one + at] !== bytes[other + at]) return false;
    }
    return true;
  }

  /** Milliseconds from what lies in a place to `nowMs`, across the wrap of the clock. */
  #ageMs(place: number, nowMs: number): number {
    return (nowMs - (this.#words[wordOf(place) + STAMP_MS] ?? 0)) | 0;
  }
}

/** The first of the places that a hash may have. */
function firstPlace(hash: number): number {
  return (hash & (SETS - 1)) * WAYS;
}

/** Where the words of a place start. */
function wordOf(place: number): number {
  return (1 + place) * PLACE_WORDS;
}
