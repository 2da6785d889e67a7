/**
 * Who is turned away at the door, judged by the address of the socket alone.
 *
 * @module
 */

import { AddressSet } from "../security/cidr.ts";
import { clientKey } from "../security/client_key.ts";
import { Offenders } from "../security/offenders.ts";
import type { GateSettings } from "../worker/settings.ts";

/** Judges addresses. */
export class Doorman {
  readonly #trusted: AddressSet;
  /** Clients refused for a while, if any are. */
  readonly offenders: Offenders | undefined;

  /** Goes by what the workers' gates go by. */
  constructor({ trustedProxies, offences, seed }: GateSettings) {
    this.#trusted = new AddressSet(trustedProxies);
    this.offenders = offences && new Offenders(offences.memory, { ...offences, seed });
  }

  /**
   * Who counts as one client: an IPv4 address, or a /64 of IPv6.
   *
   * @returns `undefined` for a trusted proxy, which speaks for many.
   */
  clientOf(address: string): string | undefined {
    if (this.#trusted.has(address)) return undefined;
    const { length, first, second } = clientKey(address);
    return `${length}:${first}:${second}`;
  }

  /** Whether the address sent too many bad requests a while ago. */
  isRefused(address: string): boolean {
    if (this.offenders === undefined || this.#trusted.has(address)) return false;
    return this.offenders.isRefused(clientKey(address), Date.now());
  }
}
