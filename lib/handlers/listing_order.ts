/**
 * In which order a listing stands, as its query says.
 *
 * @module
 */

import type { Entry } from "./folder.ts";

/** What a listing can be sorted by. */
export type SortKey = "name" | "size" | "time";

/** An order. */
export interface ListingOrder {
  /** What decides. */
  readonly key: SortKey;
  /** Whether the largest, latest or last comes first. */
  readonly isDescending: boolean;
}

/**
 * Reads `sort=name|size|time` and `order=asc|desc`; whatever else there is means by name, ascending.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const order = readOrder(new URLSearchParams("sort=size&order=desc"));
 * assertEquals(order, { key: "size", isDescending: true });
 * ```
 */
export function readOrder(query: URLSearchParams): ListingOrder {
  const sort = query.get("sort");
  return {
    key: sort === "size" || sort === "time" ? sort : "name",
    isDescending: query.get("order") === "desc",
  };
}

/** The entries in order: folders first, and names decide where nothing else does. */
export function sorted(
  entries: readonly Entry[],
  { key, isDescending }: ListingOrder,
): readonly Entry[] {
  const sign = isDescending ? -1 : 1;
  const keyed = entries.map((entry) => ({ entry, name: entry.name.toLowerCase() }));
  keyed.sort((a, b) => {
    const isFolder = Number(b.entry.isFolder) - Number(a.entry.isFolder);
    if (isFolder !== 0) return isFolder;
    const difference = key === "name" ? 0 : measure(a.entry, key) - measure(b.entry, key);
    if (difference !== 0) return sign * difference;
    const byName = compare(a.name, b.name) || compare(a.entry.name, b.entry.name);
    return key === "name" ? sign * byName : byName;
  });
  return keyed.map(({ entry }) => entry);
}

function measure({ isFolder, sizeBytes, modifiedMs }: Entry, key: "size" | "time"): number {
  if (key === "time") return modifiedMs;
  return isFolder ? 0 : sizeBytes; // what a file system says of a folder is no size to a person
}

/** By code units: a collation of ten thousand names would keep other connections waiting. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
