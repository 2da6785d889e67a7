/**
 * One form of the access log: lines of text or of JSON, collected into batches.
 *
 * @module
 */

import { ESCAPE_CHARS_MAX, escapeToAscii } from "./escape.ts";
import { LineBytes } from "./line_bytes.ts";
import { StampedPrefix } from "./stamped_prefix.ts";

/** One exchange, as the worker that answered it saw it. */
export interface AccessRecord {
  /** Epoch time in milliseconds at the end of the exchange. */
  readonly timeMs: number;
  /** Address of the client. */
  readonly client: string;
  /** Method as sent, or empty if the request line could not be parsed. */
  readonly method: string;
  /** Target as sent, or empty if the request line could not be parsed; any character may be in it. */
  readonly target: string;
  /** Status of the answer. */
  readonly status: number;
  /** Bytes of content sent to the client. */
  readonly contentBytes: number;
  /** From the first byte of the request to the last of the answer. */
  readonly durationMs: number;
}

/** The form of a batch of access lines. */
export type AccessForm = "text" | "json";

/** What stands around the six values; they are the same in every form. */
interface Form {
  readonly before: string;
  readonly after: (worker: number) => string;
  readonly method: string;
  readonly target: string;
  readonly status: string;
  readonly bytes: string;
  readonly duration: string;
  readonly end: string;
  /** What stands for an empty value. */
  readonly empty: string;
}

const FORMS = {
  text: {
    before: "",
    after: (worker) => ` INFO  sluice.access  w${worker} `,
    method: " ",
    target: " ",
    status: " ",
    bytes: " ",
    duration: "B ",
    end: "ms\n",
    empty: "-", // two spaces in a row would shift every column after them
  },
  json: {
    before: '{"time":"',
    after: (worker) => `","level":"info","logger":"sluice.access","worker":${worker},"client":"`,
    method: '","method":"',
    target: '","target":"',
    status: '","status":',
    bytes: ',"bytes":',
    duration: ',"ms":',
    end: "}\n",
    empty: "",
  },
} as const satisfies Record<AccessForm, Form>;

/** Longest IP address with a zone is 45 + 1 + 15 characters. */
const CLIENT_CHARS_MAX = 64;

/** Twice the longest registered method (`UPDATEREDIRECTREF`). */
const METHOD_CHARS_MAX = 34;

/** Everything after the target, and all labels: 52 label bytes and three numbers, rounded up. */
const REST_BYTES_MAX = 128;

/** U+2026 in UTF-8. A client cannot forge it, as what it sends is escaped down to ASCII. */
const ELLIPSIS = new TextEncoder().encode("…");

/** Below this the fixed part of a line, all of it escaped, leaves no room for a target. */
const BATCH_BYTES_MIN = 1024;

/** Formats records into one preallocated batch and hands it out when the next line does not fit. */
export class AccessLines {
  readonly #form: Form;
  readonly #prefix: StampedPrefix;
  readonly #batch: LineBytes;
  readonly #batchBytes: number;
  readonly #flushed: (lines: Uint8Array) => void;

  /**
   * Allocates a batch of `batchBytes`.
   *
   * @throws {RangeError} if `batchBytes` is below 1024
   */
  constructor(
    form: AccessForm,
    worker: number,
    batchBytes: number,
    flushed: (lines: Uint8Array) => void,
  ) {
    if (!(batchBytes >= BATCH_BYTES_MIN)) {
      throw new RangeError(
        `Cannot make the access log: batch must be at least ${BATCH_BYTES_MIN} bytes, ` +
          `current value is ${batchBytes}`,
      );
    }
    this.#form = FORMS[form];
    this.#prefix = new StampedPrefix(this.#form.before, this.#form.after(worker));
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
    const prefix = this.#prefix.at(record.timeMs);
    // Exact for values that need no escape; the others leave this path before they grow.
    const needBytes = prefix.length + record.client.length + record.method.length +
      record.target.length + REST_BYTES_MAX;
    if (needBytes > batch.roomBytes) {
      if (needBytes > this.#batchBytes) return this.#addEscaped(record, prefix);
      this.flush();
    }
    const start = batch.position;
    if (this.#addPlain(record, prefix)) return this.#addRest(record);
    batch.rewind(start);
    this.#addEscaped(record, prefix);
  }

  /** Hands out the lines that are waiting; the bytes are valid until the callback returns. */
  flush(): void {
    const batch = this.#batch;
    if (batch.position === 0) return;
    const lines = batch.written();
    batch.rewind(0);
    this.#flushed(lines);
  }

  #addPlain(record: AccessRecord, prefix: Uint8Array): boolean {
    const batch = this.#batch;
    const form = this.#form;
    batch.bytes(prefix);
    if (!batch.plain(record.client === "" ? form.empty : record.client)) return false;
    batch.ascii(form.method);
    if (!batch.plain(record.method === "" ? form.empty : record.method)) return false;
    batch.ascii(form.target);
    return batch.plain(record.target === "" ? form.empty : record.target);
  }

  /** The way of hostile and of very long values: slower, and the line always fits one batch. */
  #addEscaped(record: AccessRecord, prefix: Uint8Array): void {
    const batch = this.#batch;
    const form = this.#form;
    const client = escapeToAscii(record.client, CLIENT_CHARS_MAX * ESCAPE_CHARS_MAX);
    const method = escapeToAscii(record.method, METHOD_CHARS_MAX * ESCAPE_CHARS_MAX);
    const fixedBytes = prefix.length + client.text.length + method.text.length +
      3 * ELLIPSIS.length + REST_BYTES_MAX;
    const target = escapeToAscii(record.target, this.#batchBytes - fixedBytes);
    if (fixedBytes + target.text.length > batch.roomBytes) this.flush();
    batch.bytes(prefix);
    this.#addPart(client);
    batch.ascii(form.method);
    this.#addPart(method);
    batch.ascii(form.target);
    this.#addPart(target);
    this.#addRest(record);
  }

  #addPart(part: { text: string; isWhole: boolean }): void {
    this.#batch.ascii(part.text === "" ? this.#form.empty : part.text);
    if (!part.isWhole) this.#batch.bytes(ELLIPSIS);
  }

  #addRest(record: AccessRecord): void {
    const batch = this.#batch;
    const form = this.#form;
    batch.ascii(form.status);
    batch.integer(record.status);
    batch.ascii(form.bytes);
    batch.integer(record.contentBytes);
    batch.ascii(form.duration);
    batch.milliseconds(record.durationMs);
    batch.ascii(form.end);
  }
}
