// Streams that are nearly right: rows of the table of exchanges, joined and edited.

import { EXCHANGES } from "../../tests/exchanges/all.ts";
import type { Random } from "./random.ts";

/** Longest stream, in octets: long ones break nothing that short ones do not, and take longer. */
const STREAM_BYTES_MAX = 2_048;

const EDITS_MAX = 6;

const SOURCES: readonly string[] = EXCHANGES.map(({ send }) => send)
  .filter((send) => send.length <= STREAM_BYTES_MAX / 2);

/** What attacks are made of. */
const HOSTILE: readonly string[] = [
  ...'\r\n|\n|\r|\0|\t| |:|;|,|=|"|\\|0|1|7|f|ffffffff|\x7f|\x80|\xff|\r\n\r\n|0\r\n\r\n'.split(
    "|",
  ),
  "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "Host: localhost\r\n",
  "Content-Length: 7\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "Range: bytes=0-1,5-\r\n",
  'If-None-Match: "a"\r\n',
  "HTTP/1.0",
  '7\r\n{"a":1}\r\n',
  "http://localhost",
  "/../",
  "%00",
];

const EDITS: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => insert(text, random, random.pick(HOSTILE)),
  (text, random) => insert(text, random, String.fromCharCode(random.below(256))),
  (text, random) => insert(text, random, random.pick(SOURCES)),
  (text, random) => replace(text, random, 1, String.fromCharCode(random.below(256))),
  (text, random) => replace(text, random, 1, random.pick(HOSTILE)),
  (text, random) => replace(text, random, 1 + random.below(16), ""),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  repeatPart,
];

function insert(text: string, random: Random, part: string): string {
  return replace(text, random, 0, part);
}

function replace(text: string, random: Random, length: number, part: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + part + text.slice(at + length);
}

function repeatPart(text: string, random: Random): string {
  const start = random.below(text.length + 1);
  const part = text.slice(start, start + 1 + random.below(64));
  return insert(text, random, part.repeat(1 + random.below(4)));
}

/** A stream: most are broken in one place or a few, and some are whole. */
export function makeStream(random: Random): string {
  let text = random.pick(SOURCES);
  if (random.below(4) === 0) text += random.pick(SOURCES);
  for (let edits = random.below(EDITS_MAX + 1); edits > 0; edits--) {
    text = random.pick(EDITS)(text, random);
  }
  return text.slice(0, STREAM_BYTES_MAX);
}

/** Where to cut a stream of this length: often not at all, at times nearly everywhere. */
export function makeCuts(random: Random, byteLength: number): number[] {
  const count = random.pick([0, 1, 1, 2, 3, 8, byteLength]);
  return Array.from({ length: count }, () => random.below(byteLength + 1));
}
