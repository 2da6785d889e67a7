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

/** Who wants the octets that came out, if they are few. */
export interface CodedKeeper {
  /** More octets than so many are not wanted. */
  readonly bytesMax: number;
  /** Takes them all, once the content has come to its end. */
  keep(octets: Uint8Array): void;
}

/** A content that is gzipped as it is pulled, in memory that does not grow with it. */
export class GzipContent implements ContentSource {
  readonly byteLength: undefined = undefined;
  readonly #source: ContentSource;
  readonly #step = new Uint8Array(STEP_BYTES);
  readonly #gzip: Gzip;
  readonly #keeper: CodedKeeper | undefined;
  #coded: Uint8Array[] = [];
  #kept: Uint8Array[] = [];
  #codedBytes = 0;
  #isFinal = false;

  /** Codes `source`, which fills what it reads into until it ends, and owns it. */
  constructor(source: ContentSource, keeper?: CodedKeeper) {
    this.#source = source;
    this.#keeper = keeper;
    this.#gzip = new Gzip({ level: LEVEL, mtime: 0 }, (octets) => this.#put(octets));
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
    this.#coded = this.#kept = [];
    this.#isFinal = true;
    this.#source.close();
  }

  #put(octets: Uint8Array): void {
    if (octets.length === 0) return;
    this.#coded.push(octets);
    this.#codedBytes += octets.length;
    if (this.#codedBytes <= (this.#keeper?.bytesMax ?? 0)) this.#kept.push(octets);
    else this.#kept = [];
  }

  #code(): void {
    const byteLength = this.#source.read(this.#step);
    this.#isFinal = byteLength < STEP_BYTES;
    this.#gzip.push(this.#step.slice(0, byteLength), this.#isFinal);
    if (this.#isFinal && this.#kept.length > 0) this.#keep();
  }

  #keep(): void {
    const whole = new Uint8Array(this.#codedBytes);
    let at = 0;
    for (const octets of this.#kept) {
      whole.set(octets, at);
      at += octets.length;
    }
    this.#keeper?.keep(whole);
  }
}
