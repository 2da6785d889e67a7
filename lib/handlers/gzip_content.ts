/**
 * The gzip coding, made while it is sent.
 *
 * @module
 */

import { Gzip, gzipSync } from "fflate";
import { type ContentSource, NOT_YET } from "../http/content.ts";

/** Octets coded at a time: a few milliseconds of work, so that other connections are not kept waiting. */
const STEP_BYTES = 64 * 1024;

/** Half way between speed and size, as everybody has it. */
const LEVEL = 6;

/** Codes a small content at once. The time of the coding is left out, so equal inputs give equal octets. */
export function gzip(content: Uint8Array): Uint8Array {
  return gzipSync(content, { level: LEVEL, mtime: 0 });
}

/** A content that is gzipped as it is pulled, in memory that does not grow with it. */
export class GzipContent implements ContentSource {
  readonly byteLength: undefined = undefined;
  readonly #source: ContentSource;
  readonly #step = new Uint8Array(STEP_BYTES);
  readonly #gzip: Gzip;
  #coded: Uint8Array[] = [];
  #isFinal = false;

  /** Codes `source`, which fills what it reads into until it ends, and owns it. */
  constructor(source: ContentSource) {
    this.#source = source;
    this.#gzip = new Gzip({ level: LEVEL, mtime: 0 }, (octets) => {
      if (octets.length > 0) this.#coded.push(octets);
    });
  }

  read(into: Uint8Array): number {
    if (this.#coded.length === 0 && !this.#isFinal) this.#code();
    const [octets] = this.#coded;
    if (octets === undefined) return this.#isFinal ? 0 : NOT_YET;
    const byteLength = Math.min(into.length, octets.length);
    into.set(octets.subarray(0, byteLength));
    if (byteLength === octets.length) this.#coded.shift();
    else this.#coded[0] = octets.subarray(byteLength);
    return byteLength;
  }

  close(): void {
    this.#coded = [];
    this.#isFinal = true;
    this.#source.close();
  }

  #code(): void {
    const byteLength = this.#source.read(this.#step);
    this.#isFinal = byteLength < STEP_BYTES;
    this.#gzip.push(this.#step.slice(0, byteLength), this.#isFinal);
  }
}
