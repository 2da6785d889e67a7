/**
 * The precondition of a request (RFC 9110 §13): does the client's idea of the representation still
 * hold? Each field answers by itself, and one function applies the answers in the order of the RFC.
 *
 * @module
 */

import {
  type EntityTag,
  isStrongMatch,
  isWeakMatch,
  parseEntityTag,
  parseEntityTagList,
} from "./entity_tag.ts";
import { parseHttpDate } from "./http_date.ts";

/** Values of the precondition fields as received; several lines of one are joined by commas. */
export interface Conditions {
  /** If-Match (RFC 9110 §13.1.1). */
  readonly ifMatch?: string | undefined;
  /** If-Unmodified-Since (RFC 9110 §13.1.4). */
  readonly ifUnmodifiedSince?: string | undefined;
  /** If-None-Match (RFC 9110 §13.1.2). */
  readonly ifNoneMatch?: string | undefined;
  /** If-Modified-Since (RFC 9110 §13.1.3). */
  readonly ifModifiedSince?: string | undefined;
}

/** What identifies the state of the selected representation (RFC 9110 §8.8). */
export interface Validators {
  /** Its tag as sent in ETag, with the quotes. */
  readonly entityTag: string;
  /** When it was last modified, in milliseconds since 1970; compared in whole seconds. */
  readonly lastModifiedMs: number;
}

/** What to do: perform the method, answer 304, or answer 412. */
export type Verdict = "proceed" | "not-modified" | "precondition-failed";

/** The answer of one field; one that must be ignored is absent too. */
type Answer = "absent" | "true" | "false";

/** RFC 9110 §13.2.1: these select no representation, so there is nothing to compare with. */
const UNCONDITIONAL_METHODS: ReadonlySet<string> = new Set(["CONNECT", "OPTIONS", "TRACE"]);

/**
 * Applies the preconditions in the order of RFC 9110 §13.2.2. To be asked only when the request
 * would succeed without them (§13.2.1); its last step, If-Range, is {@linkcode rangeApplies}.
 *
 * A tag list that does not parse matches nothing. Where that would let a write go ahead, the
 * precondition fails instead: the client asked for protection in words we do not understand.
 *
 * @param method Request method, in its own case.
 * @param validators Of the representation as it is now; `undefined` when there is none.
 * @param nowMs Milliseconds since 1970, for dates with a year of two digits.
 * @throws {TypeError} When `validators.entityTag` is not an entity tag.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const validators = { entityTag: '"a"', lastModifiedMs: 0 };
 * assertEquals(evaluate("GET", { ifNoneMatch: 'W/"a"' }, validators, 0), "not-modified");
 * assertEquals(evaluate("PUT", { ifNoneMatch: "*" }, validators, 0), "precondition-failed");
 * assertEquals(evaluate("PUT", { ifNoneMatch: "*" }, undefined, 0), "proceed");
 * ```
 */
export function evaluate(
  method: string,
  conditions: Conditions,
  validators: Validators | undefined,
  nowMs: number,
): Verdict {
  if (UNCONDITIONAL_METHODS.has(method)) return "proceed";
  const isRead = method === "GET" || method === "HEAD";

  const match = answerIfMatch(conditions.ifMatch, validators);
  if (match === "false") return "precondition-failed";
  if (match === "absent") {
    const unmodified = answerIfUnmodifiedSince(conditions.ifUnmodifiedSince, validators, nowMs);
    if (unmodified === "false") return "precondition-failed";
  }

  const noneMatch = answerIfNoneMatch(conditions.ifNoneMatch, validators, isRead);
  if (noneMatch === "false") return isRead ? "not-modified" : "precondition-failed";
  if (noneMatch === "absent" && isRead) {
    const modified = answerIfModifiedSince(conditions.ifModifiedSince, validators, nowMs);
    if (modified === "false") return "not-modified";
  }
  return "proceed";
}

/**
 * Whether Range is to be honored under this If-Range (RFC 9110 §13.1.5); otherwise the whole
 * representation is sent. Parts of two states must never be joined, so only strong validators
 * count: a weak tag never does, and a date not before the second it names is over, since until then
 * the representation may change again under the same date (§8.8.2.2).
 *
 * @param ifRange The field value; `undefined` when absent, and then Range stands.
 * @param validators Of the representation as it is now.
 * @param nowMs Milliseconds since 1970.
 * @throws {TypeError} When `validators.entityTag` is not an entity tag.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const validators = { entityTag: '"a"', lastModifiedMs: 784_111_777_000 };
 * assertEquals(rangeApplies('"a"', validators, 784_111_777_000), true);
 * assertEquals(rangeApplies('W/"a"', validators, 784_111_777_000), false);
 * assertEquals(rangeApplies("Sun, 06 Nov 1994 08:49:37 GMT", validators, 784_111_778_000), true);
 * ```
 */
export function rangeApplies(
  ifRange: string | undefined,
  validators: Validators,
  nowMs: number,
): boolean {
  if (ifRange === undefined) return true;
  const tag = parseEntityTag(ifRange);
  if (tag !== undefined) return isStrongMatch(tag, currentTag(validators));
  const dateMs = parseHttpDate(ifRange, nowMs);
  const modifiedMs = wholeSecond(validators.lastModifiedMs);
  return dateMs === modifiedMs && wholeSecond(nowMs) > modifiedMs;
}

function answerIfMatch(field: string | undefined, validators: Validators | undefined): Answer {
  if (field === undefined) return "absent";
  const tags = parseEntityTagList(field);
  if (tags === undefined || validators === undefined) return "false";
  return answer(tags === "*" || listHolds(tags, validators, isStrongMatch));
}

/** RFC 9110 §13.1.4: ignored without a valid date on both sides. */
function answerIfUnmodifiedSince(
  field: string | undefined,
  validators: Validators | undefined,
  nowMs: number,
): Answer {
  if (field === undefined || validators === undefined) return "absent";
  const sinceMs = parseHttpDate(field, nowMs);
  if (sinceMs === undefined) return "absent";
  return answer(wholeSecond(validators.lastModifiedMs) <= sinceMs);
}

function answerIfNoneMatch(
  field: string | undefined,
  validators: Validators | undefined,
  isRead: boolean,
): Answer {
  if (field === undefined) return "absent";
  if (field === validators?.entityTag) return "false"; // what a cache sends that holds this very state
  const tags = parseEntityTagList(field);
  if (tags === undefined) return answer(isRead);
  if (validators === undefined) return "true";
  return answer(tags !== "*" && !listHolds(tags, validators, isWeakMatch));
}

/** RFC 9110 §13.1.3: ignored without a valid date on both sides. */
function answerIfModifiedSince(
  field: string | undefined,
  validators: Validators | undefined,
  nowMs: number,
): Answer {
  if (field === undefined || validators === undefined) return "absent";
  const sinceMs = parseHttpDate(field, nowMs);
  if (sinceMs === undefined) return "absent";
  return answer(wholeSecond(validators.lastModifiedMs) > sinceMs);
}

function listHolds(
  tags: readonly EntityTag[],
  validators: Validators,
  isMatch: (a: EntityTag, b: EntityTag) => boolean,
): boolean {
  const current = currentTag(validators);
  return tags.some((tag) => isMatch(tag, current));
}

/** Our own tag: that it does not parse is a mistake of the program, never of the peer. */
function currentTag({ entityTag }: Validators): EntityTag {
  const tag = parseEntityTag(entityTag);
  if (tag !== undefined) return tag;
  throw new TypeError(
    `Cannot compare validators: entity tag must be quoted, current value is ${entityTag}`,
  );
}

/** Dates travel in whole seconds; a file changed at .9 of one is as old as that second. */
function wholeSecond(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}

function answer(holds: boolean): Answer {
  return holds ? "true" : "false";
}
