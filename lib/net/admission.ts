/**
 * Decides what becomes of an accepted connection before a byte of it is read: a slot in the
 * least-loaded worker, a place in the bounded queue, or a ready-made 503.
 *
 * @module
 */

import { ClientConnections } from "./client_connections.ts";
import { close, closeWith, lingeringCount } from "./linger.ts";
import type { Line } from "./line.ts";
import { type RefusalReason, REFUSALS } from "./refusal.ts";
import { WaitingRoom } from "./waiting_room.ts";

/** Refusals being written at one time; beyond it a connection is closed without an answer. */
const REFUSING_MAX = 256;

/**
 * How long nobody is accepted then, in milliseconds: whoever is closed without an answer comes again
 * at once, and would keep this thread from those who are served.
 */
const REST_MS = 20;

/** Refusals for each socket that may be held, where sockets are few. */
const REFUSING_SHARE = 1 / 4;

/** How many connections took which way since the start. */
export interface AdmissionCounts {
  /** All that the listener accepted. */
  accepted: number;
  /** Given a slot, at once or out of the queue. */
  admitted: number;
  /** Had to wait in the queue. */
  queued: number;
  /** Turned away, by reason; most are told why, and none is when even that is too much. */
  readonly refused: Record<RefusalReason, number>;
}

/** What admission goes by. */
export interface AdmissionOptions {
  /** Connections that may wait for a slot: 0 to 65536. */
  readonly queueMax: number;
  /** How long one may wait, in milliseconds. */
  readonly queueMs: number;
  /**
   * Sockets that may be open at one time, whatever slots are free, and for every four of them one more
   * that is being refused; by default any number.
   */
  readonly socketsMax?: number;
  /** Connections that one client may hold; 0 sets no limit. */
  readonly perClientMax: number;
  /** Who counts as one client; `undefined` for one that may hold any number. */
  readonly clientOf: (address: string) => string | undefined;
  /** Whether connections of this address are refused for now. */
  readonly isRefused: (address: string) => boolean;
}

/** What admission tells the room above it. */
export interface AdmissionEvents {
  /** A connection from `address` was turned away. */
  refused(reason: RefusalReason, address: string): void;
  /** A connection got its slot after so many milliseconds in the queue. */
  waited(waitedMs: number): void;
}

/** A connection that holds a slot or waits for one. */
interface Admitted {
  readonly conn: Deno.TcpConn | Deno.TlsConn;
  readonly client: string | undefined;
}

function addressOf(conn: Deno.TcpConn | Deno.TlsConn): string {
  return conn.remoteAddr.transport === "tcp" ? conn.remoteAddr.hostname : "";
}

/** The gate in front of the workers. */
export class Admission {
  /** How many connections took which way. */
  readonly counts: AdmissionCounts = {
    accepted: 0,
    admitted: 0,
    queued: 0,
    refused: { saturated: 0, expired: 0, unattended: 0, closing: 0, crowded: 0, banned: 0 },
  };
  readonly #lines = new Set<Line>();
  readonly #queue: WaitingRoom<Admitted>;
  readonly #options: AdmissionOptions;
  readonly #events: AdmissionEvents;
  readonly #clients: ClientConnections;
  readonly #socketsMax: number;
  readonly #refusingMax: number;
  #held = 0;
  #refusing = 0;
  #isUnattended = false;
  #isShort = false;

  /** Starts with no worker: connections wait. */
  constructor(options: AdmissionOptions, events: AdmissionEvents) {
    this.#options = options;
    this.#events = events;
    this.#clients = new ClientConnections(options.perClientMax);
    this.#socketsMax = options.socketsMax ?? Infinity;
    this.#refusingMax = Math.min(REFUSING_MAX, Math.ceil(REFUSING_SHARE * this.#socketsMax));
    this.#queue = new WaitingRoom(options.queueMax, options.queueMs, (waiting) => {
      this.#dismiss(waiting, "expired");
      this.#askForSlots();
    });
  }

  /** Connections waiting for a slot now. */
  get queueLength(): number {
    return this.#queue.size;
  }

  /** Adds a worker's line; connections that wait move to it. */
  add(line: Line): void {
    this.#lines.add(line);
    this.#isUnattended = false;
    this.advance();
  }

  /**
   * Takes a worker's line out: nothing new goes to it.
   *
   * @param isReplaced Whether another one comes at once. If not, and it was the last, connections are
   * refused until there is a line again: who only waits is not told that something is wrong.
   */
  remove(line: Line, isReplaced: boolean): void {
    this.#lines.delete(line);
    if (isReplaced || this.#lines.size > 0) return;
    this.#isUnattended = true;
    this.#refuseWaiting("unattended");
  }

  /**
   * Admits, queues or refuses one accepted connection.
   *
   * @returns Milliseconds for which no other one should be accepted.
   */
  admit(conn: Deno.TcpConn | Deno.TlsConn): number {
    this.counts.accepted++;
    if (this.#isShort) this.noteShortage(false);
    const address = addressOf(conn);
    if (this.#options.isRefused(address)) return this.#refuse(conn, "banned");
    if (this.#isUnattended) return this.#refuse(conn, "unattended");
    if (this.#held + lingeringCount() >= this.#socketsMax) return this.#refuse(conn, "saturated");
    const line = this.#leastLoaded();
    if (line === undefined && this.#queue.isFull) return this.#refuse(conn, "saturated");
    const client = this.#options.clientOf(address);
    if (client !== undefined && !this.#clients.enter(client)) return this.#refuse(conn, "crowded");
    this.#held++;
    if (line !== undefined) {
      this.#open(line, { conn, client });
      return 0;
    }
    this.counts.queued++;
    this.#queue.enter({ conn, client });
    this.#askForSlots();
    return 0;
  }

  /** Moves waiting connections into free slots, first come first served. */
  advance(): void {
    if (this.#queue.size === 0) return;
    while (this.#queue.size > 0) {
      const line = this.#leastLoaded();
      if (line === undefined) break;
      const waiting = this.#queue.leave();
      if (waiting === undefined) break;
      this.#events.waited(waiting.waitedMs);
      this.#open(line, waiting.item);
    }
    this.#askForSlots();
  }

  /** Told that connections cannot be accepted, for want of descriptors: an idle one has to go. */
  noteShortage(isShort = true): void {
    this.#isShort = isShort;
    this.#askForSlots();
  }

  /** Refuses every waiting connection, for shutdown. */
  refuseWaiting(): void {
    this.#refuseWaiting("closing");
  }

  #refuseWaiting(reason: RefusalReason): void {
    for (const waiting of this.#queue.clear()) this.#dismiss(waiting, reason);
    this.#askForSlots();
  }

  #open(line: Line, admitted: Admitted): void {
    this.counts.admitted++;
    line.open(admitted.conn, () => this.#leave(admitted));
  }

  #leave({ client }: Admitted): void {
    this.#held--;
    if (client !== undefined) this.#clients.leave(client);
  }

  /** Refuses one that waited. */
  #dismiss(waiting: Admitted, reason: RefusalReason): void {
    this.#leave(waiting);
    this.#refuse(waiting.conn, reason);
  }

  #leastLoaded(): Line | undefined {
    let best: Line | undefined;
    for (const line of this.#lines) {
      if (line.freeSlots > (best?.freeSlots ?? 0)) best = line;
    }
    return best;
  }

  /** Has the workers give up idle connections, each its share. */
  #askForSlots(): void {
    const wanted = Math.max(this.#queue.size, this.#isShort ? 1 : 0);
    const share = Math.ceil(wanted / Math.max(1, this.#lines.size));
    for (const line of this.#lines) line.askFor(share);
  }

  /** @returns Milliseconds for which no other connection should be accepted. */
  #refuse(conn: Deno.TcpConn | Deno.TlsConn, reason: RefusalReason): number {
    this.counts.refused[reason]++;
    this.#events.refused(reason, addressOf(conn));
    if (this.#refusing >= this.#refusingMax) {
      close(conn);
      return REST_MS;
    }
    this.#refusing++;
    void closeWith(conn, REFUSALS[reason]).then(() => this.#refusing--);
    return 0;
  }
}
