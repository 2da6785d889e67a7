/**
 * Who sent this request, when proxies stand in between?
 *
 * @module
 */

import type { AddressSet } from "./cidr.ts";
import { ForwardedHops, type Hops, XForwardedForHops } from "./forwarded_hops.ts";

/** What proxies say of the client. */
export interface ForwardingFields {
  /** Forwarded (RFC 7239), all lines joined with commas; `undefined` when absent. */
  readonly forwarded?: string | undefined;
  /** X-Forwarded-For, likewise. */
  readonly xForwardedFor?: string | undefined;
}

/** Proxies in a row that are believed; a longer chain is a loop or a lie. */
const HOPS_MAX = 32;

/**
 * The address that limits, bans and logs are about: the nearest one that is not a trusted proxy's.
 *
 * Nobody is believed but the trusted, each about its own peer only: from the socket's peer the walk
 * goes through the fields from right to left, and ends at the first address outside of `trusted`, or
 * at the last good one before something that is no address. What stands further left was written by
 * somebody nobody vouches for.
 *
 * A proxy that knows one of the two fields hands the other on as the client sent it. So when both are
 * there, an address counts only if both have it: Forwarded is followed as far as X-Forwarded-For
 * bears it out. A caller who knows which one the proxies write should pass just that one.
 *
 * @param peer Address of the socket's peer; it is returned as it is, others in canonical text.
 * @param trusted The proxies.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AddressSet } from "./cidr.ts";
 *
 * const trusted = new AddressSet(["10.0.0.0/8"]);
 * const fields = { xForwardedFor: "6.6.6.6, 192.0.2.1, 10.0.0.2" };
 * assertEquals(clientAddress("10.0.0.1", fields, trusted), "192.0.2.1");
 * assertEquals(clientAddress("198.51.100.1", fields, trusted), "198.51.100.1");
 * ```
 */
export function clientAddress(
  peer: string,
  { forwarded, xForwardedFor }: ForwardingFields,
  trusted: AddressSet,
): string {
  if (forwarded === undefined && xForwardedFor === undefined) return peer;
  if (!trusted.has(peer)) return peer;
  const hops: Hops[] = [];
  if (forwarded !== undefined) hops.push(new ForwardedHops(forwarded));
  if (xForwardedFor !== undefined) hops.push(new XForwardedForHops(xForwardedFor));
  let client = peer;
  for (let count = 0; count < HOPS_MAX; count++) {
    const next = agreed(hops);
    if (next === undefined) return client;
    client = next;
    if (!trusted.has(client)) return client;
  }
  return client;
}

/** The next address, if all say the same. */
function agreed([first, second]: readonly Hops[]): string | undefined {
  const address = first?.next();
  return second === undefined || second.next() === address ? address : undefined;
}
