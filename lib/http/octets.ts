/**
 * Which octets may stand where: one table of classes, looked up once an octet.
 *
 * @module
 */

/** `tchar` (RFC 9110 §5.6.2): methods and field names. */
export const TOKEN = 1;
/** What a request target may hold here: visible ASCII but `#`, since a fragment is never sent (RFC 9110 §7.1). */
export const TARGET = 2;
/** Field values: HTAB, SP, VCHAR and obs-text (RFC 9110 §5.5), and what a quoted string may escape (§5.6.4). */
export const VALUE = 4;
/** `HEXDIG`. */
export const HEX = 8;
/** `DIGIT`. */
export const DIGIT = 16;
/** `qdtext` (RFC 9110 §5.6.4): what a quoted string holds without an escape. */
export const QUOTED = 32;
/** White space within a line: SP and HTAB (RFC 9110 §5.6.3). */
export const BLANK = 64;

/** Carriage return. */
export const CR = 0x0d;
/** Line feed. */
export const LF = 0x0a;
/** Space. */
export const SP = 0x20;
/** Colon. */
export const COLON = 0x3a;

/** The classes of every octet. */
export const CLASSES: Uint8Array = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(256);
  const mark = (octets: string, bits: number) => {
    for (const octet of octets) mask(octet.charCodeAt(0), bits);
  };
  const mask = (octet: number, bits: number) => table[octet] = (table[octet] ?? 0) | bits;
  for (let octet = 0x21; octet <= 0x7e; octet++) mask(octet, TARGET | VALUE | QUOTED);
  for (let octet = 0x80; octet <= 0xff; octet++) mask(octet, VALUE | QUOTED);
  mark("\t ", VALUE | QUOTED | BLANK);
  table[0x23] = VALUE | QUOTED; // "#"
  table[0x22] = TARGET | VALUE; // the quote
  table[0x5c] = TARGET | VALUE; // the backslash
  mark("0123456789", DIGIT | HEX | TOKEN);
  mark("abcdefABCDEF", HEX);
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~", TOKEN);
  return table;
}

/** Whether the octet is of one of these classes; an index past the end is of none. */
export function isOf(octet: number | undefined, bits: number): boolean {
  return octet !== undefined && ((CLASSES[octet] ?? 0) & bits) !== 0;
}

/** The octets `start` to `end` as text, one character each (latin-1). */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
