/**
 * The host names and addresses an operator may write: which are plausible, and their one spelling.
 * Nothing is looked up.
 *
 * @module
 */

// RFC 1123 §2.1: letters, digits and inner hyphens, up to 63. The underscore is no part of it, but
// container networks hand out names that have one.
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

// RFC 1035 §3.1 bounds a name to 255 octets on the wire, which leaves 253 characters as text.
const NAME_LENGTH_MAX = 253;

// A name whose last label is a number is an IPv4 address or a mistake, to browsers as well.
const NUMBER_LABEL = /^(?:\d+|0x[0-9a-f]*)$/;
// A port is told from the end of an IPv6 address by the brackets.
const WITH_PORT = /^([^:]+|\[[^\]]+\]):([0-9]{1,5})$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Reads a host name or IP literal into its one spelling: lower case, one trailing dot dropped, an
 * IPv6 address without brackets and in its shortest form (RFC 5952).
 *
 * @returns the host, or `undefined` when the text is not a plausible one
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseHost("Example.ORG."), "example.org");
 * assertEquals(parseHost("[0:0::1]"), "::1");
 * assertEquals(parseHost("256.1.1.1"), undefined);
 * ```
 */
export function parseHost(text: string): string | undefined {
  if (text.startsWith("[") && text.endsWith("]")) return parseIpv6(text.slice(1, -1));
  return text.includes(":") ? parseIpv6(text) : parseName(text);
}

/**
 * Reads what {@linkcode parseHost} reads, or a `*.` in front of a host name, which stands for every
 * name below it, each with an optional `:PORT`, which clients see in front of a port mapping. A sole
 * `*` stands for every host, and switches the check off.
 *
 * @returns the host or pattern in its one spelling, or `undefined` when it is neither
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseHostPattern("*.Example.org"), "*.example.org");
 * assertEquals(parseHostPattern("Example.org:9000"), "example.org:9000");
 * assertEquals(parseHostPattern("*.127.0.0.1"), undefined);
 * ```
 */
export function parseHostPattern(text: string): string | undefined {
  if (text === "*") return text;
  const mapped = WITH_PORT.exec(text);
  if (mapped === null) return parsePattern(text);
  const [, name = "", port = ""] = mapped;
  const pattern = parsePattern(name);
  if (pattern === undefined || Number(port) < 1 || Number(port) > 65535) return undefined;
  return `${pattern.includes(":") ? `[${pattern}]` : pattern}:${Number(port)}`;
}

function parsePattern(text: string): string | undefined {
  if (!text.startsWith("*.")) return parseHost(text);
  const parent = parseName(text.slice(2));
  return parent === undefined || IPV4.test(parent) ? undefined : `*.${parent}`;
}

function parseName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, "");
  const labels = name.split(".");
  if (name.length > NAME_LENGTH_MAX || !labels.every((label) => LABEL.test(label))) {
    return undefined;
  }
  return NUMBER_LABEL.test(labels.at(-1) ?? "") && !IPV4.test(name) ? undefined : name;
}

function parseIpv6(text: string): string | undefined {
  // Only the characters of an address reach the URL parser, which then judges their order.
  if (!/^[0-9a-f:.]+$/i.test(text)) return undefined;
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
}
