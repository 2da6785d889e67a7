/**
 * Whether a name holds a hash of the content, as build tools write it: then other content gets
 * another name, and this one may be kept for ever.
 *
 * @module
 */

/** Hexadecimal, as of webpack, Parcel, Hugo or Rails. */
const HEXADECIMAL = /[.\-_]([0-9a-f]{8,64})(?:\.[A-Za-z0-9]{1,8}){1,2}$/;

/** Eight characters of base64url or base32, as of Vite, Rollup or esbuild. */
const MIXED = /[.\-_]([A-Za-z0-9_-]{8})(?:\.[A-Za-z0-9]{1,8}){1,2}$/;

/**
 * Whether the name is one of a build tool's. It misses some hashes, which costs a request; it must
 * not take a name for one that a person gave, which could cost a year.
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(isFingerprinted("app.3f2a1b9c.js"));
 * assert(isFingerprinted("index-B7xyZ12a.css"));
 * assert(!isFingerprinted("report-20240101.js"));
 * assert(!isFingerprinted("photo-Summer24.jpg"));
 * ```
 */
export function isFingerprinted(name: string): boolean {
  const [, hexadecimal = ""] = HEXADECIMAL.exec(name) ?? [];
  if (/[0-9]/.test(hexadecimal) && /[a-f]/.test(hexadecimal)) return true; // a date has no letter
  const [, mixed = ""] = MIXED.exec(name) ?? [];
  return /[A-Z]/.test(mixed) && /[0-9][A-Za-z]/.test(mixed); // a word has its number at the end
}
