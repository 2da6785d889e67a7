/**
 * The field lines of one message, kept as offsets into its bytes and decoded only when asked for:
 * most fields of most requests are never looked at.
 *
 * @module
 */

import { latin1 } from "./octets.ts";
import { TextTable } from "./text_table.ts";

/** Numbers kept for each field line: where its name and its value start and end. */
const MARKS = 4;

const texts = new TextTable();

/**
 * Field lines in the order they came. The bytes lie in a receive buffer: what is needed after the
 * next bytes arrive must be read before.
 */
export class Fields {
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #marks: number[] = []; // never shortened: giving its memory back costs more than it holds
  #used = 0;
  // A bit for every length and for every first letter of a name (modulo 32): a name without both of
  // its bits is not there, which settles nearly every question about an absent field.
  #lengths = 0;
  #initials = 0;

  /** How many field lines there are. */
  get lineCount(): number {
    return this.#used / MARKS;
  }

  /** Forgets every line. */
  clear(): void {
    this.#used = this.#lengths = this.#initials = 0;
  }

  /**
   * Adds a line by its offsets; {@linkcode locate} says later which bytes they count in.
   *
   * @param initial First octet of the name.
   */
  add(
    initial: number,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const at = this.#used;
    this.#marks[at] = nameStart;
    this.#marks[at + 1] = nameEnd;
    this.#marks[at + 2] = valueStart;
    this.#marks[at + 3] = valueEnd;
    this.#used = at + MARKS;
    this.#lengths |= 1 << (nameEnd - nameStart);
    this.#initials |= 1 << initial;
  }

  /** Moves every offset towards the start by `by`. */
  rebase(by: number): void {
    for (let at = 0; at < this.#used; at++) this.#marks[at] = (this.#marks[at] ?? 0) - by;
  }

  /** Names the bytes that the offsets count in. */
  locate(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  /** Whether a field of this name (in lower case) is there. */
  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  /** How many field lines have this name (in lower case). */
  count(name: string): number {
    let count = 0;
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + MARKS)) count++;
    return count;
  }

  /**
   * The value of a field, without the white space around it. Several lines of one name are one
   * value with commas between (RFC 9110 §5.3).
   *
   * @param name In lower case.
   * @returns Latin-1 text, or `undefined` when there is no such field.
   */
  get(name: string): string | undefined {
    let at = this.#find(name, 0);
    if (at < 0) return undefined;
    let value = this.#valueAt(at);
    while ((at = this.#find(name, at + MARKS)) >= 0) value += `, ${this.#valueAt(at)}`;
    return value;
  }

  /** Every line as name (in lower case) and value. */
  *[Symbol.iterator](): Generator<[name: string, value: string]> {
    for (let at = 0; at < this.#used; at += MARKS) {
      const name = latin1(this.#bytes, this.#marks[at] ?? 0, this.#marks[at + 1] ?? 0);
      yield [name.toLowerCase(), this.#valueAt(at)];
    }
  }

  #valueAt(at: number): string {
    return texts.read(this.#bytes, this.#marks[at + 2] ?? 0, this.#marks[at + 3] ?? 0);
  }

  /** Index in the marks of the first line with this name at or after `from`, or -1. */
  #find(name: string, from: number): number {
    // Shifts count modulo 32, and so do letters of either case.
    if ((this.#lengths & (1 << name.length)) === 0) return -1;
    if ((this.#initials & (1 << name.charCodeAt(0))) === 0) return -1;
    const marks = this.#marks;
    for (let at = from; at < this.#used; at += MARKS) {
      const start = marks[at] ?? 0;
      if ((marks[at + 1] ?? 0) - start === name.length && this.#isNamed(start, name)) return at;
    }
    return -1;
  }

  /** Setting bit 5 folds case; of all token octets it makes only upper-case letters into a letter. */
  #isNamed(start: number, name: string): boolean {
    for (let i = 0; i < name.length; i++) {
      if (((this.#bytes[start + i] ?? 0) | 0x20) !== name.charCodeAt(i)) return false;
    }
    return true;
  }
}
