import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatBytes, formatDuration, parseDuration, parseSize } from "../../lib/config/units.ts";

for (
  const [text, bytes] of [
    ["0", 0],
    ["1500", 1500],
    ["1500B", 1500],
    ["1b", 1],
    ["16KB", 16384],
    ["16kb", 16384],
    ["16K", 16384],
    ["16KiB", 16384],
    ["10MB", 10_485_760],
    ["10MiB", 10_485_760],
    ["1GB", 1024 ** 3],
    ["1TB", 1024 ** 4],
    ["1.5KB", 1536],
    ["0.1KB", 102],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", undefined],
    ["8192TB", undefined],
    ["", undefined],
    ["KB", undefined],
    ["01KB", undefined],
    ["1 KB", undefined],
    ["1KB ", undefined],
    ["1KB\n", undefined],
    ["1iB", undefined],
    ["1PB", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["-1", undefined],
    ["+1", undefined],
    [".5KB", undefined],
    ["5.KB", undefined],
    ["1,5KB", undefined],
  ] as const
) {
  Deno.test(`parseSize() reads ${JSON.stringify(text)} as ${bytes}`, () => {
    assertEquals(parseSize(text), bytes);
  });
}

for (
  const [text, ms] of [
    ["0", 0],
    ["30", 30_000],
    ["30s", 30_000],
    ["500ms", 500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["1.5s", 1500],
    ["0.1", 100],
    ["", undefined],
    ["s", undefined],
    ["030s", undefined],
    ["30 s", undefined],
    ["30S", undefined],
    ["1M", undefined],
    ["1d", undefined],
    ["1m30s", undefined],
    ["-1s", undefined],
    ["1e3", undefined],
    ["9007199254740992ms", undefined],
  ] as const
) {
  Deno.test(`parseDuration() reads ${JSON.stringify(text)} as ${ms}`, () => {
    assertEquals(parseDuration(text), ms);
  });
}

for (
  const [bytes, text] of [[0, "0B"], [1, "1B"], [1023, "1023B"], [1536, "1536B"], [
    16384,
    "16KB",
  ], [1024 ** 4, "1TB"]] as const
) {
  Deno.test(`formatBytes() writes ${bytes} as ${text}`, () => {
    assertEquals(formatBytes(bytes), text);
  });
}

for (
  const [ms, text] of [[0, "0s"], [100, "100ms"], [90_000, "90s"], [120_000, "2m"], [
    3_600_000,
    "1h",
  ]] as const
) {
  Deno.test(`formatDuration() writes ${ms} as ${text}`, () => {
    assertEquals(formatDuration(ms), text);
  });
}

/** Any whole number, and often one that a larger unit divides. */
const whole = fc.oneof(
  fc.maxSafeNat(),
  fc.tuple(fc.nat({ max: 4096 }), fc.constantFrom(1024, 1024 ** 2, 1024 ** 4, 1000, 3_600_000))
    .map(([count, unit]) => count * unit),
);

Deno.test("parseSize() undoes formatBytes()", () => {
  fc.assert(fc.property(whole, (bytes) => assertEquals(parseSize(formatBytes(bytes)), bytes)));
});

Deno.test("parseDuration() undoes formatDuration()", () => {
  fc.assert(fc.property(whole, (ms) => assertEquals(parseDuration(formatDuration(ms)), ms)));
});

Deno.test("formatBytes() and formatDuration() refuse what is not a whole number", () => {
  assertThrows(() => formatBytes(0.5), RangeError, "must be a whole number");
  assertThrows(() => formatDuration(NaN), RangeError, "must be a whole number");
});
