/**
 * The names in a folder. The runtime reads a folder in one piece, however large: so it is done off
 * the thread, one folder at a time, and only a bounded part is kept.
 *
 * @module
 */

import { resolveTargetPath } from "../security/target_path.ts";

/** Entries of one listing: more is for programs, and a page of it some megabytes long. */
export const ENTRIES_MAX = 10_000;

/** Names that were read. */
export interface FolderNames {
  /** In the order of the file system; each could be asked for. */
  readonly entries: readonly Deno.DirEntry[];
  /** Whether there are more. */
  readonly isCut: boolean;
}

/** Whether nobody would be refused for asking for this name. */
function isServable(name: string): boolean {
  if (name.startsWith(".") || !name.isWellFormed()) return false;
  return resolveTargetPath(`/_/${encodeURIComponent(name)}`).ok;
}

/** Reads folders. */
export class FolderReader {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Reads the names in the folder at `path`, after those who asked before.
   *
   * @throws {unknown} What the file system says.
   */
  read(path: string): Promise<FolderNames> {
    const names = this.#last.then(() => readNames(path));
    this.#last = names.catch(() => {});
    return names;
  }
}

async function readNames(path: string): Promise<FolderNames> {
  const entries: Deno.DirEntry[] = [];
  for await (const entry of Deno.readDir(path)) {
    if (!isServable(entry.name)) continue;
    if (entries.length === ENTRIES_MAX) return { entries, isCut: true };
    entries.push(entry);
  }
  return { entries, isCut: false };
}
