// The ring's slow twin: an array of records and skips, with every byte counted. It reads like the
// ring's doc comment and holds no memory, so it has nothing to wrap and nothing to tear.

/** One stretch of the ring. */
interface Stretch {
  /** The record's number, or `undefined` for a skip. */
  readonly sequence: number | undefined;
  readonly payloadBytes: number;
  readonly stretchBytes: number;
}

/** A record the reader has taken. */
export interface Taken {
  readonly sequence: number;
  readonly payloadBytes: number;
  /** Where in the ring's data its payload must lie. */
  readonly offset: number;
}

const HEADER_BYTES = 8;

/** Bytes of a record: header and payload, rounded up to 8. */
function recordBytes(payloadBytes: number): number {
  return HEADER_BYTES + Math.ceil(payloadBytes / 8) * 8;
}

/** Both halves in one. */
export class SlowRing {
  readonly #capacityBytes: number;
  #writeAt: number; // counts for ever: a double holds 2^53
  #readAt: number;
  #releasedAt: number;
  #reserved: Stretch | undefined;
  readonly #committed: Stretch[] = [];
  readonly #published: Stretch[] = [];
  #seenCount = 0; // of those published
  #sequence = 0;

  constructor(capacityBytes: number, counter: number) {
    this.#capacityBytes = capacityBytes;
    this.#writeAt = counter;
    this.#readAt = counter;
    this.#releasedAt = counter;
  }

  get freeBytes(): number {
    return this.#capacityBytes - (this.#writeAt - this.#releasedAt);
  }

  get isEmpty(): boolean {
    if (this.#seenCount === 0) this.look();
    return this.#seenCount === 0;
  }

  /** The payload's offset and number, or `undefined` when it does not fit. */
  reserve(payloadBytes: number): { sequence: number; offset: number } | undefined {
    const stretchBytes = recordBytes(payloadBytes);
    const toEnd = this.#capacityBytes - this.#writeAt % this.#capacityBytes;
    const skipBytes = toEnd < stretchBytes ? toEnd : 0;
    if (skipBytes + stretchBytes > this.freeBytes) return undefined;
    if (skipBytes > 0) {
      this.#writeAt += skipBytes;
      this.#committed.push({ sequence: undefined, payloadBytes: 0, stretchBytes: skipBytes });
    }
    const sequence = this.#sequence++;
    this.#reserved = { sequence, payloadBytes, stretchBytes };
    return { sequence, offset: this.#writeAt % this.#capacityBytes + HEADER_BYTES };
  }

  /** False when nothing is reserved. */
  commit(): boolean {
    if (this.#reserved === undefined) return false;
    this.#writeAt += this.#reserved.stretchBytes;
    this.#committed.push(this.#reserved);
    this.#reserved = undefined;
    return true;
  }

  publish(): boolean {
    this.#published.push(...this.#committed);
    return this.#committed.splice(0).length > 0;
  }

  look() {
    this.#seenCount = this.#published.length;
  }

  next(): Taken | undefined {
    for (;;) {
      if (this.#seenCount === 0) return undefined;
      const stretch = this.#published.shift();
      if (stretch === undefined) return undefined;
      this.#seenCount--;
      const offset = this.#readAt % this.#capacityBytes + HEADER_BYTES;
      this.#readAt += stretch.stretchBytes;
      const { sequence, payloadBytes } = stretch;
      if (sequence !== undefined) return { sequence, payloadBytes, offset };
    }
  }

  release() {
    this.#releasedAt = this.#readAt;
  }
}
