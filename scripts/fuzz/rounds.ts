// What must hold for every stream, and the proof of it for one.

import { assertEquals } from "@std/assert";
import { readAnswers } from "../../tests/exchanges/answers.ts";
import type { Line } from "../../tests/exchanges/line.ts";
import { LIMITS } from "../../tests/exchanges/site.ts";
import { cutAt, octets } from "../../tests/http/bytes.ts";
import { type Seen, SMALL_LIMITS, type Trace, traceOf } from "../../tests/http/trace.ts";
import { makeCuts, makeStream } from "./mutation.ts";
import type { Random } from "./random.ts";

/** What came of the streams so far. */
export interface Tally {
  inputs: number;
  inputBytes: number;
  requests: number;
  refused: number;
  closed: number;
  exchanges: number;
}

const REAL_LIMITS = { ...LIMITS, requestsMax: 1_000 };

/** One stream and its cuts, made of the numbers that `random` gives. */
export function makeInput(random: Random): { bytes: Uint8Array; cuts: number[] } {
  const bytes = octets(makeStream(random));
  return { bytes, cuts: makeCuts(random, bytes.length) };
}

/**
 * A session comes to the same verdict wherever the stream is cut, blames the peer with nothing but an
 * `HttpError`, closes behind it, and ends.
 */
export function checkSession(bytes: Uint8Array, cuts: readonly number[], tally: Tally): Trace {
  const limits = cuts.length % 2 === 0 ? REAL_LIMITS : SMALL_LIMITS;
  const whole = traceOf([bytes], limits);
  const apart = traceOf(cutAt(bytes, cuts), limits);
  assertEquals(apart.seen, whole.seen);
  assertEquals(apart.isClosed, whole.isClosed);
  tally.inputs++;
  tally.inputBytes += bytes.length;
  tally.requests += whole.seen.filter((seen) => "method" in seen).length;
  tally.refused += whole.seen.filter(isRefusal).length;
  tally.closed += whole.isClosed ? 1 : 0;
  return whole;
}

function isRefusal(seen: Seen): boolean {
  return "status" in seen;
}

/**
 * The worker answers in whole, well-framed answers, to no more requests than there were, says close
 * with the last alone, and comes to the same answers wherever the stream is cut.
 */
export async function checkExchange(
  line: Line,
  bytes: Uint8Array,
  cuts: readonly number[],
  tally: Tally,
): Promise<void> {
  const whole = await answersTo(line, [bytes]);
  assertEquals(await answersTo(line, cutAt(bytes, cuts)), whole);
  const { seen } = traceOf([bytes], REAL_LIMITS);
  const finals = whole.statuses.filter((status) => status !== 100);
  if (finals.length > seen.length) throw new Error("Cannot go on: more answers than requests");
  if (finals.some((status) => status === 500)) throw new Error("Cannot go on: a handler failed");
  if (!line.isIdle) throw new Error("Cannot go on: a slot or a block did not come back");
  tally.exchanges++;
}

async function answersTo(
  line: Line,
  pieces: readonly Uint8Array[],
): Promise<{ statuses: number[]; isClosed: boolean }> {
  using connection = line.open();
  for (const piece of pieces) await connection.send(piece);
  const answers = readAnswers(connection.answered, connection.logged);
  const closing = answers.findIndex(({ fields }) => fields.get("connection") === "close");
  assertEquals(closing, connection.isClosed ? answers.length - 1 : -1);
  return { statuses: answers.map(({ status }) => status), isClosed: connection.isClosed };
}
