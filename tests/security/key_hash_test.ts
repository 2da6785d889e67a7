import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { KeyHash, randomHashSeed } from "../../lib/security/key_hash.ts";

const FIRST = 0x03020100;
const SECOND = 0x07060504;

/** HalfSipHash-2-4 of the bytes 0, 1, 2, ... under the key 0 to 7: the vectors of its authors. */
const VECTORS = [
  [0, 0x591f8d21, 0xc83cb8b9],
  [1, 0x178ae7d5, 0xa12ee55b],
  [2, 0x20e8feed, 0x8c85e4bc],
] as const;

for (const [length, low, high] of VECTORS) {
  Deno.test(`KeyHash gives the reference's hash of ${length} words`, () => {
    const hash = new KeyHash([FIRST, SECOND], { wordRounds: 2, endRounds: 4 });
    hash.update({ length, first: FIRST, second: SECOND });
    assertEquals([hash.low >>> 0, hash.high >>> 0], [low, high]);
  });
}

Deno.test("KeyHash depends on the seed, and on nothing that came before", () => {
  const input = { length: 2, first: 1, second: 2 } as const;
  const one = new KeyHash([1, 2]);
  const other = new KeyHash([1, 3]);
  one.update(input);
  other.update(input);
  assertNotEquals([one.low, one.high], [other.low, other.high]);
  const before = [one.low, one.high];
  one.update({ length: 0, first: 0, second: 0 });
  one.update(input);
  assertEquals([one.low, one.high], before);
});

Deno.test("KeyHash spreads neighbours evenly over 256 places, by either half", () => {
  const hash = new KeyHash([5, 6]);
  const lows = new Uint32Array(256);
  const highs = new Uint32Array(256);
  for (let first = 0; first < 65_536; first++) {
    hash.update({ length: 1, first, second: 0 });
    lows[hash.low & 255] = (lows[hash.low & 255] ?? 0) + 1;
    highs[hash.high & 255] = (highs[hash.high & 255] ?? 0) + 1;
  }
  // 256 are expected in each; six standard deviations are 96.
  assert([...lows, ...highs].every((count) => count > 160 && count < 352));
});

Deno.test("randomHashSeed draws another seed each time", () => {
  assertNotEquals(randomHashSeed(), randomHashSeed());
});
