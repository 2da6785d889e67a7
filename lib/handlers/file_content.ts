import type { ContentSource } from "../http/content.ts";

const NOTHING = new Uint8Array(0);

/** One stretch of a file, and what is sent before it. */
export interface FilePart {
  /** Sent first: the head of a part of `multipart/byteranges`; empty for a plain answer. */
  readonly head: Uint8Array;
  /** Offset of the stretch in the file. */
  readonly offset: number;
  /** Octets of it. */
  readonly byteLength: number;
}

/**
 * Octets out of an open file, read straight into the puller's memory. It owns the file.
 *
 * The file may shrink while it is sent: then `read` throws, and the answer is cut where its promised
 * length cannot be kept.
 */
export class FileContent implements ContentSource {
  readonly byteLength: number;
  readonly #file: Deno.FsFile;
  readonly #parts: readonly FilePart[];
  readonly #tail: Uint8Array;
  #part = 0;
  #headAt = 0;
  #bodyAt = 0;
  #tailAt = 0;

  /** Serves `parts` in order, then `tail`. */
  constructor(file: Deno.FsFile, parts: readonly FilePart[], tail: Uint8Array = NOTHING) {
    this.#file = file;
    this.#parts = parts;
    this.#tail = tail;
    this.byteLength = parts.reduce(
      (sum, part) => sum + part.head.length + part.byteLength,
      tail.length,
    );
  }

  read(into: Uint8Array): number {
    let at = 0;
    while (at < into.length) {
      const byteLength = this.#next(into.subarray(at));
      if (byteLength === 0) break;
      at += byteLength;
    }
    return at;
  }

  close(): void {
    this.#file.close();
  }

  #next(into: Uint8Array): number {
    const part = this.#parts[this.#part];
    if (part === undefined) {
      const byteLength = copy(this.#tail, this.#tailAt, into);
      this.#tailAt += byteLength;
      return byteLength;
    }
    if (this.#headAt < part.head.length) {
      const byteLength = copy(part.head, this.#headAt, into);
      this.#headAt += byteLength;
      return byteLength;
    }
    return this.#body(part, into);
  }

  #body(part: FilePart, into: Uint8Array): number {
    const left = part.byteLength - this.#bodyAt;
    if (left === 0) {
      this.#part++;
      this.#headAt = this.#bodyAt = 0;
      return this.#next(into);
    }
    if (this.#bodyAt === 0 && (part.offset > 0 || this.#part > 0)) {
      this.#file.seekSync(part.offset, Deno.SeekMode.Start);
    }
    const byteLength = this.#file.readSync(into.subarray(0, Math.min(left, into.length)));
    if (byteLength === null) throw new Error("Cannot send the file: it shrank while it was sent");
    this.#bodyAt += byteLength;
    return byteLength;
  }
}

/** Copies what fits of `from`, starting at `at`. */
function copy(from: Uint8Array, at: number, into: Uint8Array): number {
  const byteLength = Math.min(into.length, from.length - at);
  into.set(from.subarray(at, at + byteLength));
  return byteLength;
}
