/**
 * Which addresses count as one client.
 *
 * @module
 */

import { type IpAddress, parseIpAddress } from "./ip_address.ts";
import type { HashInput } from "./key_hash.ts";

/**
 * A client, as tables know it: an IPv4 address, or the /64 of an IPv6 address, since a /64 is what
 * one household is given and any host in it picks addresses at will (RFC 7934 §6, RFC 8981).
 */
export type ClientKey = HashInput;

/** What is no IP address counts as one client, so that nobody leaves a limit by being unreadable. */
const NOBODY: ClientKey = Object.freeze({ length: 0, first: 0, second: 0 });

/** Keys remembered in each of the two halves of {@linkcode KeyMemory}. */
const REMEMBERED_MAX = 2048;

/**
 * The last addresses and their keys: at least 2048, at most 4096. Two maps, of which the older is
 * dropped when the younger is full, forget in one step and never look for the oldest entry.
 */
class KeyMemory {
  #young = new Map<string, ClientKey>();
  #old = new Map<string, ClientKey>();

  get(address: string): ClientKey | undefined {
    const young = this.#young.get(address);
    if (young !== undefined) return young;
    const old = this.#old.get(address);
    if (old !== undefined) this.set(address, old);
    return old;
  }

  set(address: string, key: ClientKey): void {
    if (this.#young.size >= REMEMBERED_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(address, key);
  }
}

const memory = new KeyMemory();

/**
 * The key of an address. Reading one costs about a microsecond, so the last few thousand are
 * remembered in each thread; a connection may keep its key as well.
 *
 * @param address IPv4 or IPv6 address; IPv4-mapped means IPv4. Any other text is one and the same
 * client.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(clientKey("2001:db8::1"), clientKey("2001:db8::ffff:0:0:2"));
 * assertEquals(clientKey("::ffff:192.0.2.1"), clientKey("192.0.2.1"));
 * ```
 */
export function clientKey(address: string): ClientKey {
  const known = memory.get(address);
  if (known !== undefined) return known;
  const parsed = parseIpAddress(address);
  if (parsed === undefined) return NOBODY; // not remembered: such a text may have any length
  const key = keyOf(parsed);
  memory.set(address, key);
  return key;
}

function keyOf({ family, bytes }: IpAddress): ClientKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const first = view.getInt32(0);
  return family === 4
    ? { length: 1, first, second: 0 }
    : { length: 2, first, second: view.getInt32(4) };
}
