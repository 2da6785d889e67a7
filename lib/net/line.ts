/**
 * One worker as the network sees it: its slots, and the connections that hold them.
 *
 * @module
 */

import type { MainEnd } from "../channel/channel.ts";
import { Next, type ToMain } from "../channel/frames.ts";
import { invariant } from "../channel/invariant.ts";
import { RECEIVE_BYTES } from "../channel/buffers.ts";
import { Connection, type ConnectionTerms } from "./connection.ts";
import { type Clock, StandingClock } from "./standing_clock.ts";

/** What a line tells the room above it. */
export interface LineEvents {
  /** See {@linkcode ConnectionTerms}. */
  isWelcome(address: string): boolean;
  /** A slot came free. */
  freed(): void;
  /** The worker has something for the log; `bytes` is valid during the call only. */
  log(form: number, bytes: Uint8Array): void;
  /** The worker finished every connection after a drain. */
  drained(): void;
  /** The worker left its thread after a stop. */
  left(): void;
}

/** The thread's own: the sockets of all lines are found ready together. */
const ownClock = new StandingClock();

/** A worker's slots. */
export class Line implements ToMain {
  readonly #end: MainEnd;
  readonly #events: LineEvents;
  readonly #connections: (Connection | undefined)[];
  readonly #closers: (() => void)[] = [];
  readonly #free: number[] = [];
  readonly #terms: ConnectionTerms;

  /**
   * Starts with every slot free.
   *
   * @param slots Connections this worker serves at one time: 1 to 16384.
   * @param clock Default: the thread's own.
   */
  constructor(
    end: MainEnd,
    slots: number,
    events: LineEvents,
    clock: Clock = ownClock,
  ) {
    this.#end = end;
    this.#events = events;
    this.#terms = { end, clock, isWelcome: (address) => events.isWelcome(address) };
    this.#connections = new Array<Connection | undefined>(slots).fill(undefined);
    for (let slot = slots - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  /** Slots free now. */
  get freeSlots(): number {
    return this.#free.length;
  }

  /** Connections that hold a slot now. */
  get activeCount(): number {
    return this.#connections.length - this.#free.length;
  }

  /** Asks the worker to give up so many connections that are idle, the longest idle first. */
  askFor(slots: number): void {
    this.#end.showWaiting(slots);
  }

  /** Gives `conn` a free slot; `closed` is called when it gives the slot up. */
  open(conn: Deno.TcpConn | Deno.TlsConn, closed: () => void): void {
    const slot = this.#free.pop();
    invariant(slot !== undefined, "a line is opened only while it has a free slot");
    const connection = new Connection(conn, slot, this.#terms);
    this.#connections[slot] = connection;
    this.#closers[slot] = closed;
    connection.open(this.#end.buffers.receiveOffset(slot), RECEIVE_BYTES);
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
    invariant(connection !== undefined, "a turn names a slot in use");
    if (next === Next.CloseIdle) return connection.closeIdle();
    if (next !== Next.Abort) {
      return connection.turn(writeOffset, writeBytes, next, readOffset, readBytes);
    }
    const underWay = connection.abort();
    if (underWay === undefined) this.#giveUp(slot, connection);
    else void underWay.then(() => this.#giveUp(slot, connection));
  }

  #giveUp(slot: number, connection: Connection): void {
    if (this.#connections[slot] !== connection) return; // the worker was lost meanwhile
    this.#connections[slot] = undefined;
    this.#free.push(slot);
    this.#closers[slot]?.();
    this.#end.send.closed(slot, connection.unwrittenBytes);
    this.#end.flushSoon();
    this.#events.freed();
  }

  log(form: number, bytes: Uint8Array): void {
    this.#events.log(form, bytes);
  }

  drained(): void {
    this.#events.drained();
  }

  left(): void {
    this.#events.left();
  }

  /**
   * Ends every connection because the worker is gone. The line takes no further connection.
   *
   * @param answer Ready-made bytes for a peer whose request waits for an answer that has not begun.
   * @returns How many connections were touched.
   */
  fail(answer: Uint8Array): number {
    const touched = this.activeCount;
    for (const [slot, connection] of this.#connections.entries()) {
      if (connection === undefined) continue;
      void connection.orphan(answer);
      this.#closers[slot]?.();
    }
    this.#connections.fill(undefined);
    this.#free.length = 0;
    return touched;
  }
}
