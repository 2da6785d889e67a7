/**
 * Which connections wait for their peer's next request, in the order in which they began to, and which
 * of them has to go when others wait for a slot.
 *
 * @module
 */

/** No slot. */
const NONE = -1;

/**
 * How long a connection must have been idle, in milliseconds: one that is used again and again is not,
 * and closing it would cost its client and us another connection for every request.
 */
const IDLE_MS = 100;

/**
 * How long a connection that has asked nothing yet is left alone, in milliseconds: its first request is
 * most likely under way.
 */
const FRESH_MS = 1_000;

/** A queue of slots that any slot can leave: each step costs the same, however many there are. */
class SlotQueue {
  readonly #next: Int32Array;
  readonly #before: Int32Array;
  #first = NONE;
  #last = NONE;

  constructor(slots: number) {
    this.#next = new Int32Array(slots).fill(NONE);
    this.#before = new Int32Array(slots).fill(NONE);
  }

  get first(): number {
    return this.#first;
  }

  add(slot: number): void {
    this.#before[slot] = this.#last;
    this.#next[slot] = NONE;
    if (this.#last === NONE) this.#first = slot;
    else this.#next[this.#last] = slot;
    this.#last = slot;
  }

  remove(slot: number): void {
    const next = this.#next[slot] ?? NONE;
    const before = this.#before[slot] ?? NONE;
    if (before === NONE) this.#first = next;
    else this.#next[before] = next;
    if (next === NONE) this.#last = before;
    else this.#before[next] = before;
  }
}

/** Where a slot stands. */
const Standing = { Busy: 0, Fresh: 1, Idle: 2, Leaving: 3 } as const;

/**
 * The idle connections of one worker.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const idle = new IdleConnections(4);
 * idle.opened(0, 0); // has asked nothing yet
 * idle.rested(2, 100);
 * idle.rested(1, 200);
 * idle.woke(2); // its next request came
 * assertEquals([idle.giveUp(1, 299), idle.giveUp(1, 300)], [undefined, 1]);
 * assertEquals(idle.giveUp(2, 1500), 0);
 * ```
 */
export class IdleConnections {
  readonly #standing: Uint8Array;
  readonly #sinceMs: Float64Array;
  readonly #fresh: SlotQueue;
  readonly #idle: SlotQueue;
  #leaving = 0;

  /** Starts with no connection; `slots` is 1 to 16384. */
  constructor(slots: number) {
    this.#standing = new Uint8Array(slots);
    this.#sinceMs = new Float64Array(slots);
    this.#fresh = new SlotQueue(slots);
    this.#idle = new SlotQueue(slots);
  }

  /** A connection was opened in `slot`. */
  opened(slot: number, nowMs: number): void {
    this.woke(slot);
    this.#standing[slot] = Standing.Fresh;
    this.#sinceMs[slot] = nowMs;
    this.#fresh.add(slot);
  }

  /** The connection has its answer, and nothing of another request came. */
  rested(slot: number, nowMs: number): void {
    this.woke(slot);
    this.#standing[slot] = Standing.Idle;
    this.#sinceMs[slot] = nowMs;
    this.#idle.add(slot);
  }

  /** Its slot is about to come free, whether it was asked for or not. */
  leaves(slot: number): void {
    this.woke(slot);
    this.#standing[slot] = Standing.Leaving;
    this.#leaving++;
  }

  /** Something came, or the slot was given back. */
  woke(slot: number): void {
    const standing = this.#standing[slot];
    if (standing === Standing.Busy) return;
    if (standing === Standing.Fresh) this.#fresh.remove(slot);
    else if (standing === Standing.Idle) this.#idle.remove(slot);
    else this.#leaving--;
    this.#standing[slot] = Standing.Busy;
  }

  /**
   * Which connection has to go next, if any: it counts as leaving until it wakes.
   *
   * @param wanted How many are to go, those included that are leaving already.
   */
  giveUp(wanted: number, nowMs: number): number | undefined {
    if (this.#leaving >= wanted) return undefined;
    const slot = this.#oldest(nowMs);
    if (slot === NONE) return undefined;
    this.leaves(slot);
    return slot;
  }

  #oldest(nowMs: number): number {
    const isSince = (slot: number, ms: number) => nowMs - (this.#sinceMs[slot] ?? nowMs) >= ms;
    if (isSince(this.#idle.first, IDLE_MS)) return this.#idle.first;
    return isSince(this.#fresh.first, FRESH_MS) ? this.#fresh.first : NONE;
  }
}
