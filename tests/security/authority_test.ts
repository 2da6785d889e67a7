import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseAuthority } from "../../lib/security/authority.ts";

const ROWS = [
  ["a name", "Example.ORG", ["example.org", false, undefined]],
  ["a port", "example.org:8080", ["example.org", false, 8080]],
  ["a port with leading zeros", "a:00080", ["a", false, 80]],
  ["port zero", "a:0", ["a", false, 0]],
  ["one trailing dot", "example.org.", ["example.org", false, undefined]],
  ["only one trailing dot", "example.org..", ["example.org.", false, undefined]],
  ["an IPv4 address", "127.0.0.1:80", ["127.0.0.1", true, 80]],
  ["an IPv6 address", "[2001:DB8:0::1]", ["2001:db8::1", true, undefined]],
  ["an IPv4-mapped address", "[::ffff:192.0.2.1]:1", ["192.0.2.1", true, 1]],
  ["an address of a later version", "[V1.fe:x]", ["[v1.fe:x]", true, undefined]],
  ["escapes, undecoded", "%6Cocalhost", ["%6cocalhost", false, undefined]],
  ["sub-delims", "a,b", ["a,b", false, undefined]],
  ["nothing", "", ["", false, undefined]],
  ["a port without a name", ":80", ["", false, 80]],
] as const;

for (const [rule, text, [host, isAddress, port]] of ROWS) {
  Deno.test(`parseAuthority reads ${rule}`, () => {
    assertEquals(parseAuthority(text), { host, isAddress, port });
  });
}

Deno.test("parseAuthority gives parts that it reads again as the same, or nothing", () => {
  const text = fc.oneof(
    fc.string(),
    fc.webAuthority({ withIPv4: true, withIPv6: true, withPort: true, withUserInfo: true }),
    fc.stringMatching(/^[a-z0-9.:[\]%@ *-]{0,20}$/),
  );
  fc.assert(
    fc.property(text, (it) => {
      const authority = parseAuthority(it);
      if (authority === undefined) return;
      const { host, port } = authority;
      // A name that still ends in a dot would lose it on the second reading.
      const name = host.endsWith(".") ? `${host}.` : host;
      const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : name;
      const again = port === undefined ? bracketed : `${bracketed}:${port}`;
      assertEquals(parseAuthority(again), authority);
    }),
    { numRuns: 1_000 },
  );
});
