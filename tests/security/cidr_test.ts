import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AddressSet, contains, parseCidr } from "../../lib/security/cidr.ts";
import { type IpAddress, parseIpAddress } from "../../lib/security/ip_address.ts";

/** Text, then the address of the block and its prefix. */
const ACCEPTED = [
  ["0.0.0.0/0", "0.0.0.0", 0],
  ["10.0.0.0/8", "10.0.0.0", 8],
  ["10.1.2.3/8", "10.0.0.0", 8],
  ["192.0.2.77/25", "192.0.2.0", 25],
  ["192.0.2.255/31", "192.0.2.254", 31],
  ["192.0.2.1/32", "192.0.2.1", 32],
  ["192.0.2.1", "192.0.2.1", 32],
  ["::/0", "::", 0],
  ["2001:db8::/32", "2001:db8::", 32],
  ["2001:DB8:0:0:ffff::1/65", "2001:db8:0:0:8000::", 65],
  ["fe80::1/10", "fe80::", 10],
  ["::1/128", "::1", 128],
  ["::1", "::1", 128],
  ["::ffff:192.0.2.77/120", "192.0.2.0", 24],
  ["::ffff:0:0/96", "0.0.0.0", 0],
  ["::ffff:192.0.2.1", "192.0.2.1", 32],
] as const;

for (const [text, address, prefixBits] of ACCEPTED) {
  Deno.test(`parseCidr reads ${text} as ${address}/${prefixBits}`, () => {
    const expected = parseIpAddress(address);
    assert(expected !== undefined);
    const { family, bytes } = expected;
    assertEquals(parseCidr(text), { family, bytes, prefixBits });
  });
}

const REFUSED = [
  "",
  "/",
  "/8",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/08",
  "10.0.0.0/+8",
  "10.0.0.0/-1",
  "10.0.0.0/8.0",
  "10.0.0.0/8 ",
  "10.0.0.0/1e1",
  "10.0.0.0/255.0.0.0",
  "10.0.0.0/8/8",
  "10/8",
  "010.0.0.0/8",
  "10.0.0.*",
  "10.0.0.1-10.0.0.9",
  "::/129",
  "::1%eth0/64",
  "[::1]/128",
  "::ffff:192.0.2.1/95",
  "::ffff:192.0.2.1/129",
  "example.org",
  "loopback",
] as const;

for (const text of REFUSED) {
  Deno.test(`parseCidr refuses ${JSON.stringify(text)}`, () => {
    assertEquals(parseCidr(text), undefined);
  });
}

/** The obvious way: the address as one long string of bits. */
function bitsOf({ bytes }: IpAddress): string {
  return [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

Deno.test("contains agrees with strings of bits", () => {
  const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6());
  // Mostly neighbours, so that prefixes of any length are met.
  const pair = fc.tuple(anyAddress, anyAddress, fc.nat(127)).map(([one, other, bit]) => {
    const address = parseIpAddress(one);
    assert(address !== undefined);
    const bytes = address.bytes.slice();
    const at = (bit >> 3) % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ 0x80 >> (bit & 7);
    const near: IpAddress = { family: address.family, bytes, text: "" };
    return [address, bit % 5 === 0 ? parseIpAddress(other) ?? near : near] as const;
  });
  fc.assert(
    fc.property(pair, fc.nat(128), ([block, address], prefix) => {
      const prefixBits = Math.min(prefix, block.bytes.length * 8);
      const cidr = parseCidr(`${block.text}/${prefixBits}`);
      assert(cidr !== undefined);
      const isInside = block.family === address.family &&
        bitsOf(block).slice(0, prefixBits) === bitsOf(address).slice(0, prefixBits);
      assertEquals(contains(cidr, address), isInside);
    }),
    { numRuns: 2000 },
  );
});

/** Entries, an address, whether it is in the set. */
const MEMBERS: readonly [entries: readonly string[], address: string, isMember: boolean][] = [
  [[], "127.0.0.1", false],
  [["loopback"], "127.0.0.1", true],
  [["loopback"], "127.255.255.255", true],
  [["loopback"], "::1", true],
  [["loopback"], "::ffff:127.0.0.1", true],
  [["loopback"], "0:0:0:0:0:0:0:1", true],
  [["loopback"], "128.0.0.1", false],
  [["loopback"], "::2", false],
  [["loopback", "10.0.0.0/8"], "10.9.8.7", true],
  [["::ffff:10.0.0.0/104"], "10.9.8.7", true],
  [["10.0.0.0/8"], "::ffff:10.9.8.7", true],
  [["10.0.0.0/8"], "::10.9.8.7", false],
  [["0.0.0.0/0"], "2001:db8::1", false],
  [["::/0"], "192.0.2.1", false],
  [["::/0"], "::ffff:192.0.2.1", false],
  [["::/0"], "2001:db8::1", true],
  [["0.0.0.0/0", "::/0"], "unix", false],
  [["0.0.0.0/0", "::/0"], "", false],
  [["0.0.0.0/0", "::/0"], "127.0.0.1:80", false],
  [["0.0.0.0/0", "::/0"], "[::1]", false],
];

for (const [entries, address, isMember] of MEMBERS) {
  const verb = isMember ? "has" : "has not";
  Deno.test(`AddressSet of ${entries.join(" and ") || "nothing"} ${verb} "${address}"`, () => {
    assertEquals(new AddressSet(entries).has(address), isMember);
  });
}

Deno.test("AddressSet knows whether it holds nothing", () => {
  assertEquals(new AddressSet([]).isEmpty, true);
  assertEquals(new AddressSet(["::1"]).isEmpty, false);
});

for (const entry of ["", "Loopback", "localhost", "10.0.0.0/33", " 10.0.0.1"]) {
  Deno.test(`AddressSet tells that it cannot read ${JSON.stringify(entry)}`, () => {
    assertThrows(
      () => new AddressSet(["loopback", entry]),
      SyntaxError,
      "Cannot read the addresses: each must be an IP address, ADDRESS/BITS or loopback: " +
        `current value is ${JSON.stringify(entry)}`,
    );
  });
}
