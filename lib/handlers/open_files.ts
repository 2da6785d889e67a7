/**
 * Files that stay open between requests: opening, asking and closing costs several times what
 * reading 100 KB does. What was opened and proved stands for its path as long as the path leads to
 * the same file in the same state, which is asked anew in every round.
 *
 * @module
 */

import { type FileState, isSameState } from "./folder.ts";
import type { SharedFile } from "./shared_file.ts";

/** Files kept open by one worker. */
const FILES_MAX = 32;

/** How long one that nobody asks for stays open, in milliseconds: a removed file takes its room so long. */
const IDLE_MS = 2_000;

interface OpenFile {
  readonly file: SharedFile;
  readonly state: FileState;
  usedMs: number;
}

/** Open files by path; the one used longest ago goes first. */
export class OpenFiles {
  readonly #files = new Map<string, OpenFile>();

  /** The open file at `path`, for one more user, if it is the file in the state `state`. */
  get(path: string, state: FileState, nowMs: number): SharedFile | undefined {
    const known = this.#files.get(path);
    if (known === undefined) return undefined;
    this.#files.delete(path);
    if (!isSameState(known.state, state)) {
      known.file.close();
      return undefined;
    }
    known.usedMs = nowMs;
    this.#files.set(path, known); // as the youngest
    return known.file.share();
  }

  /** Keeps a file open that was found in the state `state`. */
  keep(path: string, file: SharedFile, state: FileState, nowMs: number): void {
    this.#files.get(path)?.file.close();
    this.#files.delete(path);
    this.#files.set(path, { file: file.share(), state, usedMs: nowMs });
    for (const [oldest, { file }] of this.#files) {
      if (this.#files.size <= FILES_MAX) return;
      this.#files.delete(oldest);
      file.close();
    }
  }

  /** Lets go of all; answers under way keep theirs. */
  close(): void {
    for (const { file } of this.#files.values()) file.close();
    this.#files.clear();
  }

  /** Lets go of those that nobody asked for lately. */
  tidy(nowMs: number): void {
    for (const [path, { file, usedMs }] of this.#files) {
      if (nowMs - usedMs < IDLE_MS) return; // and the others are younger
      this.#files.delete(path);
      file.close();
    }
  }
}
