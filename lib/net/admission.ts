/**
 * Decides what becomes of an accepted connection before a byte of it is read: a slot in the
 * least-loaded worker, a place in the bounded queue, or a ready-made 503.
 *
 * @module
 */

import { ClientConnections } from "./client_connections.ts";
import { close, lingeringClose } from "./linger.ts";
import type { Line } from "./line.ts";

/** Seconds a refused client is asked to wait, in `Retry-After` (RFC 9110 §10.2.3). */
const RETRY_AFTER_S = 1;

/** Refusals being written at one time; beyond it a connection is closed without an answer. */
const REFUSING_MAX = 256;

/** A whole answer, ready to be written by a thread that parses nothing. */
export function readyAnswer(statusLine: string, content: string, fields: string): Uint8Array {
  return new TextEncoder().encode(
    `HTTP/1.1 ${statusLine}\r\nServer: Sluice\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${content.length}\r\n${fields}Connection: close\r\n\r\n${content}`,
  );
}

const SATURATED = readyAnswer(
  "503 Service Unavailable",
  "Cannot take the connection: every worker is busy and the queue is full\n",
  `Retry-After: ${RETRY_AFTER_S}\r\n`,
);

const CROWDED = readyAnswer(
  "503 Service Unavailable",
  "Cannot take the connection: this client holds too many\n",
  `Retry-After: ${RETRY_AFTER_S}\r\n`,
);

const BANNED = readyAnswer(
  "403 Forbidden",
  "Cannot serve this client for now: too many bad requests\n",
  "",
);

/** How many connections took which way since the start. */
export interface AdmissionCounts {
  /** Given a slot, at once or out of the queue. */
  admitted: number;
  /** Had to wait in the queue. */
  queued: number;
  /** Answered 503, or closed when even that was too much. */
  refused: number;
}

/** What admission goes by. */
export interface AdmissionOptions {
  /** Connections that may wait for a slot: 0 to 65536. */
  readonly queueMax: number;
  /** Connections that one client may hold; 0 sets no limit. */
  readonly perClientMax: number;
  /** Who counts as one client; `undefined` for one that may hold any number. */
  readonly clientOf: (address: string) => string | undefined;
  /** Whether connections of this address are refused for now. */
  readonly isRefused: (address: string) => boolean;
}

/** A connection that holds a slot or waits for one. */
interface Admitted {
  readonly conn: Deno.TcpConn | Deno.TlsConn;
  readonly client: string | undefined;
}

/** The gate in front of the workers. */
export class Admission {
  /** How many connections took which way. */
  readonly counts: AdmissionCounts = { admitted: 0, queued: 0, refused: 0 };
  readonly #lines = new Set<Line>();
  readonly #queue: Admitted[] = [];
  readonly #options: AdmissionOptions;
  readonly #clients: ClientConnections;
  #refusing = 0;

  /** Starts with no worker: connections wait. */
  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#clients = new ClientConnections(options.perClientMax);
  }

  /** Connections waiting for a slot now. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** Adds a worker's line; connections that wait move to it. */
  add(line: Line): void {
    this.#lines.add(line);
    this.advance();
  }

  /** Takes a worker's line out: nothing new goes to it. */
  remove(line: Line): void {
    this.#lines.delete(line);
  }

  /** Admits, queues or refuses one accepted connection. */
  admit(conn: Deno.TcpConn | Deno.TlsConn): void {
    const address = conn.remoteAddr.transport === "tcp" ? conn.remoteAddr.hostname : "";
    if (this.#options.isRefused(address)) return void this.#refuse(conn, BANNED);
    const client = this.#options.clientOf(address);
    const line = this.#leastLoaded();
    if (line === undefined && this.#queue.length >= this.#options.queueMax) {
      return void this.#refuse(conn, SATURATED);
    }
    if (client !== undefined && !this.#clients.enter(client)) {
      return void this.#refuse(conn, CROWDED);
    }
    if (line !== undefined) return this.#open(line, { conn, client });
    this.counts.queued++;
    this.#queue.push({ conn, client });
  }

  /** Moves waiting connections into free slots, first come first served. */
  advance(): void {
    while (this.#queue.length > 0) {
      const line = this.#leastLoaded();
      if (line === undefined) return;
      const waiting = this.#queue.shift();
      if (waiting !== undefined) this.#open(line, waiting);
    }
  }

  /** Refuses every waiting connection, for shutdown. */
  refuseWaiting(): void {
    for (const { conn, client } of this.#queue.splice(0)) {
      if (client !== undefined) this.#clients.leave(client);
      void this.#refuse(conn, SATURATED);
    }
  }

  #open(line: Line, { conn, client }: Admitted): void {
    this.counts.admitted++;
    line.open(conn, () => {
      if (client !== undefined) this.#clients.leave(client);
    });
  }

  #leastLoaded(): Line | undefined {
    let best: Line | undefined;
    for (const line of this.#lines) {
      if (line.freeSlots > (best?.freeSlots ?? 0)) best = line;
    }
    return best;
  }

  async #refuse(conn: Deno.Conn, answer: Uint8Array): Promise<void> {
    this.counts.refused++;
    if (this.#refusing >= REFUSING_MAX) return close(conn);
    this.#refusing++;
    try {
      await conn.write(answer);
      await lingeringClose(conn);
    } catch {
      close(conn); // The client is gone already.
    } finally {
      this.#refusing--;
    }
  }
}
