import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { HttpError } from "../../lib/http/errors.ts";
import { isAuthority, parseTarget, type Target } from "../../lib/http/target.ts";

function origin(path: string, query?: string): Target {
  return { form: "origin", path, query, authority: undefined };
}

function absolute(authority: string, path: string, query?: string): Target {
  return { form: "absolute", path, query, authority };
}

const SERVER: Target = { form: "asterisk", path: "*", query: undefined, authority: undefined };

const TARGETS: readonly (readonly [
  rule: string,
  method: string,
  text: string,
  target: Target | "refused",
])[] = [
  ["reads a path (RFC 9112 §3.2.1)", "GET", "/a/b", origin("/a/b")],
  ["reads the root", "GET", "/", origin("/")],
  ["reads a query", "GET", "/a?b=c&d", origin("/a", "b=c&d")],
  ["reads an empty query", "GET", "/a?", origin("/a", "")],
  ["keeps later question marks", "GET", "/a?b?c", origin("/a", "b?c")],
  ["keeps escapes", "GET", "/%2e%2E?%00", origin("/%2e%2E", "%00")],
  ["makes no authority of two slashes", "GET", "//a/b", origin("//a/b")],
  ["keeps a URI in the path", "GET", "/http://a/", origin("/http://a/")],
  ["reads absolute-form (RFC 9112 §3.2.2)", "GET", "http://a/b?c", absolute("a", "/b", "c")],
  ["ignores case of the scheme", "GET", "HTTP://a/b", absolute("a", "/b")],
  ["keeps case of the authority", "GET", "http://A:80/", absolute("A:80", "/")],
  ["reads an address", "GET", "http://[::1]:80/", absolute("[::1]:80", "/")],
  ["makes a root of an empty path (RFC 9110 §4.2.3)", "GET", "http://a", absolute("a", "/")],
  ["reads a query behind the authority", "GET", "http://a?b", absolute("a", "/", "b")],
  ["reads asterisk-form (RFC 9112 §3.2.4)", "OPTIONS", "*", SERVER],
  ["makes an asterisk of a bare authority", "OPTIONS", "http://a", { ...SERVER, authority: "a" }],
  ["reads a path of OPTIONS", "OPTIONS", "/", origin("/")],
  ["reads a root of OPTIONS in absolute-form", "OPTIONS", "http://a/", absolute("a", "/")],
  ["reads authority-form (RFC 9112 §3.2.3)", "CONNECT", "a:443", {
    form: "authority",
    path: "",
    query: undefined,
    authority: "a:443",
  }],
  ["refuses CONNECT without a port", "CONNECT", "a", "refused"],
  ["refuses CONNECT with a path", "CONNECT", "/a", "refused"],
  ["refuses CONNECT with a URI", "CONNECT", "http://a:80", "refused"],
  ["refuses CONNECT with userinfo", "CONNECT", "u@a:80", "refused"],
  ["refuses authority-form of GET", "GET", "a:443", "refused"],
  ["refuses an asterisk of GET", "GET", "*", "refused"],
  ["refuses an asterisk with more", "OPTIONS", "*a", "refused"],
  ["refuses a relative path", "GET", "a/b", "refused"],
  ["refuses a query alone", "GET", "?a", "refused"],
  ["refuses another scheme", "GET", "ftp://a/", "refused"],
  ["refuses the scheme of another connection (RFC 9110 §7.4)", "GET", "https://a/", "refused"],
  ["refuses an empty authority (RFC 9110 §4.2.1)", "GET", "http:///a", "refused"],
  ["refuses an empty host", "GET", "http://:80/a", "refused"],
  ["refuses userinfo (RFC 9110 §4.2.4)", "GET", "http://u@a/", "refused"],
  ["refuses a backslash for a slash", "GET", "http:\\\\a/", "refused"],
];

for (const [rule, method, text, target] of TARGETS) {
  Deno.test(`parseTarget ${rule}`, () => {
    if (target !== "refused") return assertEquals(parseTarget(method, text, "http"), target);
    const error = assertThrows(() => parseTarget(method, text, "http"), HttpError);
    assertEquals(error.status, 400);
  });
}

Deno.test("parseTarget takes https on a secured connection, and only that", () => {
  assertEquals(parseTarget("GET", "https://a/", "https"), absolute("a", "/"));
  assertThrows(() => parseTarget("GET", "http://a/", "https"), HttpError, "is for https");
});

Deno.test("parseTarget loses nothing of a path, and throws nothing but HttpError", () => {
  const visible = fc.string({ unit: fc.constantFrom(..."/?:@a.%*[]h"), maxLength: 12 });
  const method = fc.constantFrom("GET", "OPTIONS", "CONNECT");
  fc.assert(
    fc.property(method, fc.oneof(visible, visible.map((it) => `http://${it}`)), (method, text) => {
      try {
        const { form, path, query, authority } = parseTarget(method, text, "http");
        const rest = query === undefined ? path : `${path}?${query}`;
        if (form === "origin") assertEquals(rest, text);
        if (form === "authority") assertEquals(authority, text);
        if (form !== "absolute") return;
        // An empty path is the root, written or not.
        assert([rest, rest.slice(1)].some((it) => text === `http://${authority}${it}`), text);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
      }
    }),
    { numRuns: 3_000 },
  );
});

const AUTHORITIES: readonly (readonly [text: string, isAuthority: boolean])[] = [
  ["localhost", true],
  ["localhost:0", true],
  ["localhost:8080", true],
  ["localhost:65535", true],
  ["localhost:65536", false],
  ["localhost:00080", true],
  ["localhost:000080", false],
  ["localhost:", false],
  ["localhost:http", false],
  ["localhost:80:80", false],
  ["127.0.0.1:80", true],
  ["[::1]", true],
  ["[::1]:80", true],
  ["[v1.a:b]", true],
  ["[::1", false],
  ["[::1]a", false],
  ["[]", false],
  ["[fe80::1%25eth0]", false],
  ["::1", false],
  ["ex%61mple", true],
  ["ex%6", false],
  ["a_b.example", true],
  ["", false],
  [":80", false],
  ["u@a", false],
  ["a b", false],
  ["a,b", true],
  ["a, b", false],
  ["a/", false],
  ["a?", false],
  ["a#", false],
  ["a\\b", false],
  ["\xe4", false],
  ["a\n", false],
];

for (const [text, expected] of AUTHORITIES) {
  Deno.test(`isAuthority says ${expected} of ${JSON.stringify(text)} (RFC 3986 §3.2)`, () => {
    assertEquals(isAuthority(text), expected);
  });
}
