/**
 * Web origins in the one form in which equal ones have equal text (RFC 6454 §4 to §6).
 *
 * @module
 */

import { parseIpAddress } from "./ip_address.ts";

/** What pages without an origin of their own send: a sandboxed frame, a file, some redirects. */
export const NULL_ORIGIN = "null";

/** A scheme, a name of at most 255 characters and a port fit easily. */
const ORIGIN_CHARS_MAX = 300;

// RFC 6454 §7.1 of a single origin. Hosts are in ASCII (xn--) form by then; escapes never occur.
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?$/;

const PORT_MAX = 65_535;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The origin with scheme and host in lower case, without the scheme's default port and with an
 * IPv6 address in canonical text; or `null`, which is an origin as well and equal to nothing else.
 *
 * @returns `undefined` when the text is not one origin; it never throws.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalOrigin("HTTPS://Example.org:443"), "https://example.org");
 * assertEquals(canonicalOrigin("https://example.org/"), undefined);
 * ```
 */
export function canonicalOrigin(text: string): string | undefined {
  if (text.length > ORIGIN_CHARS_MAX) return undefined;
  if (text === NULL_ORIGIN) return NULL_ORIGIN;
  const [, scheme, rawHost, digits] = ORIGIN.exec(text.toLowerCase()) ?? [];
  if (scheme === undefined || rawHost === undefined) return undefined;
  const host = canonicalHost(rawHost);
  if (host === undefined) return undefined;
  const port = digits === undefined ? undefined : Number(digits);
  if (port === undefined || port === DEFAULT_PORTS[scheme]) return `${scheme}://${host}`;
  return port > PORT_MAX ? undefined : `${scheme}://${host}:${port}`;
}

function canonicalHost(host: string): string | undefined {
  if (!host.startsWith("[")) return host;
  const address = host.includes(":") ? parseIpAddress(host.slice(1, -1)) : undefined;
  // An IPv4-mapped address is another origin than the IPv4 address: its text must stay.
  if (address?.family === 4) return host;
  return address === undefined ? undefined : `[${address.text}]`;
}
