/**
 * The clients with the most security events, in a table that no number of clients makes larger.
 *
 * @module
 */

/** A client and how often it was counted. */
export interface TopClient {
  /** Its address. */
  readonly client: string;
  /** Events counted for it: never too few, and too many by `overcount` at most. */
  readonly count: number;
  /** Of the count, what it may have inherited from clients that were in its place before. */
  readonly overcount: number;
  /** Epoch time of its last event in milliseconds. */
  readonly lastMs: number;
}

/** One place of the table; it changes hands. */
interface Row {
  client: string;
  count: number;
  overcount: number;
  lastMs: number;
}

/**
 * The Space-Saving sketch (Metwally, Agrawal, El Abbadi 2005): a client without a row takes that of
 * the least counted one, with its count. So nobody is rid of its count by a flood of others, and
 * whoever has caused more than one part in as many as there are rows is surely in the table.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const clients = new TopClients(2);
 * for (const client of ["a", "b", "a", "c"]) clients.add(client, 0);
 * assertEquals(clients.list(), [
 *   { client: "a", count: 2, overcount: 0, lastMs: 0 },
 *   { client: "c", count: 2, overcount: 1, lastMs: 0 },
 * ]);
 * ```
 */
export class TopClients {
  readonly #rowsMax: number;
  readonly #rows: Row[] = [];
  readonly #byClient = new Map<string, Row>();

  /** A table of `rowsMax` rows, at least 1. */
  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  /** Counts one event of a client at an epoch time. */
  add(client: string, timeMs: number): void {
    const row = this.#byClient.get(client) ?? this.#take(client);
    row.count++;
    row.lastMs = timeMs;
  }

  /** The clients, most counted first. */
  list(): TopClient[] {
    return this.#rows.map((row) => ({ ...row })).toSorted((a, b) => b.count - a.count);
  }

  #take(client: string): Row {
    const row = this.#rows.length < this.#rowsMax ? this.#add(client) : this.#inherit(client);
    this.#byClient.set(client, row);
    return row;
  }

  #add(client: string): Row {
    const row = { client, count: 0, overcount: 0, lastMs: 0 };
    this.#rows.push(row);
    return row;
  }

  #inherit(client: string): Row {
    const row = this.#rows.reduce((least, row) => row.count < least.count ? row : least);
    this.#byClient.delete(row.client);
    row.client = client;
    row.overcount = row.count;
    return row;
  }
}
