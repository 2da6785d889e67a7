/**
 * Clients that break the protocol again and again, and are refused for a while. The main thread asks
 * before it takes a connection, workers note what they see; both share one table.
 *
 * A client is refused from its `errorsMax`-th error within `windowMs` of the first on. Its state is
 * one word: the moment at which its window or its refusal began, in steps of a quarter of a second,
 * and how many errors that window has. Durations are therefore kept to within half a second, never
 * shorter than asked; the count of moments starts anew after 49 days.
 *
 * A client in its refusal keeps its entry. When all eight entries of a set are such, nothing is noted
 * of a ninth client: it is better to let one go than to refuse it for what others did. A newcomer to
 * a set full of open windows goes on with the count of the idlest: it may be refused for fewer
 * errors than `errorsMax`, but never without one.
 *
 * Whoever has a trusted proxy in front must not note the proxy's address: all its clients would go.
 *
 * @module
 */

import type { ClientKey } from "./client_key.ts";
import type { HashSeed } from "./key_hash.ts";
import { ABSENT, PINNED, RateTable, type StatePolicy } from "./rate_table.ts";

/** When and for how long a client is refused. All threads must be given the same. */
export interface OffenceLimits {
  /** The error with this number is the last: 1 to {@linkcode ERRORS_MAX}. */
  readonly errorsMax: number;
  /** How long errors are counted together, in milliseconds: 1 to {@linkcode OFFENCE_MS_MAX}. */
  readonly windowMs: number;
  /** How long a client is refused, in milliseconds: 1 to {@linkcode OFFENCE_MS_MAX}. */
  readonly refusalMs: number;
  /** Keeps clients from choosing whom they share an entry with. */
  readonly seed: HashSeed;
}

/** Most errors that one window can count. */
export const ERRORS_MAX = 254;

/** Longest window or refusal: a week. */
export const OFFENCE_MS_MAX = 7 * 24 * 60 * 60 * 1000;

const STEP_MS = 256;
const MOMENT_MASK = 0xffffff;
const COUNT_BITS = 8;
const COUNT_MASK = 0xff;
const REFUSED = 255; // in place of a count

/** How far another thread may be ahead, or the clock be nudged back: 2 seconds, in steps. */
const SLACK_STEPS = 8;

/** A state, from its moment and its count. */
function stateOf(moment: number, count: number): number {
  return moment << COUNT_BITS | count;
}

/** Steps since the state's moment. After the clock was set back it is long past, and forgotten. */
function ageSteps(state: number, moment: number): number {
  const steps = (moment - (state >>> COUNT_BITS)) & MOMENT_MASK;
  return steps > MOMENT_MASK - SLACK_STEPS ? 0 : steps;
}

/** Steps that surely cover the duration, whatever is cut off at its two ends. */
function coveringSteps(durationMs: number): number {
  return Math.ceil(durationMs / STEP_MS);
}

/**
 * One thread's view of the offenders.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clientKey } from "./client_key.ts";
 * import { randomHashSeed } from "./key_hash.ts";
 * import { allocateRateTable } from "./rate_table.ts";
 *
 * const limits = { errorsMax: 2, windowMs: 10_000, refusalMs: 60_000, seed: randomHashSeed() };
 * const offenders = new Offenders(allocateRateTable(1024), limits);
 * const key = clientKey("192.0.2.1");
 * assertEquals(offenders.note(key, 0), false);
 * assertEquals(offenders.note(key, 500), true);
 * assertEquals(offenders.isRefused(key, 60_000), true);
 * assertEquals(offenders.isRefused(key, 62_000), false);
 * ```
 */
export class Offenders {
  readonly #table: RateTable;
  readonly #errorsMax: number;
  readonly #windowSteps: number;
  readonly #refusalSteps: number;
  readonly #policy: StatePolicy;

  /**
   * Takes part in the watch.
   *
   * @param memory From `allocateRateTable`, for these offenders alone.
   * @throws {RangeError} When the memory or a limit is out of its range.
   */
  constructor(
    memory: SharedArrayBuffer,
    { errorsMax, windowMs, refusalMs, seed }: OffenceLimits,
  ) {
    check("errors", errorsMax, ERRORS_MAX);
    check("window", windowMs, OFFENCE_MS_MAX);
    check("refusal", refusalMs, OFFENCE_MS_MAX);
    this.#table = new RateTable(memory, seed);
    this.#errorsMax = errorsMax;
    this.#windowSteps = coveringSteps(windowMs);
    this.#refusalSteps = coveringSteps(refusalMs);
    this.#policy = {
      idleness: (state, moment) => {
        if (this.#isHeld(state, moment)) return PINNED;
        const steps = ageSteps(state, moment);
        // An open window is still needed, less the older it is.
        return this.#errors(state, moment) > 0 ? steps - this.#windowSteps - 1 : steps;
      },
      fresh: () => stateOf(0, 0),
    };
  }

  /**
   * Counts one error of the client.
   *
   * @param nowMs Milliseconds on a clock common to all threads, such as `Date.now()`.
   * @returns Whether the client is refused from now on, so that it is told to a log only once.
   */
  note(key: ClientKey, nowMs: number): boolean {
    const { words } = this.#table;
    const moment = momentOf(nowMs);
    const at = this.#table.claim(key, this.#policy, moment);
    if (at === ABSENT) return false;
    // A lost exchange means that another error was counted, and there are only so many: it ends.
    for (;;) {
      const state = Atomics.load(words, at);
      if (this.#isHeld(state, moment)) return false;
      const next = this.#counted(state, moment);
      if (Atomics.compareExchange(words, at, state, next) !== state) continue;
      return (next & COUNT_MASK) === REFUSED;
    }
  }

  /** Whether the client is to be refused; it leaves the table as it is. */
  isRefused(key: ClientKey, nowMs: number): boolean {
    const at = this.#table.find(key);
    return at !== ABSENT && this.#isHeld(Atomics.load(this.#table.words, at), momentOf(nowMs));
  }

  /** How many clients are refused now; it looks at the whole table. */
  refusedCount(nowMs: number): number {
    const moment = momentOf(nowMs);
    return this.#table.countStates((state) => this.#isHeld(state, moment));
  }

  /** The state after one more error. */
  #counted(state: number, moment: number): number {
    const errors = this.#errors(state, moment);
    if (errors + 1 >= this.#errorsMax) return stateOf(moment, REFUSED);
    return stateOf(errors === 0 ? moment : state >>> COUNT_BITS, errors + 1);
  }

  /** Errors of the open window; 0 when there is none. */
  #errors(state: number, moment: number): number {
    const count = state & COUNT_MASK;
    return count === REFUSED || ageSteps(state, moment) > this.#windowSteps ? 0 : count;
  }

  #isHeld(state: number, moment: number): boolean {
    return (state & COUNT_MASK) === REFUSED && ageSteps(state, moment) <= this.#refusalSteps;
  }
}

function momentOf(nowMs: number): number {
  return Math.floor(nowMs / STEP_MS) & MOMENT_MASK;
}

function check(what: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(
    `Cannot watch offenders: ${what} must be a whole number from 1 to ${max}, ` +
      `current value is ${value}`,
  );
}
