/**
 * The operator's fields of a file, by its path. They are found once for each state of a file, where
 * its answer fields are made.
 *
 * @module
 */

import { basename, globToRegExp } from "@std/path";
import { isFingerprinted } from "./fingerprint.ts";

/** A field for the files whose path a glob matches. */
export interface FieldRule {
  /** Matches paths from the top if it begins with a slash, and names in any folder otherwise. */
  readonly glob: string;
  /** The field name. */
  readonly name: string;
  /** The field value. */
  readonly value: string;
}

/** What the rules say. */
export interface FieldRuleOptions {
  /** `Cache-Control` values; the first that matches counts. */
  readonly cache: readonly Omit<FieldRule, "name">[];
  /** Whether names with a fingerprint are exempt from those, and kept for ever. */
  readonly immutable: boolean;
  /** Other fields; of one name the first that matches counts. */
  readonly headers: readonly FieldRule[];
}

/** A year, which is as long as caches keep anything (RFC 2616 §14.21 said so, and they still do). */
const FOR_EVER = "public, max-age=31536000, immutable";

interface Compiled {
  readonly pattern: RegExp;
  readonly name: string;
  readonly value: string;
}

function compile({ glob, name, value }: FieldRule): Compiled {
  const whole = glob.startsWith("/") ? glob : `/**/${glob}`;
  return { pattern: globToRegExp(whole, { os: "linux" }), name, value };
}

/** Fields by path. */
export class FieldRules {
  readonly #cache: readonly Compiled[];
  readonly #immutable: boolean;
  readonly #headers: readonly Compiled[];

  /** Compiles the globs. */
  constructor({ cache, immutable, headers }: FieldRuleOptions) {
    this.#cache = cache.map((rule) => compile({ ...rule, name: "Cache-Control" }));
    this.#immutable = immutable;
    this.#headers = headers.map(compile);
  }

  /** `Cache-Control` for a path, if any. */
  cacheControlOf(path: string): string | undefined {
    if (this.#immutable && isFingerprinted(basename(path))) return FOR_EVER;
    return this.#cache.find(({ pattern }) => pattern.test(path))?.value;
  }

  /** Names, as the operator wrote them, and values of the other fields for a path. */
  headersOf(path: string): ReadonlyMap<string, string> {
    const names = new Set<string>();
    const fields = new Map<string, string>();
    for (const { pattern, name, value } of this.#headers) {
      const key = name.toLowerCase();
      if (names.has(key) || !pattern.test(path)) continue;
      names.add(key);
      fields.set(name, value);
    }
    return fields;
  }
}
