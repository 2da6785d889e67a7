// A client that sends exactly the bytes it is given, and reads what comes.

import { type Answer, AnswerReader, bytesOf } from "./answer.ts";

/** Bytes read at one time. */
const READ_BYTES = 64 * 1024;

/** One raw connection. */
export class Client implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #reader: AnswerReader;
  #isClosed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
    this.#reader = new AnswerReader(() => this.read());
  }

  /** Connects to a port of this machine. */
  static async connect(port: number, hostname = "127.0.0.1"): Promise<Client> {
    return new Client(await Deno.connect({ hostname, port }));
  }

  /** Sends all of it; text is one byte per character. */
  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? bytesOf(data) : data;
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Says that nothing more is sent; reading goes on. */
  endSending(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Whatever has come: at least one byte, or `null` at the end. */
  async read(byteLength: number = READ_BYTES): Promise<Uint8Array<ArrayBuffer> | null> {
    const buffer = new Uint8Array(byteLength);
    const count = await this.#conn.read(buffer);
    return count === null ? null : buffer.subarray(0, count);
  }

  /** Reads the next answer, interim ones included. */
  answer(method = "GET"): Promise<Answer> {
    return this.#reader.next(method);
  }

  /** Sends a request and reads its answer. */
  async ask(request: string | Uint8Array): Promise<Answer> {
    await this.send(request);
    const isHead = typeof request === "string" && request.startsWith("HEAD ");
    return await this.answer(isHead ? "HEAD" : "GET");
  }

  /** Every byte until the server closes. @throws {Error} On a reset, which loses bytes. */
  rest(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#reader.rest();
  }

  /** Whether the connection ends with nothing more to read; a reset counts as an end here. */
  async isEnded(): Promise<boolean> {
    try {
      return (await this.rest()).length === 0;
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return true;
      throw error;
    }
  }

  /** Leaves, whatever is under way. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
