/**
 * Sizes and durations as operators write them. Each `format` function is the exact inverse of its
 * `parse` function.
 *
 * KB, MB, GB and TB are powers of 1024, as file servers and their users have always counted a
 * "10 MB upload"; KiB, MiB, GiB, TiB and the bare letters K, M, G, T mean the same.
 *
 * @module
 */

// No leading zero ("08" is more often a slip than a number), no sign, no exponent, no blank.
const DECIMAL = String.raw`((?:0|[1-9]\d*)(?:\.\d+)?)`;
const SIZE = new RegExp(`^${DECIMAL}(?:([KMGT])(?:i?B)?|B)?$`, "i");
const DURATION = new RegExp(`^${DECIMAL}(ms|s|m|h)?$`);

/** What {@linkcode parseSize} reads, as a JSON Schema says it: there a pattern has no flags. */
export const SIZE_PATTERN: string = `^${DECIMAL}([KMGTkmgt]([iI]?[bB])?|[bB])?$`;

/** What {@linkcode parseDuration} reads, as a JSON Schema says it. */
export const DURATION_PATTERN: string = DURATION.source;

/** Largest first: `formatBytes` takes the first unit that divides the number. */
const SIZE_UNITS: readonly (readonly [name: string, bytes: number])[] = [
  ["TB", 1024 ** 4],
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["KB", 1024],
  ["B", 1],
];

/** Largest first, as above. */
const DURATION_UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/**
 * Reads a size: decimal digits, perhaps a fraction, perhaps a unit in any letter case; no unit means
 * bytes. A fraction is rounded to a whole byte.
 *
 * @returns bytes (0 to 2^53 - 1), or `undefined` when the text is no such size
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSize("10MB"), 10 * 1024 * 1024);
 * assertEquals(parseSize("1.5KiB"), 1536);
 * assertEquals(parseSize("ten"), undefined);
 * ```
 */
export function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  const letter = match[2]?.toUpperCase() ?? "";
  return scaled(match[1], unitIn(SIZE_UNITS, `${letter}B`));
}

/**
 * Writes a size with the largest unit that divides it, so that reading it back gives the same number.
 *
 * @param bytes a whole number of bytes, 0 to 2^53 - 1
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatBytes(16384), "16KB");
 * assertEquals(formatBytes(1500), "1500B");
 * ```
 */
export function formatBytes(bytes: number): string {
  return bytes === 0 ? "0B" : formatted(bytes, SIZE_UNITS);
}

/**
 * Reads a duration: decimal digits, perhaps a fraction, perhaps `ms`, `s`, `m` or `h`; no unit means
 * seconds. A fraction is rounded to a whole millisecond.
 *
 * @returns milliseconds (0 to 2^53 - 1), or `undefined` when the text is no such duration
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("500ms"), 500);
 * assertEquals(parseDuration("2m"), 120_000);
 * assertEquals(parseDuration("30"), 30_000);
 * ```
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  return match === null ? undefined : scaled(match[1], unitIn(DURATION_UNITS, match[2] ?? "s"));
}

/**
 * Writes a duration with the largest unit that divides it, so that reading it back gives the same
 * number.
 *
 * @param ms a whole number of milliseconds, 0 to 2^53 - 1
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDuration(90_000), "90s");
 * assertEquals(formatDuration(3_600_000), "1h");
 * ```
 */
export function formatDuration(ms: number): string {
  return ms === 0 ? "0s" : formatted(ms, DURATION_UNITS);
}

function unitIn(units: typeof SIZE_UNITS, wanted: string): number | undefined {
  return units.find(([name]) => name === wanted)?.[1];
}

function scaled(decimal: string | undefined, unit: number | undefined): number | undefined {
  if (decimal === undefined || unit === undefined) return undefined;
  const value = Math.round(Number(decimal) * unit);
  return Number.isSafeInteger(value) ? value : undefined;
}

function formatted(value: number, units: typeof SIZE_UNITS): string {
  for (const [name, unit] of units) {
    if (value % unit === 0) return `${value / unit}${name}`;
  }
  throw new RangeError(
    `Cannot format a quantity: must be a whole number, current value is ${value}`,
  );
}
