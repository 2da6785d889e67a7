/**
 * The files of a log, opened together or not at all.
 *
 * @module
 */

import { quote } from "./escape.ts";
import { LogFile } from "./log_file.ts";
import { isNumberedName } from "./rotation.ts";

/** Which files there are, and how large they grow. */
export interface LogFilesOptions {
  /** File that takes the text instead of standard output. */
  readonly file?: string | undefined;
  /** File that takes one JSON object a line, in addition to the text. */
  readonly jsonFile?: string | undefined;
  /** File that takes the lines of the audit trail. */
  readonly auditFile?: string | undefined;
  /**
   * Size in bytes at which `FILE` becomes `FILE.1`; only a batch of lines that is larger by itself,
   * 1 MiB at most, makes a file larger. 0: never, for those who run logrotate. Default: 64 MiB.
   */
  readonly fileBytesMax?: number | undefined;
  /** How many full files are kept beside the one in use, 1 to 1000. Default: 5. */
  readonly filesKept?: number | undefined;
}

/** The files that are wanted. */
export interface LogFiles {
  /** Takes lines of text. */
  file?: LogFile;
  /** Takes lines of JSON. */
  jsonFile?: LogFile;
  /** Takes lines of the audit trail. */
  auditFile?: LogFile;
}

/** What each file is to the operator. */
const FILES = [
  ["file", "log file"],
  ["jsonFile", "JSON log file"],
  ["auditFile", "audit file"],
] as const;

/** Half a million access lines: quick to search, and with five kept below 400 MiB on the disk. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

const FILES_KEPT = 5;

/** A rotation renames them all. */
const FILES_KEPT_MAX = 1000;

/**
 * Opens every file that is wanted. Each is created if need be, and appended to, so that
 * `copytruncate` rotation works. Their folders must exist.
 *
 * @param onRefused Told which file cannot be rotated, and why.
 * @throws {RangeError} if a number is out of its range
 * @throws {Error} if a file cannot be opened, or has a name that another one is rotated to; the
 * message is one line that names it, and no file is left open
 */
export function openLogFiles(
  options: LogFilesOptions,
  onRefused: (path: string, error: unknown) => void,
): LogFiles {
  const { fileBytesMax: bytesMax = FILE_BYTES_MAX, filesKept: kept = FILES_KEPT } = options;
  checkNumbers(bytesMax, kept);
  checkNames(options);
  const files: LogFiles = {};
  try {
    for (const [option, what] of FILES) {
      const path = options[option];
      if (path === undefined) continue;
      files[option] = new LogFile({
        what,
        path,
        bytesMax,
        kept,
        onRefused: (error) => onRefused(path, error),
      });
    }
  } catch (error) {
    for (const file of Object.values(files)) file.close();
    throw error;
  }
  return files;
}

function checkNumbers(bytesMax: number, kept: number): void {
  if (!Number.isSafeInteger(bytesMax) || bytesMax < 0) {
    throw new RangeError(
      "Cannot rotate log files: size must be a whole number of bytes, or 0 for never, " +
        `current value is ${bytesMax}`,
    );
  }
  if (!Number.isInteger(kept) || kept < 1 || kept > FILES_KEPT_MAX) {
    throw new RangeError(
      `Cannot rotate log files: number of files kept must be 1 to ${FILES_KEPT_MAX}, ` +
        `current value is ${kept}`,
    );
  }
}

/** Rotating one file must not move another one away under the hands of its writer. */
function checkNames(options: LogFilesOptions): void {
  const paths = FILES.map(([option]) => options[option]).filter((path) => path !== undefined);
  for (const [option, what] of FILES) {
    const path = options[option];
    if (path === undefined) continue;
    const other = paths.find((other) => isNumberedName(other, path));
    if (other === undefined) continue;
    throw new Error(
      `Cannot open the ${what}: its name must not be one that ${quote(other)} is rotated to, ` +
        `current value is ${quote(path)}`,
    );
  }
}
