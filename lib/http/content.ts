/** What {@linkcode ContentSource.read} answers when it takes more work to have some. */
export const NOT_YET: number = -1;

/** What {@linkcode ContentSource.read} answers when only time brings more. */
export const LATER: number = -2;

/**
 * Where an answer's content comes from: pulled, into memory that the puller owns, so that it is
 * produced no faster than the peer takes it.
 */
export interface ContentSource {
  /** Octets in all; `undefined` when only the end will tell, and the answer is chunked. */
  readonly byteLength: number | undefined;
  /** All of them, where they lie in memory: a puller with room for them need not ask. */
  readonly octets?: Uint8Array;
  /**
   * What stands for all of its octets, where others ask for them as well: a source with the same object
   * here has the same octets, so that a puller may keep them for the next. Only with a length.
   */
  readonly identity?: object | undefined;
  /**
   * Puts the next octets at the start of `into`.
   *
   * @returns How many; 0 when there are no more, {@linkcode NOT_YET} when it takes more work: the puller
   * lets others go first and asks again; {@linkcode LATER} when it shall ask again in a while.
   * @throws {Error} When the content cannot be had after all; the connection is cut.
   */
  read(into: Uint8Array): number;
  /**
   * Passes over octets that the puller has kept; only of a source with an identity.
   *
   * @throws {Error} When the content is not what it was when they were read.
   */
  skip?(byteLength: number): void;
  /** Comes to its end soon, for a source that would go on for ever. */
  finish?(): void;
  /** Lets go of what it holds. Called once, whether or not it was read to the end. */
  close(): void;
}

/** Takes a request's content as it comes, for an answer at its end. */
export interface ContentSink<T> {
  /** Takes the next octets; they are the caller's again afterwards. */
  write(bytes: Uint8Array): void;
  /** The content is complete. */
  end(): T | Promise<T>;
  /** The content will not be complete: leaves nothing behind. */
  abort(): void;
}

/** Content that lies in memory. */
export class BytesContent implements ContentSource {
  readonly octets: Uint8Array;
  readonly identity: object | undefined;
  #at = 0;

  /** Serves `octets`, which must not change; `isKept` says that others will be served them too. */
  constructor(octets: Uint8Array, isKept = false) {
    this.octets = octets;
    this.identity = isKept ? octets : undefined;
  }

  get byteLength(): number {
    return this.octets.length;
  }

  read(into: Uint8Array): number {
    const byteLength = Math.min(into.length, this.octets.length - this.#at);
    into.set(this.octets.subarray(this.#at, this.#at + byteLength));
    this.#at += byteLength;
    return byteLength;
  }

  skip(byteLength: number): void {
    this.#at += byteLength;
  }

  close(): void {}
}
