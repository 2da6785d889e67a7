// What visitors do: all that a server in the open meets, each in a measure that lets the others be.

import { bytesOf } from "../../tests/integration/answer.ts";
import { chunk, get, head, request, upload, uploadHead } from "../../tests/integration/requests.ts";
import { FILES, LARGEST, TEXT } from "./site.ts";
import type { Visit, Visitor } from "./visitor.ts";

/** Longest a head may take on the server of a run, in milliseconds. */
export const HEAD_TIMEOUT_MS = 1_000;

function pick<T>(choices: readonly T[]): T {
  const choice = choices[Math.floor(Math.random() * choices.length)];
  if (choice === undefined) throw new RangeError("Cannot pick: there is nothing to pick from");
  return choice;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A JSON text of about so many bytes, which no other upload has. */
function jsonOf(bytes: number): string {
  return JSON.stringify({ id: crypto.randomUUID(), fill: "x".repeat(bytes) });
}

async function keepAlive(visitor: Visitor): Promise<void> {
  for (let count = 0; count < 20; count++) {
    const { target, content } = pick(FILES);
    if (count % 5 === 4) await visitor.ask(request("HEAD", target), 200, new Uint8Array(0));
    else await visitor.ask(get(target), 200, content);
  }
  await visitor.ask(get("/missing", "Connection: close"), 404);
}

async function ranges(visitor: Visitor): Promise<void> {
  const { target, content } = LARGEST;
  const first = Math.floor(Math.random() * (content.length - 50_000));
  const part = content.subarray(first, first + 50_000);
  await visitor.ask(get(target, `Range: bytes=${first}-${first + 49_999}`), 206, part);
  await visitor.ask(get(target, "Range: bytes=-100"), 206, content.subarray(-100));
  await visitor.ask(get(target, "Range: bytes=0-9,100-109,-5"), 206);
  await visitor.ask(get(target, `Range: bytes=${content.length}-`), 416);
}

async function conditions(visitor: Visitor): Promise<void> {
  const { target, content } = pick(FILES);
  const { fields } = await visitor.ask(get(target), 200, content);
  const tag = fields.get("etag") ?? "";
  for (let count = 0; count < 20; count++) {
    await visitor.ask(get(target, `If-None-Match: ${tag}`), 304, new Uint8Array(0));
  }
  await visitor.ask(get(target, 'If-Match: "another"'), 412);
}

async function pipelining(visitor: Visitor): Promise<void> {
  const files = Array.from({ length: 16 }, () => pick(FILES.slice(0, -1)));
  const sending = visitor.client.send(files.map(({ target }) => get(target)).join(""));
  for (const { content } of files) await visitor.take("GET", 200, content);
  await sending;
}

async function gzip(visitor: Visitor): Promise<void> {
  const answer = await visitor.ask(get(TEXT.target, "Accept-Encoding: gzip"), 200);
  const stream = new Blob([answer.content]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).bytes();
  if (text.length !== TEXT.content.length) throw new Error("got another text than the file has");
}

async function uploads(visitor: Visitor): Promise<void> {
  for (const bytes of [10, 1_000, 100_000]) {
    const text = jsonOf(bytes);
    const { fields } = await visitor.ask(upload(text), 201);
    const location = fields.get("location") ?? "";
    await visitor.ask(get(location), 200, bytesOf(text));
    await visitor.collect(location, bytesOf(text));
  }
  const text = jsonOf(500);
  const half = text.length >> 1;
  const chunks = chunk(text.slice(0, half)) + chunk(text.slice(half)) + "0\r\n\r\n";
  const { fields } = await visitor.ask(uploadHead("Transfer-Encoding: chunked") + chunks, 201);
  await visitor.collect(fields.get("location") ?? "", bytesOf(text));
}

async function repeatedUploads(visitor: Visitor): Promise<void> {
  const text = jsonOf(2_000);
  const key = `Idempotency-Key: "${crypto.randomUUID()}"`;
  const first = await visitor.ask(upload(text, key), 201);
  const again = await visitor.ask(upload(text, key), 201);
  const location = first.fields.get("location") ?? "";
  if (again.fields.get("location") !== location) throw new Error("stored twice under one key");
  await visitor.ask(upload("[1]", key), 422);
  await visitor.collect(location, bytesOf(text));
}

/** Requests that are answered with an error, after which the connection is of no use. */
const ATTACKS: readonly (readonly [request: string, status: number])[] = [
  [get("/../../etc/passwd"), 403],
  [get("/%2e%2e%2fetc/passwd"), 403],
  [get("/.git/config"), 403],
  [get("/a\\b"), 403],
  [get("/%zz"), 400],
  [get(`/${"a".repeat(9_000)}`), 414],
  [head("GET / HTTP/1.1"), 400],
  [head("GET / HTTP/1.1", "Host: evil.example"), 403],
  [head("GET / HTTP/1.1", "Host: a", "Host: b"), 400],
  [head("GET / HTTP/1.1", "Host: localhost", "X : y"), 400],
  [uploadHead("Content-Length: 3", "Transfer-Encoding: chunked") + "0\r\n\r\n", 400],
  [uploadHead("Transfer-Encoding: chunked") + "zz\r\n", 400],
  [upload("{ not JSON"), 400],
  [uploadHead("Content-Length: 99999999999"), 413],
  [request("BREW", "/"), 501],
  [head("GET / HTTP/3.0", "Host: localhost"), 505],
];

async function attack(visitor: Visitor): Promise<void> {
  const [sent, status] = pick(ATTACKS);
  await visitor.ask(sent, status);
}

async function slowHead(visitor: Visitor): Promise<void> {
  for (const piece of get("/file2.bin").match(/.{1,8}|\s+/gs) ?? []) {
    await visitor.client.send(piece);
    await pause(20);
  }
  await visitor.take("GET", 200);
}

async function endlessHead(visitor: Visitor): Promise<void> {
  await visitor.client.send("GET / HTTP/1.1\r\nHost: localh");
  await visitor.take("GET", 408);
}

async function slowReader(visitor: Visitor): Promise<void> {
  await visitor.client.send(get(LARGEST.target));
  for (let piece = 0; piece < 20; piece++) {
    await visitor.client.read();
    await pause(10);
  }
  visitor.leave(1);
}

async function abortedDownload(visitor: Visitor): Promise<void> {
  await visitor.client.send(get(LARGEST.target) + get("/file1.bin"));
  await visitor.client.read();
  visitor.leave(2);
}

async function abortedUpload(visitor: Visitor): Promise<void> {
  await visitor.client.send(uploadHead("Content-Length: 100000") + '"half');
  visitor.leave(1);
}

function silentGuest(visitor: Visitor): Promise<void> {
  visitor.leave(0);
  return Promise.resolve();
}

/** All of them. */
export const VISITS: readonly Visit[] = [
  { kind: "files over one connection", weight: 10, act: keepAlive },
  { kind: "ranges", weight: 6, act: ranges },
  { kind: "conditions", weight: 6, act: conditions },
  { kind: "pipelining", weight: 6, act: pipelining },
  { kind: "gzip", weight: 3, act: gzip },
  { kind: "uploads", weight: 6, act: uploads },
  { kind: "uploads sent twice", weight: 3, act: repeatedUploads },
  { kind: "attacks", weight: 20, act: attack },
  { kind: "slow heads", weight: 1, act: slowHead },
  { kind: "endless heads", weight: 1, act: endlessHead },
  { kind: "slow readers", weight: 2, act: slowReader },
  { kind: "aborted downloads", weight: 6, act: abortedDownload },
  { kind: "aborted uploads", weight: 6, act: abortedUpload },
  { kind: "guests that say nothing", weight: 4, act: silentGuest },
];
