import { assertEquals, assertThrows } from "@std/assert";
import {
  type Conditions,
  evaluate,
  rangeApplies,
  type Validators,
  type Verdict,
} from "../../lib/http/conditional.ts";

const MODIFIED_MS = Date.UTC(1994, 10, 6, 8, 49, 37, 900);
const NOW_MS = Date.UTC(2026, 0, 1);
const HERE: Validators = { entityTag: '"a"', lastModifiedMs: MODIFIED_MS };
const WEAK: Validators = { entityTag: 'W/"a"', lastModifiedMs: MODIFIED_MS };

const BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
const SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
const SAME_RFC850 = "Sunday, 06-Nov-94 08:49:37 GMT";
const SAME_ASCTIME = "Sun Nov  6 08:49:37 1994";
const AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";
const FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT";

type Row = readonly [
  rule: string,
  method: string,
  conditions: Conditions,
  verdict: Verdict,
  validators?: Validators | "none",
];

const ROWS: readonly Row[] = [
  ["proceeds without conditions (RFC 9110 §13.2.2)", "GET", {}, "proceed"],
  ["proceeds without conditions or representation", "PUT", {}, "proceed", "none"],

  ["If-Match: the tag holds (RFC 9110 §13.1.1)", "PUT", { ifMatch: '"a"' }, "proceed"],
  ["If-Match: one of several", "PUT", { ifMatch: '"b", "a"' }, "proceed"],
  ["If-Match: no tag holds", "PUT", { ifMatch: '"b", "c"' }, "precondition-failed"],
  ["If-Match: fails a GET too", "GET", { ifMatch: '"b"' }, "precondition-failed"],
  ["If-Match: strong comparison, theirs weak", "PUT", { ifMatch: 'W/"a"' }, "precondition-failed"],
  [
    "If-Match: strong comparison, ours weak",
    "PUT",
    { ifMatch: '"a"' },
    "precondition-failed",
    WEAK,
  ],
  [
    "If-Match: strong comparison, both weak",
    "PUT",
    { ifMatch: 'W/"a"' },
    "precondition-failed",
    WEAK,
  ],
  ["If-Match: star holds for any", "PUT", { ifMatch: "*" }, "proceed"],
  ["If-Match: star fails for none", "PUT", { ifMatch: "*" }, "precondition-failed", "none"],
  ["If-Match: a tag fails for none", "PUT", { ifMatch: '"a"' }, "precondition-failed", "none"],
  ["If-Match: an empty list fails", "PUT", { ifMatch: "" }, "precondition-failed"],
  ["If-Match: an unquoted tag fails", "PUT", { ifMatch: "a" }, "precondition-failed"],
  ["If-Match: an unreadable list fails", "GET", { ifMatch: '"a" "b"' }, "precondition-failed"],

  [
    "If-Unmodified-Since: earlier fails (RFC 9110 §13.1.4)",
    "PUT",
    { ifUnmodifiedSince: BEFORE },
    "precondition-failed",
  ],
  ["If-Unmodified-Since: fails a GET", "GET", { ifUnmodifiedSince: BEFORE }, "precondition-failed"],
  ["If-Unmodified-Since: the same second holds", "PUT", { ifUnmodifiedSince: SAME }, "proceed"],
  ["If-Unmodified-Since: later holds", "PUT", { ifUnmodifiedSince: AFTER }, "proceed"],
  ["If-Unmodified-Since: no date is ignored", "PUT", { ifUnmodifiedSince: "now" }, "proceed"],
  [
    "If-Unmodified-Since: ignored for none",
    "PUT",
    { ifUnmodifiedSince: BEFORE },
    "proceed",
    "none",
  ],
  [
    "If-Unmodified-Since: ignored beside If-Match (RFC 9110 §13.1.4)",
    "PUT",
    { ifMatch: '"a"', ifUnmodifiedSince: BEFORE },
    "proceed",
  ],

  [
    "If-None-Match: the tag is known (RFC 9110 §13.1.2)",
    "GET",
    { ifNoneMatch: '"a"' },
    "not-modified",
  ],
  ["If-None-Match: HEAD too", "HEAD", { ifNoneMatch: '"a"' }, "not-modified"],
  ["If-None-Match: a write fails", "PUT", { ifNoneMatch: '"a"' }, "precondition-failed"],
  ["If-None-Match: DELETE fails", "DELETE", { ifNoneMatch: '"a"' }, "precondition-failed"],
  ["If-None-Match: method case counts", "get", { ifNoneMatch: '"a"' }, "precondition-failed"],
  ["If-None-Match: no tag is known", "GET", { ifNoneMatch: '"b", "c"' }, "proceed"],
  ["If-None-Match: one of several", "GET", { ifNoneMatch: '"b", "a"' }, "not-modified"],
  ["If-None-Match: weak comparison, theirs weak", "GET", { ifNoneMatch: 'W/"a"' }, "not-modified"],
  [
    "If-None-Match: weak comparison, ours weak",
    "GET",
    { ifNoneMatch: '"a"' },
    "not-modified",
    WEAK,
  ],
  ["If-None-Match: star fails for any", "PUT", { ifNoneMatch: "*" }, "precondition-failed"],
  ["If-None-Match: star, reading", "GET", { ifNoneMatch: "*" }, "not-modified"],
  ["If-None-Match: star holds for none", "PUT", { ifNoneMatch: "*" }, "proceed", "none"],
  ["If-None-Match: a tag holds for none", "PUT", { ifNoneMatch: '"a"' }, "proceed", "none"],
  ["If-None-Match: an empty list holds", "GET", { ifNoneMatch: "" }, "proceed"],
  ["If-None-Match: unreadable, reading", "GET", { ifNoneMatch: "a" }, "proceed"],
  ["If-None-Match: unreadable, writing", "PUT", { ifNoneMatch: "a" }, "precondition-failed"],
  [
    "If-None-Match: unreadable, creating",
    "PUT",
    { ifNoneMatch: "a" },
    "precondition-failed",
    "none",
  ],

  [
    "If-Modified-Since: earlier (RFC 9110 §13.1.3)",
    "GET",
    { ifModifiedSince: BEFORE },
    "proceed",
  ],
  ["If-Modified-Since: the same second", "GET", { ifModifiedSince: SAME }, "not-modified"],
  ["If-Modified-Since: rfc850-date", "GET", { ifModifiedSince: SAME_RFC850 }, "not-modified"],
  ["If-Modified-Since: asctime-date", "GET", { ifModifiedSince: SAME_ASCTIME }, "not-modified"],
  ["If-Modified-Since: later", "HEAD", { ifModifiedSince: AFTER }, "not-modified"],
  ["If-Modified-Since: a date to come", "GET", { ifModifiedSince: FUTURE }, "not-modified"],
  ["If-Modified-Since: only for GET and HEAD", "PUT", { ifModifiedSince: AFTER }, "proceed"],
  ["If-Modified-Since: no date is ignored", "GET", { ifModifiedSince: "yesterday" }, "proceed"],
  [
    "If-Modified-Since: two dates are ignored",
    "GET",
    { ifModifiedSince: `${SAME}, ${SAME}` },
    "proceed",
  ],
  ["If-Modified-Since: ignored for none", "GET", { ifModifiedSince: AFTER }, "proceed", "none"],
  [
    "If-Modified-Since: ignored beside If-None-Match (RFC 9110 §13.1.3)",
    "GET",
    { ifNoneMatch: '"b"', ifModifiedSince: AFTER },
    "proceed",
  ],
  [
    "If-Modified-Since: ignored beside an unreadable If-None-Match",
    "GET",
    { ifNoneMatch: "b", ifModifiedSince: AFTER },
    "proceed",
  ],

  ["CONNECT is unconditional (RFC 9110 §13.2.1)", "CONNECT", { ifMatch: '"b"' }, "proceed"],
  ["OPTIONS is unconditional (RFC 9110 §13.2.1)", "OPTIONS", { ifMatch: '"b"' }, "proceed"],
  ["TRACE is unconditional (RFC 9110 §13.2.1)", "TRACE", { ifNoneMatch: "*" }, "proceed"],
];

for (const [rule, method, conditions, verdict, validators = HERE] of ROWS) {
  Deno.test(`evaluate: ${rule}`, () => {
    const given = validators === "none" ? undefined : validators;
    assertEquals(evaluate(method, conditions, given, NOW_MS), verdict);
  });
}

type Answer = "absent" | "true" | "false";
const ANSWERS: readonly Answer[] = ["absent", "true", "false"];
const FIELDS = {
  ifMatch: { absent: undefined, true: '"a"', false: '"b"' },
  ifUnmodifiedSince: { absent: undefined, true: SAME, false: BEFORE },
  ifNoneMatch: { absent: undefined, true: '"b"', false: '"a"' },
  ifModifiedSince: { absent: undefined, true: BEFORE, false: SAME },
} as const;

/** RFC 9110 §13.2.2 as a table: the first row that fits decides, `any` fits everything. */
const PRECEDENCE: readonly (readonly [
  match: Answer | "any",
  unmodified: Answer | "any",
  noneMatch: Answer | "any",
  modified: Answer | "any",
  reading: Verdict,
  writing: Verdict,
])[] = [
  ["false", "any", "any", "any", "precondition-failed", "precondition-failed"],
  ["absent", "false", "any", "any", "precondition-failed", "precondition-failed"],
  ["any", "any", "false", "any", "not-modified", "precondition-failed"],
  ["any", "any", "absent", "false", "not-modified", "proceed"],
  ["any", "any", "any", "any", "proceed", "proceed"],
];

Deno.test("evaluate agrees with the table of RFC 9110 §13.2.2 for every set of answers", () => {
  for (const match of ANSWERS) {
    for (const unmodified of ANSWERS) {
      for (const noneMatch of ANSWERS) {
        for (const modified of ANSWERS) {
          const answers = [match, unmodified, noneMatch, modified];
          const row = PRECEDENCE.find((it) =>
            answers.every((answer, index) => it[index] === "any" || it[index] === answer)
          );
          const conditions: Conditions = {
            ifMatch: FIELDS.ifMatch[match],
            ifUnmodifiedSince: FIELDS.ifUnmodifiedSince[unmodified],
            ifNoneMatch: FIELDS.ifNoneMatch[noneMatch],
            ifModifiedSince: FIELDS.ifModifiedSince[modified],
          };
          for (const method of ["GET", "HEAD", "PUT", "POST", "DELETE"]) {
            const expected = method === "GET" || method === "HEAD" ? row?.[4] : row?.[5];
            const verdict = evaluate(method, conditions, HERE, NOW_MS);
            assertEquals<Verdict | undefined>(verdict, expected, `${method} ${answers.join()}`);
          }
        }
      }
    }
  }
});

const RANGE_ROWS: readonly (readonly [
  rule: string,
  ifRange: string | undefined,
  applies: boolean,
  validators?: Validators,
  nowMs?: number,
])[] = [
  ["stands without If-Range (RFC 9110 §13.1.5)", undefined, true],
  ["stands for the same tag (RFC 9110 §13.1.5)", '"a"', true],
  ["falls for another tag", '"b"', false],
  ["falls for a weak tag (RFC 9110 §13.1.5)", 'W/"a"', false],
  ["falls for a weak tag of ours", '"a"', false, WEAK],
  ["falls for two weak tags", 'W/"a"', false, WEAK],
  ["falls for a list, which If-Range is not", '"a", "b"', false],
  ["falls for a star, which If-Range is not", "*", false],
  ["falls for an unquoted tag", "a", false],
  ["falls for an empty value", "", false],
  ["stands for the same date (RFC 9110 §13.1.5)", SAME, true],
  ["stands for the same date as rfc850-date", SAME_RFC850, true],
  ["stands for the same date as asctime-date", SAME_ASCTIME, true],
  ["falls for an earlier date", BEFORE, false],
  ["falls for a later date: the match is exact (RFC 9110 §13.1.5)", AFTER, false],
  ["falls for a date whose second is not over (RFC 9110 §8.8.2.2)", SAME, false, HERE, MODIFIED_MS],
  ["stands as soon as that second is over", SAME, true, HERE, MODIFIED_MS + 100],
  ["falls for a date that our clock has not reached", SAME, false, HERE, MODIFIED_MS - 5000],
];

for (const [rule, ifRange, applies, validators = HERE, nowMs = NOW_MS] of RANGE_ROWS) {
  Deno.test(`rangeApplies: Range ${rule}`, () => {
    assertEquals(rangeApplies(ifRange, validators, nowMs), applies);
  });
}

Deno.test("evaluate and rangeApplies throw when our own tag is none", () => {
  const broken: Validators = { entityTag: "a", lastModifiedMs: 0 };
  assertThrows(() => evaluate("GET", { ifMatch: '"a"' }, broken, 0), TypeError, "must be quoted");
  assertThrows(() => rangeApplies('"a"', broken, 0), TypeError, "must be quoted");
});
