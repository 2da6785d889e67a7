/**
 * The access log at its source: workers format the lines, the main thread only appends them.
 *
 * @module
 */

import { AccessLines } from "./access_lines.ts";
import type { AccessRecord } from "./access_record.ts";
import { CommonForm } from "./common_form.ts";
import { JsonForm } from "./json_form.ts";
import type { LineForm } from "./line_form.ts";
import { TextForm } from "./text_form.ts";

export type { AccessRecord } from "./access_record.ts";

/** Whom a batch of access lines is for: people, or programs. */
export type AccessForm = "text" | "json";

/** How lines of text look: like the rest of the log, or as tools for web logs expect them. */
export type AccessFormat = "default" | "common" | "combined";

/** What an {@linkcode AccessLog} is made for. */
export interface AccessLogOptions {
  /** Number of the worker, part of every line. */
  readonly worker: number;
  /** Whether lines of text are wanted. */
  readonly text: boolean;
  /** Whether lines of JSON are wanted. */
  readonly json: boolean;
  /**
   * How lines of text look. With `combined` those of JSON tell of the referer and the user agent as
   * well. Default: `default`.
   */
  readonly format?: AccessFormat;
  /**
   * Takes a batch of whole, newline-terminated lines. The bytes are valid until it returns, and it
   * must not call back into the log.
   */
  readonly flush: (form: AccessForm, lines: Uint8Array) => void;
  /** Most bytes of a batch, at least 2048. Default: 8192. */
  readonly batchBytes?: number;
}

// A few dozen lines: enough to make the hand-over cheap, and a small part of a worker's ring.
const BATCH_BYTES = 8192;

/**
 * Collects access lines and hands them out in batches that never split one. It allocates nothing
 * for ordinary requests. In every form what a client sent is escaped down to ASCII, so that a line
 * always has its columns; a line that would outgrow a batch has the end of its longest values
 * replaced by `…`.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const log = new AccessLog({
 *   worker: 1,
 *   text: true,
 *   json: false,
 *   flush: (_form, lines) => text += new TextDecoder().decode(lines),
 * });
 * log.record({
 *   timeMs: 1_795_406_637_123,
 *   client: "127.0.0.1",
 *   method: "GET",
 *   target: "/index.html",
 *   minorVersion: 1,
 *   status: 200,
 *   contentBytes: 1024,
 *   durationMs: 0.312,
 *   isCut: false,
 *   requestId: "",
 *   traceId: "",
 *   parentId: "",
 *   referer: "",
 *   userAgent: "",
 * });
 * log.flush();
 * assertEquals(
 *   text,
 *   "2026-11-23T04:03:57.123Z INFO  sluice.access  w1 127.0.0.1 GET /index.html 200 1024B 0.312ms\n",
 * );
 * ```
 */
export class AccessLog {
  readonly #text: AccessLines | undefined;
  readonly #json: AccessLines | undefined;

  /**
   * Allocates one batch for each form that is wanted.
   *
   * @throws {RangeError} if `batchBytes` is below 2048
   */
  constructor(options: AccessLogOptions) {
    const { worker, format = "default", flush, batchBytes = BATCH_BYTES } = options;
    function lines(form: AccessForm, look: LineForm): AccessLines {
      return new AccessLines(look, batchBytes, (batch) => flush(form, batch));
    }
    const isCombined = format === "combined";
    const text = format === "default" ? new TextForm(worker) : new CommonForm(isCombined);
    this.#text = options.text ? lines("text", text) : undefined;
    this.#json = options.json ? lines("json", new JsonForm(worker, isCombined)) : undefined;
  }

  /** Whether no line is waiting. */
  get isEmpty(): boolean {
    return (this.#text?.isEmpty ?? true) && (this.#json?.isEmpty ?? true);
  }

  /** Adds a line for one exchange. The record is not kept, so the caller may use it again. */
  record(record: AccessRecord): void {
    this.#text?.add(record);
    this.#json?.add(record);
  }

  /** Hands out the lines that are waiting, if any. */
  flush(): void {
    this.#text?.flush();
    this.#json?.flush();
  }
}
