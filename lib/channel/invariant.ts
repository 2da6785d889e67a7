/**
 * Stops the thread when our own reasoning is wrong. Peer bytes never reach a condition given here:
 * what the world does wrong is an error with a status, what we do wrong is this.
 *
 * @param condition What must hold.
 * @param rule The rule in words, for the log.
 * @throws {Error} When the condition does not hold.
 */
export function invariant(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Error(`Cannot go on: invariant broken: ${rule}`);
}
