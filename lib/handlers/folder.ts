/**
 * One folder that is served, and the only way to a file in it: by a name that was judged, to a file
 * whose real path was compared with the folder's.
 *
 * @module
 */

import { join, SEPARATOR } from "@std/path";
import { isHiddenBelow, isInside } from "../security/containment.ts";
import { Refusal } from "../security/refusal.ts";

/** A file's identity and state. Two equal ones have the same octets. */
export interface FileState {
  /** Device and inode: which file it is, whatever it is called. */
  readonly identity: string;
  /** Octets. */
  readonly sizeBytes: number;
  /** Time of the last change to its octets, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Time of the last change to its octets or its entry, which cannot be set back by a program. */
  readonly changedMs: number;
}

/** A file that was opened and found inside its folder. */
export interface OpenedFile {
  /** The open file; whoever asked for it closes it. */
  readonly file: Deno.FsFile;
  /** Its state, read from the handle. */
  readonly state: FileState;
}

/** Something in a folder that could be asked for by its name. */
export interface Entry {
  /** Its name. */
  readonly name: string;
  /** Whether it is a folder itself. */
  readonly isFolder: boolean;
  /** Octets of a file. */
  readonly sizeBytes: number;
  /** Time of its last change, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Whether two states are of one file, unchanged. */
export function isSameState(a: FileState, b: FileState): boolean {
  return a.identity === b.identity && a.sizeBytes === b.sizeBytes &&
    a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs;
}

function stateOf(info: Deno.FileInfo): FileState {
  return {
    identity: `${info.dev}:${info.ino}`,
    sizeBytes: info.size,
    modifiedMs: info.mtime?.getTime() ?? 0,
    changedMs: info.ctime?.getTime() ?? 0,
  };
}

/**
 * What an open file is. The files inside a compiled binary can be asked by name only; they cannot be
 * swapped either.
 */
function infoOf(file: Deno.FsFile, path: string): Deno.FileInfo {
  try {
    return file.statSync();
  } catch (error) {
    if (!Deno.build.standalone || !(error instanceof Deno.errors.NotSupported)) throw error;
    return Deno.statSync(path);
  }
}

/** A served folder. */
export class Folder {
  readonly #path: string;
  readonly #followsLinks: boolean;
  readonly #without: string | undefined;
  #realPath: string | undefined;

  /**
   * Serves the folder at `path`.
   *
   * @param path The real path of the folder; it may come and go while it is served.
   * @param followsLinks Whether symbolic links are followed that stay inside. Default: they are.
   * @param without The real path of a folder whose files are served by another one, under a policy of
   * their own. It may lie inside this one, where other names lead to it: a link, its own name, or the
   * same name in other letters on a file system that folds case.
   */
  constructor(path: string, followsLinks = true, without?: string) {
    this.#path = path;
    this.#followsLinks = followsLinks;
    // The folder itself, or one around it, cannot be left out: nothing would remain.
    this.#without = without === undefined || isInside(without, path) ? undefined : without;
  }

  /** Where a judged name lies. */
  pathOf(segments: readonly string[]): string {
    return segments.length === 0 ? this.#path : `${this.#path}/${segments.join("/")}`;
  }

  /** The judged name at `path`, with a slash before each segment. */
  nameOf(path: string): string {
    return path.slice(this.#path.length);
  }

  /**
   * What stands at `path`, links followed. It proves nothing about where: {@linkcode open} does.
   *
   * @returns `undefined` when nothing does, or nothing that can be served.
   * @throws {Refusal} 403 when the runtime sees that it lies outside.
   */
  look(path: string): FileState | "folder" | undefined {
    try {
      const info = Deno.statSync(path);
      if (info.isDirectory) return "folder";
      // A pipe, a device or a socket would block the thread or worse; it is never opened.
      return info.isFile ? stateOf(info) : undefined;
    } catch (error) {
      return absent(error);
    }
  }

  /**
   * The state of the folder at `path`, links followed: another one means that names came or went.
   *
   * @returns `undefined` when there is none, or none that this thread may look at.
   */
  folderState(path: string): FileState | undefined {
    try {
      const info = Deno.statSync(path);
      return info.isDirectory ? stateOf(info) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether anything is called `path`, be it a link that leads nowhere, or may be. */
  hasName(path: string): boolean {
    try {
      Deno.lstatSync(path);
      return true;
    } catch (error) {
      return !(error instanceof Deno.errors.NotFound);
    }
  }

  /**
   * Opens the file at `path`, and proves that what was opened lies inside the folder: the real path
   * is inside, and the file there is the one that the handle holds. A link that is swapped between
   * the two fails the second half.
   *
   * @param proved A state in which this path was opened before: the same file needs no new proof.
   * @returns `undefined` when it is gone by now.
   * @throws {Refusal} 403 when it lies outside.
   */
  open(path: string, proved?: FileState): OpenedFile | undefined {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path);
    } catch (error) {
      return absent(error);
    }
    try {
      const info = infoOf(file, path);
      const state = stateOf(info);
      if (proved !== undefined && isSameState(state, proved)) return { file, state };
      if (info.isFile && this.#holds(path, info)) return { file, state };
    } catch (error) {
      file.close();
      return absent(error);
    }
    file.close();
    throw leadsOut();
  }

  /**
   * Where the folder at `path` really lies, proved to be inside.
   *
   * @returns `undefined` when it is gone.
   * @throws {Refusal} 403 when it lies outside.
   */
  proveFolder(path: string): string | undefined {
    try {
      const real = this.#realInside(path);
      if (real !== undefined) return real;
    } catch (error) {
      return absent(error);
    }
    throw leadsOut();
  }

  /**
   * What stands in a proved folder by the name that was read there, if serving it would be allowed.
   *
   * @param real The folder's real path, so that only a link can lead from there to somewhere else.
   */
  entry(real: string, { name, isSymlink }: Deno.DirEntry): Entry | undefined {
    const path = `${real}${SEPARATOR}${name}`;
    try {
      if (isSymlink && this.#realInside(path) === undefined) return undefined;
      const info = isSymlink ? Deno.statSync(path) : Deno.lstatSync(path);
      if (!info.isFile && !info.isDirectory) return undefined;
      const { sizeBytes, modifiedMs } = stateOf(info);
      return { name, isFolder: info.isDirectory, sizeBytes, modifiedMs };
    } catch {
      return undefined; // it went, or leads nowhere, or where this thread may not look
    }
  }

  /**
   * The real path of what is at `path`, if it is inside.
   *
   * @throws {Refusal} 403 when a link leads to something hidden: the name that was judged is not its own.
   */
  #realInside(path: string): string | undefined {
    this.#realPath ??= Deno.realPathSync(this.#path);
    const real = Deno.realPathSync(path);
    if (!isInside(this.#realPath, real)) return undefined;
    if (this.#without !== undefined && isInside(this.#without, real)) return undefined;
    // Joined, the path has the separators of the system, as the real one does.
    if (real === join(path)) return real;
    if (!this.#followsLinks) return undefined;
    if (isHiddenBelow(this.#realPath, real)) throw leadsToHidden();
    return real;
  }

  #holds(path: string, info: Deno.FileInfo): boolean {
    const real = this.#realInside(path);
    if (real === undefined) return false;
    const there = Deno.lstatSync(real);
    return there.dev === info.dev && there.ino === info.ino;
  }

  /** The path of the folder joined with `name`, for files that the server itself makes. */
  join(name: string): string {
    return join(this.#path, name);
  }
}

function leadsToHidden(): Refusal {
  return new Refusal(403, "dot-file", "Cannot serve the target: it leads to a hidden file");
}

function leadsOut(): Refusal {
  return new Refusal(403, "symlink", "Cannot serve the target: it leads out of the folder");
}

/** Whether a name is longer than the file system takes, so that nothing can be called so. */
function isTooLong(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
}

/**
 * What an error of the file system means for a name: that there is nothing by it, or that it leads
 * where this thread may not go; some versions of the runtime notice that themselves.
 *
 * @throws {Refusal} 403 for the latter.
 * @throws {unknown} Whatever else it is.
 */
function absent(error: unknown): undefined {
  if (error instanceof Deno.errors.NotCapable) throw leadsOut();
  const isAbsence = error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Deno.errors.InvalidData || isTooLong(error);
  if (!isAbsence) throw error;
}
