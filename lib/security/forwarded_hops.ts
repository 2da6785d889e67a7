/**
 * The addresses that proxies left in Forwarded (RFC 7239) and X-Forwarded-For, last one first.
 *
 * Both are read from the right. Each proxy appends, so what stands there was written by the nearest
 * one; the far left is whatever the client made up, such as a quote that is never closed, and must
 * not decide how the rest is read.
 *
 * @module
 */

import { isOf, TOKEN } from "../http/octets.ts";
import { parseIpAddress } from "./ip_address.ts";

/** Addresses in the order in which trust is decided. */
export interface Hops {
  /**
   * The next address to the left in canonical text. `undefined` at the end and at everything that is
   * no address: a broken element, `unknown`, an obfuscated identifier. Nothing is read after that.
   */
  next(): string | undefined;
}

/** Longest element of either field; four parameters and an IPv6 address take a third of it. */
const ELEMENT_CHARS_MAX = 512;

/** Commas in a row; lists may have empty elements (RFC 9110 §5.6.1.2), if not too many. */
const EMPTY_ELEMENTS_MAX = 8;

// RFC 7239 §6: an IP address, IPv6 in brackets, with a port or an obfuscated one. Everything else
// that the grammar knows (`unknown`, `_hidden`) hides the address.
const NODE = /^(?:([0-9.]+)|\[([0-9A-Fa-f:.]+)\])(?::(?:[0-9]{1,5}|_[A-Za-z0-9._-]+))?$/;

const QUOTED_STRING = /^"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"$/;

/** Canonical address of a node, or `undefined` when it names none. */
function nodeAddress(node: string): string | undefined {
  const [, ipv4, ipv6] = NODE.exec(node) ?? [];
  if (ipv4 !== undefined) return parseIpAddress(ipv4)?.text;
  return ipv6?.includes(":") ? parseIpAddress(ipv6)?.text : undefined;
}

/**
 * The `for` parameters of Forwarded.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const hops = new ForwardedHops('for=unknown, for="[2001:db8::1]:4711";proto=http');
 * assertEquals(hops.next(), "2001:db8::1");
 * assertEquals(hops.next(), undefined);
 * ```
 */
export class ForwardedHops implements Hops {
  readonly #text: string;
  #end: number;

  /** Starts at the right end of the field value, all its lines joined with commas. */
  constructor(text: string) {
    this.#text = text;
    this.#end = text.length;
  }

  next(): string | undefined {
    const parameters = new Map<string, string>();
    const start = this.#readElement(elementEnd(this.#text, this.#end), parameters);
    const address = start === undefined ? undefined : nodeAddress(parameters.get("for") ?? "");
    this.#end = address === undefined ? 0 : start ?? 0;
    return address;
  }

  /**
   * Reads `[ pair ] *( ";" [ pair ] )` that ends at `end`, each name once (RFC 7239 §4).
   *
   * @returns Where the element starts, or `undefined` when it is broken.
   */
  #readElement(end: number, parameters: Map<string, string>): number | undefined {
    // Each turn takes a pair, if one stands there, and the semicolon in front of it.
    for (let at: number | undefined = end; end - at <= ELEMENT_CHARS_MAX; at--) {
      const isPair = this.#text[at - 1] !== ";" && elementStart(this.#text, at) === undefined;
      if (isPair) at = this.#readPair(at, parameters);
      if (at === undefined) return undefined;
      if (this.#text[at - 1] !== ";") return elementStart(this.#text, at);
    }
    return undefined;
  }

  /** Reads `token "=" value` that ends at `end`. */
  #readPair(end: number, parameters: Map<string, string>): number | undefined {
    const isQuoted = this.#text[end - 1] === '"';
    const valueStart = isQuoted ? quotedStart(this.#text, end) : tokenStart(this.#text, end);
    if (valueStart === undefined || this.#text[valueStart - 1] !== "=") return undefined;
    const start = tokenStart(this.#text, valueStart - 1);
    if (start === undefined) return undefined;
    const name = this.#text.slice(start, valueStart - 1).toLowerCase();
    if (parameters.has(name)) return undefined;
    const value = this.#text.slice(valueStart, end);
    parameters.set(name, isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value);
    return start;
  }
}

/**
 * The elements of X-Forwarded-For: addresses, which some proxies write with a port.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const hops = new XForwardedForHops("2001:DB8::1, 192.0.2.1:4711");
 * assertEquals(hops.next(), "192.0.2.1");
 * assertEquals(hops.next(), "2001:db8::1");
 * ```
 */
export class XForwardedForHops implements Hops {
  readonly #text: string;
  #end: number;

  /** Starts at the right end of the field value, all its lines joined with commas. */
  constructor(text: string) {
    this.#text = text;
    this.#end = text.length;
  }

  next(): string | undefined {
    const end = elementEnd(this.#text, this.#end);
    // A slice keeps the search for the comma from running on through what the client wrote.
    const element = this.#text.slice(Math.max(end - ELEMENT_CHARS_MAX, 0), end);
    const node = element.slice(element.lastIndexOf(",") + 1).replace(/^[\t ]+/, "");
    const address = parseIpAddress(node)?.text ?? nodeAddress(node);
    const start = elementStart(this.#text, end - node.length);
    this.#end = address === undefined ? 0 : start ?? 0;
    return start === undefined ? undefined : address;
  }
}

/** Where the last element of the list that ends at `end` has its end: 0 when there is none. */
function elementEnd(text: string, end: number): number {
  let at = skipBlanks(text, end);
  for (let commas = 0; text[at - 1] === ","; commas++) {
    if (commas > EMPTY_ELEMENTS_MAX) return 0;
    at = skipBlanks(text, at - 1);
  }
  return at;
}

/** Where blanks in front of `at` begin, if nothing but a comma stands in front of them. */
function elementStart(text: string, at: number): number | undefined {
  const start = skipBlanks(text, at);
  return start === 0 || text[start - 1] === "," ? start : undefined;
}

function skipBlanks(text: string, end: number): number {
  let at = end;
  while (text[at - 1] === " " || text[at - 1] === "\t") at--;
  return at;
}

/** Where the token that ends at `end` starts, or `undefined` when none does. */
function tokenStart(text: string, end: number): number | undefined {
  let at = end;
  while (at > 0 && end - at < ELEMENT_CHARS_MAX && isOf(text.charCodeAt(at - 1), TOKEN)) at--;
  return at === end ? undefined : at;
}

/** Where the quoted-string that ends at `end` starts, or `undefined` when none does. */
function quotedStart(text: string, end: number): number | undefined {
  if (isEscaped(text, end - 1)) return undefined;
  const stop = Math.max(end - ELEMENT_CHARS_MAX, 0);
  for (let at = end - 2; at >= stop; at--) {
    if (text[at] !== '"' || isEscaped(text, at)) continue;
    return QUOTED_STRING.test(text.slice(at, end)) ? at : undefined;
  }
  return undefined;
}

/** Whether an odd number of backslashes stands in front. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}
