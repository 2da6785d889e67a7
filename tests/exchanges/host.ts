// Whom the request is for: the Host field and the authority of absolute-form.

import type { Exchange } from "./exchange.ts";
import { GET, head, HOST, NEXT } from "./request.ts";
import { answer, refused, rows, SERVED } from "./rows.ts";
import { HELLO, INDEX } from "./site.ts";

const LINE = "GET /hello.html HTTP/1.1";

function withHost(value: string): string {
  return head(LINE, `Host: ${value}`);
}

const FIELD = [
  ...rows("RFC 9112 §3.2", SERVED, [
    ["serves localhost", withHost("localhost")],
    ["serves localhost with the port", withHost("localhost:8080")],
    ["serves localhost with the port of the scheme", withHost("localhost:80")],
    ["serves the IPv4 loopback address", withHost("127.0.0.1:8080")],
    ["serves the IPv6 loopback address", withHost("[::1]")],
    ["serves the IPv6 loopback address with the port", withHost("[::1]:8080")],
    ["serves a configured name", withHost("example.com")],
    ["serves a configured name with the port", withHost("example.com:8080")],
    ["serves a name in any case", withHost("EXAMPLE.Com")],
    ["serves a Host behind other fields", head(LINE, "Accept: */*", "X-A: b", HOST)],
  ]),
  ...rows("RFC 9112 §3.2", { ...SERVED, after: "closed" }, [
    ["serves HTTP/1.0 without Host", head("GET /hello.html HTTP/1.0")],
    ["serves HTTP/1.0 with Host", head("GET /hello.html HTTP/1.0", HOST)],
  ]),
  ...refused("RFC 9112 §3.2", [
    ["refuses HTTP/1.1 without Host", head(LINE)],
    ["refuses HTTP/1.1 without Host among other fields", head(LINE, "Accept: */*")],
    ["refuses HTTP/1.2 without Host", head("GET /hello.html HTTP/1.2")],
    ["refuses a Host that only looks like one", head(LINE, "X-Host: localhost", "Hos: localhost")],
    ["refuses two equal Hosts", head(LINE, HOST, HOST)],
    ["refuses two different Hosts", head(LINE, HOST, "Host: evil.example")],
    ["refuses two Hosts in different case", head(LINE, "host: localhost", "HOST: localhost")],
    ["refuses two Hosts far apart", head(LINE, HOST, "A: b", "C: d", "Host: example.com")],
    ["refuses a second Host that is empty", head(LINE, HOST, "Host:")],
    ["refuses two Hosts in HTTP/1.0", head("GET /hello.html HTTP/1.0", HOST, HOST)],
    ["refuses an empty Host", head(LINE, "Host:")],
    ["refuses a Host of whitespace", head(LINE, "Host: \t ")],
    ["refuses a Host of a port alone", head(LINE, "Host: :8080")],
  ]),
  ...refused("RFC 9110 §7.2", [
    ["refuses a Host with userinfo", withHost("user@localhost")],
    ["refuses a Host with a path", withHost("localhost/hello.html")],
    ["refuses a Host with a query", withHost("localhost?x")],
    ["refuses a Host with a fragment", withHost("localhost#x")],
    ["refuses a Host with a backslash", withHost("localhost\\evil.example")],
    ["refuses a Host with a scheme", withHost("http://localhost")],
    ["refuses a Host with a space", withHost("local host")],
    ["refuses a Host with a tab", withHost("localhost\t:8080")],
    ["refuses a Host that is a list", withHost("localhost, example.com")],
    ["refuses a Host with a high byte", withHost("ex\xe4mple.com")],
    ["refuses a Host with a broken escape", withHost("localhost%zz")],
    ["refuses a Host with an empty port", withHost("localhost:")],
    ["refuses a Host with a port of letters", withHost("localhost:http")],
    ["refuses a Host with a signed port", withHost("localhost:+8080")],
    ["refuses a Host with a negative port", withHost("localhost:-1")],
    ["refuses a Host with a port beyond 65535", withHost("localhost:65536")],
    ["refuses a Host with a port that would wrap", withHost("localhost:73616")],
    ["refuses a Host with two ports", withHost("localhost:8080:8080")],
    ["refuses a Host with an open bracket", withHost("[::1")],
    ["refuses a Host with text behind the bracket", withHost("[::1]x")],
    ["refuses a Host of IPv6 without brackets", withHost("::1")],
    ["refuses a malformed Host in HTTP/1.0", head("GET /hello.html HTTP/1.0", "Host: a b")],
  ]),
  ...rows("RFC 9110 §7.4", answer(403, "open", { date: true }), [
    ["answers 403 to a strange name", withHost("evil.example")],
    ["answers 403 to a strange name with the port", withHost("evil.example:8080")],
    ["answers 403 to a name that begins like localhost", withHost("localhost.evil.example")],
    ["answers 403 to a name that ends like a served one", withHost("notexample.com")],
    ["answers 403 to a name below a served one", withHost("www.example.com")],
    ["answers 403 to another port", withHost("localhost:9090")],
    ["answers 403 to a strange address", withHost("192.0.2.1")],
    ["answers 403 to a short form of loopback", withHost("127.1")],
    ["answers 403 to a strange IPv6 address", withHost("[2001:db8::1]")],
  ]),
  ...rows("RFC 9110 §7.4", answer(403, "closed", { connection: "close" }), [
    ["answers 403 to a strange name in HTTP/1.0", head("GET / HTTP/1.0", "Host: evil.example")],
  ]),
  ...rows("RFC 9110 §7.4", { statuses: [403, 200], after: "open", content: HELLO }, [
    ["goes on behind a strange name", withHost("evil.example") + GET("/hello.html")],
  ]),
];

const ABSOLUTE_FORM = [
  ...rows("RFC 9112 §3.2.2", SERVED, [
    ["serves absolute-form", GET("http://localhost:8080/hello.html")],
    ["serves absolute-form without a port", GET("http://example.com/hello.html")],
    ["serves absolute-form with an IPv6 address", GET("http://[::1]:8080/hello.html")],
    ["serves absolute-form with a query", GET("http://localhost/hello.html?http://evil.example/")],
    ["ignores case of scheme and name", GET("HTTP://EXAMPLE.com:8080/hello.html")],
    [
      "ignores Host beside absolute-form",
      head("GET http://example.com:8080/hello.html HTTP/1.1", "Host: evil.example"),
    ],
  ]),
  ...rows("RFC 9112 §3.2.2", { ...SERVED, after: "closed" }, [
    [
      "serves absolute-form in HTTP/1.0 without Host",
      head("GET http://example.com:8080/hello.html HTTP/1.0"),
    ],
  ]),
  ...rows("RFC 9110 §4.2.3", { ...SERVED, content: INDEX }, [
    ["takes an empty path in absolute-form for the root", GET("http://localhost:8080")],
    ["takes a query behind the authority for one of the root", GET("http://localhost:8080?x=1")],
  ]),
  ...rows("RFC 9112 §3.2.2", answer(403, "open"), [
    ["answers 403 to a strange authority beside a served Host", GET("http://evil.example/")],
    ["answers 403 to a strange port beside a served Host", GET("http://localhost:9090/")],
  ]),
  ...refused("RFC 9112 §3.2.2", [
    ["refuses absolute-form without Host", head("GET http://localhost/hello.html HTTP/1.1")],
    [
      "refuses a malformed Host beside absolute-form",
      head("GET http://localhost/hello.html HTTP/1.1", "Host: a b"),
    ],
    [
      "refuses two Hosts beside absolute-form",
      head("GET http://localhost/hello.html HTTP/1.1", HOST, HOST),
    ],
    ["refuses the scheme https without TLS", GET("https://localhost:8080/hello.html")],
    ["refuses the scheme ftp", GET("ftp://localhost/hello.html")],
    ["refuses a scheme that begins like http", GET("httpx://localhost/hello.html")],
    ["refuses a URN", GET("urn:isbn:0451450523")],
    ["refuses http without an authority", GET("http:/hello.html")],
    ["refuses http with one slash missing", GET("http:localhost/hello.html")],
    ["refuses a scheme with nothing behind it", GET("http:")],
    ["refuses a fragment in absolute-form", GET("http://localhost/hello.html#top")],
    ["refuses a port beyond 65535 in absolute-form", GET("http://localhost:65536/hello.html")],
    ["refuses an open bracket in absolute-form", GET("http://[::1/hello.html")],
    ["refuses a backslash in the authority", GET("http://localhost\\.evil.example/hello.html")],
  ]),
  ...refused("RFC 9110 §4.2.1", [
    ["refuses an empty authority", GET("http:///hello.html")],
    ["refuses an authority of a port alone", GET("http://:8080/hello.html")],
  ]),
  ...refused("RFC 9110 §4.2.4", [
    ["refuses userinfo in absolute-form", GET("http://user@localhost:8080/hello.html")],
    ["refuses a password in absolute-form", GET("http://user:pass@localhost:8080/hello.html")],
    ["refuses empty userinfo in absolute-form", GET("http://@localhost:8080/hello.html")],
    ["refuses a served name for userinfo", GET("http://localhost:8080@evil.example/hello.html")],
  ]),
  ...rows("RFC 9112 §3.2.1", answer(404, "open"), [
    ["makes no authority of a double slash", GET("//evil.example/hello.html")],
  ]),
];

export const HOST_ROWS: readonly Exchange[] = [
  ...FIELD,
  ...ABSOLUTE_FORM,
  ...rows("RFC 9112 §3.2.2", { statuses: [403, 200], after: "open" }, [
    ["goes on behind a strange authority", GET("http://evil.example/") + NEXT],
  ]),
];
