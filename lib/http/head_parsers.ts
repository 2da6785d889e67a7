/**
 * Parsers for the heads of many connections: one is needed only from a head's first octet to the answer,
 * and a connection that waits for its next request has none.
 *
 * @module
 */

import { type HeadLimits, HeadParser } from "./head_parser.ts";

/** Parsers that wait to be used again; more than answer at one time in a round are not worth keeping. */
const FREE_MAX = 64;

/** Lends parsers. */
export class HeadParsers {
  readonly #limits: HeadLimits;
  readonly #free: HeadParser[] = [];

  /** Lends parsers that hold every head to `limits`. */
  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  /** A parser that waits for a request line. One that is never given back is no loss. */
  take(): HeadParser {
    return this.#free.pop() ?? new HeadParser(this.#limits);
  }

  /** Takes a parser back. Nobody reads the fields of its last head any more. */
  give(parser: HeadParser): void {
    if (this.#free.length === FREE_MAX) return;
    parser.reset("request");
    this.#free.push(parser);
  }
}
