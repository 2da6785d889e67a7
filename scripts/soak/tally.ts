// What the clients of a run saw.

/** Different failures that are kept; more are counted as one. */
const FAILURES_MAX = 50;

/** Counts of one run. Their memory does not grow with it. */
export class Tally {
  /** Answers that came whole. */
  answered = 0;
  /** Requests whose answers nobody waited for: the server may have seen each, or not. */
  unheard = 0;
  /** Uploads that were stored, by answers that came whole. */
  stored = 0;
  /** Visits by what they are. */
  readonly visits: Map<string, number> = new Map();
  /** What went wrong, and how often. */
  readonly failures: Map<string, number> = new Map();

  /** Counts a visit. */
  visited(kind: string): void {
    this.visits.set(kind, (this.visits.get(kind) ?? 0) + 1);
  }

  /** Counts a visit that did not go as it must. */
  failed(kind: string, error: unknown): void {
    const why = error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error);
    const named = `${kind}: ${why.slice(0, 120)}`;
    const isRoom = this.failures.has(named) || this.failures.size < FAILURES_MAX;
    const key = isRoom ? named : "and others";
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }

  /** All failures so far. */
  get failureCount(): number {
    return [...this.failures.values()].reduce((sum, count) => sum + count, 0);
  }
}
