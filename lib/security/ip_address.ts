/**
 * An IP address from its text: strict grammar, one canonical form to compare, bytes to mask.
 *
 * @module
 */

/** An address in the one form in which two spellings of it are equal. */
export interface IpAddress {
  /** Address family; an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) counts as IPv4. */
  readonly family: 4 | 6;
  /** The address in network byte order: 4 or 16 bytes, for CIDR matches and /64 keys. */
  readonly bytes: Uint8Array;
  /** Canonical text: dotted decimal, or RFC 5952 (lower case, longest run of zeros as `::`). */
  readonly text: string;
}

/** Longest text any IPv6 address has: eight groups with the last two written as IPv4. */
const IP_TEXT_CHARS_MAX = 45;

// RFC 3986 §3.2.2: dec-octet has no leading zero. Looser readers take 0177.0.0.1 for 127.0.0.1,
// stricter ones for a name; who disagrees with its neighbour here has a bypass (CVE-2022-43548).
const IPV4 =
  /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

const IPV6_GROUP = /^[0-9A-Fa-f]{1,4}$/;
const IPV6_GROUPS = 8;

/**
 * Reads an IPv4 or IPv6 address (RFC 3986 §3.2.2, RFC 4291 §2.2). No brackets, no port, no zone
 * id, no short or octal or hexadecimal IPv4: those are not addresses here.
 *
 * @returns The address, or `undefined` when the text is none; it never throws.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseIpAddress("0:0:0:0:0:0:0:1")?.text, "::1");
 * assertEquals(parseIpAddress("::ffff:192.0.2.1")?.text, "192.0.2.1");
 * assertEquals(parseIpAddress("127.1"), undefined);
 * ```
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > IP_TEXT_CHARS_MAX) return undefined;
  if (!text.includes(":")) {
    const octets = parseIpv4(text);
    return octets === undefined ? undefined : ipv4Address(octets);
  }
  const groups = parseIpv6(text);
  if (groups === undefined) return undefined;
  const bytes = new Uint8Array(groups.length * 2);
  groups.forEach((group, index) => {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 0xff;
  });
  // RFC 4291 §2.5.5.2: a dual-stack socket reports IPv4 peers this way. It is the same address.
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return ipv4Address([...bytes.subarray(12)]);
  return { family: 6, bytes, text: ipv6Text(groups) };
}

function ipv4Address(octets: readonly number[]): IpAddress {
  return { family: 4, bytes: Uint8Array.from(octets), text: octets.join(".") };
}

function parseIpv4(text: string): readonly number[] | undefined {
  return IPV4.exec(text)?.slice(1).map(Number);
}

/** The eight 16-bit groups, or `undefined`. */
function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined; // `::` may stand once, else its length is anyone's guess
  const [head = "", tail] = halves;
  const isLastHalf = tail === undefined;
  const before = parseGroups(head, isLastHalf);
  if (before === undefined) return undefined;
  if (tail === undefined) return before.length === IPV6_GROUPS ? before : undefined;
  const after = parseGroups(tail, true);
  if (after === undefined) return undefined;
  const missing = IPV6_GROUPS - before.length - after.length;
  if (missing < 1) return undefined; // RFC 4291 §2.2: `::` stands for one group or more
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

/** The groups on one side of `::`; only the very end of an address may be written as IPv4. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (IPV6_GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const octets = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (octets === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = octets;
    groups.push(a << 8 | b, c << 8 | d);
  }
  return groups;
}

/** RFC 5952 §4: no leading zeros, lower case, the first longest run of two zeros or more cut. */
function ipv6Text(groups: readonly number[]): string {
  let runStart = 0;
  let runLength = 1; // RFC 5952 §4.2.2: a single zero group is never shortened
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > runLength) [runStart, runLength] = [start, end - start];
  }
  const hex = groups.map((group) => group.toString(16));
  if (runLength === 1) return hex.join(":");
  return `${hex.slice(0, runStart).join(":")}::${hex.slice(runStart + runLength).join(":")}`;
}
