/**
 * Identical security events of one window, folded; how much of it there can be is known beforehand.
 *
 * @module
 */

import type { SecurityEvent } from "./security_event.ts";
import { SECURITY_EVENT_KINDS, type SecurityEventKind } from "./security_kind.ts";

/** Identical events: same kind, rule and client. */
export interface Fold {
  /** The first of them, whose target and status stand for all. */
  readonly event: SecurityEvent;
  /** How many there were. */
  readonly count: number;
  /** Epoch time in milliseconds of the last. */
  readonly lastMs: number;
}

/** Events that found no room, by nothing but their kind. */
export interface Suppressed {
  /** How many there were. */
  readonly count: number;
  /** How many of each kind, without those of which there were none. */
  readonly kinds: Readonly<Partial<Record<SecurityEventKind, number>>>;
  /** Epoch time in milliseconds of the first. */
  readonly firstMs: number;
  /** Epoch time in milliseconds of the last. */
  readonly lastMs: number;
}

/** Room of its own for each kind: a flood of one must not hide a single attempt of another. */
export const FOLDS_PER_KIND = 20;

/** Most folds of a window. Two lines each and one for what was suppressed stay below 1000. */
export const FOLDS_MAX = 499;

const FOLDS_SHARED = FOLDS_MAX - FOLDS_PER_KIND * SECURITY_EVENT_KINDS.length;

type Kinds = Partial<Record<SecurityEventKind, number>>;

type Growing<T> = { -readonly [key in keyof T]: T[key] };

/**
 * Collects the events of one window, in memory for {@linkcode FOLDS_MAX} of them. Events are bounded
 * by whoever adds them.
 */
export class EventFolds {
  readonly #folds = new Map<string, Growing<Fold>>();
  readonly #perKind: Kinds = {};
  #shared = 0;
  #suppressed: Growing<Suppressed & { kinds: Kinds }> | undefined;

  /**
   * Counts an event.
   *
   * @returns The fold it is in now, alone if its count is 1; `undefined` if there was no room.
   */
  add(event: SecurityEvent): Fold | undefined {
    // Neither a kind nor a rule holds a space, so no two events that differ get one key.
    const key = `${event.kind} ${event.rule} ${event.client}`;
    const fold = this.#folds.get(key);
    if (fold !== undefined) {
      fold.count++;
      fold.lastMs = Math.max(fold.lastMs, event.timeMs);
      return fold;
    }
    if (!this.#takeRoom(event.kind)) {
      this.#suppress(event);
      return undefined;
    }
    const first = { event, count: 1, lastMs: event.timeMs };
    this.#folds.set(key, first);
    return first;
  }

  /** The folds, in the order of their first events. */
  folds(): Iterable<Fold> {
    return this.#folds.values();
  }

  /** What found no room, if there is any. */
  get suppressed(): Suppressed | undefined {
    return this.#suppressed;
  }

  #takeRoom(kind: SecurityEventKind): boolean {
    const ofKind = this.#perKind[kind] ?? 0;
    if (ofKind >= FOLDS_PER_KIND) {
      if (this.#shared >= FOLDS_SHARED) return false;
      this.#shared++;
    }
    this.#perKind[kind] = ofKind + 1;
    return true;
  }

  #suppress({ kind, timeMs }: SecurityEvent): void {
    this.#suppressed ??= { count: 0, kinds: {}, firstMs: timeMs, lastMs: timeMs };
    const { kinds, firstMs, lastMs } = this.#suppressed;
    this.#suppressed.count++;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    this.#suppressed.firstMs = Math.min(firstMs, timeMs);
    this.#suppressed.lastMs = Math.max(lastMs, timeMs);
  }
}
