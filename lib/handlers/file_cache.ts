/**
 * What was found out about files, and the octets of the small and busy ones. Nothing in it is served
 * before the file's state was read anew and found unchanged.
 *
 * @module
 */

import { type FileState, isSameState } from "./folder.ts";
import type { Representation } from "./representation.ts";

/** Files remembered by one worker. */
const FILES_MAX = 1024;

/** Octets of the largest file whose content is kept. */
export const CONTENT_BYTES_MAX = 64 * 1024;

/** Octets of all kept contents of one worker. */
const TOTAL_BYTES_MAX = 16 * 1024 * 1024;

/**
 * A file whose last change is younger than this could change again within the same tick of its
 * clock and look unchanged, so its octets are not kept yet. File systems tick every 10 ms or finer;
 * those that tick by the second are covered too.
 */
const SETTLED_MS = 2_000;

/** A file that was opened once and found inside its folder. */
export interface KnownFile {
  /** Its state then. */
  readonly state: FileState;
  /** How it is presented. */
  readonly representation: Representation;
  /** Its octets, for a small one. */
  readonly content: Uint8Array | undefined;
}

/** Least recently used goes first. */
export class FileCache {
  readonly #files = new Map<string, KnownFile>();
  #contentBytes = 0;

  /** Octets of contents kept now. */
  get contentBytes(): number {
    return this.#contentBytes;
  }

  /** What is known of the file at `path`, if it is still in the state `state`. */
  get(path: string, state: FileState): KnownFile | undefined {
    const known = this.#files.get(path);
    if (known === undefined) return undefined;
    if (isSameState(known.state, state)) return known;
    this.#drop(path, known);
    return undefined;
  }

  /** Whether the octets of a file in this state may be kept. */
  accepts(state: FileState, nowMs: number): boolean {
    return state.sizeBytes <= CONTENT_BYTES_MAX &&
      nowMs - Math.max(state.modifiedMs, state.changedMs) > SETTLED_MS;
  }

  /** Remembers a file, and forgets others to make room. */
  set(path: string, known: KnownFile): void {
    const before = this.#files.get(path);
    if (before !== undefined) this.#drop(path, before);
    this.#files.set(path, known);
    this.#contentBytes += known.content?.length ?? 0;
    for (const [oldest, file] of this.#files) {
      if (this.#files.size <= FILES_MAX && this.#contentBytes <= TOTAL_BYTES_MAX) break;
      this.#drop(oldest, file);
    }
  }

  #drop(path: string, known: KnownFile): void {
    this.#files.delete(path);
    this.#contentBytes -= known.content?.length ?? 0;
  }
}
