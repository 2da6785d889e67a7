import { assert, assertEquals } from "@std/assert";
import type { HashInput } from "../../lib/security/key_hash.ts";
import { allocateClaims, UploadClaims } from "../../lib/security/upload_claims.ts";

const SEED = [1, 2] as const;
const START_MS = Date.UTC(2026, 10, 23);

function keyed(first: number): HashInput {
  return { length: 2, first, second: 7 };
}

/** Two workers' views of the same claims. */
function two(): [UploadClaims, UploadClaims] {
  const memory = allocateClaims();
  return [new UploadClaims(memory, SEED, 0), new UploadClaims(memory, SEED, 63)];
}

Deno.test("UploadClaims gives a key to one at a time, on any thread", () => {
  const [one, other] = two();
  const claim = one.take(keyed(1), START_MS);
  assert(claim !== undefined);
  assertEquals(one.take(keyed(1), START_MS), undefined);
  assertEquals(other.take(keyed(1), START_MS + 59_000), undefined);
  assert(other.take(keyed(2), START_MS) !== undefined);
  claim.release();
  assert(other.take(keyed(1), START_MS) !== undefined);
});

Deno.test("UploadClaims gives up a claim that nothing came for", () => {
  const [one, other] = two();
  const claim = one.take(keyed(1), START_MS);
  claim?.renew(START_MS + 50_000);
  assertEquals(other.take(keyed(1), START_MS + 100_000), undefined);
  const next = other.take(keyed(1), START_MS + 120_000);
  assert(next !== undefined);
  // The first has lost it: neither of these touches the claim of the next.
  claim?.renew(START_MS + 120_000);
  claim?.release();
  assertEquals(one.take(keyed(1), START_MS + 121_000), undefined);
});

Deno.test("UploadClaims released twice frees nobody else's", () => {
  const [one] = two();
  const claim = one.take(keyed(1), START_MS);
  claim?.release();
  assert(one.take(keyed(1), START_MS) !== undefined); // the same second, the same worker
  claim?.release();
  claim?.renew(START_MS);
  assertEquals(one.take(keyed(1), START_MS), undefined);
});

Deno.test("UploadClaims of a lost worker end when another takes its place", () => {
  const memory = allocateClaims();
  const lost = new UploadClaims(memory, SEED, 3);
  const alive = new UploadClaims(memory, SEED, 4);
  lost.take(keyed(1), START_MS);
  alive.take(keyed(2), START_MS);
  const successor = new UploadClaims(memory, SEED, 3);
  assert(successor.take(keyed(1), START_MS) !== undefined);
  assertEquals(successor.take(keyed(2), START_MS), undefined);
});

Deno.test("UploadClaims that are all taken let the rest go unclaimed", () => {
  const [one] = two();
  let refused = 0;
  for (let key = 0; key < 20_000; key++) {
    if (one.take(keyed(key), START_MS) === undefined) refused++;
  }
  assert(refused <= 1, "only a key that is taken for another is refused, once in millions");
});
