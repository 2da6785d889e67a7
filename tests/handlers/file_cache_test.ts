import { assertEquals, assertStrictEquals } from "@std/assert";
import { CONTENT_BYTES_MAX, FileCache, type KnownFile } from "../../lib/handlers/file_cache.ts";
import type { FileState } from "../../lib/handlers/folder.ts";
import { represent } from "../../lib/handlers/representation.ts";

const PRESENTATION = { downloadExtensions: [], compression: false, extraFields: "" };
const NOW = { round: 1, epochMs: 10_000_000 };

function stateOf(sizeBytes: number, changedMs = 1_000): FileState {
  return { identity: "1:2", sizeBytes, modifiedMs: 1_000, changedMs };
}

function knownFile(sizeBytes: number, seenInRound = 1): KnownFile {
  const state = stateOf(sizeBytes);
  return {
    state,
    representation: represent("a.bin", state, PRESENTATION),
    content: new Uint8Array(sizeBytes),
    seenInRound,
    variants: undefined,
  };
}

Deno.test("FileCache gives back what is unchanged, and forgets what changed", () => {
  const changes: readonly Partial<FileState>[] = [
    { identity: "1:3" },
    { sizeBytes: 11 },
    { modifiedMs: 1_001 },
    { changedMs: 1_001 },
  ];
  for (const change of changes) {
    const cache = new FileCache();
    const known = knownFile(10);
    cache.set("/a", known);
    assertStrictEquals(cache.get("/a", stateOf(10), NOW), known);
    assertEquals(cache.contentBytes, 10);
    assertEquals(cache.get("/a", { ...stateOf(10), ...change }, NOW), undefined);
    assertEquals(cache.contentBytes, 0);
    assertEquals(cache.get("/a", stateOf(10), NOW), undefined);
  }
});

Deno.test("FileCache trusts what was seen in this round, and in no other", () => {
  const cache = new FileCache();
  const known = knownFile(10, 5);
  cache.set("/a", known);
  assertStrictEquals(cache.getSeen("/a", { round: 5, epochMs: 0 }), known);
  assertEquals(cache.getSeen("/a", { round: 6, epochMs: 0 }), undefined);
  cache.get("/a", stateOf(10), { ...NOW, round: 6 });
  assertStrictEquals(cache.getSeen("/a", { round: 6, epochMs: 0 }), known);
});

Deno.test("FileCache keeps octets of small files that have settled", () => {
  const cache = new FileCache();
  const at = (epochMs: number) => ({ round: 1, epochMs });
  assertEquals(cache.accepts(stateOf(CONTENT_BYTES_MAX), NOW), true);
  assertEquals(cache.accepts(stateOf(CONTENT_BYTES_MAX + 1), NOW), false);
  assertEquals(cache.accepts(stateOf(1, 50_000), at(51_000)), false); // could change in this tick
  assertEquals(cache.accepts(stateOf(1, 50_000), at(53_000)), true);
  assertEquals(cache.accepts(stateOf(1, 50_000), at(10_000)), false); // from the future
});

Deno.test("FileCache is bounded in octets and in files, oldest first", () => {
  const cache = new FileCache();
  for (let index = 0; index < 3_000; index++) {
    cache.set(`/${index}`, knownFile(CONTENT_BYTES_MAX));
    cache.get("/0", stateOf(CONTENT_BYTES_MAX), NOW); // stays young by being asked for
  }
  const fitting = Math.floor(16 * 1024 * 1024 / CONTENT_BYTES_MAX);
  assertEquals(cache.contentBytes, fitting * CONTENT_BYTES_MAX);
  assertEquals(cache.get("/0", stateOf(CONTENT_BYTES_MAX), NOW) !== undefined, true);
  assertEquals(cache.get("/1", stateOf(CONTENT_BYTES_MAX), NOW), undefined);
  const many = new FileCache();
  for (let index = 0; index < 3_000; index++) many.set(`/${index}`, knownFile(1));
  assertEquals(many.contentBytes, 1_024);
});

Deno.test("FileCache counts a file that is set again once", () => {
  const cache = new FileCache();
  cache.set("/a", knownFile(10));
  cache.set("/a", knownFile(7));
  assertEquals(cache.contentBytes, 7);
});
