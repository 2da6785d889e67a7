/**
 * How many connections each client holds. It remembers nobody who holds none, so it is bounded by
 * the connections there are.
 *
 * @module
 */

/** Counts connections by client. */
export class ClientConnections {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /**
   * Starts with no connection.
   *
   * @param max Connections that one client may hold at once; 0 sets no limit.
   */
  constructor(max: number) {
    this.#max = max;
  }

  /** Counts one more connection of `client`, unless it holds as many as it may. */
  enter(client: string): boolean {
    if (this.#max === 0) return true;
    const count = this.#counts.get(client) ?? 0;
    if (count >= this.#max) return false;
    this.#counts.set(client, count + 1);
    return true;
  }

  /** Counts one connection less. */
  leave(client: string): void {
    const count = this.#counts.get(client);
    if (count === undefined) return;
    if (count > 1) this.#counts.set(client, count - 1);
    else this.#counts.delete(client);
  }
}
