/**
 * Access lines for programs: one JSON object each.
 *
 * @module
 */

import type { AccessRecord } from "./access_record.ts";
import { type EscapeStyle, JSON_ESCAPES } from "./escape.ts";
import type { LineBytes } from "./line_bytes.ts";
import { IN_QUOTES, IN_WORD, type LineForm, type ValueWriter } from "./line_form.ts";
import { StampedPrefix } from "./stamped_prefix.ts";

/** The names of all fields, three numbers of at most 20 digits, and five marks of a cut value. */
const REST_BYTES_MAX = 256;

/**
 * Flat objects. `requestId`, `traceId` and `parentId` are there if the exchange has them, `cut` if
 * its answer did not come to its end, `referer` and `userAgent` if they are wanted.
 */
export class JsonForm implements LineForm {
  readonly escapes: EscapeStyle = JSON_ESCAPES;
  readonly #prefix: StampedPrefix;
  readonly #wantsAgent: boolean;

  /**
   * Writes the lines of one worker.
   *
   * @param wantsAgent Whether the lines say what the client is, and where it comes from.
   */
  constructor(worker: number, wantsAgent: boolean) {
    this.#prefix = new StampedPrefix(
      '{"time":"',
      `","level":"info","logger":"sluice.access","worker":${worker},"client":"`,
    );
    this.#wantsAgent = wantsAgent;
  }

  byteLengthMax(record: AccessRecord): number {
    const { client, method, target, requestId, traceId, parentId } = record;
    const agentBytes = this.#wantsAgent ? record.referer.length + record.userAgent.length : 0;
    return this.#prefix.byteLength + client.length + method.length + target.length + agentBytes +
      requestId.length + traceId.length + parentId.length + REST_BYTES_MAX;
  }

  write(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean {
    line.bytes(this.#prefix.at(record.timeMs));
    if (!value(line, record.client, IN_WORD)) return false;
    line.ascii('","method":"');
    if (!value(line, record.method, IN_WORD)) return false;
    line.ascii('","target":"');
    if (!value(line, record.target, IN_WORD)) return false;
    line.ascii('","status":');
    line.integer(record.status);
    line.ascii(',"bytes":');
    line.integer(record.contentBytes);
    line.ascii(',"ms":');
    line.milliseconds(record.durationMs);
    this.#writeNames(line, record);
    if (this.#wantsAgent && !this.#writeAgent(line, record, value)) return false;
    line.ascii(record.isCut ? ',"cut":true}\n' : "}\n");
    return true;
  }

  /** Names that were checked when they came in, or made here. */
  #writeNames(line: LineBytes, { requestId, traceId, parentId }: AccessRecord): void {
    if (requestId !== "") {
      line.ascii(',"requestId":"');
      line.ascii(requestId);
      line.ascii('"');
    }
    if (traceId === "") return;
    line.ascii(',"traceId":"');
    line.ascii(traceId);
    line.ascii('","parentId":"');
    line.ascii(parentId);
    line.ascii('"');
  }

  #writeAgent(line: LineBytes, record: AccessRecord, value: ValueWriter): boolean {
    line.ascii(',"referer":"');
    if (!value(line, record.referer, IN_QUOTES)) return false;
    line.ascii('","userAgent":"');
    if (!value(line, record.userAgent, IN_QUOTES)) return false;
    line.ascii('"');
    return true;
  }
}
