// The whole table. It checks itself when loaded: a row that says the same as another, or that
// could not be sent, is a mistake of ours and must not pass for a test.

import { CHUNKED_ROWS } from "./chunked.ts";
import { CONDITIONAL } from "./conditional.ts";
import { CONNECTION } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import { EXPECTATIONS } from "./expect.ts";
import { FIELDS } from "./fields.ts";
import { FRAMING } from "./framing.ts";
import { HOST_ROWS } from "./host.ts";
import { METHODS } from "./methods.ts";
import { PIPELINE } from "./pipeline.ts";
import { RANGE } from "./range.ts";
import { REQUEST_LINE } from "./request_line.ts";

/** Every exchange, in the order in which a request is read. */
export const EXCHANGES: readonly Exchange[] = checked([
  ...REQUEST_LINE,
  ...HOST_ROWS,
  ...FIELDS,
  ...FRAMING,
  ...CHUNKED_ROWS,
  ...CONNECTION,
  ...EXPECTATIONS,
  ...METHODS,
  ...CONDITIONAL,
  ...RANGE,
  ...PIPELINE,
]);

function checked(exchanges: readonly Exchange[]): readonly Exchange[] {
  const rules = new Set<string>();
  const sent = new Map<string, string>();
  for (const exchange of exchanges) {
    const twin = sent.get(exchange.send);
    if (rules.has(exchange.rule)) fail(exchange, "rule must be unique");
    if (twin !== undefined) fail(exchange, `bytes must be unique, sent before in "${twin}"`);
    checkShape(exchange);
    rules.add(exchange.rule);
    sent.set(exchange.send, exchange.rule);
  }
  return exchanges;
}

function checkShape(exchange: Exchange): void {
  const { section, send, statuses, after, fields = {}, content } = exchange;
  const last = statuses.at(-1);
  if (!/^RFC \d{4} §\d+(?:\.\d+)*$/.test(section)) fail(exchange, "section must name an RFC");
  // deno-lint-ignore no-control-regex -- control characters are what half of the rows are about
  if (!/^[\x00-\xff]+$/.test(send)) fail(exchange, "bytes must be characters up to 0xff");
  if (after === "closed" && last === undefined) fail(exchange, "closing must follow an answer");
  const looksAtAnswer = Object.keys(fields).length > 0 || content !== undefined;
  if (looksAtAnswer && last === undefined) fail(exchange, "checks must have an answer");
  if (Object.keys(fields).some((name) => name !== name.toLowerCase())) {
    fail(exchange, "names of fields must be in lower case");
  }
}

function fail(exchange: Exchange, state: string): never {
  throw new Error(`Cannot use the exchange "${exchange.rule}": ${state}`);
}
