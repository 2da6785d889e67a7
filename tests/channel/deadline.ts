// A bound on waits between threads. It decides only how long a broken doorbell hangs: no test that
// passes comes near it.

/** Longer than a slow machine needs for any test here, in milliseconds. */
const DEADLINE_MS = 60_000;

/**
 * Awaits `act`, or fails when it does not end. The timer also keeps the event loop running, which
 * a wait on shared memory alone does not.
 *
 * @param act What must end.
 * @param failure What it means when it does not.
 */
export async function withDeadline<T>(act: () => Promise<T>, failure: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(failure)), DEADLINE_MS);
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}
