/**
 * What an access line looks like, apart from where it is collected.
 *
 * @module
 */

import type { AccessRecord } from "./access_record.ts";
import type { EscapeStyle } from "./escape.ts";
import type { LineBytes } from "./line_bytes.ts";

/**
 * Writes a value that may hold anything.
 *
 * @param lowest The lowest code unit that the value's place in the line allows.
 * @returns Whether it did: not if the value needs an escape.
 */
export type ValueWriter = (line: LineBytes, value: string, lowest: number) => boolean;

/** A way to write access lines. Everything that a client sent goes through a {@linkcode ValueWriter}. */
export interface LineForm {
  /** How a value that is no name for a thing of ours is escaped. */
  readonly escapes: EscapeStyle;
  /** Bytes that a line takes at most, unless one of its values grows by an escape. */
  byteLengthMax(record: AccessRecord): number;
  /**
   * Writes a line into memory that has room for it; this allocates nothing.
   *
   * @returns Whether it did: as soon as `value` does not, what was written is to be taken back.
   */
  write(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean;
}

/** The lowest code unit of a value between spaces. */
export const IN_WORD = 0x21;

/** The lowest code unit of a value between quotes. */
export const IN_QUOTES = 0x20;

/** Stands for an empty value: two spaces in a row would shift every column after them. */
export const NOTHING = "-";
