/**
 * Access lines in the two forms that tools for web logs have read since NCSA httpd.
 *
 * @module
 */

import type { AccessRecord } from "./access_record.ts";
import { ClfTime } from "./clf_time.ts";
import { type EscapeStyle, HEX_ESCAPES } from "./escape.ts";
import type { LineBytes } from "./line_bytes.ts";
import { IN_QUOTES, IN_WORD, type LineForm, NOTHING, type ValueWriter } from "./line_form.ts";

/** Two numbers of at most 16 digits, what stands around the values, and five marks of a cut value. */
const REST_BYTES_MAX = 96;

const VERSIONS = [' HTTP/1.0" ', ' HTTP/1.1" '] as const;

/**
 * `CLIENT - - [TIME] "METHOD TARGET HTTP/1.1" STATUS BYTES`, and in the combined form
 * ` "REFERER" "USER-AGENT"` behind it. Times are UTC. Values are escaped as nginx does, quotes
 * included, so that a reader who knows no escapes finds the columns too. There is no place in it for
 * what these tools do not know, such as the mark of a cut answer.
 */
export class CommonForm implements LineForm {
  readonly escapes: EscapeStyle = HEX_ESCAPES;
  readonly #time = new ClfTime();
  readonly #isCombined: boolean;

  /**
   * Writes one of the two forms.
   *
   * @param isCombined Whether lines say what the client is, and where it comes from.
   */
  constructor(isCombined: boolean) {
    this.#isCombined = isCombined;
  }

  byteLengthMax({ client, method, target, referer, userAgent }: AccessRecord): number {
    const agentBytes = this.#isCombined ? referer.length + userAgent.length : 0;
    return this.#time.byteLength + client.length + method.length + target.length + agentBytes +
      REST_BYTES_MAX;
  }

  write(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean {
    if (!value(line, record.client || NOTHING, IN_WORD)) return false;
    line.bytes(this.#time.at(record.timeMs));
    if (!this.#writeRequest(line, record, value)) return false;
    line.integer(record.status);
    line.ascii(" ");
    line.integer(record.contentBytes);
    if (this.#isCombined && !this.#writeAgent(line, record, value)) return false;
    line.ascii("\n");
    return true;
  }

  /** A request line that could not be parsed is `-`, as everywhere. */
  #writeRequest(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean {
    if (record.target === "") {
      line.ascii('-" ');
      return true;
    }
    if (!value(line, record.method || NOTHING, IN_WORD)) return false;
    line.ascii(" ");
    if (!value(line, record.target, IN_WORD)) return false;
    line.ascii(VERSIONS[record.minorVersion]);
    return true;
  }

  #writeAgent(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean {
    line.ascii(' "');
    if (!value(line, record.referer || NOTHING, IN_QUOTES)) return false;
    line.ascii('" "');
    if (!value(line, record.userAgent || NOTHING, IN_QUOTES)) return false;
    line.ascii('"');
    return true;
  }
}
