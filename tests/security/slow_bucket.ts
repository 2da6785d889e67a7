// The token bucket as it is explained: tokens in a float, refilled by the time that went by.

/** One client's bucket, told what was admitted and asked what should be. */
export class SlowBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  #tokens: number;
  #nowMs: number;

  constructor(ratePerSecond: number, burst: number, nowMs: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#nowMs = nowMs;
  }

  /** Tokens there are now. */
  at(nowMs: number): number {
    const refill = (nowMs - this.#nowMs) / 1000 * this.#ratePerSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + refill);
    this.#nowMs = nowMs;
    return this.#tokens;
  }

  /** Takes one. */
  take() {
    this.#tokens--;
  }
}
