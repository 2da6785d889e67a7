import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { HostPolicy, type HostVerdict } from "../../lib/security/hosts.ts";

const LOCAL = "192.0.2.1";

function show(verdict: HostVerdict): string {
  return verdict.ok ? "ok" : `${verdict.status} ${verdict.rule}`;
}

function policyFor(...allowed: readonly string[]): HostPolicy {
  return new HostPolicy({ allowed, port: 8080, defaultPort: 80 });
}

const ROWS: readonly (readonly [rule: string, host: string | undefined, verdict: string])[] = [
  ["takes localhost", "localhost", "ok"],
  ["takes localhost in any case", "LocalHost", "ok"],
  ["takes localhost with a trailing dot", "localhost.", "ok"],
  ["takes localhost with the bound port", "localhost:8080", "ok"],
  ["takes the implied port for none (RFC 3986 §6.2.3)", "localhost:80", "ok"],
  ["takes the bound port with leading zeros", "localhost:08080", "ok"],
  ["takes IPv4 loopback", "127.0.0.1:8080", "ok"],
  ["takes IPv6 loopback", "[::1]", "ok"],
  ["takes IPv6 loopback with a port", "[::1]:8080", "ok"],
  ["takes IPv6 loopback written out", "[0:0:0:0:0:0:0:1]:8080", "ok"],
  ["takes IPv6 loopback with leading zeros", "[0000::0001]", "ok"],
  ["takes IPv4 loopback mapped into IPv6", "[::ffff:127.0.0.1]", "ok"],
  ["takes the local address", LOCAL, "ok"],
  ["takes the local address mapped into IPv6", "[::ffff:c000:201]:8080", "ok"],
  ["takes a configured name", "files.example:8080", "ok"],
  ["takes a configured name in any case", "FILES.Example", "ok"],
  ["takes a configured name with a trailing dot", "files.example.:8080", "ok"],
  ["takes a name below a pattern", "a.example.org", "ok"],
  ["takes a name far below a pattern", "a.b.c.example.org:8080", "ok"],
  ["takes a name below a pattern in any case", "A.EXAMPLE.ORG.", "ok"],
  ["takes a configured address", "198.51.100.7:8080", "ok"],
  ["takes a configured IPv6 address, however written", "[2001:db8:0:0::5]", "ok"],
  ["takes the port configured for a name", "mapped.example:3000", "ok"],
  ["takes the bound port beside it", "mapped.example:8080", "ok"],
  ["takes the port configured for a pattern", "a.ports.example:3000", "ok"],

  ["refuses a missing Host (RFC 9112 §3.2)", undefined, "400 host-malformed"],
  ["refuses userinfo", "a@localhost", "400 host-malformed"],
  ["refuses userinfo with a password", "a:b@localhost", "400 host-malformed"],
  ["refuses userinfo that looks allowed", "localhost@evil.example", "400 host-malformed"],
  ["refuses a space", "local host", "400 host-malformed"],
  ["refuses a leading space", " localhost", "400 host-malformed"],
  ["refuses a list", "localhost, evil.example", "400 host-malformed"],
  ["refuses a tab", "localhost\t", "400 host-malformed"],
  ["refuses a line break", "localhost\n", "400 host-malformed"],
  ["refuses NUL", "localhost\0", "400 host-malformed"],
  ["refuses an empty port", "localhost:", "400 host-malformed"],
  ["refuses a port of letters", "localhost:http", "400 host-malformed"],
  ["refuses a signed port", "localhost:+8080", "400 host-malformed"],
  ["refuses a negative port", "localhost:-1", "400 host-malformed"],
  ["refuses a fractional port", "localhost:80.0", "400 host-malformed"],
  ["refuses a port beyond 65535", "localhost:65536", "400 host-malformed"],
  ["refuses a port that would wrap", "localhost:73616", "400 host-malformed"],
  ["refuses two ports", "localhost:8080:8080", "400 host-malformed"],
  ["refuses a path", "localhost/", "400 host-malformed"],
  ["refuses a backslash", "localhost\\evil", "400 host-malformed"],
  ["refuses a query", "localhost?a", "400 host-malformed"],
  ["refuses a fragment", "localhost#a", "400 host-malformed"],
  ["refuses a whole URL", "http://localhost", "400 host-malformed"],
  ["refuses markup", "<script>", "400 host-malformed"],
  ["refuses a byte beyond ASCII", "ex\u00e4mple.org", "400 host-malformed"],
  ["refuses a full-width name", "ｌocalhost", "400 host-malformed"],
  ["refuses a cut escape", "localhost%", "400 host-malformed"],
  ["refuses a broken escape", "localhost%zz", "400 host-malformed"],
  ["refuses IPv6 without brackets", "::1", "400 host-malformed"],
  ["refuses IPv6 without the closing bracket", "[::1", "400 host-malformed"],
  ["refuses IPv6 without the opening bracket", "::1]", "400 host-malformed"],
  ["refuses empty brackets", "[]", "400 host-malformed"],
  ["refuses double brackets", "[[::1]]", "400 host-malformed"],
  ["refuses text after the bracket", "[::1]a", "400 host-malformed"],
  ["refuses text before the bracket", "a[::1]", "400 host-malformed"],
  ["refuses a dot after the bracket", "[::1].", "400 host-malformed"],
  ["refuses IPv4 in brackets", "[127.0.0.1]", "400 host-malformed"],
  ["refuses a name in brackets", "[localhost]", "400 host-malformed"],
  ["refuses IPv6 of nine groups", "[1:2:3:4:5:6:7:8:9]", "400 host-malformed"],
  ["refuses IPv6 with two gaps", "[1::2::3]", "400 host-malformed"],
  ["refuses IPv6 with a long group", "[00001::]", "400 host-malformed"],
  ["refuses a zone id", "[fe80::1%eth0]", "400 host-malformed"],
  ["refuses an escaped zone id (RFC 9844)", "[fe80::1%25eth0]", "400 host-malformed"],
  ["refuses a name of more than 255 characters", "a".repeat(262), "400 host-malformed"],

  ["refuses an empty Host (RFC 9110 §4.2.1)", "", "403 host-unknown"],
  ["refuses a port without a host", ":8080", "403 host-unknown"],
  ["refuses a lone dot", ".", "403 host-unknown"],
  ["refuses a strange name", "evil.example", "403 host-unknown"],
  ["refuses a rebinding name", "7f000001.c0a80001.rbndr.us:8080", "403 host-unknown"],
  ["refuses a name that contains the address", "127.0.0.1.nip.io:8080", "403 host-unknown"],
  ["refuses a public name of loopback", "localtest.me", "403 host-unknown"],
  ["refuses a name that begins with localhost", "localhost.evil.example", "403 host-unknown"],
  ["refuses a name that ends with localhost", "evil.localhost", "403 host-unknown"],
  ["refuses localhost6 (CVE-2021-22884)", "localhost6:8080", "403 host-unknown"],
  ["refuses a name that ends like a configured one", "evilfiles.example", "403 host-unknown"],
  ["refuses a name below a plain entry", "a.files.example", "403 host-unknown"],
  ["refuses the parent of a pattern", "example.org", "403 host-unknown"],
  ["refuses the parent of a pattern behind a dot", ".example.org", "403 host-unknown"],
  ["refuses an empty label below a pattern", "a..example.org", "403 host-unknown"],
  ["refuses a name that only ends like a pattern", "evilexample.org", "403 host-unknown"],
  ["refuses a pattern in the middle", "a.example.org.evil.example", "403 host-unknown"],
  ["refuses sub-delims below a pattern", "a,b.example.org", "403 host-unknown"],
  ["refuses the pattern itself", "*.example.org", "403 host-unknown"],
  ["refuses a star that is not configured", "*", "403 host-unknown"],
  ["refuses two trailing dots", "localhost..", "403 host-unknown"],
  ["refuses an escaped name", "%6cocalhost", "403 host-unknown"],
  ["refuses an octal address (CVE-2022-43548)", "0177.0.0.1", "403 host-unknown"],
  ["refuses a hexadecimal address", "0x7f.1", "403 host-unknown"],
  ["refuses a short address", "127.1", "403 host-unknown"],
  ["refuses a number for an address", "2130706433", "403 host-unknown"],
  ["refuses an octet beyond 255 (CVE-2022-32212)", "127.0.0.256", "403 host-unknown"],
  ["refuses the unspecified address", "0.0.0.0:8080", "403 host-unknown"],
  ["refuses the unspecified IPv6 address", "[::]:8080", "403 host-unknown"],
  ["refuses another address", "192.0.2.2", "403 host-unknown"],
  ["refuses loopback where the connection did not arrive", "127.0.0.2", "403 host-unknown"],
  ["refuses an address of a later version", "[v1.a]", "403 host-unknown"],
  ["names the host before the port", "evil.example:1", "403 host-unknown"],

  ["refuses another port", "localhost:9090", "403 host-port"],
  ["refuses port zero", "localhost:0", "403 host-port"],
  ["refuses the implied port of the other scheme", "localhost:443", "403 host-port"],
  ["refuses another port of an address", "[::1]:8081", "403 host-port"],
  ["refuses another port of the local address", `${LOCAL}:22`, "403 host-port"],
  ["refuses another port of a configured name", "files.example:3000", "403 host-port"],
  ["refuses another port below a pattern", "a.example.org:3000", "403 host-port"],
];

for (const [rule, host, verdict] of ROWS) {
  Deno.test(`HostPolicy ${rule}`, () => {
    const policy = policyFor(
      "files.example",
      "*.Example.org.",
      "198.51.100.7",
      "2001:db8::5",
      "mapped.example:3000",
      "*.ports.example:3000",
    );
    assertEquals(show(policy.check(host, LOCAL)), verdict);
    // Twice, since the second answer may come from memory.
    assertEquals(show(policy.check(host, LOCAL)), verdict);
  });
}

const LOCAL_ROWS = [
  ["takes the IPv6 address of arrival", "[fe80::1]", "fe80::1", "ok"],
  ["takes a mapped address of arrival as IPv4", "192.0.2.9", "::ffff:192.0.2.9", "ok"],
  ["takes another loopback address of arrival", "127.0.0.2", "127.0.0.2", "ok"],
  ["takes no address without one of arrival", "192.0.2.9", "", "403 host-unknown"],
  ["takes no name for an address of arrival", "evil.example", "evil.example", "403 host-unknown"],
] as const;

for (const [rule, host, localAddress, verdict] of LOCAL_ROWS) {
  Deno.test(`HostPolicy ${rule}`, () => {
    assertEquals(show(policyFor().check(host, localAddress)), verdict);
  });
}

Deno.test("HostPolicy with * takes every well-formed host and port, and nothing else", () => {
  const policy = policyFor("*");
  for (const host of ["evil.example", "evil.example:1", "[2001:db8::1]", "127.1", "a,b"]) {
    assertEquals(show(policy.check(host, LOCAL)), "ok");
  }
  for (const host of ["a@b", "a b", "a:", "[::1", undefined]) {
    assertEquals(show(policy.check(host, LOCAL)), "400 host-malformed");
  }
  assertEquals(show(policy.check("", LOCAL)), "403 host-unknown");
});

Deno.test("HostPolicy joins the ports of entries for one name", () => {
  const policy = policyFor("a.example:1", "a.example:2", "*.b.example:3", "*.x.b.example:4");
  for (const host of ["a.example:1", "a.example:2", "y.x.b.example:3", "y.x.b.example:4"]) {
    assertEquals(show(policy.check(host, LOCAL)), "ok");
  }
  assertEquals(show(policy.check("y.b.example:4", LOCAL)), "403 host-port");
});

Deno.test("HostPolicy remembers a host for the address of its arrival only", () => {
  const policy = policyFor();
  assertEquals(show(policy.check("192.0.2.1", "192.0.2.1")), "ok");
  assertEquals(show(policy.check("192.0.2.1", "198.51.100.1")), "403 host-unknown");
  assertEquals(show(policy.check("192.0.2.1", "192.0.2.1")), "ok");
});

Deno.test("HostPolicy forgets the oldest host and judges it anew", () => {
  const policy = policyFor("*.example.org");
  for (let round = 0; round < 2; round++) {
    for (let label = 0; label < 100; label++) {
      assertEquals(show(policy.check(`h${label}.example.org`, LOCAL)), "ok");
      assertEquals(show(policy.check(`h${label}.example.com`, LOCAL)), "403 host-unknown");
    }
  }
});

Deno.test("HostPolicy gives the verdict of a fresh policy, whatever it remembers", () => {
  const host = fc.oneof(
    fc.constantFrom("localhost", LOCAL, "198.51.100.1", "[::1]", "a.example.org", "b.example"),
    fc.integer({ min: 0, max: 200 }).map((label) => `h${label}.example.org`),
    fc.string(),
  );
  const request = fc.tuple(host, fc.constantFrom(LOCAL, "198.51.100.1"));
  fc.assert(
    fc.property(fc.array(request, { maxLength: 200, size: "max" }), (requests) => {
      const policy = policyFor("*.example.org");
      for (const [name, localAddress] of requests) {
        const fresh = policyFor("*.example.org").check(name, localAddress);
        assertEquals(policy.check(name, localAddress), fresh);
      }
    }),
    { numRuns: 50 },
  );
});

for (
  const entry of [
    "",
    "http://a.example",
    "a.example/",
    "a b",
    "a@b",
    "*.",
    "*.127.0.0.1",
    "a.*.example",
    "**",
    "a..example",
    "ex\u00e4mple.org",
    "a.example:",
    "a.example:65536",
    "[::1",
    "*.*.example",
  ]
) {
  Deno.test(`HostPolicy throws for the entry ${JSON.stringify(entry)}`, () => {
    assertThrows(() => policyFor(entry), SyntaxError, JSON.stringify(entry));
  });
}

for (const port of [0, -1, 65_536, 1.5, Number.NaN]) {
  Deno.test(`HostPolicy throws for port ${port}`, () => {
    assertThrows(
      () => new HostPolicy({ allowed: [], port, defaultPort: 80 }),
      RangeError,
      `current value is ${port}`,
    );
  });
}
