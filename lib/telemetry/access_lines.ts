/**
 * One form of the access log, collected into batches.
 *
 * @module
 */

import type { AccessRecord } from "./access_record.ts";
import { ESCAPE_CHARS_MAX, escapeToAscii } from "./escape.ts";
import { LineBytes } from "./line_bytes.ts";
import { IN_QUOTES, IN_WORD, type LineForm, type ValueWriter } from "./line_form.ts";

/** Longest IP address with a zone is 45 + 1 + 15 characters. */
const CLIENT_CHARS_MAX = 64;

/** Twice the longest registered method (`UPDATEREDIRECTREF`). */
const METHOD_CHARS_MAX = 34;

/** The part of a batch that a referer or a user agent may take, escaped; the target gets the rest. */
const AGENT_PART = 1 / 8;

/** Stands for the end of a value. A client cannot forge it: what it sends is escaped down to ASCII. */
const ELLIPSIS = "…";

/** Below this the fixed part of a line, all of it escaped, leaves no room for a target. */
const BATCH_BYTES_MIN = 2048;

/** Writes a value as it came, unless that could do harm. */
const plain: ValueWriter = (line, value, lowest) => line.plain(value, lowest);

/** Writes a value that was escaped before. */
const escaped: ValueWriter = (line, value) => line.text(value);

/** Formats records into one preallocated batch and hands it out when the next line does not fit. */
export class AccessLines {
  readonly #form: LineForm;
  readonly #batch: LineBytes;
  readonly #batchBytes: number;
  readonly #flushed: (lines: Uint8Array) => void;

  /**
   * Allocates a batch of `batchBytes`.
   *
   * @throws {RangeError} if `batchBytes` is below 2048
   */
  constructor(form: LineForm, batchBytes: number, flushed: (lines: Uint8Array) => void) {
    if (!(batchBytes >= BATCH_BYTES_MIN)) {
      throw new RangeError(
        `Cannot make the access log: batch must be at least ${BATCH_BYTES_MIN} bytes, ` +
          `current value is ${batchBytes}`,
      );
    }
    this.#form = form;
    this.#batch = new LineBytes(batchBytes);
    this.#batchBytes = batchBytes;
    this.#flushed = flushed;
  }

  /** Whether no line is waiting. */
  get isEmpty(): boolean {
    return this.#batch.position === 0;
  }

  /** Adds one line. */
  add(record: AccessRecord): void {
    const batch = this.#batch;
    // Enough for values that need no escape; the others leave this path before they grow.
    const needBytes = this.#form.byteLengthMax(record);
    if (needBytes > this.#batchBytes) return this.#addEscaped(record);
    if (needBytes > batch.roomBytes) this.flush();
    const start = batch.position;
    if (this.#form.write(batch, record, plain)) return;
    batch.rewind(start);
    this.#addEscaped(record);
  }

  /** Hands out the lines that are waiting; the bytes are valid until the callback returns. */
  flush(): void {
    const batch = this.#batch;
    if (batch.position === 0) return;
    const lines = batch.written();
    batch.rewind(0);
    this.#flushed(lines);
  }

  /** The way of hostile and of very long values: slower, and the line always fits one batch. */
  #addEscaped(record: AccessRecord): void {
    const bounded = this.#escape(record);
    if (this.#form.byteLengthMax(bounded) > this.#batch.roomBytes) this.flush();
    this.#form.write(this.#batch, bounded, escaped);
  }

  #escape(record: AccessRecord): AccessRecord {
    const agentChars = Math.floor(this.#batchBytes * AGENT_PART);
    const others = {
      ...record,
      client: this.#value(record.client, CLIENT_CHARS_MAX * ESCAPE_CHARS_MAX, IN_WORD),
      method: this.#value(record.method, METHOD_CHARS_MAX * ESCAPE_CHARS_MAX, IN_WORD),
      referer: this.#value(record.referer, agentChars, IN_QUOTES),
      userAgent: this.#value(record.userAgent, agentChars, IN_QUOTES),
      target: "",
    };
    const targetChars = this.#batchBytes - this.#form.byteLengthMax(others) - ELLIPSIS.length;
    return { ...others, target: this.#value(record.target, targetChars, IN_WORD) };
  }

  #value(value: string, charsMax: number, lowest: number): string {
    const { text, isWhole } = escapeToAscii(value, charsMax, lowest, this.#form.escapes);
    return isWhole ? text : text + ELLIPSIS;
  }
}
