import { join } from "@std/path";
import { partialName } from "./upload_name.ts";

/**
 * A file that is being written under a hidden name, until it is whole and gets its own.
 *
 * Its writer holds a lock on it, which the system lets go of when the process ends, however it ends:
 * so a file that is not locked is nobody's any more, whichever of several servers over one folder
 * made it.
 */
export class PartialFile {
  readonly #folder: string;
  readonly #path: string;
  #file: Deno.FsFile | undefined;

  private constructor(folder: string, path: string, file: Deno.FsFile) {
    this.#folder = folder;
    this.#path = path;
    this.#file = file;
  }

  /**
   * Makes one, empty.
   *
   * @param folder Path of the upload folder.
   * @param epochMs Now, in milliseconds since 1970; part of the hidden name.
   * @param mode Who may read and write it, less what the process's mask takes away. Default: all.
   * @throws {Error} What the file system says.
   */
  static create(folder: string, epochMs: number, mode = 0o666): PartialFile {
    for (;;) {
      const path = join(folder, partialName(epochMs));
      const file = Deno.openSync(path, { write: true, createNew: true, mode });
      if (lock(file, path)) return new PartialFile(folder, path, file);
      file.close(); // a sweep of another server came between making and locking: once more
    }
  }

  /** Adds octets at the end. */
  write(bytes: Uint8Array): void {
    const file = this.#open;
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }

  /** Resolves when what was written is on the disk. */
  flush(): Promise<void> {
    return this.#open.syncData(); // the length included: without it the octets could not be read
  }

  /** The same, while the thread waits: for the few octets of a file that is made once. */
  flushSync(): void {
    this.#open.syncDataSync();
  }

  /** Gives it its name, in one step. A file that has the name already is gone then. */
  publish(name: string): void {
    Deno.renameSync(this.#path, join(this.#folder, name));
    this.#close();
  }

  /**
   * Gives it its name unless a file has it already, in one step: of several that try, on any thread
   * and in any process, one succeeds.
   *
   * @returns Whether this one did; otherwise it is as it was.
   */
  publishNew(name: string): boolean {
    try {
      Deno.linkSync(this.#path, join(this.#folder, name));
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
    this.discard(); // the hidden name; the file has another now
    return true;
  }

  /** Removes it, unless it was published. May be called more than once. */
  discard(): void {
    if (this.#file === undefined) return;
    try {
      Deno.removeSync(this.#path);
    } catch {
      // Gone already, or the folder is. Whatever else it was, the next start clears it away.
    }
    this.#close();
  }

  get #open(): Deno.FsFile {
    if (this.#file === undefined) throw new Error("Cannot use the file: it is closed");
    return this.#file;
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/** Locks a file that was just made. @returns Whether it is still there. */
function lock(file: Deno.FsFile, path: string): boolean {
  try {
    file.lockSync(true);
  } catch {
    return true; // a file system without locks: there, a sweep goes by age
  }
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
