/**
 * Which requests the main thread answers by itself, because they are asked again and again: the worker
 * lays them down, with what they were answered, and learns afterwards who was sent them.
 *
 * @module
 */

import { type Gauges, REALM_MAX } from "../channel/gauges.ts";
import { type Exchanged, NO_PLACE, type Repeats } from "../channel/repeats.ts";
import { invariant } from "../channel/invariant.ts";
import type { AccessRecord } from "../telemetry/access_log.ts";

/** How often the same must be asked of this worker, within {@linkcode WINDOW_MS}, before it is laid down. */
const ASKED_MIN = 32;

/** How long requests are counted together, in milliseconds. */
const WINDOW_MS = 100;

/** Requests that are counted at one time, a power of two; others take the place of those that were. */
const COUNTED_MAX = 256;

/** How long an answer lies there that nobody asks for, in milliseconds: after {@linkcode REPEAT_MS} nobody gets it. */
const KEPT_MS = 1_000;

/** The realm of connections that get no repeats. */
export const NO_REALM = 0;

/** What the access log tells of a request, whoever sent it and whenever. */
export type AskedFor = Omit<AccessRecord, "timeMs" | "client" | "durationMs" | "isCut">;

/** A request that repeats. */
export interface RepeatedAnswer {
  /** What it asked for, and was answered. */
  readonly asked: AskedFor;
  /** Its octets. */
  readonly requestBytes: number;
  /** Octets of its answer, with the head. */
  readonly answerBytes: number;
  /** What stands for it among those that are counted. */
  readonly hash: number;
}

/** Counts how often the same is asked. It may forget, and take one for another: that costs time alone. */
class AskedOften {
  readonly #hashes = new Int32Array(COUNTED_MAX);
  readonly #counts = new Int32Array(COUNTED_MAX);
  readonly #sinceMs = new Float64Array(COUNTED_MAX);
  readonly #wasOften = new Uint8Array(COUNTED_MAX);

  /** One more. @returns Whether it is asked often, now or until a moment ago. */
  count(hash: number, nowMs: number): boolean {
    const at = (hash >>> 8) & (COUNTED_MAX - 1); // not the bits that choose the place
    const count = this.#counts[at] ?? 0;
    if (this.#hashes[at] !== hash) {
      this.#begin(at, hash, nowMs, false);
    } else if (nowMs - (this.#sinceMs[at] ?? 0) >= WINDOW_MS) {
      this.#begin(at, hash, nowMs, count >= ASKED_MIN);
    } else {
      this.#counts[at] = count + 1;
    }
    return this.#wasOften[at] === 1 || (this.#counts[at] ?? 0) >= ASKED_MIN;
  }

  #begin(at: number, hash: number, nowMs: number, wasOften: boolean): void {
    this.#hashes[at] = hash;
    this.#counts[at] = 1;
    this.#sinceMs[at] = nowMs;
    this.#wasOften[at] = wasOften ? 1 : 0;
  }
}

/** The repeats of one worker. */
export class RepeatedAnswers {
  readonly #repeats: Repeats;
  readonly #gauges: Gauges;
  readonly #often = new AskedOften();
  readonly #answers: (RepeatedAnswer | undefined)[] = []; // by place
  readonly #realms = new Map<string, number>();
  #stampMs: number;
  #nowMs = 0;

  /** Starts with none. */
  constructor(repeats: Repeats, gauges: Gauges) {
    this.#repeats = repeats;
    this.#gauges = gauges;
    this.#stampMs = gauges.clockMs;
  }

  /** A round of the worker begins: no answer of it is older than what the clocks show now. */
  begin(nowMs: number): void {
    this.#stampMs = this.#gauges.clockMs;
    this.#nowMs = nowMs;
  }

  /**
   * The number that stands for connections which arrived at an address: whether a `Host` is ours depends on it.
   *
   * @returns {@linkcode NO_REALM} when there are too many.
   */
  realmOf(local: string): number {
    const known = this.#realms.get(local);
    if (known !== undefined) return known;
    const realm = this.#realms.size + 1;
    if (realm > REALM_MAX) return NO_REALM;
    this.#realms.set(local, realm);
    return realm;
  }

  /**
   * A request was answered, and may be answered the same for a while. It is laid down if it is asked often.
   *
   * @param asked Gives what the access log tells of it.
   */
  offer(exchanged: Exchanged, asked: () => AskedFor): void {
    const { realm, requestOffset, requestBytes, answerBytes } = exchanged;
    const hash = this.#repeats.hashOf(realm, requestOffset, requestBytes);
    if (!this.#often.count(hash, this.#nowMs)) return;
    const place = this.#repeats.lay(exchanged, this.#stampMs);
    if (place === NO_PLACE) return;
    this.#answers[place] = { asked: asked(), requestBytes, answerBytes, hash };
  }

  /** The main thread has sent what lies in a place once more. @returns What that is. */
  settle(place: number): RepeatedAnswer {
    const answer = this.#answers[place];
    invariant(answer !== undefined, "only what was laid is repeated");
    this.#repeats.settle(place);
    this.#often.count(answer.hash, this.#nowMs);
    return answer;
  }

  /** Withdraws what nobody asked for lately; to be called now and then. */
  tidy(): void {
    this.#repeats.withdraw(this.#gauges.clockMs - KEPT_MS);
  }

  /** Withdraws everything: other settings hold. */
  forget(): void {
    this.#repeats.withdraw();
  }
}
