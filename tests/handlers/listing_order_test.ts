import { assertEquals } from "@std/assert";
import type { Entry } from "../../lib/handlers/folder.ts";
import { readOrder, sorted } from "../../lib/handlers/listing_order.ts";

function entry(name: string, sizeBytes: number, modifiedMs: number): Entry {
  return { name: name.replace("/", ""), isFolder: name.endsWith("/"), sizeBytes, modifiedMs };
}

const ENTRIES = [
  entry("b", 30, 1),
  entry("C", 10, 2),
  entry("a", 20, 3),
  entry("A", 20, 4),
  entry("z/", 4096, 9),
  entry("y/", 1, 8),
];

/** A query, and the names in order. */
const ROWS: readonly (readonly [query: string, want: string])[] = [
  ["", "y z A a b C"],
  ["sort=name", "y z A a b C"],
  ["sort=name&order=desc", "z y C b a A"],
  ["sort=size", "y z C A a b"],
  ["sort=size&order=desc", "y z b A a C"],
  ["sort=time", "y z b C a A"],
  ["sort=time&order=desc", "z y A a C b"],
  ["sort=nonsense&order=nonsense", "y z A a b C"],
  ["sort=size&sort=time", "y z C A a b"],
  ["order=desc", "z y C b a A"],
];

for (const [query, want] of ROWS) {
  Deno.test(`a listing with ?${query} stands as ${want}`, () => {
    const names = sorted(ENTRIES, readOrder(new URLSearchParams(query))).map(({ name }) => name);
    assertEquals(names.join(" "), want);
  });
}
