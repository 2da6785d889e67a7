/**
 * Connections that wait for a slot, first come first served, and none for longer than a bound.
 *
 * @module
 */

/** One that waits. */
interface Waiting<Item> {
  readonly item: Item;
  readonly sinceMs: number;
}

/** A bounded queue whose items expire. */
export class WaitingRoom<Item> {
  readonly #max: number;
  readonly #waitMs: number;
  readonly #expired: (item: Item) => void;
  readonly #queue: Waiting<Item>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Opens an empty room.
   *
   * @param max Items that may wait at one time.
   * @param waitMs Longest wait in milliseconds.
   * @param expired Takes each item that waited that long; it waits no more.
   */
  constructor(max: number, waitMs: number, expired: (item: Item) => void) {
    this.#max = max;
    this.#waitMs = waitMs;
    this.#expired = expired;
  }

  /** Items that wait now. */
  get size(): number {
    return this.#queue.length;
  }

  /** Whether nobody else may wait. */
  get isFull(): boolean {
    return this.#queue.length >= this.#max;
  }

  /** Lets one more wait. */
  enter(item: Item): void {
    this.#queue.push({ item, sinceMs: performance.now() });
    this.#timer ??= setTimeout(() => this.#expire(), this.#waitMs);
  }

  /** Takes the one that came first, and how long it waited, in milliseconds. */
  leave(): { readonly item: Item; readonly waitedMs: number } | undefined {
    const first = this.#queue.shift();
    if (this.#queue.length === 0) this.#stopTimer();
    return first && { item: first.item, waitedMs: performance.now() - first.sinceMs };
  }

  /** Takes everybody out, in the order of their coming. */
  clear(): readonly Item[] {
    this.#stopTimer();
    return this.#queue.splice(0).map(({ item }) => item);
  }

  #expire(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    const isOver = ({ sinceMs }: Waiting<Item>) => nowMs - sinceMs >= this.#waitMs;
    const still = this.#queue.findIndex((waiting) => !isOver(waiting));
    const over = this.#queue.splice(0, still < 0 ? this.#queue.length : still);
    const [next] = this.#queue;
    if (next !== undefined) {
      const leftMs = Math.max(1, next.sinceMs + this.#waitMs - nowMs);
      this.#timer = setTimeout(() => this.#expire(), leftMs);
    }
    for (const { item } of over) this.#expired(item);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
