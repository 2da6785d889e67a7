import type { ContentSource } from "../http/content.ts";
import type { FileState } from "./folder.ts";
import type { SharedFile } from "./shared_file.ts";

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

/** A file is not what it was when its answer began. */
export class FileChanged extends Error {
  /** Builds the error; `how` is what happened to the file, as in "it shrank". */
  constructor(how: string) {
    super(`Cannot send the file: ${how} while it was sent`);
    this.name = "FileChanged";
  }
}

/**
 * Octets out of an open file, read straight into the puller's memory. It is one user of the file.
 *
 * The file may change while it is sent. Where the octets would not be those of the promised state any
 * more, `read` throws, and the answer is cut: when the file has shrunk, and when it was written over.
 * One that has grown is taken for a log that was added to, whose promised octets are what they were.
 */
export class FileContent implements ContentSource {
  readonly byteLength: number;
  readonly identity: object | undefined;
  readonly #file: SharedFile;
  readonly #parts: readonly FilePart[];
  readonly #tail: Uint8Array;
  readonly #promised: FileState | undefined;
  #part = 0;
  #headAt = 0;
  #bodyAt = 0;
  #tailAt = 0;

  /**
   * Serves `parts` in order, then `tail`.
   *
   * @param promised The file's state that the answer's head tells of. Default: none, so that only a file
   * which is too short is noticed.
   * @param identity What stands for these octets: those of a single part, and nothing else. Default: they
   * are not kept.
   */
  constructor(
    file: SharedFile,
    parts: readonly FilePart[],
    tail: Uint8Array = NOTHING,
    promised?: FileState,
    identity?: object,
  ) {
    this.#file = file;
    this.#parts = parts;
    this.#tail = tail;
    this.#promised = promised;
    this.identity = identity;
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

  /** What was kept is of the promised state if the file still is: whoever kept it had promised the same. */
  skip(byteLength: number): void {
    this.#bodyAt += byteLength;
    if (this.#bodyAt === this.byteLength) this.#judgeState();
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
    const span = into.subarray(0, Math.min(left, into.length));
    const byteLength = this.#file.readAt(part.offset + this.#bodyAt, span);
    if (byteLength === null) throw new FileChanged("it shrank");
    this.#bodyAt += byteLength;
    if (byteLength === left && this.#part === this.#parts.length - 1) this.#judgeState();
    return byteLength;
  }

  /**
   * Looks at the file once more when its last octets were read, and are not sent yet. Not at the time
   * of its entry: that changes too when another file takes its name, which is nothing to these octets.
   */
  #judgeState(): void {
    const promised = this.#promised;
    const info = promised && this.#file.stat();
    if (promised === undefined || info === undefined) return;
    if (info.size < promised.sizeBytes) throw new FileChanged("it shrank");
    if (info.size === promised.sizeBytes && info.mtime?.getTime() !== promised.modifiedMs) {
      throw new FileChanged("it was written over");
    }
  }
}

/** Copies what fits of `from`, starting at `at`. */
function copy(from: Uint8Array, at: number, into: Uint8Array): number {
  const byteLength = Math.min(into.length, from.length - at);
  into.set(from.subarray(at, at + byteLength));
  return byteLength;
}
