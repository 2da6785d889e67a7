/**
 * The value of a Host field, or the authority of an absolute-form target, split and canonical.
 *
 * @module
 */

import { parseIpAddress } from "./ip_address.ts";

/** A well-formed `uri-host [ ":" port ]` (RFC 9110 §7.2). */
export interface Authority {
  /**
   * Lower case; an IP address in canonical text without brackets, a name without its one trailing
   * dot. Empty when the field was empty or began with the colon.
   */
  readonly host: string;
  /** Whether `host` is an IP address, so that a pattern for names must not match its text. */
  readonly isAddress: boolean;
  /** Port as sent, 0 to 65535, or `undefined` when absent. */
  readonly port: number | undefined;
}

/** RFC 3986 §3.2.2 bounds a registered name to 255 characters; the rest is `:65535`. */
const AUTHORITY_CHARS_MAX = 255 + 6;

const PORT_MAX = 65_535;

// RFC 3986 §3.2.2: a bracketed literal, or a reg-name, then at most one port. Userinfo has no
// place in it (RFC 9110 §7.2), and `@` is in none of the classes. An empty port is legal in a URI
// (§3.2.3), but no client sends one: RFC 9110 §4.2.3 has them normalise it away.
const AUTHORITY =
  /^(?:\[([^[\]]+)\]|((?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*))(?::([0-9]{1,5}))?$/;

const IP_FUTURE = /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i;

/**
 * Splits an authority without userinfo. Escapes in a name stay as they are: no resolver asks for
 * them, so they must not become equal to a plain name.
 *
 * @returns The parts, or `undefined` when the text breaks the grammar; it never throws.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseAuthority("[0:0::1]:8080"), { host: "::1", isAddress: true, port: 8080 });
 * assertEquals(parseAuthority("Example.org."), {
 *   host: "example.org",
 *   isAddress: false,
 *   port: undefined,
 * });
 * assertEquals(parseAuthority("user@example.org"), undefined);
 * ```
 */
export function parseAuthority(text: string): Authority | undefined {
  if (text.length > AUTHORITY_CHARS_MAX) return undefined;
  const parts = AUTHORITY.exec(text);
  if (parts === null) return undefined;
  const [, literal, name = "", digits] = parts;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > PORT_MAX) return undefined;
  if (literal !== undefined) return literalAuthority(literal, port);
  const host = (name.endsWith(".") ? name.slice(0, -1) : name).toLowerCase();
  return { host, isAddress: parseIpAddress(host) !== undefined, port };
}

/** What stands in brackets: IPv6, or the address form of a later version, which nobody has. */
function literalAuthority(literal: string, port: number | undefined): Authority | undefined {
  // No zone id (RFC 9844 took it out of URIs): it names an interface of the client's machine.
  const address = literal.includes(":") ? parseIpAddress(literal) : undefined;
  if (address !== undefined) return { host: address.text, isAddress: true, port };
  if (!IP_FUTURE.test(literal)) return undefined;
  return { host: `[${literal.toLowerCase()}]`, isAddress: true, port };
}
