// Rows that share a section and a verdict, and the verdicts that most of them share.

import type { Case, Exchange, Verdict } from "./exchange.ts";
import { NEXT } from "./request.ts";
import { HELLO } from "./site.ts";

/** The file `/hello.html`, on a connection that stays open. */
export const SERVED: Verdict = { statuses: [200], after: "open", content: HELLO };

/** An upload was taken. */
export const STORED: Verdict = { statuses: [201], after: "open" };

/** Where the message ends is in doubt, so nothing behind it is read. Date: RFC 9110 §6.6.1. */
export const REFUSED: Verdict = answer(400, "closed", { connection: "close", date: true });

/** Nothing can be said yet. */
export const WAITING: Verdict = { statuses: [], after: "waiting" };

/** A verdict of one status. */
export function answer(
  status: number,
  after: Exchange["after"],
  fields?: Readonly<Record<string, string | boolean>>,
): Verdict {
  return { statuses: [status], after, ...(fields === undefined ? {} : { fields }) };
}

/** One row per case, all decided in one place and in one way. */
export function rows(
  section: string,
  verdict: Verdict,
  cases: readonly Case[],
): readonly Exchange[] {
  return cases.map(([rule, send]) => ({ rule, section, send, ...verdict }));
}

/** Rows of broken messages, each with a whole request behind it that must not be answered. */
export function refused(section: string, cases: readonly Case[]): readonly Exchange[] {
  return rows(section, REFUSED, cases.map(([rule, send]) => [rule, send + NEXT]));
}
