/**
 * The flag an operator probably meant.
 *
 * @module
 */

/** Beyond two slips a suggestion is a guess, and would answer `--no-port` with `--port`. */
const EDITS_MAX = 2;

/**
 * Picks the candidate that is the fewest single-character edits away from what was typed.
 *
 * @returns the candidate, or `undefined` when even the closest one differs in more than half of the
 * typed characters or in more than two
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(closest("prot", ["port", "root"]), "port");
 * assertEquals(closest("colour", ["port", "root"]), undefined);
 * ```
 */
export function closest(typed: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = Math.min(EDITS_MAX, Math.floor(typed.length / 2)) + 1;
  for (const candidate of candidates) {
    // The distance is at least the difference in length: hopeless pairs cost nothing.
    if (Math.abs(candidate.length - typed.length) >= bestEdits) continue;
    const edits = editDistance(typed, candidate);
    if (edits < bestEdits) [best, bestEdits] = [candidate, edits];
  }
  return best;
}

/** Levenshtein's distance, one row of the matrix at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [above, char] of [...from].entries()) {
    const next = [above + 1];
    for (let column = 1; column < row.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === char ? 0 : 1);
      const dropped = (row[column] ?? 0) + 1;
      const added = (next[column - 1] ?? 0) + 1;
      next.push(Math.min(replaced, dropped, added));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
