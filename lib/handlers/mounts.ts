/**
 * Which folder is served where.
 *
 * @module
 */

import type { PathAccepted } from "../security/target_path.ts";

/** Something that is served below a path. */
export interface Mount<T> {
  /** The path, with a slash before each segment and none at its end. */
  readonly urlPath: string;
  /** Who answers there. */
  readonly handler: T;
}

/** A name, and who answers for it. */
export interface Placed<T> {
  /** The handler. */
  readonly handler: T;
  /** The name below the mount. */
  readonly name: PathAccepted;
}

/** The segments of a path that is written with a slash before each. */
export function segmentsOf(urlPath: string): readonly string[] {
  return urlPath.split("/").slice(1);
}

/**
 * The name as seen from below `segments`. Names are compared one by one, so `/www` never holds
 * `/www-secret`.
 *
 * @returns `undefined` when it does not lie below.
 */
export function below(name: PathAccepted, segments: readonly string[]): PathAccepted | undefined {
  for (let at = 0; at < segments.length; at++) {
    if (name.segments[at] !== segments[at]) return undefined;
  }
  const rest = name.segments.slice(segments.length);
  return { ...name, segments: rest, path: `/${rest.join("/")}` };
}

/** Folders beside the root; the deepest that holds a name has it. */
export class Mounts<T> {
  readonly #mounts: readonly { readonly segments: readonly string[]; readonly handler: T }[];
  readonly #placed = new WeakMap<PathAccepted, Placed<T>>();

  /** Takes mounts of different paths. */
  constructor(mounts: readonly Mount<T>[]) {
    this.#mounts = mounts
      .map(({ urlPath, handler }) => ({ segments: segmentsOf(urlPath), handler }))
      .toSorted((a, b) => b.segments.length - a.segments.length);
  }

  /**
   * Who answers for `name`, unless it is nobody here. For the same name it is the same object, so that
   * what is kept for the name below is found again.
   */
  find(name: PathAccepted): Placed<T> | undefined {
    const [first] = name.segments;
    for (const { segments } of this.#mounts) {
      if (segments[0] === first) return this.#placed.get(name) ?? this.#place(name);
    }
    return undefined; // nearly always, and nothing was made for it
  }

  #place(name: PathAccepted): Placed<T> | undefined {
    for (const { segments, handler } of this.#mounts) {
      const inside = below(name, segments);
      if (inside === undefined) continue;
      const placed = { handler, name: inside };
      this.#placed.set(name, placed);
      return placed;
    }
    return undefined;
  }
}
