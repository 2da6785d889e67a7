import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseHost, parseHostPattern } from "../../lib/config/hosts.ts";

const LABEL_63 = "a".repeat(63);

for (
  const [text, host] of [
    ["localhost", "localhost"],
    ["Example.ORG", "example.org"],
    ["example.org.", "example.org"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["my_container", "my_container"],
    ["1.example", "1.example"],
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["[::1]", "::1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    [`${LABEL_63}.example`, `${LABEL_63}.example`],
    [`a${LABEL_63}.example`, undefined],
    ["a.".repeat(127), "a.".repeat(126) + "a"],
    ["a.".repeat(128), undefined],
    ["", undefined],
    [".", undefined],
    ["example..org", undefined],
    ["example.org..", undefined],
    [".example.org", undefined],
    ["-a.example", undefined],
    ["a-.example", undefined],
    ["a b", undefined],
    ["a/b", undefined],
    ["bücher.example", undefined],
    ["example.org:80", undefined],
    ["127.1", undefined],
    ["2130706433", undefined],
    ["0x7f.1", undefined],
    ["0x7f", undefined],
    ["127.0.0.01", undefined],
    ["256.0.0.1", undefined],
    ["1.2.3.4.5", undefined],
    ["a.1", undefined],
    ["[]", undefined],
    ["[::1", undefined],
    ["::1]", undefined],
    ["[127.0.0.1]", undefined],
    [":::", undefined],
    ["1:2:3:4:5:6:7:8:9", undefined],
    ["fe80::1%eth0", undefined],
    ["*", undefined],
    ["*.example.org", undefined],
  ] as const
) {
  Deno.test(`parseHost() reads ${JSON.stringify(text)} as ${host}`, () => {
    assertEquals(parseHost(text), host);
  });
}

for (
  const [text, pattern] of [
    ["*.Example.org.", "*.example.org"],
    ["*.localhost", "*.localhost"],
    ["example.org", "example.org"],
    ["[::1]", "::1"],
    ["*", "*"],
    ["Example.org:9000", "example.org:9000"],
    ["*.example.org:80", "*.example.org:80"],
    ["[::1]:8443", "[::1]:8443"],
    ["example.org:0", undefined],
    ["example.org:65536", undefined],
    ["*:80", undefined],
    ["*.", undefined],
    ["**.example.org", undefined],
    ["*.*.example.org", undefined],
    ["a.*.example.org", undefined],
    ["*example.org", undefined],
    ["*.127.0.0.1", undefined],
    ["*.::1", undefined],
    ["*.[::1]", undefined],
  ] as const
) {
  Deno.test(`parseHostPattern() reads ${JSON.stringify(text)} as ${pattern}`, () => {
    assertEquals(parseHostPattern(text), pattern);
  });
}

Deno.test("parseHostPattern() reads its own spelling as itself", () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.domain().map((name) => `*.${name}`));
  fc.assert(fc.property(host, (text) => {
    const spelling = parseHostPattern(text);
    if (spelling !== undefined) assertEquals(parseHostPattern(spelling), spelling);
  }));
});
