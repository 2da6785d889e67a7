/**
 * What was found out about files, and the octets of the small and busy ones. Nothing in it is served
 * before the file's state was read anew and found unchanged.
 *
 * @module
 */

import type { Coding } from "./coding.ts";
import { type FileState, isSameState } from "./folder.ts";
import type { Moment } from "./moment.ts";
import type { Representation } from "./representation.ts";

/** Files remembered by one worker. */
const FILES_MAX = 1024;

/** Octets of the largest file whose content is kept. */
export const CONTENT_BYTES_MAX = 120 * 1024;

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
  /** The round in which the file was last seen in that state. */
  seenInRound: number;
  /** The codings it is stored in beside itself, and when that was looked up. */
  variants: { readonly codings: readonly Coding[]; readonly foundMs: number } | undefined;
}

/** Whether a file's last change lies so far back that the next one would show in its state. */
export function isSettled({ modifiedMs, changedMs }: FileState, { epochMs }: Moment): boolean {
  return epochMs - Math.max(modifiedMs, changedMs) > SETTLED_MS;
}

/** Least recently used goes first. */
export class FileCache {
  readonly #files = new Map<string, KnownFile>();
  #contentBytes = 0;

  /** Octets of contents kept now. */
  get contentBytes(): number {
    return this.#contentBytes;
  }

  /** What is known of the file at `path`, if its state was seen in this very round. */
  getSeen(path: string, { round }: Moment): KnownFile | undefined {
    const known = this.#files.get(path);
    return known?.seenInRound === round ? known : undefined;
  }

  /** What is known of the file at `path`, if it is still in the state `state`. */
  get(path: string, state: FileState, moment: Moment): KnownFile | undefined {
    const known = this.#files.get(path);
    if (known === undefined) return undefined;
    this.#drop(path, known);
    if (!isSameState(known.state, state)) return undefined;
    if (known.content === undefined && this.accepts(state, moment)) return undefined; // by now
    known.seenInRound = moment.round;
    this.#keep(path, known); // as the youngest
    return known;
  }

  /** Whether the octets of a file in this state may be kept. */
  accepts(state: FileState, moment: Moment): boolean {
    return state.sizeBytes <= CONTENT_BYTES_MAX && isSettled(state, moment);
  }

  /** Remembers a file, and forgets others to make room. */
  set(path: string, known: KnownFile): void {
    const before = this.#files.get(path);
    if (before !== undefined) this.#drop(path, before);
    this.#keep(path, known);
    for (const [oldest, file] of this.#files) {
      if (this.#files.size <= FILES_MAX && this.#contentBytes <= TOTAL_BYTES_MAX) break;
      this.#drop(oldest, file);
    }
  }

  #keep(path: string, known: KnownFile): void {
    this.#files.set(path, known);
    this.#contentBytes += known.content?.length ?? 0;
  }

  #drop(path: string, known: KnownFile): void {
    this.#files.delete(path);
    this.#contentBytes -= known.content?.length ?? 0;
  }
}
