// Every exchange of the table against the real worker side, in memory: whole, cut everywhere, octet
// by octet, and with another request right behind. However the octets come, the verdict is the same.

import { assert, assertEquals } from "@std/assert";
import { EXCHANGES } from "./exchanges/all.ts";
import { readAnswers, type SeenAnswer } from "./exchanges/answers.ts";
import type { Exchange } from "./exchanges/exchange.ts";
import { makeLine, makeSite } from "./exchanges/fixture.ts";
import type { LineConnection } from "./exchanges/line.ts";
import { GET } from "./exchanges/request.ts";
import { HELLO } from "./exchanges/site.ts";
import { allocateWorkerPage, WorkerReading } from "../lib/telemetry/worker_counters.ts";

/** Connections at one time: uploads wait for the disk, and need not wait for each other. */
const LANES = 32;

/** Longer rows are not cut at every octet but near every place where something changes. */
const SHORT_BYTES = 2048;

const FOLLOW_UP = encode(GET("/hello.html"));

const folder = await makeSite();
const page = allocateWorkerPage();
const line = makeLine(folder, LANES, page);

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

for (const exchange of EXCHANGES) {
  Deno.test(`Exchange ${exchange.rule} (${exchange.section})`, () => check(exchange));
}

function encode(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

async function check(exchange: Exchange): Promise<void> {
  const bytes = encode(exchange.send);
  const ways = [() => runApart(exchange, [bytes]), () => runTogether(exchange, bytes)];
  for (const cut of cuts(bytes.length)) {
    ways.push(() => runApart(exchange, [bytes.subarray(0, cut), bytes.subarray(cut)]));
  }
  if (bytes.length <= SHORT_BYTES) {
    ways.push(() => runApart(exchange, Array.from(bytes, (octet) => Uint8Array.of(octet))));
  }
  await Promise.all(Array.from({ length: LANES }, () => runInTurn(ways)));
  assert(line.isIdle, "every slot and every block must come back");
  assertEquals(new WorkerReading(page).cell("inFlight"), 0, "no request may stay under way");
  if (exchange.send.includes("/upload")) await clearUploads();
}

/** Nothing but whole uploads may be left behind. */
async function clearUploads(): Promise<void> {
  for await (const { name } of Deno.readDir(`${folder}/uploads`)) {
    assert(/^upload_.*\.json$/.test(name), `${name} must not be left behind`);
    await Deno.remove(`${folder}/uploads/${name}`);
  }
}

/** Takes ways from the same list as the other lanes do. */
async function runInTurn(ways: (() => Promise<void>)[]): Promise<void> {
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) await way();
}

/** Where to cut: everywhere; in long rows near both ends, near full buffers, and here and there. */
function cuts(byteLength: number): number[] {
  const all = Array.from({ length: byteLength - 1 }, (_, at) => at + 1);
  if (byteLength <= SHORT_BYTES) return all;
  const isNear = (at: number) => (at + 40) % 4096 < 80 || at > byteLength - 80;
  return all.filter((at) => isNear(at) || at % 101 === 0);
}

/** The row in pieces, and when all of it has come, the follow-up. */
async function runApart(exchange: Exchange, pieces: readonly Uint8Array[]): Promise<void> {
  using connection = line.open();
  for (const piece of pieces) await connection.send(piece);
  assertVerdict(exchange, connection);
  await connection.send(FOLLOW_UP);
  assertFollowed(exchange, connection);
}

/** The row and the follow-up at once. */
async function runTogether(exchange: Exchange, bytes: Uint8Array): Promise<void> {
  using connection = line.open();
  await connection.send(new Uint8Array([...bytes, ...FOLLOW_UP]));
  assertFollowed(exchange, connection);
}

/** What was seen before the follow-up is what the row says, and no more. */
function assertVerdict(exchange: Exchange, connection: LineConnection): void {
  const answers = readAnswers(connection.answered, connection.logged);
  assertEquals(answers.map(({ status }) => status), [...exchange.statuses]);
  assertEquals(connection.isClosed, exchange.after === "closed");
  const last = answers.at(-1);
  if (last !== undefined) assertLast(exchange, last);
}

function assertLast({ fields = {}, content, after }: Exchange, last: SeenAnswer): void {
  if (last.status !== 100) {
    assertEquals(last.fields.get("connection") === "close", after === "closed");
  }
  for (const [name, expected] of Object.entries(fields)) {
    const value = last.fields.get(name);
    if (typeof expected === "string") assertEquals(value, expected);
    else assertEquals(value !== undefined, expected, `${name} is ${value}`);
  }
  if (content !== undefined) assertEquals(last.content, content);
}

/** The follow-up is answered when the connection was open for it, and never otherwise. */
function assertFollowed({ statuses, after }: Exchange, connection: LineConnection): void {
  const answers = readAnswers(connection.answered, connection.logged);
  const seen = answers.map(({ status }) => status);
  const next = answers[statuses.length];
  const isFollowed = next?.status === 200 && next.content === HELLO;
  assertEquals(seen.slice(0, statuses.length), [...statuses]);
  assertEquals(isFollowed, after === "open", `the answer behind is ${next?.status}`);
  if (after !== "waiting") assertEquals(answers.length, statuses.length + (isFollowed ? 1 : 0));
  for (const answer of answers.slice(0, -1)) {
    assert(answer.fields.get("connection") !== "close", "only the last answer may say close");
  }
}
