import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { ClientKey } from "../../lib/security/client_key.ts";
import { Offenders } from "../../lib/security/offenders.ts";
import { allocateRateTable } from "../../lib/security/rate_table.ts";

const LIMITS = { errorsMax: 5, windowMs: 10_000, refusalMs: 60_000, seed: [3, 5] } as const;
const EPOCH_MS = 1_800_000_000_000;

/** Durations may be longer by this much: two steps of the clock. */
const SLACK_MS = 512;

/** Milliseconds after which the count of moments starts anew. */
const ROUND_MS = 2 ** 24 * 256;

const ONE_SET = 8;

function offendersOf(entries = 1024, limits: Partial<typeof LIMITS> = {}): Offenders {
  return new Offenders(allocateRateTable(entries), { ...LIMITS, ...limits });
}

function client(index: number): ClientKey {
  return { length: 2, first: index, second: -index };
}

/** Notes errors at these moments and gives the answers. */
function noted(offenders: Offenders, key: ClientKey, ...momentsMs: number[]): boolean[] {
  return momentsMs.map((ms) => offenders.note(key, EPOCH_MS + ms));
}

const isRefused = (offenders: Offenders, key: ClientKey, ms: number) =>
  offenders.isRefused(key, EPOCH_MS + ms);

/** Moments of errors in milliseconds, and whether the last one begins a refusal. */
const WINDOWS: readonly [rule: string, momentsMs: readonly number[], isLast: boolean][] = [
  ["too few", [0, 0, 0, 0], false],
  ["all at once", [0, 0, 0, 0, 0], true],
  ["just within the window", [0, 0, 0, 0, 10_000], true],
  ["spread over the window", [0, 2500, 5000, 7500, 10_000], true],
  ["the last behind the window", [0, 0, 0, 0, 10_000 + SLACK_MS], false],
  ["four behind the first's window", [0, 11_000, 11_000, 11_000, 11_000], false],
  ["five behind the first's window", [0, 11_000, 11_000, 11_000, 11_000, 11_000], true],
  ["one every window", [0, 11_000, 22_000, 33_000, 44_000, 55_000], false],
];

for (const [rule, momentsMs, isLast] of WINDOWS) {
  Deno.test(`Offenders counts errors: ${rule}`, () => {
    const offenders = offendersOf();
    const answers = noted(offenders, client(1), ...momentsMs);
    assertEquals(answers, momentsMs.map((_, at) => isLast && at === momentsMs.length - 1));
    assertEquals(isRefused(offenders, client(1), momentsMs.at(-1) ?? 0), isLast);
    assertEquals(isRefused(offenders, client(2), momentsMs.at(-1) ?? 0), false);
  });
}

Deno.test("Offenders refuses for as long as it was told, then begins anew", () => {
  const offenders = offendersOf();
  noted(offenders, client(1), 0, 0, 0, 0, 1000);
  assertEquals(isRefused(offenders, client(1), 61_000), true);
  assertEquals(isRefused(offenders, client(1), 61_000 + SLACK_MS), false);
  assertEquals(noted(offenders, client(1), 62_000, 62_000, 62_000, 62_000), Array(4).fill(false));
  assertEquals(isRefused(offenders, client(1), 62_000), false);
  assertEquals(noted(offenders, client(1), 62_000), [true]);
  assertEquals(isRefused(offenders, client(1), 62_000), true);
});

Deno.test("Offenders tells of a refusal once, and errors in it do not prolong it", () => {
  const offenders = offendersOf();
  noted(offenders, client(1), 0, 0, 0, 0, 0);
  assertEquals(noted(offenders, client(1), 1, 30_000, 59_000), [false, false, false]);
  assertEquals(isRefused(offenders, client(1), 61_000), false);
});

Deno.test("Offenders may refuse from the first error on", () => {
  const offenders = new Offenders(allocateRateTable(8), { ...LIMITS, errorsMax: 1 });
  assertEquals(isRefused(offenders, client(1), 0), false);
  assertEquals(noted(offenders, client(1), 0), [true]);
  assertEquals(isRefused(offenders, client(1), 0), true);
});

Deno.test("Offenders counts as many errors as a state holds", () => {
  const offenders = new Offenders(allocateRateTable(8), { ...LIMITS, errorsMax: 254 });
  const answers = Array.from({ length: 254 }, () => offenders.note(client(1), EPOCH_MS));
  assertEquals(answers.indexOf(true), 253);
});

Deno.test("Offenders shares its counts with all that look at the memory", () => {
  const memory = allocateRateTable(1024);
  const [one, other] = [new Offenders(memory, LIMITS), new Offenders(memory, LIMITS)];
  noted(one, client(1), 0, 0, 0);
  assertEquals(noted(other, client(1), 0, 0), [false, true]);
  assertEquals(isRefused(one, client(1), 0), true);
});

Deno.test("Offenders forgives when the clock is set back, but not for a nudge", () => {
  const offenders = offendersOf();
  noted(offenders, client(1), 0, 0, 0, 0, 0);
  assertEquals(isRefused(offenders, client(1), -500), true);
  assertEquals(isRefused(offenders, client(1), -3_600_000), false);
  assertEquals(noted(offenders, client(1), -3_600_000), [false]);
});

Deno.test("Offenders keeps whom it refuses, and lets a ninth in a full set go", () => {
  const offenders = offendersOf(ONE_SET);
  for (let index = 0; index < ONE_SET; index++) noted(offenders, client(index), 0, 0, 0, 0, 0);
  assertEquals(noted(offenders, client(100), 1, 1, 1, 1, 1, 1), Array(6).fill(false));
  assertEquals(isRefused(offenders, client(100), 1), false);
  for (let index = 0; index < ONE_SET; index++) assert(isRefused(offenders, client(index), 2));
  // Their time is over: there is room again.
  assertEquals(noted(offenders, client(100), 70_000, 70_000, 70_000, 70_000, 70_000).at(-1), true);
});

Deno.test("Offenders takes an entry that is over before one with an open window", () => {
  const offenders = offendersOf(ONE_SET);
  for (let index = 0; index < ONE_SET; index++) {
    const ms = index === 4 ? 0 : 20_000;
    noted(offenders, client(index), ms, ms, ms, ms);
  }
  assertEquals(noted(offenders, client(100), 20_000, 20_000, 20_000, 20_000), Array(4).fill(false));
  for (const index of [0, 1, 2, 3, 5, 6, 7]) {
    assertEquals(noted(offenders, client(index), 20_000), [true]);
  }
});

Deno.test("Offenders never refuses whom nobody noted, under a million addresses", () => {
  const memory = allocateRateTable(4096);
  const offenders = new Offenders(memory, LIMITS);
  for (let index = 0; index < 1_000_000; index++) {
    offenders.note(client(index), EPOCH_MS + index / 100);
  }
  for (let index = 1_000_000; index < 1_100_000; index++) {
    assert(!offenders.isRefused(client(index), EPOCH_MS + 10_000));
  }
  assertEquals(memory.byteLength, 32 * 1024);
});

Deno.test("Offenders agrees with a list of moments, within its slack", () => {
  const anyStart = fc.constantFrom(0, EPOCH_MS, ROUND_MS - 5000, ROUND_MS / 2 - 5000);
  const waits = fc.array(fc.oneof(fc.nat(3), fc.nat(3000), fc.nat(20_000)), { maxLength: 60 });
  fc.assert(
    fc.property(anyStart, waits, (startMs, steps) => {
      const offenders = offendersOf();
      let nowMs = startMs;
      let errorsMs: number[] = [];
      let refusedMs = -Infinity;
      for (const waitMs of steps) {
        nowMs += waitMs;
        const sinceMs = nowMs - refusedMs;
        const isHeld = offenders.isRefused(client(1), nowMs);
        if (sinceMs <= LIMITS.refusalMs) assert(isHeld);
        if (sinceMs >= LIMITS.refusalMs + SLACK_MS) assert(!isHeld);
        const begins = offenders.note(client(1), nowMs);
        if (isHeld) {
          assert(!begins);
          continue;
        }
        const openMs = nowMs - (errorsMs[0] ?? -Infinity);
        if (openMs >= LIMITS.windowMs + SLACK_MS) errorsMs = [];
        else if (openMs > LIMITS.windowMs) return; // either is right: the twin cannot tell
        errorsMs.push(nowMs);
        assertEquals(begins, errorsMs.length === LIMITS.errorsMax);
        if (!begins) continue;
        refusedMs = nowMs;
        errorsMs = [];
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("Offenders is built within bounds", () => {
  const week = 7 * 24 * 3_600_000;
  const build = (limits: object) => new Offenders(allocateRateTable(8), { ...LIMITS, ...limits });
  build({ errorsMax: 254, windowMs: week, refusalMs: week });
  for (const value of [0, -1, 1.5, NaN, week + 1]) {
    for (const name of ["errorsMax", "windowMs", "refusalMs"]) {
      assertThrows(() => build({ [name]: value }), RangeError, `current value is ${value}`);
    }
  }
});
