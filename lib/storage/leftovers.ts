/**
 * What a process that was killed in the middle of uploads left in the folder.
 *
 * @module
 */

import { join } from "@std/path";
import { isLeftoverName } from "./upload_name.ts";

/**
 * Where it cannot be asked whether a file is locked, one that nobody wrote to for this long is
 * nobody's, in milliseconds: an upload may stand still for `--body-timeout`, an hour at most.
 */
const ABANDONED_MS = 2 * 60 * 60 * 1000;

/** What {@linkcode removeLeftovers} did. */
export interface Sweep {
  /** Files removed. */
  readonly removed: number;
  /** Files left alone: a server that is alive is writing them, as far as can be told. */
  readonly kept: number;
  /** Why files could not be removed, if any could not. */
  readonly failure: unknown;
}

/** What `Deno.FsFile` has since version 2.8 of the runtime. */
interface TryLock {
  tryLockSync(exclusive: boolean): boolean;
}

/**
 * Removes the files that no server is writing any more. Only files by the exact names that servers
 * give them are looked at; links, folders and everything else stay.
 *
 * @param folder Path of the upload folder.
 * @param epochMs Now, in milliseconds since 1970.
 * @throws {Error} When the folder cannot be read.
 */
export function removeLeftovers(folder: string, epochMs: number): Sweep {
  let removed = 0;
  let kept = 0;
  let failure: unknown;
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    if (!isFile || !isLeftoverName(name)) continue;
    try {
      if (removeAbandoned(join(folder, name), epochMs)) removed++;
      else kept++;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) failure = error; // else it is done by now
    }
  }
  return { removed, kept, failure };
}

/** Removes a file while holding its lock, so that nobody begins to write it meanwhile. */
function removeAbandoned(path: string, epochMs: number): boolean {
  using file = Deno.openSync(path, { read: true, write: true });
  if (!isAbandoned(file, epochMs)) return false;
  Deno.removeSync(path);
  return true;
}

function isAbandoned(file: Deno.FsFile, epochMs: number): boolean {
  if (canTry(file)) {
    try {
      return file.tryLockSync(true);
    } catch {
      // A file system without locks.
    }
  }
  return epochMs - (file.statSync().mtime?.getTime() ?? epochMs) > ABANDONED_MS;
}

function canTry(file: Deno.FsFile): file is Deno.FsFile & TryLock {
  return "tryLockSync" in file;
}
