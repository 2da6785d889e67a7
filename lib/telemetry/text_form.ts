/**
 * Access lines for people, in the manner of the other lines of the log.
 *
 * @module
 */

import type { AccessRecord } from "./access_record.ts";
import { type EscapeStyle, JSON_ESCAPES } from "./escape.ts";
import type { LineBytes } from "./line_bytes.ts";
import { IN_WORD, type LineForm, NOTHING, type ValueWriter } from "./line_form.ts";
import { StampedPrefix } from "./stamped_prefix.ts";

/** Three numbers of 16, 16 and 20 digits, what stands around them, and three marks of a cut value. */
const REST_BYTES_MAX = 96;

/**
 * `TIME INFO  sluice.access  wN CLIENT METHOD TARGET STATUS BYTESB DURATIONms`, and ` cut` behind
 * an answer that did not come to its end.
 */
export class TextForm implements LineForm {
  readonly escapes: EscapeStyle = JSON_ESCAPES;
  readonly #prefix: StampedPrefix;

  /** Writes the lines of one worker. */
  constructor(worker: number) {
    this.#prefix = new StampedPrefix("", ` INFO  sluice.access  w${worker} `);
  }

  byteLengthMax({ client, method, target }: AccessRecord): number {
    return this.#prefix.byteLength + client.length + method.length + target.length +
      REST_BYTES_MAX;
  }

  write(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean {
    line.bytes(this.#prefix.at(record.timeMs));
    if (!value(line, record.client || NOTHING, IN_WORD)) return false;
    line.ascii(" ");
    if (!value(line, record.method || NOTHING, IN_WORD)) return false;
    line.ascii(" ");
    if (!value(line, record.target || NOTHING, IN_WORD)) return false;
    line.ascii(" ");
    line.integer(record.status);
    line.ascii(" ");
    line.integer(record.contentBytes);
    line.ascii("B ");
    line.milliseconds(record.durationMs);
    line.ascii(record.isCut ? "ms cut\n" : "ms\n");
    return true;
  }
}
