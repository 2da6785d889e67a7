/**
 * When a request is handled. A worker handles what it received in rounds, and every request of a
 * round was received before the round began: so what a handler found out in this round, such as the
 * state of a file, is news to every request of it.
 */
export interface Moment {
  /** Number of the round; another number means that time has passed. */
  readonly round: number;
  /** When the round began, in milliseconds since 1970. */
  readonly epochMs: number;
}
