/**
 * The date of HTTP (RFC 9110 §5.6.7): one form is written, three are read. It counts whole seconds;
 * the numbers here are milliseconds since 1970, as everywhere in the program.
 *
 * @module
 */

/** 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z: the grammar has four digits for a year. */
const EPOCH_MS_MIN = -62_167_219_200_000;
const EPOCH_MS_MAX = 253_402_300_799_999;

/** The calendar repeats after 400 years, so a date may be computed in one cycle for another. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

const MONTHS: readonly string[] = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

const DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const DAY_NAME_LONG = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)";

/** IMF-fixdate, which everybody sends, then the two obsolete forms, which must still be read. */
const FORMATS: readonly RegExp[] = [
  new RegExp(`^${DAY_NAME}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^${DAY_NAME_LONG}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`),
  new RegExp(`^${DAY_NAME} ${MONTH} (?<day>\\d{2}| \\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Writes a date as IMF-fixdate, the only form that may be generated. What is left of a second is
 * cut off.
 *
 * @param epochMs Milliseconds since 1970, in the years 0000 to 9999.
 * @throws {RangeError} When the date is outside of these years, or not a number.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatHttpDate(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
 * ```
 */
export function formatHttpDate(epochMs: number): string {
  if (!(epochMs >= EPOCH_MS_MIN && epochMs <= EPOCH_MS_MAX)) {
    throw new RangeError(
      `Cannot format a date: must be in the years 0000 to 9999, current value is ${epochMs} ms`,
    );
  }
  // ECMA-262 fixes this text since 2018, and within these years it is IMF-fixdate.
  return new Date(epochMs).toUTCString();
}

/**
 * Reads a date in any of the three forms; `undefined` for everything else, such as 31 Feb or text in
 * another case. The day name must be one, but need not fit the date: it adds nothing to the instant,
 * and a precondition that is ignored for its sake would protect nobody. A leap second is the first
 * second of the next minute.
 *
 * @param text The field value, without white space around it.
 * @param nowMs Milliseconds since 1970: decides the century of a year with two digits.
 * @returns Milliseconds since 1970, a whole number of seconds.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const nowMs = Date.UTC(2026, 0, 1);
 * assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", nowMs), 784_111_777_000);
 * assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", nowMs), 784_111_777_000);
 * assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994", nowMs), 784_111_777_000);
 * assertEquals(parseHttpDate("1994-11-06T08:49:37Z", nowMs), undefined);
 * ```
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const format of FORMATS) {
    const fields = format.exec(text)?.groups;
    if (fields !== undefined) return instantOf(fields, nowMs);
  }
  return undefined;
}

/** The instant that matched text names; `undefined` when its month lacks such a day. */
function instantOf(
  { year = "", month = "", day, hour, minute, second }: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  const monthIndex = MONTHS.indexOf(month);
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  const instantIn = (fullYear: number) => midnight(fullYear, monthIndex, Number(day)) + timeMs;
  const fullYear = year.length === 4 ? Number(year) : centuryYear(Number(year), instantIn, nowMs);
  // A day that the month lacks has rolled over into a neighbor month, where it has another number.
  const date = new Date(midnight(fullYear, monthIndex, Number(day)));
  return date.getUTCDate() === Number(day) ? instantIn(fullYear) : undefined;
}

/**
 * The year meant by its last two digits: the latest that is not more than 50 years ahead, so one
 * that appears to be further ahead is the most recent such year in the past (RFC 9110 §5.6.7).
 */
function centuryYear(
  lastDigits: number,
  instantIn: (fullYear: number) => number,
  nowMs: number,
): number {
  const horizon = new Date(nowMs);
  horizon.setUTCFullYear(horizon.getUTCFullYear() + 50);
  const horizonYear = horizon.getUTCFullYear();
  const fullYear = horizonYear - ((horizonYear - lastDigits) % 100);
  return instantIn(fullYear) > horizon.getTime() ? fullYear - 100 : fullYear;
}

/** `Date.UTC` reads the years 0 to 99 as 1900 to 1999; a cycle later it has no such habit. */
function midnight(fullYear: number, monthIndex: number, day: number): number {
  return Date.UTC(fullYear + CYCLE_YEARS, monthIndex, day) - CYCLE_MS;
}
