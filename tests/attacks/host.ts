// Hosts that are not ours: DNS rebinding, cache poisoning, proxies that are led astray.

import { get, head } from "../integration/requests.ts";
import { type Attack, attacks, BROKEN, SERVED, type Verdict } from "./attack.ts";

const STRANGE: Verdict = { status: 403, event: "host", after: "open" };

function withHost(value: string): string {
  return head("GET /ten.bin HTTP/1.1", `Host: ${value}`);
}

const NAMES = [
  ...attacks(STRANGE, [
    ["a page's own name (DNS rebinding, http-server#758)", withHost("evil.example")],
    ["a name that resolves to loopback (DNS rebinding, nip.io)", withHost("127.0.0.1.nip.io")],
    [
      "a name that flips between addresses (DNS rebinding, rbndr.us)",
      withHost("7f000001.c0a80001.rbndr.us"),
    ],
    ["a name that always means loopback (DNS rebinding)", withHost("localtest.me")],
    ["a name that begins like localhost", withHost("localhost.evil.example")],
    ["a name that ends like localhost", withHost("evillocalhost")],
    ["a name below localhost", withHost("evil.localhost")],
    ["two trailing dots", withHost("localhost..")],
    ["a leading dot", withHost(".localhost")],
    ["an encoded dot in a name", withHost("localhost%2eevil.example")],
    ["an encoded NUL in a name", withHost("localhost%00.evil.example")],
    ["an encoded localhost", withHost("%6cocalhost")],
    ["another port", withHost("localhost:1")],
    ["port 0", withHost("localhost:0")],
    ["the unspecified address (0.0.0.0 day)", withHost("0.0.0.0")],
    ["the unspecified address of IPv6", withHost("[::]")],
    ["a short form of loopback", withHost("127.1")],
    ["an octal form of loopback", withHost("0177.0.0.1")],
    ["a hexadecimal form of loopback", withHost("0x7f.0.0.1")],
    ["a decimal form of loopback", withHost("2130706433")],
    ["another loopback address", withHost("127.0.0.2")],
    ["a metadata service (SSRF)", withHost("169.254.169.254")],
    ["a link-local address", withHost("[fe80::1]")],
    ["a later address form (RFC 3986)", withHost("[v1.localhost]")],
    ["names in a list", withHost("localhost,evil.example")],
    ["a wildcard", withHost("*")],
    ["a name that every object has", withHost("constructor")],
    ["the prototype of every object", withHost("__proto__")],
    ["a name of 240 characters", withHost("a".repeat(240))],
    [
      "a strange authority beside a Host of ours (absolute-form mismatch)",
      get("http://evil.example/ten.bin"),
    ],
    ["a metadata service in absolute form (SSRF)", get("http://169.254.169.254/latest/meta-data/")],
    ["a strange port in absolute form", get("http://localhost:1/ten.bin")],
  ]),
  ...attacks({ ...STRANGE, after: "closed" }, [
    [
      "a strange name in HTTP/1.0 (DNS rebinding)",
      head("GET /ten.bin HTTP/1.0", "Host: evil.example"),
    ],
  ]),
  ...attacks({ ...STRANGE, status: 400 }, [
    ["a name of 300 characters", withHost("a".repeat(300))],
    ["a zone in an address", withHost("[fe80::1%25eth0]".replace("%25", "-"))],
    ["an address of too many groups", withHost("[1:2:3:4:5:6:7:8:9]")],
  ]),
];

const FIELDS = attacks(BROKEN, [
  ["no Host (std, python http.server)", head("GET /ten.bin HTTP/1.1")],
  ["no Host beside an absolute form", head("GET http://localhost/ten.bin HTTP/1.1")],
  ["an empty Host", withHost("")],
  [
    "a Host twice (serve, sirv, http-server)",
    head("GET /ten.bin HTTP/1.1", "Host: localhost", "Host: localhost"),
  ],
  ["two Hosts, ours first", head("GET /ten.bin HTTP/1.1", "Host: localhost", "Host: evil.example")],
  ["two Hosts, ours last", head("GET /ten.bin HTTP/1.1", "Host: evil.example", "host: localhost")],
  ["two Hosts in HTTP/1.0", head("GET /ten.bin HTTP/1.0", "Host: localhost", "Host: evil.example")],
  ["a Host with a space in front of the colon", head("GET /ten.bin HTTP/1.1", "Host : localhost")],
  ["a Host that is folded", head("GET /ten.bin HTTP/1.1", "Host: localhost", " .evil.example")],
  ["userinfo (Host)", withHost("localhost@evil.example")],
  ["userinfo that looks like ours (Host)", withHost("localhost:80@evil.example")],
  ["a path in Host", withHost("localhost/ten.bin")],
  ["a query in Host", withHost("localhost?evil.example")],
  ["a fragment in Host", withHost("localhost#evil.example")],
  ["a backslash in Host", withHost("localhost\\evil.example")],
  ["a scheme in Host", withHost("http://localhost")],
  ["a space in Host", withHost("localhost evil.example")],
  ["a list with a space in Host", withHost("localhost, evil.example")],
  ["a high byte in Host", withHost("l\xf6calhost")],
  ["a NUL in Host", withHost("localhost\x00evil.example")],
  ["markup in Host", withHost("<script>alert(1)</script>")],
  ["an empty port", withHost("localhost:")],
  ["a port beyond 65535", withHost("localhost:65616")],
  ["a port of letters", withHost("localhost:80a")],
  ["two ports", withHost("localhost:80:80")],
  ["IPv6 without brackets", withHost("::1")],
  ["an open bracket", withHost("[::1")],
  ["text behind a bracket", withHost("[::1]evil.example")],
  ["an encoded zone in an address", withHost("[::1%25lo]")],
  ["userinfo in absolute form", get("http://localhost@evil.example/ten.bin")],
  ["a backslash in absolute form", get("http://localhost\\@evil.example/ten.bin")],
  ["an empty authority", get("http:///ten.bin")],
  ["another scheme", get("ftp://localhost/ten.bin")],
  ["TLS that is not there", get("https://localhost/ten.bin")],
]);

const HARMLESS = [
  ...attacks(SERVED, [
    [
      "the authority beats the Host (RFC 9112 §3.2.2)",
      head("GET http://localhost/ten.bin HTTP/1.1", "Host: evil.example"),
    ],
    ["X-Forwarded-Host (cache poisoning)", get("/ten.bin", "X-Forwarded-Host: evil.example")],
    ["X-Host (cache poisoning)", get("/ten.bin", "X-Host: evil.example")],
    ["Forwarded (cache poisoning)", get("/ten.bin", "Forwarded: host=evil.example;proto=https")],
    ["a trailing dot", withHost("LOCALHOST.")],
    ["IPv6 loopback written out", withHost("[0:0:0:0:0:0:0:1]")],
    ["IPv4 loopback within IPv6", withHost("[::ffff:127.0.0.1]")],
  ]),
  ...attacks({ status: 405, event: "none", after: "closed" }, [
    [
      "a tunnel to a metadata service (CONNECT)",
      head("CONNECT 169.254.169.254:80 HTTP/1.1", "Host: localhost"),
    ],
  ]),
];

/** Everything about the host. */
export const HOST: readonly Attack[] = [...NAMES, ...FIELDS, ...HARMLESS];
