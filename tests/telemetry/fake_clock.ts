import type { AuditClock } from "../../lib/telemetry/audit.ts";

/** Time that passes when a test says so. */
export class FakeClock implements AuditClock {
  #nowMs: number;
  readonly #timers = new Set<{ readonly atMs: number; readonly act: () => void }>();

  /** Begins at an epoch time in milliseconds. */
  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** The time it is. */
  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Calls later, as time passes. */
  after(delayMs: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, act };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, and everything happen that is due. */
  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.act();
    }
  }
}
