/**
 * The verdicts on the last few paths. The same paths are asked for again and again, by the very same
 * text; the verdict is then the same object too, and what is kept for it is found without a look at
 * any character.
 *
 * @module
 */

import { type PathVerdict, resolveTargetPath } from "../security/target_path.ts";

/** Paths remembered by one worker; beyond it all are forgotten. */
const NAMES_MAX = 1024;

/** Longest path remembered, in characters. */
const NAME_CHARS_MAX = 128;

/** A memory of verdicts. */
export class JudgedNames {
  readonly #verdicts = new Map<string, PathVerdict>();

  /** The verdict of {@linkcode resolveTargetPath}. */
  judge(path: string): PathVerdict {
    const known = this.#verdicts.get(path);
    if (known !== undefined) return known;
    const verdict = resolveTargetPath(path);
    if (path.length > NAME_CHARS_MAX) return verdict;
    if (this.#verdicts.size >= NAMES_MAX) this.#verdicts.clear();
    this.#verdicts.set(path, verdict);
    return verdict;
  }
}
