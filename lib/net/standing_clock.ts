/**
 * The time as the main thread knows it: it stands still while sockets that are ready together are
 * served, as looking at the clock for each would cost a tenth of what serving it does.
 *
 * @module
 */

/** What tells the time. */
export interface Clock {
  /** Milliseconds on the thread's own clock, which never goes back. */
  readonly nowMs: number;
  /** Milliseconds since 1970. */
  readonly epochMs: number;
}

/** Both clocks, as they stood when the sockets that are served now were found ready. */
export class StandingClock implements Clock {
  #isStanding = false;
  #nowMs = 0;
  #epochMs = 0;
  readonly #goOn = () => {
    this.#isStanding = false;
  };

  get nowMs(): number {
    this.#look();
    return this.#nowMs;
  }

  get epochMs(): number {
    this.#look();
    return this.#epochMs;
  }

  #look(): void {
    if (this.#isStanding) return;
    this.#isStanding = true;
    this.#nowMs = performance.now();
    this.#epochMs = Date.now();
    queueMicrotask(this.#goOn);
  }
}
