/**
 * Blocks of IP addresses, as operators write them.
 *
 * @module
 */

import { type IpAddress, parseIpAddress } from "./ip_address.ts";

/** All addresses that begin with the same bits (RFC 4632 §3.1, RFC 4291 §2.3). */
export interface Cidr {
  /** Address family; a block of IPv4-mapped addresses counts as IPv4. */
  readonly family: 4 | 6;
  /** The first address in network byte order, 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** How many leading bits are common: 0 to 32 or 128. */
  readonly prefixBits: number;
}

/** An IPv4-mapped address has its IPv4 address behind this many bits (RFC 4291 §2.5.5.2). */
const MAPPED_BITS = 96;

const PREFIX = /^(?:0|[1-9][0-9]{0,2})$/;

/** What `loopback` stands for: RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3. */
const LOOPBACK = ["127.0.0.0/8", "::1"] as const;

/**
 * Reads `ADDRESS/BITS`, or a bare address as the block of just that one. Bits behind the prefix may
 * be set, as in `192.0.2.77/24`, and count for nothing: it names the same block to everybody.
 * `::ffff:192.0.2.0/120` is `192.0.2.0/24`; a block of which only some addresses are IPv4-mapped is
 * refused, since here those addresses are not IPv6.
 *
 * @returns The block, or `undefined` when the text is none; it never throws.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCidr("192.0.2.77/24"), {
 *   family: 4,
 *   bytes: Uint8Array.of(192, 0, 2, 0),
 *   prefixBits: 24,
 * });
 * assertEquals(parseCidr("192.0.2/24"), undefined);
 * ```
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseIpAddress(addressText);
  if (address === undefined) return undefined;
  const { family, bytes } = address;
  const bitsMax = bytes.length * 8;
  if (slash === -1) return { family, bytes, prefixBits: bitsMax };
  const digits = text.slice(slash + 1);
  if (!PREFIX.test(digits)) return undefined;
  const isMapped = family === 4 && addressText.includes(":");
  const prefixBits = Number(digits) - (isMapped ? MAPPED_BITS : 0);
  if (prefixBits < 0 || prefixBits > bitsMax) return undefined;
  return { family, bytes: bytes.map((byte, at) => byte & maskOf(at, prefixBits)), prefixBits };
}

/** Whether the block holds the address; an address of the other family it never holds. */
export function contains(cidr: Cidr, address: IpAddress): boolean {
  if (cidr.family !== address.family) return false;
  const end = Math.ceil(cidr.prefixBits / 8);
  for (let at = 0; at < end; at++) {
    const difference = (cidr.bytes[at] ?? 0) ^ (address.bytes[at] ?? 0);
    if ((difference & maskOf(at, cidr.prefixBits)) !== 0) return false;
  }
  return true;
}

/** The bits of the byte at `at` that belong to the prefix. */
function maskOf(at: number, prefixBits: number): number {
  const bits = Math.min(Math.max(prefixBits - at * 8, 0), 8);
  return 0xff00 >> bits & 0xff;
}

/**
 * A set of addresses, given by blocks.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const proxies = new AddressSet(["loopback", "10.0.0.0/8"]);
 * assertEquals(proxies.has("::ffff:10.1.2.3"), true);
 * assertEquals(proxies.has("::1"), true);
 * assertEquals(proxies.has("192.0.2.1"), false);
 * ```
 */
export class AddressSet {
  readonly #cidrs: readonly Cidr[];

  /**
   * Reads the blocks.
   *
   * @param cidrs Addresses, blocks, or `loopback` for 127.0.0.0/8 and ::1.
   * @throws {SyntaxError} When an entry is none of those.
   */
  constructor(cidrs: readonly string[]) {
    this.#cidrs = cidrs.flatMap((entry) => entry === "loopback" ? LOOPBACK : [entry])
      .map(parseEntry);
  }

  /** Whether the set holds nothing. */
  get isEmpty(): boolean {
    return this.#cidrs.length === 0;
  }

  /** Whether the address is in the set; what is no IP address never is. */
  has(addressText: string): boolean {
    if (this.isEmpty) return false;
    const address = parseIpAddress(addressText);
    return address !== undefined && this.#cidrs.some((cidr) => contains(cidr, address));
  }
}

function parseEntry(entry: string): Cidr {
  const cidr = parseCidr(entry);
  if (cidr !== undefined) return cidr;
  throw new SyntaxError(
    "Cannot read the addresses: each must be an IP address, ADDRESS/BITS or loopback: " +
      `current value is ${JSON.stringify(entry)}`,
  );
}
