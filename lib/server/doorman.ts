/**
 * Who is turned away at the door, judged by the address of the socket alone.
 *
 * @module
 */

import { AddressSet } from "../security/cidr.ts";
import { type ClientKey, clientKey } from "../security/client_key.ts";
import { Offenders } from "../security/offenders.ts";
import { RateLimiter } from "../security/rate_limit.ts";
import type { GateSettings } from "../worker/settings.ts";

/** Judges addresses. */
export class Doorman {
  readonly #trusted: AddressSet;
  /** One text for all connections of a client: each of them keeps it. */
  readonly #names = new WeakMap<ClientKey, string>();
  /** Clients refused for a while, if any are. */
  readonly offenders: Offenders | undefined;
  readonly #requests: RateLimiter | undefined;

  /** Goes by what the workers' gates go by. */
  constructor({ trustedProxies, requests, offences, seed }: GateSettings) {
    this.#trusted = new AddressSet(trustedProxies);
    this.offenders = offences && new Offenders(offences.memory, { ...offences, seed });
    this.#requests = requests && new RateLimiter(requests.memory, { ...requests, seed });
  }

  /**
   * Who counts as one client: an IPv4 address, or a /64 of IPv6.
   *
   * @returns `undefined` for a trusted proxy, which speaks for many.
   */
  clientOf(address: string): string | undefined {
    if (this.#trusted.has(address)) return undefined;
    const key = clientKey(address);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `${key.length}:${key.first}:${key.second}`;
    this.#names.set(key, name);
    return name;
  }

  /** Whether the address sent too many bad requests a while ago. */
  isRefused(address: string): boolean {
    if (this.offenders === undefined || this.#trusted.has(address)) return false;
    return this.offenders.isRefused(clientKey(address), Date.now());
  }

  /**
   * Whether a client that speaks for itself may ask one thing more now, which then counts, as at a
   * worker's gate.
   */
  admits(address: string): boolean {
    if (this.isRefused(address)) return false;
    return this.#requests?.take(clientKey(address), Date.now()).allowed ?? true;
  }
}
