/**
 * Texts that came before. The same few targets, hosts and options come again and again; handed out as
 * the very same string they make no garbage, and a map that is keyed by one finds its hash ready.
 *
 * @module
 */

import { latin1 } from "./octets.ts";

/** Texts remembered; a text has one place in the table and takes it from whatever is there. */
const TEXTS_MAX = 512;

/** Longest text remembered, in octets: the table stays below 100 KB whatever clients send. */
const TEXT_BYTES_MAX = 128;

/** A fixed-size memory of short texts. */
export class TextTable {
  readonly #texts = new Array<string>(TEXTS_MAX).fill("");

  /** The octets `start` to `end` as text, one character each (latin-1). */
  read(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > TEXT_BYTES_MAX) return latin1(bytes, start, end);
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const place = (hash ^ (hash >>> 16)) & (TEXTS_MAX - 1);
    const known = this.#texts[place] ?? "";
    if (isText(known, bytes, start, end)) return known;
    return this.#texts[place] = latin1(bytes, start, end);
  }
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at - start) !== bytes[at]) return false;
  }
  return true;
}
