/**
 * A file that takes log lines, and begins anew when it is full.
 *
 * @module
 */

import { quote } from "./escape.ts";
import type { Destination } from "./output.ts";
import { rotateFiles } from "./rotation.ts";

/** Which file it is, and when it is full. */
export interface LogFileOptions {
  /** What it is to the operator, such as `log file`. */
  readonly what: string;
  /** Its name; the folder must exist. */
  readonly path: string;
  /** A batch that would make the file larger goes into a new one. 0: the file is never full. */
  readonly bytesMax: number;
  /** How many full files are kept, at least 1. */
  readonly kept: number;
  /** Told once when the file cannot be rotated and so grows on; again only after it could be. */
  readonly onRefused: (error: unknown) => void;
}

/** Holds the addresses of clients and what they asked for: not for every user of the machine. */
const FILE_MODE = 0o640;

const APPENDING: Deno.OpenOptions = { append: true, create: true, mode: FILE_MODE };

/** After a refusal the file grows by this part of its limit before the next try. */
const RETRY_PART = 1 / 16;

const NEWLINE = 0x0a;

/**
 * Appends to a file and rotates it between two lines, never inside of one. Only what is surely this
 * file is ever renamed: not a device such as `/dev/stdout`, not a link, and not what somebody else,
 * such as logrotate, has put in its place; then the name is merely opened again. When the name cannot
 * be given away or opened, lines go on into the file that is open, so none is lost.
 */
export class LogFile implements Destination {
  readonly #options: LogFileOptions;
  #file: Deno.FsFile;
  #sizeBytes = 0;
  #rotateAtBytes = Infinity;
  #isInsideLine = false;
  #isRefused = false;
  #isClosed = false;

  /**
   * Opens the file, creates it if need be.
   *
   * @throws {Error} if it cannot be opened; the message is one line that names it
   */
  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#file = openFile(options.what, options.path);
    this.#measure();
  }

  /** Writes a part of the bytes, in a new file if they are too many for this one. */
  async write(bytes: Uint8Array): Promise<number> {
    const isFull = this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > this.#rotateAtBytes;
    if (isFull && !this.#isInsideLine) await this.#rotate();
    const count = await this.#file.write(bytes);
    this.#sizeBytes += count;
    if (count > 0) this.#isInsideLine = bytes[count - 1] !== NEWLINE;
    return count;
  }

  /**
   * Opens the file that now has the name, after somebody has moved or removed this one.
   *
   * @throws {Error} if it cannot be opened; then the old one stays in use
   */
  async reopen(): Promise<void> {
    const file = await Deno.open(this.#options.path, APPENDING);
    if (this.#isClosed) return file.close();
    this.#file.close();
    this.#file = file;
    this.#isInsideLine = false;
    this.#isRefused = false;
    this.#measure();
  }

  /** Closes the file, whatever is under way. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
  }

  #measure(): void {
    const { bytesMax } = this.#options;
    const { size, isFile } = this.#file.statSync();
    this.#sizeBytes = size;
    this.#rotateAtBytes = isFile && bytesMax > 0 ? bytesMax : Infinity;
  }

  async #rotate(): Promise<void> {
    const { path, kept, bytesMax } = this.#options;
    try {
      const open = await this.#file.stat();
      // Emptied by somebody else, as logrotate does with `copytruncate`.
      if (open.size < this.#sizeBytes) return this.#measure();
      if (await this.#hasItsName(open)) await rotateFiles(path, kept);
      await this.reopen();
    } catch (error) {
      this.#rotateAtBytes = this.#sizeBytes + Math.ceil(bytesMax * RETRY_PART);
      if (this.#isRefused || this.#isClosed) return;
      this.#isRefused = true;
      this.#options.onRefused(error);
    }
  }

  /** Whether the name leads to the open file; if not, there is nothing to rename, or not for us. */
  async #hasItsName(open: Deno.FileInfo): Promise<boolean> {
    try {
      const named = await Deno.lstat(this.#options.path);
      if (!named.isFile) throw new Error("Path must be the file itself, not a link");
      return named.ino === open.ino && named.dev === open.dev;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }
}

function openFile(what: string, path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, APPENDING);
  } catch (cause) {
    const wanted = `${wantedOf(cause)}, current value is ${quote(path)}`;
    throw new Error(`Cannot open the ${what}: ${wanted}`, { cause });
  }
}

function wantedOf(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "its folder must exist";
  if (cause instanceof Deno.errors.IsADirectory) return "path must be a file";
  if (cause instanceof Deno.errors.NotCapable) return "write permission must be granted";
  if (cause instanceof Deno.errors.PermissionDenied) return "file must be writable for this user";
  return "path must be a writable file";
}
