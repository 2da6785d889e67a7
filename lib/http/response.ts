/**
 * Answers, and the octets of their heads.
 *
 * @module
 */

import { BytesContent, type ContentSource } from "./content.ts";
import type { HttpError } from "./errors.ts";
import { formatHttpDate } from "./http_date.ts";
import type { AnswerTerms } from "./session.ts";
import { reasonPhrase } from "./status.ts";

/** A final answer to one request. */
export interface Answer {
  /** Final status: 200 to 599. */
  readonly status: number;
  /** Finished field lines, from {@linkcode fieldBlock}; framing, `Date` and `Connection` are added. */
  readonly fields: string;
  /** The content, for an answer that has one. */
  readonly content?: ContentSource | undefined;
  /** Whether it is for pages of our own origin alone, whatever CORS allows elsewhere. */
  readonly isPrivate?: boolean;
  /**
   * Whether everybody who asks the same, octet for octet, may have this answer for the next few
   * milliseconds.
   */
  readonly isSteady?: boolean;
  /** `Content-Length` of an answer without content that still announces one (HEAD). */
  readonly announcedBytes?: number | "unknown" | undefined;
}

/** What a field value of ours may hold: no control, no line end, nothing a client could inject with. */
const SAFE_VALUE = /^[\x20-\x7e]*$/;

/**
 * Field lines, ready to be sent.
 *
 * @throws {TypeError} When a value holds anything but visible ASCII and spaces: a value that came from
 * a client must be encoded before it gets here.
 */
export function fieldBlock(fields: Readonly<Record<string, string | undefined>>): string {
  let block = "";
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (!SAFE_VALUE.test(value)) {
      throw new TypeError(`Cannot send the field ${name}: not visible ASCII`);
    }
    block += `${name}: ${value}\r\n`;
  }
  return block;
}

const encoder = new TextEncoder();

const TEXT_FIELDS = "Content-Type: text/plain; charset=utf-8\r\n";

/** A short answer in plain text. */
export function textAnswer(status: number, text: string, fields = ""): Answer {
  return {
    status,
    fields: fields + TEXT_FIELDS,
    content: new BytesContent(encoder.encode(text)),
  };
}

/** The answer that tells the peer of a failure. */
export function errorAnswer(error: HttpError, fields = ""): Answer {
  return {
    status: error.status,
    fields: fields === "" ? TEXT_FIELDS : fields + TEXT_FIELDS,
    content: new BytesContent(errorText(error.message)),
  };
}

/** Messages whose octets are kept. There are fewer: they name rules, and nothing that a client sent. */
const ERROR_TEXTS_MAX = 256;

const errorTexts = new Map<string, Uint8Array>();

function errorText(message: string): Uint8Array {
  const known = errorTexts.get(message);
  if (known !== undefined) return known;
  if (errorTexts.size >= ERROR_TEXTS_MAX) errorTexts.clear();
  const text = encoder.encode(`${message}\n`);
  errorTexts.set(message, text);
  return text;
}

/** The same answer without its content, as HEAD wants it (RFC 9110 §9.3.2). */
export function withoutContent(answer: Answer): Answer {
  if (answer.content === undefined) return answer;
  answer.content.close();
  return {
    status: answer.status,
    fields: answer.fields,
    announcedBytes: answer.content.byteLength ?? "unknown",
  };
}

/** The interim answer that asks for the content. */
export const CONTINUE: Uint8Array = encoder.encode("HTTP/1.1 100 Continue\r\n\r\n");

/** Most octets of an answer's head: fields of ours, none of them long, and 1 KB of the operator's. */
export const ANSWER_HEAD_BYTES_MAX = 3072;

/** Copies to shared memory go a word at a time where both sides lie alike within a word. */
const WORD_BYTES = 8;

/** Heads kept for a second; beyond it all are made anew. */
const HEADS_MAX = 1024;

/** A head that was written in this second, and what it was written for. */
interface KnownHead {
  readonly status: number;
  readonly framing: Framing;
  readonly isLast: boolean;
  readonly octets: Uint8Array;
}

/**
 * Writes heads. One serves all connections of a worker, since it keeps what they share: the heads of
 * this second. Nothing in a head belongs to one connection, so most answers have that of the answer
 * before, to the octet.
 */
export class HeadWriter {
  readonly #persistence: string;
  readonly #fields: string;
  readonly #known = new Map<string, KnownHead>();
  #second = -1;
  #date = "";

  /**
   * Makes a writer for one listener's answers.
   *
   * @param keepAliveMs What `Keep-Alive: timeout` tells clients, in milliseconds.
   * @param requestsMax What `Keep-Alive: max` tells them: requests that a connection may have in all.
   * @param fields Finished field lines that every answer carries.
   */
  constructor(keepAliveMs: number, requestsMax: number, fields = "") {
    const timeout = Math.floor(keepAliveMs / 1000);
    this.#persistence =
      `Connection: keep-alive\r\nKeep-Alive: timeout=${timeout}, max=${requestsMax}`;
    this.#fields = fields;
  }

  /**
   * One head, down to the empty line.
   *
   * @param epochMs Now, for `Date`.
   * @returns ASCII octets, at most {@linkcode ANSWER_HEAD_BYTES_MAX}, which never change: the same array
   * is the same head. Their end lies on a word, as that of their copy should.
   * @throws {RangeError} When it would be longer.
   */
  write(answer: Answer, { close, isHttp10 }: AnswerTerms, epochMs: number): Uint8Array {
    this.#tick(epochMs);
    const framing = framingOf(answer, isHttp10);
    let known = this.#known.get(answer.fields);
    if (
      known === undefined || known.status !== answer.status || known.isLast !== close ||
      known.framing !== framing
    ) {
      known = this.#make(answer, close, framing);
      this.#known.set(answer.fields, known);
    }
    return known.octets;
  }

  #tick(epochMs: number): void {
    const second = Math.floor(epochMs / 1000);
    if (second === this.#second && this.#known.size < HEADS_MAX) return;
    this.#second = second;
    this.#date = formatHttpDate(epochMs);
    this.#known.clear();
  }

  #make({ status, fields }: Answer, isLast: boolean, framing: Framing): KnownHead {
    const text = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nServer: Sluice\r\n` +
      `Date: ${this.#date}\r\nX-Content-Type-Options: nosniff\r\n${this.#fields}${fields}` +
      `${framingField(framing)}${isLast ? "Connection: close" : this.#persistence}\r\n\r\n`;
    if (text.length > ANSWER_HEAD_BYTES_MAX) {
      throw new RangeError("Cannot write the head: it is too long");
    }
    const start = -text.length & (WORD_BYTES - 1);
    const octets = new Uint8Array(start + text.length).subarray(start);
    encoder.encodeInto(text, octets);
    return { status, framing, isLast, octets };
  }
}

/** Whether an answer goes out in chunks (RFC 9112 §7.1): its length is unknown, and the client can. */
export function isChunked(answer: Answer, isHttp10: boolean): boolean {
  return !isHttp10 && (answer.announcedBytes === "unknown" ||
    (answer.content !== undefined && answer.content.byteLength === undefined));
}

/** How an answer is framed: by its length, or one of {@linkcode CHUNKED} and {@linkcode UNFRAMED}. */
type Framing = number;

/** In chunks. */
const CHUNKED: Framing = -1;

/** By nothing that its head says: it has no content, or ends with the connection. */
const UNFRAMED: Framing = -2;

/** RFC 9112 §6.2 and RFC 9110 §8.6: no length on 1xx and 204; on 304 none is fine. */
function framingOf(answer: Answer, isHttp10: boolean): Framing {
  const { status, content, announcedBytes } = answer;
  if (status === 204 || status === 304) return UNFRAMED;
  if (isChunked(answer, isHttp10)) return CHUNKED;
  if (announcedBytes === "unknown") return UNFRAMED;
  if (content !== undefined) return content.byteLength ?? UNFRAMED;
  return announcedBytes ?? 0;
}

function framingField(framing: Framing): string {
  if (framing === UNFRAMED) return "";
  return framing === CHUNKED ? "Transfer-Encoding: chunked\r\n" : `Content-Length: ${framing}\r\n`;
}
