// The main thread as a worker's exchanges see it, without a socket: it does the turns they ask for,
// and feeds them what a row sends.

import { assert } from "@std/assert";
import {
  BlockPool,
  BLOCKS_MAX,
  type Buffers,
  RECEIVE_BYTES,
  SendPool,
} from "../../lib/channel/buffers.ts";
import { allocateChannel, MainEnd, WorkerEnd } from "../../lib/channel/channel.ts";
import { Next, type ToMain } from "../../lib/channel/frames.ts";
import { latin1 } from "../../lib/http/octets.ts";
import { AccessLog, type AccessRecord } from "../../lib/telemetry/access_log.ts";
import { Exchange } from "../../lib/worker/exchange.ts";
import { IdleConnections } from "../../lib/worker/idle_connections.ts";
import { ReadyAnswers } from "../../lib/worker/ready_answers.ts";
import { RepeatedAnswers } from "../../lib/worker/repeated_answers.ts";
import type { Service } from "../../lib/worker/service.ts";
import type { LoggedAnswer } from "./answers.ts";

/** The parts of a {@linkcode Service} that the line makes itself; the caller brings the others. */
export type LinePart =
  | "send"
  | "buffers"
  | "sends"
  | "ready"
  | "repeated"
  | "blocks"
  | "gauges"
  | "idle"
  | "accessLog"
  | "flush"
  | "pending"
  | "record"
  | "event"
  | "moment"
  | "roundMs";

/** Hands every record to the connection it is about, which goes by its slot. */
class WatchedLog extends AccessLog {
  readonly #watch: (record: AccessRecord) => void;

  constructor(watch: (record: AccessRecord) => void) {
    super({ worker: 0, text: false, json: false, flush: () => {} });
    this.#watch = watch;
  }

  override record(record: AccessRecord): void {
    this.#watch(record);
  }
}

/** A worker's end with real exchanges in it, and the other end of its channel. */
export class Line implements ToMain {
  readonly service: Service;
  readonly #worker: WorkerEnd;
  readonly #main: MainEnd;
  readonly #connections: (LineConnection | undefined)[];
  readonly #free: number[] = [];
  readonly #reports: LineConnection[] = [];
  readonly #moment = { round: 0, epochMs: Date.now() };
  #pending = 0;

  constructor(slots: number, parts: Omit<Service, LinePart>) {
    const memory = allocateChannel(slots);
    this.#worker = new WorkerEnd(memory);
    this.#main = new MainEnd(memory);
    this.#connections = new Array<LineConnection | undefined>(slots).fill(undefined);
    for (let slot = slots - 1; slot >= 0; slot--) this.#free.push(slot);
    const blocks = new BlockPool(this.#worker.buffers);
    this.service = {
      ...parts,
      send: this.#worker.send,
      buffers: this.#worker.buffers,
      sends: new SendPool(this.#worker.buffers),
      blocks,
      ready: new ReadyAnswers(this.#worker.buffers, blocks),
      repeated: new RepeatedAnswers(this.#worker.repeats, this.#worker.gauges),
      gauges: this.#worker.gauges,
      idle: new IdleConnections(slots),
      accessLog: new WatchedLog((record) => this.#logged(record)),
      moment: this.#moment,
      roundMs: 0,
      flush: () => this.pump(),
      pending: (change) => this.#pending += change,
      event: () => {},
      record: ({ level, message, properties }) => {
        assert(level !== "error", `${message}: ${Deno.inspect(properties)}`);
      },
    };
  }

  /** Whether every slot and all memory came back, and no handler works any more. */
  get isIdle(): boolean {
    return this.#free.length === this.#connections.length && this.#pending === 0 &&
      this.service.blocks.freeCount + this.service.ready.blocksHeld === BLOCKS_MAX &&
      this.service.sends.freeCount === this.#connections.length;
  }

  /** A fresh connection. */
  open(): LineConnection {
    const slot = this.#free.pop();
    assert(slot !== undefined, "a slot must be free");
    const exchange = new Exchange(this.service, slot, String(slot), "127.0.0.1", 0);
    const readOffset = this.#main.buffers.receiveOffset(slot);
    const connection = new LineConnection(this, exchange, this.#main.buffers, readOffset);
    this.#connections[slot] = connection;
    return connection;
  }

  /** Carries frames to and fro until the worker has nothing more to say. */
  pump(): void {
    do {
      this.#moment.round++;
      this.#worker.flush();
      this.#main.receive(this);
    } while (this.#report());
  }

  turn(
    slot: number,
    writeOffset: number,
    writeBytes: number,
    next: number,
    readOffset: number,
    readBytes: number,
  ): void {
    const connection = this.#connections[slot];
    assert(connection !== undefined, "a turn must name a slot in use");
    if (next === Next.Abort) {
      this.#connections[slot] = undefined;
      this.#free.push(slot);
      connection.exchange.closed();
      return connection.aborted();
    }
    connection.turn(writeOffset, writeBytes, next, readOffset, readBytes);
    if (next !== Next.Read) this.#reports.push(connection);
  }

  log(): void {}

  drained(): void {}

  left(): void {}

  #logged({ client, method, status, contentBytes }: AccessRecord): void {
    this.#connections[Number(client)]?.logged.push({ method, status, contentBytes });
  }

  #report(): boolean {
    const due = this.#reports.splice(0);
    for (const connection of due) connection.exchange.written();
    return due.length > 0;
  }
}

/** One connection: what was sent on it, and what came back. */
export class LineConnection {
  readonly exchange: Exchange;
  /** Every answer in the access log. */
  readonly logged: LoggedAnswer[] = [];
  /** Everything written, one character per octet. */
  answered = "";
  /** Whether the worker asked for the close. */
  isClosed = false;
  /** Whether the slot was given back. */
  isOver = false;
  readonly #line: Line;
  readonly #buffers: Buffers;
  #readOffset: number;
  #readBytes = RECEIVE_BYTES;
  #wake: (() => void) | undefined;

  constructor(line: Line, exchange: Exchange, buffers: Buffers, readOffset: number) {
    this.#line = line;
    this.exchange = exchange;
    this.#buffers = buffers;
    this.#readOffset = readOffset;
  }

  /** Sends octets as far as they are read; done when the worker waits for more, or has closed. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.isClosed;) {
      const piece = bytes.subarray(at, at + this.#readBytes);
      this.#buffers.bytes.set(piece, this.#readOffset);
      at += piece.length;
      this.#readBytes = 0;
      this.exchange.received(piece.length);
      this.#line.pump();
      if (this.#readBytes === 0 && !this.isClosed) await this.#turn();
    }
  }

  /** The client is gone. */
  [Symbol.dispose](): void {
    if (this.isOver) return;
    this.exchange.release();
    this.#line.pump();
  }

  turn(
    writeOffset: number,
    writeBytes: number,
    next: number,
    readOffset: number,
    readBytes: number,
  ): void {
    assert(!this.isClosed && this.#readBytes === 0, "one turn must follow the other");
    this.answered += latin1(this.#buffers.bytes, writeOffset, writeOffset + writeBytes);
    if (next === Next.Report) return;
    if (next === Next.Read) {
      assert(readBytes > 0, "a read must have somewhere to go");
      this.#readOffset = readOffset;
      this.#readBytes = readBytes;
    } else {
      this.isClosed = true;
    }
    this.#wake?.();
  }

  aborted(): void {
    this.isOver = true;
    this.isClosed = true;
    this.#wake?.();
  }

  /** The next turn that matters here; a handler's promise is on its way to it. */
  #turn(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}
