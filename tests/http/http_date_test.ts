import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatHttpDate, parseHttpDate } from "../../lib/http/http_date.ts";

const NOW_MS = Date.UTC(2026, 5, 15, 12);
const EXAMPLE_MS = Date.UTC(1994, 10, 6, 8, 49, 37);

const READ = [
  ["IMF-fixdate (RFC 9110 §5.6.7)", "Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE_MS],
  ["rfc850-date (RFC 9110 §5.6.7)", "Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE_MS],
  ["asctime-date (RFC 9110 §5.6.7)", "Sun Nov  6 08:49:37 1994", EXAMPLE_MS],
  ["asctime-date, two digits", "Wed Nov 16 08:49:37 1994", Date.UTC(1994, 10, 16, 8, 49, 37)],
  ["the epoch", "Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["a time before the epoch", "Wed, 31 Dec 1969 23:59:59 GMT", -1000],
  ["29 Feb of a leap year", "Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
  ["29 Feb of 2000", "Tue, 29 Feb 2000 00:00:00 GMT", Date.UTC(2000, 1, 29)],
  ["a leap second", "Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ["a day name of another day", "Mon, 06 Nov 1994 08:49:37 GMT", EXAMPLE_MS],
  ["the year 99, which is not 1999", "Sun, 01 Jan 0099 00:00:00 GMT", -59_042_995_200_000],
  ["the last second", "Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799_000],
  ["two digits: this century", "Friday, 06-Nov-26 08:49:37 GMT", Date.UTC(2026, 10, 6, 8, 49, 37)],
  ["two digits: 50 years ahead", "Monday, 15-Jun-76 12:00:00 GMT", Date.UTC(2076, 5, 15, 12)],
  [
    "two digits: a second beyond",
    "Tuesday, 15-Jun-76 12:00:01 GMT",
    Date.UTC(1976, 5, 15, 12, 0, 1),
  ],
  ["two digits: 51 years ahead", "Wednesday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 1)],
  ["two digits: long day names", "Thursday, 01-Jan-70 00:00:00 GMT", Date.UTC(2070, 0, 1)],
] as const;

for (const [rule, text, epochMs] of READ) {
  Deno.test(`parseHttpDate reads ${rule}`, () => {
    assertEquals(parseHttpDate(text, NOW_MS), epochMs);
  });
}

Deno.test("parseHttpDate reads 29-Feb-00 as 2000 while 2100 is too far ahead", () => {
  const text = "Tuesday, 29-Feb-00 00:00:00 GMT";
  assertEquals(parseHttpDate(text, Date.UTC(2050, 0, 1)), Date.UTC(2000, 1, 29));
});

const REFUSED = [
  ["nothing", ""],
  ["a number", "784111777"],
  ["ISO 8601", "1994-11-06T08:49:37Z"],
  ["lower case (RFC 9110 §5.6.7)", "sun, 06 nov 1994 08:49:37 gmt"],
  ["upper case", "SUN, 06 NOV 1994 08:49:37 GMT"],
  ["a day name that is none", "Sux, 06 Nov 1994 08:49:37 GMT"],
  ["a missing day name", "06 Nov 1994 08:49:37 GMT"],
  ["a long day name in IMF-fixdate", "Sunday, 06 Nov 1994 08:49:37 GMT"],
  ["a short day name in rfc850-date", "Sun, 06-Nov-94 08:49:37 GMT"],
  ["a long day name that is none", "Tueday, 06-Nov-94 08:49:37 GMT"],
  ["a month that is none", "Sun, 06 Nob 1994 08:49:37 GMT"],
  ["a long month", "Sun, 06 November 1994 08:49:37 GMT"],
  ["31 Feb", "Thu, 31 Feb 1994 00:00:00 GMT"],
  ["29 Feb of a common year", "Wed, 29 Feb 2023 00:00:00 GMT"],
  ["29 Feb of 1900", "Thu, 29 Feb 1900 00:00:00 GMT"],
  ["31 Apr", "Sun, 31 Apr 1994 00:00:00 GMT"],
  ["31 Apr, asctime", "Sun Apr 31 00:00:00 1994"],
  ["31 Apr, rfc850", "Sunday, 31-Apr-94 00:00:00 GMT"],
  ["day 0", "Mon, 00 Nov 1994 08:49:37 GMT"],
  ["day 0, asctime", "Mon Nov  0 08:49:37 1994"],
  ["day 32", "Mon, 32 Jan 1994 08:49:37 GMT"],
  ["one digit of day", "Sun, 6 Nov 1994 08:49:37 GMT"],
  ["asctime with one space", "Sun Nov 6 08:49:37 1994"],
  ["hour 24", "Sun, 06 Nov 1994 24:00:00 GMT"],
  ["minute 60", "Sun, 06 Nov 1994 08:60:00 GMT"],
  ["second 61", "Sun, 06 Nov 1994 08:49:61 GMT"],
  ["a fraction", "Sun, 06 Nov 1994 08:49:37.5 GMT"],
  ["another zone", "Sun, 06 Nov 1994 08:49:37 UTC"],
  ["an offset", "Sun, 06 Nov 1994 08:49:37 +0000"],
  ["no zone", "Sun, 06 Nov 1994 08:49:37"],
  ["a zone in asctime", "Sun Nov  6 08:49:37 1994 GMT"],
  ["a year of five digits", "Sun, 06 Nov 11994 08:49:37 GMT"],
  ["a negative year", "Sun, 06 Nov -994 08:49:37 GMT"],
  ["white space ahead", " Sun, 06 Nov 1994 08:49:37 GMT"],
  ["white space behind", "Sun, 06 Nov 1994 08:49:37 GMT "],
  ["a line break behind", "Sun, 06 Nov 1994 08:49:37 GMT\n"],
  ["a tab between", "Sun,\t06 Nov 1994 08:49:37 GMT"],
  ["digits beyond ASCII", "Sun, ٠٦ Nov 1994 08:49:37 GMT"],
  ["two dates (RFC 9110 §13.1.3)", "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT"],
] as const;

for (const [rule, text] of REFUSED) {
  Deno.test(`parseHttpDate refuses ${rule}`, () => {
    assertEquals(parseHttpDate(text, NOW_MS), undefined);
  });
}

const WRITTEN = [
  ["the example of RFC 9110 §5.6.7", EXAMPLE_MS, "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["no fraction", EXAMPLE_MS + 999.9, "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["a fraction before the epoch", -1, "Wed, 31 Dec 1969 23:59:59 GMT"],
  ["the first year", -62_167_219_200_000, "Sat, 01 Jan 0000 00:00:00 GMT"],
  ["the last year", 253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 GMT"],
] as const;

for (const [rule, epochMs, text] of WRITTEN) {
  Deno.test(`formatHttpDate writes ${rule}`, () => {
    assertEquals(formatHttpDate(epochMs), text);
  });
}

for (const epochMs of [NaN, Infinity, -Infinity, 253_402_300_800_000, -62_167_219_200_001]) {
  Deno.test(`formatHttpDate throws on ${epochMs}`, () => {
    assertThrows(() => formatHttpDate(epochMs), RangeError, "years 0000 to 9999");
  });
}

const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });

Deno.test("parseHttpDate reads back what formatHttpDate wrote", () => {
  fc.assert(
    fc.property(seconds, (it) => {
      assertEquals(parseHttpDate(formatHttpDate(it * 1000), NOW_MS), it * 1000);
    }),
    { numRuns: 2_000 },
  );
});

/** The two obsolete forms, made of the parts of IMF-fixdate. */
function obsoleteForms(epochMs: number): { rfc850: string; asctime: string } {
  const text = formatHttpDate(epochMs);
  const [dayName = "", day = "", month = "", year = "", time = ""] = text.split(/,? /);
  const longNames = ["Sun", "Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur"];
  const longName = `${longNames.find((it) => it.startsWith(dayName))}day`;
  return {
    rfc850: `${longName}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
    asctime: `${dayName} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`,
  };
}

Deno.test("parseHttpDate reads asctime-date as the same instant", () => {
  fc.assert(
    fc.property(seconds, (it) => {
      assertEquals(parseHttpDate(obsoleteForms(it * 1000).asctime, NOW_MS), it * 1000);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("parseHttpDate reads rfc850-date as the instant nearest, up to 50 years ahead", () => {
  const nows = fc.integer({ min: 0, max: 32_000_000_000 });
  const nearYearSeconds = 49 * 365 * 86_400;
  const distances = fc.integer({ min: -nearYearSeconds, max: nearYearSeconds });
  fc.assert(
    fc.property(nows, distances, (now, distance) => {
      const epochMs = (now + distance) * 1000;
      assertEquals(parseHttpDate(obsoleteForms(epochMs).rfc850, now * 1000), epochMs);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("parseHttpDate takes no text that formatHttpDate would not write", () => {
  const pad = (length: number) => (it: number) => String(it).padStart(length, "0");
  const text = fc.tuple(
    fc.constantFrom("Mon", "Sun", "Day"),
    fc.integer({ min: 0, max: 40 }).map(pad(2)),
    fc.constantFrom("Jan", "Feb", "Apr", "Dec", "feb"),
    fc.integer({ min: 0, max: 9999 }).map(pad(4)),
    fc.integer({ min: 0, max: 25 }).map(pad(2)),
    fc.integer({ min: 0, max: 59 }).map(pad(2)),
  ).map(([name, day, month, year, hour, rest]) =>
    `${name}, ${day} ${month} ${year} ${hour}:${rest}:${rest} GMT`
  );
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (it) => {
      const epochMs = parseHttpDate(it, NOW_MS);
      if (epochMs === undefined) return;
      assert(Number.isInteger(epochMs / 1000));
      assertEquals(formatHttpDate(epochMs).slice(3), it.slice(3)); // the day name may be another
    }),
    { numRuns: 3_000 },
  );
});
