import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AddressSet } from "../../lib/security/cidr.ts";
import { clientAddress, type ForwardingFields } from "../../lib/security/client_address.ts";
import { parseIpAddress } from "../../lib/security/ip_address.ts";

const PROXY = "10.0.0.1";
const CLIENT = "192.0.2.1";
const trusted = new AddressSet(["10.0.0.0/8", "fd00::/8"]);

/** Value of X-Forwarded-For as it comes from a trusted peer, then whose request it is. */
const X_FORWARDED_FOR: readonly [value: string, client: string][] = [
  ["192.0.2.1", CLIENT],
  ["6.6.6.6, 192.0.2.1", CLIENT],
  ["6.6.6.6,192.0.2.1", CLIENT],
  ["192.0.2.1, 10.0.0.2", CLIENT],
  ["6.6.6.6, 192.0.2.1, 10.0.0.2, 10.0.0.3", CLIENT],
  ["192.0.2.1 ,\t10.0.0.2\t", CLIENT],
  ["192.0.2.1,, ,10.0.0.2,", CLIENT],
  [`192.0.2.1${",".repeat(20)}`, PROXY],
  ["192.0.2.1:4711", CLIENT],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["2001:DB8::1, fd00::2", "2001:db8::1"],
  ["::ffff:192.0.2.1", CLIENT],
  ["::ffff:10.0.0.2", "10.0.0.2"],
  ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["", PROXY],
  [" ", PROXY],
  [",", PROXY],
  ["unknown", PROXY],
  ["192.0.2.1, unknown", PROXY],
  ["192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"],
  ["192.0.2.1, _hidden, 10.0.0.2", "10.0.0.2"],
  ["192.0.2.1, 10.0.0.256, 10.0.0.2", "10.0.0.2"],
  ["192.0.2.1 10.0.0.2", PROXY],
  ["192.0.2.1; 10.0.0.2", PROXY],
  [`192.0.2.1${" ".repeat(600)}10.0.0.2`, PROXY],
  [`192.0.2.1,${" ".repeat(600)}10.0.0.2`, CLIENT],
  [`${"x".repeat(60_000)},192.0.2.1`, CLIENT],
  ["192.0.2.1:", PROXY],
  ["192.0.2.1:999999", PROXY],
  ["[192.0.2.1]", PROXY],
  ["2001:db8::1]", PROXY],
  ["fe80::1%eth0", PROXY],
  ['"192.0.2.1"', PROXY],
  ["for=192.0.2.1", PROXY],
];

for (const [value, client] of X_FORWARDED_FOR) {
  const name = JSON.stringify(value.length > 60 ? `${value.slice(0, 30)}...` : value);
  Deno.test(`clientAddress of X-Forwarded-For ${name} is ${client}`, () => {
    assertEquals(clientAddress(PROXY, { xForwardedFor: value }, trusted), client);
  });
}

/** Value of Forwarded likewise, and the rule of RFC 7239 that decides. */
const FORWARDED: readonly [rule: string, value: string, client: string][] = [
  ["token", "for=192.0.2.1", CLIENT],
  ["name in any case", "FoR=192.0.2.1", CLIENT],
  ["quoted string", 'for="192.0.2.1"', CLIENT],
  ["escapes in a quoted string", 'for="\\1\\9\\2.0.2.1"', CLIENT],
  ["port", 'for="192.0.2.1:4711"', CLIENT],
  ["obfuscated port", 'for="192.0.2.1:_p0.r-t"', CLIENT],
  ["IPv6", 'for="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"],
  ["IPv6 in capitals", 'for="[2001:DB8:CAFE::17]"', "2001:db8:cafe::17"],
  ["other parameters", "for=192.0.2.1;proto=http;by=203.0.113.43", CLIENT],
  ["other parameters in front", "by=203.0.113.43;proto=http;for=192.0.2.1", CLIENT],
  ["extension with separators", 'for=192.0.2.1;x="a, for=6.6.6.6;\\", b="', CLIENT],
  ["empty pairs", ";for=192.0.2.1;;proto=http;", CLIENT],
  ["list", "for=192.0.2.1, for=10.0.0.2", CLIENT],
  ["list without spaces", "for=192.0.2.1,for=10.0.0.2", CLIENT],
  ["list with empty elements", ", for=192.0.2.1 , ,\tfor=10.0.0.2, ", CLIENT],
  ["first untrusted from the right", "for=6.6.6.6, for=192.0.2.1, for=10.0.0.2", CLIENT],
  ["all trusted", "for=10.0.0.3, for=10.0.0.2", "10.0.0.3"],
  ["unknown", "for=192.0.2.1, for=unknown, for=10.0.0.2", "10.0.0.2"],
  ["obfuscated", "for=192.0.2.1, for=_hidden, for=10.0.0.2", "10.0.0.2"],
  ["obfuscated and quoted", 'for="_SEVKISEK"', PROXY],
  ["element without for", "for=192.0.2.1, proto=http, for=10.0.0.2", "10.0.0.2"],
  ["element of semicolons", "for=192.0.2.1, ;;, for=10.0.0.2", "10.0.0.2"],
  ["empty", "", PROXY],
  ["no pair", "192.0.2.1", PROXY],
  ["no value", "for=", PROXY],
  ["empty value", 'for=""', PROXY],
  ["no name", "=192.0.2.1", PROXY],
  ["name twice", "for=192.0.2.1;for=192.0.2.1", PROXY],
  ["other name twice", "for=192.0.2.1;proto=a;Proto=b", PROXY],
  ["space after a semicolon", "for=192.0.2.1; proto=http", PROXY],
  ["space before a semicolon", "for=192.0.2.1 ;proto=http", PROXY],
  ["space around the equals sign", "for = 192.0.2.1", PROXY],
  ["pairs without a semicolon", 'for="192.0.2.1"proto=http', PROXY],
  ["quoted pairs without a semicolon", 'a="b"for="192.0.2.1"', PROXY],
  ["elements without a comma", "for=6.6.6.6 for=192.0.2.1", PROXY],
  ["port outside of quotes", "for=192.0.2.1:4711", PROXY],
  ["IPv6 outside of quotes", "for=[2001:db8::1]", PROXY],
  ["IPv6 without brackets", 'for="2001:db8::1"', PROXY],
  ["IPv4 in brackets", 'for="[192.0.2.1]"', PROXY],
  ["spaces in the quotes", 'for=" 192.0.2.1"', PROXY],
  ["quote never closed", 'for="192.0.2.1', PROXY],
  ["quote never opened", 'for=192.0.2.1"', PROXY],
  ["escaped closing quote", 'for="192.0.2.1\\"', PROXY],
  ["control in the quotes", 'x="\x01";for=192.0.2.1', PROXY],
  ["quote opened by the client", 'for="6.6.6.6, for=192.0.2.1', CLIENT],
  ["quote opened by the client, further left", 'for="6.6.6.6, for=192.0.2.1, for=10.0.0.2', CLIENT],
  ["quote closed by the proxy's", 'for="x, for="192.0.2.1"', CLIENT],
  ["backslashes of the client", 'for="\\\\\\, for="192.0.2.1"', CLIENT],
  ["too many parameters", `${"a=b;".repeat(200)}for=192.0.2.1`, PROXY],
  ["too many semicolons", `for=192.0.2.1${";".repeat(600)}`, PROXY],
  ["too long a quoted string", `x="${"y".repeat(600)}";for=192.0.2.1`, PROXY],
  ["long field", `${"x".repeat(60_000)},for=192.0.2.1`, CLIENT],
];

for (const [rule, value, client] of FORWARDED) {
  Deno.test(`clientAddress of Forwarded: ${rule} gives ${client}`, () => {
    assertEquals(clientAddress(PROXY, { forwarded: value }, trusted), client);
  });
}

/** Both fields from a trusted peer. */
const BOTH: readonly [rule: string, forwarded: string, xForwardedFor: string, client: string][] = [
  ["agree", "for=192.0.2.1, for=10.0.0.2", "192.0.2.1, 10.0.0.2", CLIENT],
  ["agree in other spellings", 'for="[2001:DB8::1]"', "2001:db8:0::1", "2001:db8::1"],
  ["differ at once, as behind a proxy that knows one of them", "for=6.6.6.6", CLIENT, PROXY],
  ["differ later", "for=6.6.6.6, for=10.0.0.2", "192.0.2.1, 10.0.0.2", "10.0.0.2"],
  ["differ in length", "for=10.0.0.2", "192.0.2.1, 10.0.0.2", "10.0.0.2"],
  ["differ as one is broken", "for=", "192.0.2.1", PROXY],
  ["differ as one is empty", "for=192.0.2.1", "", PROXY],
];

for (const [rule, forwarded, xForwardedFor, client] of BOTH) {
  Deno.test(`clientAddress of two fields that ${rule} is ${client}`, () => {
    assertEquals(clientAddress(PROXY, { forwarded, xForwardedFor }, trusted), client);
  });
}

Deno.test("clientAddress believes nothing that an untrusted peer says", () => {
  const fields = { forwarded: "for=6.6.6.6", xForwardedFor: "6.6.6.6" };
  assertEquals(clientAddress(CLIENT, fields, trusted), CLIENT);
  assertEquals(clientAddress("unix", fields, trusted), "unix");
  assertEquals(clientAddress(PROXY, fields, new AddressSet([])), PROXY);
});

Deno.test("clientAddress is the peer when nothing is said", () => {
  assertEquals(clientAddress(PROXY, {}, trusted), PROXY);
});

Deno.test("clientAddress believes 32 proxies in a row and no more", () => {
  const proxies = (count: number) => Array.from({ length: count }, (_, at) => `10.0.1.${at}`);
  const walked = (count: number) =>
    clientAddress(PROXY, { xForwardedFor: [CLIENT, ...proxies(count)].join(", ") }, trusted);
  assertEquals(walked(31), CLIENT);
  assertEquals(walked(32), "10.0.1.0");
});

const anyPieces = fc.array(
  fc.constantFrom(
    ...["for=", "192.0.2.1", '"', "\\", ",", ";", " ", "=", "[::1]", ":", "by", "_x", "unknown"],
    ..."10.0.0.2|for=10.0.0.2|x|\t|\x00|é|☃".split("|"),
  ),
  { maxLength: 30 },
).map((pieces) => pieces.join(""));

Deno.test("clientAddress is the peer or an address in canonical text", () => {
  fc.assert(
    fc.property(anyPieces, anyPieces, fc.nat(2), (one, other, choice) => {
      const fields: ForwardingFields = choice === 0
        ? { forwarded: one }
        : choice === 1
        ? { xForwardedFor: one }
        : { forwarded: one, xForwardedFor: other };
      const client = clientAddress(PROXY, fields, trusted);
      assertEquals(parseIpAddress(client)?.text, client);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("clientAddress does not depend on what the client wrote", () => {
  const node = (address: string) => address.includes(":") ? `"[${address}]:4711"` : address;
  const anyClient = fc.oneof(fc.ipV4(), fc.ipV6()).filter((it) => !trusted.has(it));
  fc.assert(
    fc.property(anyPieces, anyClient, fc.array(fc.nat(255), { maxLength: 4 }), (lie, it, hops) => {
      const chain = [it, ...hops.map((hop) => `10.0.0.${hop}`)];
      const canonical = parseIpAddress(it)?.text;
      assert(canonical !== undefined);
      const forwarded = [lie, ...chain.map((address) => `for=${node(address)}`)].join(", ");
      assertEquals(clientAddress(PROXY, { forwarded }, trusted), canonical);
      const xForwardedFor = [lie, ...chain].join(", ");
      assertEquals(clientAddress(PROXY, { xForwardedFor }, trusted), canonical);
    }),
    { numRuns: 3000 },
  );
});
