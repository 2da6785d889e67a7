/**
 * A single-producer single-consumer ring of byte records in shared memory.
 *
 * One thread holds the {@linkcode RingWriter}, one the {@linkcode RingReader}; the halves are separate
 * types, so a call from the wrong side cannot be written. Each half keeps its own counter privately
 * and a stale copy of the other's, which it refreshes only when the ring looks full or empty: in
 * steady traffic the two threads touch each other's cache line once a batch, not once a record.
 *
 * A record is a 4-byte length and its payload, padded to {@linkcode RECORD_ALIGN_BYTES}, and never
 * wraps: one that would cross the end is preceded by a skip record, so a payload is always one
 * contiguous view. The ring never blocks and never wakes anybody: waiting is the doorbell's.
 *
 * Counters count bytes for ever and wrap at 2^32; the capacity is a power of two, so every
 * difference taken with `>>> 0` stays right across the wrap.
 *
 * @module
 */

import { invariant } from "./invariant.ts";

/** Records start at multiples of this many bytes, so a header never straddles the end. */
export const RECORD_ALIGN_BYTES = 8;

/** Bytes in front of each payload: its length, then four bytes of padding that keep payloads aligned. */
export const RECORD_HEADER_BYTES = 8;

/** Bytes of control words in front of the data: two counters, a cache line (64 bytes) apart. */
export const RING_CONTROL_BYTES = 128;

/** What {@linkcode RingWriter.reserve} answers when the record does not fit now. */
export const NO_ROOM: number = -1;

/** What {@linkcode RingReader.next} answers when no record is published. */
export const EMPTY: number = -1;

const WRITTEN = 0; // index into Int32 control words
const READ = 16; // 64 bytes further: the reader's counter has a cache line of its own
const SKIP = -1; // a length that says: nothing here, go on at the start

/** Where a ring lies: a span of shared memory that starts with its control words. */
export interface RingSpan {
  /** The memory; it may hold other things around the span. */
  readonly memory: SharedArrayBuffer;
  /** First byte of the span, a multiple of 64. */
  readonly offset: number;
  /** Bytes for records: a power of two, 64 to 2^30. */
  readonly capacityBytes: number;
}

/** Bytes that a ring of `capacityBytes` takes with its control words. */
export function ringSpanBytes(capacityBytes: number): number {
  return RING_CONTROL_BYTES + capacityBytes;
}

/** Bytes in the ring, from two counters that wrap at 2^32. */
function usedBytes(read: number, written: number): number {
  return (written - read) >>> 0;
}

/** Bytes a record with this payload takes. */
function recordBytes(payloadBytes: number): number {
  return (RECORD_HEADER_BYTES + payloadBytes + RECORD_ALIGN_BYTES - 1) & -RECORD_ALIGN_BYTES;
}

/** The views both halves work on. */
class RingViews {
  readonly control: Int32Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly capacityBytes: number;
  readonly mask: number;

  constructor({ memory, offset, capacityBytes }: RingSpan) {
    invariant(offset % 64 === 0, "a ring starts on a cache line");
    invariant(capacityBytes >= 64, "a ring holds at least 64 bytes");
    invariant(capacityBytes <= 2 ** 30, "a ring holds at most 2^30 bytes");
    invariant((capacityBytes & (capacityBytes - 1)) === 0, "a ring's capacity is a power of two");
    this.control = new Int32Array(memory, offset, RING_CONTROL_BYTES / 4);
    this.words = new Int32Array(memory, offset + RING_CONTROL_BYTES, capacityBytes / 4);
    this.bytes = new Uint8Array(memory, offset + RING_CONTROL_BYTES, capacityBytes);
    this.capacityBytes = capacityBytes;
    this.mask = capacityBytes - 1;
  }
}

/**
 * Sets both counters of an empty ring, before either half is made. For tests that want the wrap of
 * the counters within reach.
 *
 * @param counter Bytes written and read so far: 0 to 2^32 - 1, a multiple of 8.
 */
export function startRingAt(span: RingSpan, counter: number): void {
  invariant(counter % RECORD_ALIGN_BYTES === 0, "a counter stands on a record boundary");
  const { control } = new RingViews(span);
  Atomics.store(control, WRITTEN, counter | 0);
  Atomics.store(control, READ, counter | 0);
}

/** The producing half: reserve, fill, commit; publish a batch. */
export class RingWriter {
  readonly #views: RingViews;
  #written: number; // committed by this side; the other sees it after publish()
  #published: number;
  #readSeen: number; // stale: only ever over-states what is used
  #reservedAt = -1;
  #reservedBytes = 0;

  /** Takes the producing side of the ring at `span`. */
  constructor(span: RingSpan) {
    this.#views = new RingViews(span);
    this.#written = Atomics.load(this.#views.control, WRITTEN) >>> 0;
    this.#published = this.#written;
    this.#readSeen = Atomics.load(this.#views.control, READ) >>> 0;
  }

  /** The record bytes; payloads are written here at the offset that {@linkcode reserve} gives. */
  get bytes(): Uint8Array {
    return this.#views.bytes;
  }

  /** The same memory as 32-bit words; a payload's first word is `offset >> 2`. */
  get words(): Int32Array {
    return this.#views.words;
  }

  /** Bytes of records the ring holds at the most. */
  get capacityBytes(): number {
    return this.#views.capacityBytes;
  }

  /** Bytes of records that wait now, at the most: the reader may have taken some meanwhile. */
  get usedBytes(): number {
    return this.#views.capacityBytes - this.freeBytes;
  }

  /** Bytes free now, at least: the reader may have freed more since it was last asked. */
  get freeBytes(): number {
    this.#readSeen = Atomics.load(this.#views.control, READ) >>> 0;
    return this.#views.capacityBytes - usedBytes(this.#readSeen, this.#written);
  }

  /** Whether so many bytes are free now; the reader's counter is looked at only if they seem not to be. */
  hasRoom(byteLength: number): boolean {
    const free = this.#views.capacityBytes - usedBytes(this.#readSeen, this.#written);
    return free >= byteLength || this.freeBytes >= byteLength;
  }

  /**
   * Makes room for one payload.
   *
   * @param payloadBytes 0 to half the capacity less the header, so that a skip record and the record
   * always fit an empty ring.
   * @returns The payload's offset in {@linkcode bytes}, or {@linkcode NO_ROOM}.
   */
  reserve(payloadBytes: number): number {
    const { capacityBytes, mask, words } = this.#views;
    // Judged before any bit arithmetic, which would fold a length past 2^31 into a small one.
    invariant(payloadBytes >= 0, "a payload's length is never negative");
    invariant(
      payloadBytes <= capacityBytes / 2 - RECORD_HEADER_BYTES,
      "a record takes at most half the ring",
    );
    const need = recordBytes(payloadBytes);
    const at = this.#written & mask;
    const skip = capacityBytes - at < need ? capacityBytes - at : 0;
    if (!this.hasRoom(skip + need)) return NO_ROOM;
    if (skip > 0) {
      words[at >>> 2] = SKIP;
      this.#written = (this.#written + skip) >>> 0;
    }
    const start = skip > 0 ? 0 : at;
    words[start >>> 2] = payloadBytes;
    this.#reservedAt = start;
    this.#reservedBytes = need;
    return start + RECORD_HEADER_BYTES;
  }

  /** Adds the reserved record to the batch; the reader sees it after {@linkcode publish}. */
  commit(): void {
    invariant(this.#reservedAt >= 0, "commit follows reserve");
    this.#written = (this.#written + this.#reservedBytes) >>> 0;
    this.#reservedAt = -1;
  }

  /**
   * Lets the reader see every committed record: payload first, counter second; the store is what
   * makes the records exist.
   *
   * @returns Whether there was anything new to see.
   */
  publish(): boolean {
    if (this.#written === this.#published) return false;
    Atomics.store(this.#views.control, WRITTEN, this.#written | 0);
    this.#published = this.#written;
    return true;
  }
}

/** The consuming half: next, read, and release a batch. */
export class RingReader {
  readonly #views: RingViews;
  #read: number; // taken by this side; the room is the writer's again after release()
  #released: number;
  #writtenSeen: number; // stale: only ever under-states what is there

  /** Payload bytes of the record that {@linkcode next} gave last. */
  payloadBytes = 0;

  /** Takes the consuming side of the ring at `span`. */
  constructor(span: RingSpan) {
    this.#views = new RingViews(span);
    this.#read = Atomics.load(this.#views.control, READ) >>> 0;
    this.#released = this.#read;
    this.#writtenSeen = Atomics.load(this.#views.control, WRITTEN) >>> 0;
  }

  /** The record bytes; payloads are read here at the offset that {@linkcode next} gives. */
  get bytes(): Uint8Array {
    return this.#views.bytes;
  }

  /** The same memory as 32-bit words; a payload's first word is `offset >> 2`. */
  get words(): Int32Array {
    return this.#views.words;
  }

  /** Bytes of records the ring holds at the most. */
  get capacityBytes(): number {
    return this.#views.capacityBytes;
  }

  /** Bytes of records that {@linkcode look} saw and {@linkcode next} has not taken. */
  get usedBytes(): number {
    return usedBytes(this.#read, this.#writtenSeen);
  }

  /** Whether no published record waits: exact at the moment of asking. */
  get isEmpty(): boolean {
    if (this.#read !== this.#writtenSeen) return false;
    this.look();
    return this.#read === this.#writtenSeen;
  }

  /**
   * Looks at what is published now. {@linkcode next} gives that much and no more, until it is looked
   * again: so whoever takes records in rounds knows that every record of a round was published
   * before the round began.
   */
  look(): void {
    this.#writtenSeen = Atomics.load(this.#views.control, WRITTEN) >>> 0;
  }

  /**
   * Takes the next record of those that {@linkcode look} saw. Its payload stays in place until {@linkcode release}.
   *
   * @returns The payload's offset in {@linkcode bytes}, or {@linkcode EMPTY}.
   */
  next(): number {
    const { mask, words, capacityBytes } = this.#views;
    while (this.#read !== this.#writtenSeen) {
      const at = this.#read & mask;
      const length = words[at >>> 2] ?? SKIP;
      if (length === SKIP) {
        this.#read = (this.#read + capacityBytes - at) >>> 0;
        continue;
      }
      invariant(length >= 0, "a record's length is never negative");
      invariant(
        length <= usedBytes(this.#read, this.#writtenSeen) - RECORD_HEADER_BYTES,
        "a record lies within what was published",
      );
      this.#read = (this.#read + recordBytes(length)) >>> 0;
      this.payloadBytes = length;
      return at + RECORD_HEADER_BYTES;
    }
    return EMPTY;
  }

  /** Gives the room of every record taken so far back to the writer. */
  release(): void {
    if (this.#read === this.#released) return;
    Atomics.store(this.#views.control, READ, this.#read | 0);
    this.#released = this.#read;
  }
}
