// Reads HTTP answers off raw bytes, strictly: what a lenient client would forgive fails a test here.

/** One answer, final or interim. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly content: Uint8Array<ArrayBuffer>;
  /** The content, one character per byte; made when it is asked for. */
  readonly text: string;
}

/** Where bytes come from: at least one, or `null` at the end. */
export type Source = () => Promise<Uint8Array<ArrayBuffer> | null>;

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) ([\x20-\x7e]*)$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/;
const HEAD_END = "\r\n\r\n";

/** Text, one character per byte: what the standard calls latin1 is another table, and decodes so. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  }
  return text;
}

/** Bytes of a text, one per character. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Joins pieces. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Reads one connection's answers in turn. */
export class AnswerReader {
  readonly #source: Source;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * The next answer.
   *
   * @param method Of the request: an answer to HEAD has no content, whatever its fields say.
   * @throws {Error} When the connection ends before it, in the middle of it, or it is malformed.
   */
  async next(method: string): Promise<Answer> {
    const head = await this.#head();
    const { status, fields } = head;
    const lengthText = fields.get("content-length");
    if (lengthText !== undefined && !/^\d+$/.test(lengthText)) {
      throw new Error(`Cannot read the answer: its length is ${lengthText}`);
    }
    const isBare = method === "HEAD" || status < 200 || status === 204 || status === 304;
    const content = isBare ? new Uint8Array(0) : await this.#content(fields);
    return {
      ...head,
      content,
      get text() {
        return textOf(content);
      },
    };
  }

  /** Every byte until the end. */
  async rest(): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = [this.#bytes];
    this.#bytes = new Uint8Array(0);
    for (let piece = await this.#source(); piece !== null; piece = await this.#source()) {
      pieces.push(piece);
    }
    return joined(pieces);
  }

  async #content(fields: ReadonlyMap<string, string>): Promise<Uint8Array<ArrayBuffer>> {
    const lengthText = fields.get("content-length");
    const coding = fields.get("transfer-encoding");
    if (coding === undefined) {
      return lengthText === undefined ? await this.rest() : await this.#take(Number(lengthText));
    }
    if (coding !== "chunked" || lengthText !== undefined) {
      throw new Error(`Cannot frame the content: ${coding} beside a length of ${lengthText}`);
    }
    const chunks: Uint8Array[] = [];
    while (true) {
      const line = await this.#line();
      if (!/^[0-9a-f]+$/i.test(line)) throw new Error(`Cannot read a chunk: its size is ${line}`);
      const chunk = await this.#take(parseInt(line, 16));
      if (await this.#line() !== "") throw new Error("Cannot read a chunk: its end is missing");
      if (chunk.length === 0) return joined(chunks);
      chunks.push(chunk);
    }
  }

  async #line(): Promise<string> {
    let line = "";
    while (!line.endsWith("\r\n")) line += textOf(await this.#take(1));
    return line.slice(0, -2);
  }

  async #head(): Promise<Pick<Answer, "status" | "reason" | "fields">> {
    let text = textOf(this.#bytes);
    while (!text.includes(HEAD_END)) {
      const piece = await this.#source();
      if (piece === null) {
        throw new Error(`Cannot read an answer: the connection ended behind "${text}"`);
      }
      this.#bytes = joined([this.#bytes, piece]);
      text = textOf(this.#bytes);
    }
    const end = text.indexOf(HEAD_END);
    this.#bytes = this.#bytes.slice(end + HEAD_END.length);
    const [statusLine = "", ...fieldLines] = text.slice(0, end).split("\r\n");
    const status = STATUS_LINE.exec(statusLine);
    if (status === null) throw new Error(`Cannot read an answer: its first line is ${statusLine}`);
    return { status: Number(status[1]), reason: status[2] ?? "", fields: fieldsOf(fieldLines) };
  }

  async #take(byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(byteLength);
    let at = 0;
    let piece: Uint8Array<ArrayBuffer> | null = this.#bytes;
    while (true) {
      const taken = piece.subarray(0, byteLength - at);
      whole.set(taken, at);
      at += taken.length;
      if (at === byteLength) {
        this.#bytes = piece.slice(taken.length);
        return whole;
      }
      piece = await this.#source();
      if (piece === null) throw new Error(`Cannot read the content: ended at ${at}/${byteLength}`);
    }
  }
}

/** No field of ours may come twice. */
function fieldsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = FIELD_LINE.exec(line);
    const name = match?.[1]?.toLowerCase() ?? "";
    if (match === null || fields.has(name)) throw new Error(`Cannot read the field line ${line}`);
    fields.set(name, match[2] ?? "");
  }
  return fields;
}
