// A bound on a whole test. It decides only how long a server that hangs is watched: no test that
// passes comes near it.

/** Longer than a slow machine needs for any test here, in milliseconds. */
const DEADLINE_MS = 45_000;

/** Awaits `act`, or fails when it does not end within `deadlineMs` milliseconds. */
export async function withDeadline<T>(
  act: () => Promise<T>,
  deadlineMs: number = DEADLINE_MS,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("Cannot wait any longer")), deadlineMs);
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}
