import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { type CorsOptions, CorsPolicy } from "../../lib/security/cors.ts";
import { canonicalOrigin } from "../../lib/security/origin.ts";

const DEFAULTS: CorsOptions = {
  origins: ["https://app.example", "http://localhost:5173"],
  credentials: false,
  maxAgeSeconds: 600,
  methods: ["GET", "HEAD", "PUT"],
  exposedFields: [],
};

const policy = new CorsPolicy(DEFAULTS);
const everybody = new CorsPolicy({ ...DEFAULTS, origins: "*" });
const off = new CorsPolicy({ ...DEFAULTS, origins: "off" });
const trusting = new CorsPolicy({
  ...DEFAULTS,
  credentials: true,
  exposedFields: ["ETag", "Content-Range"],
});

/** Field lines as an object; a name twice or a line without end fails. */
function linesOf(block: string): Record<string, string> {
  const lines: Record<string, string> = {};
  assert(block === "" || block.endsWith("\r\n"));
  for (const line of block.split("\r\n").slice(0, -1)) {
    const [, name = "", value = ""] = /^([^:]+): ([\x20-\x7e]*)$/.exec(line) ?? [];
    assert(name !== "" && !(name in lines), `Cannot read the line ${JSON.stringify(line)}`);
    lines[name] = value;
  }
  return lines;
}

const ALLOWED = "Access-Control-Allow-Origin";

/** Who asks whom, and what the answer to a plain request carries. */
const ACTUAL: readonly [
  rule: string,
  policy: CorsPolicy,
  origin: string | undefined,
  lines: Record<string, string>,
][] = [
  ["off", off, "https://app.example", {}],
  ["everybody", everybody, "https://evil.example", { [ALLOWED]: "*" }],
  ["everybody, null", everybody, "null", { [ALLOWED]: "*" }],
  ["everybody, no origin", everybody, undefined, { [ALLOWED]: "*" }],
  ["listed", policy, "https://app.example", {
    [ALLOWED]: "https://app.example",
    "Vary": "Origin",
  }],
  ["listed with a port", policy, "http://localhost:5173", {
    [ALLOWED]: "http://localhost:5173",
    "Vary": "Origin",
  }],
  ["listed with credentials and exposed fields", trusting, "https://app.example", {
    [ALLOWED]: "https://app.example",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "ETag, Content-Range",
    "Vary": "Origin",
  }],
  ["not listed with credentials", trusting, "https://evil.example", { "Vary": "Origin" }],
  ["no origin", policy, undefined, { "Vary": "Origin" }],
];

for (const [rule, asked, origin, lines] of ACTUAL) {
  Deno.test(`CorsPolicy answers a request: ${rule}`, () => {
    assertEquals(linesOf(asked.actual(origin)), lines);
  });
}

const SAME = [
  "HTTPS://APP.EXAMPLE",
  "https://app.example:443",
  "https://app.example:0443",
] as const;

for (const origin of SAME) {
  Deno.test(`CorsPolicy takes ${origin} for https://app.example`, () => {
    assertEquals(linesOf(policy.actual(origin))[ALLOWED], "https://app.example");
  });
}

const STRANGERS = [
  "",
  "null",
  "*",
  "http://app.example",
  "https://app.example:8443",
  "https://app.example:80",
  "https://app.example.",
  "https://app.example/",
  "https://app.example?",
  "https://app.example.evil.example",
  "https://evil.example/https://app.example",
  "https://evilapp.example",
  "https://sub.app.example",
  "https://user@app.example",
  "https://app.example https://evil.example",
  "https://app.example, https://evil.example",
  " https://app.example",
  "https://app.example\r\n",
  "https://аpp.example",
  "app.example",
  "http://localhost",
  "http://127.0.0.1:5173",
  "http://localhost:99999",
  `https://${"a".repeat(100_000)}`,
] as const;

for (const origin of STRANGERS) {
  Deno.test(`CorsPolicy does not allow ${JSON.stringify(origin.slice(0, 50))}`, () => {
    assertEquals(policy.actual(origin), "Vary: Origin\r\n");
    assertEquals(policy.preflight(origin, "GET", undefined), undefined);
  });
}

Deno.test("CorsPolicy allows null when it is listed", () => {
  const origins = ["https://app.example", "null"];
  const asked = new CorsPolicy({ ...DEFAULTS, origins });
  assertEquals(linesOf(asked.actual("null")), { [ALLOWED]: "null", "Vary": "Origin" });
});

Deno.test("CorsPolicy answers a preflight of a listed origin", () => {
  const preflight = trusting.preflight(
    "https://app.example",
    "PUT",
    "X-Name,content-type , ,if-match",
  );
  assertEquals(linesOf(preflight?.fields ?? ""), {
    [ALLOWED]: "https://app.example",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT",
    "Access-Control-Allow-Headers": "x-name, content-type, if-match",
    "Access-Control-Max-Age": "600",
    "Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
  });
});

Deno.test("CorsPolicy answers a preflight of anybody", () => {
  const preflight = everybody.preflight("https://evil.example", "GET", undefined, true);
  assertEquals(linesOf(preflight?.fields ?? ""), {
    [ALLOWED]: "*",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT",
    "Access-Control-Max-Age": "600",
    "Vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
  });
});

Deno.test("CorsPolicy lets listed origins alone into the private network", () => {
  const ask = (asked: CorsPolicy, isPrivate: boolean) =>
    linesOf(asked.preflight("https://app.example", "GET", undefined, isPrivate)?.fields ?? "")[
      "Access-Control-Allow-Private-Network"
    ];
  assertEquals(ask(policy, true), "true");
  assertEquals(ask(policy, false), undefined);
  assertEquals(ask(everybody, true), undefined);
});

/** What a preflight asks for that is answered as if it were none. */
const NO_PREFLIGHT: readonly [
  rule: string,
  policy: CorsPolicy,
  origin: string | undefined,
  method: string | undefined,
  fields: string | undefined,
][] = [
  ["off", off, "https://app.example", "GET", undefined],
  ["no origin", policy, undefined, "GET", undefined],
  ["no origin, everybody", everybody, undefined, "GET", undefined],
  ["no method", policy, "https://app.example", undefined, undefined],
  ["method not allowed", policy, "https://app.example", "DELETE", undefined],
  ["method in another case", policy, "https://app.example", "put", undefined],
  ["empty method", policy, "https://app.example", "", undefined],
  ["field that is no token", policy, "https://app.example", "GET", "x-a, b c"],
  ["field with a line end", policy, "https://app.example", "GET", "x-a\r\nSet-Cookie: a=b"],
  ["field with a colon", policy, "https://app.example", "GET", "x-a: b"],
  ["field with a quote", everybody, "https://app.example", "GET", '"x-a"'],
  ["field beyond ASCII", everybody, "https://app.example", "GET", "x-é"],
  ["too many fields", everybody, "https://app.example", "GET", "x-a,".repeat(129)],
];

for (const [rule, asked, origin, method, fields] of NO_PREFLIGHT) {
  Deno.test(`CorsPolicy answers no preflight: ${rule}`, () => {
    assertEquals(asked.preflight(origin, method, fields), undefined);
  });
}

for (const fields of ["", " ", ",", " , ,\t"]) {
  Deno.test(`CorsPolicy takes requested fields ${JSON.stringify(fields)} for none`, () => {
    const block = policy.preflight("https://app.example", "GET", fields)?.fields;
    assert(block !== undefined);
    assertEquals(linesOf(block)["Access-Control-Allow-Headers"], undefined);
  });
}

/** Options that cannot be served, and what is said. */
const BROKEN: readonly [
  rule: string,
  options: Partial<CorsOptions>,
  errorClass: typeof TypeError | typeof SyntaxError | typeof RangeError,
  message: string,
][] = [
  ["credentials to all", { origins: "*", credentials: true }, TypeError, "credentials"],
  ["credentials to null", { origins: ["null"], credentials: true }, TypeError, "credentials"],
  ["* in a list", { origins: ["*"] }, SyntaxError, 'current value is "*"'],
  ["a pattern", { origins: ["https://*.example"] }, SyntaxError, "https://*.example"],
  ["a path", { origins: ["https://app.example/"] }, SyntaxError, "https://app.example/"],
  ["no scheme", { origins: ["app.example"] }, SyntaxError, "app.example"],
  ["no host", { origins: ["https://"] }, SyntaxError, "https://"],
  ["letters beyond ASCII", { origins: ["https://bücher.example"] }, SyntaxError, "xn--"],
  ["port", { origins: ["https://app.example:65536"] }, SyntaxError, "65536"],
  ["IPv6 address", { origins: ["http://[::g]"] }, SyntaxError, "[::g]"],
  ["seconds below 0", { maxAgeSeconds: -1 }, RangeError, "current value is -1"],
  ["seconds above a day", { maxAgeSeconds: 86_401 }, RangeError, "current value is 86401"],
  ["seconds that are no number", { maxAgeSeconds: NaN }, RangeError, "current value is NaN"],
  ["a method", { methods: ["GET POST"] }, TypeError, 'current value is "GET POST"'],
  ["a field name", { exposedFields: [""] }, TypeError, 'current value is ""'],
];

for (const [rule, options, errorClass, message] of BROKEN) {
  Deno.test(`CorsPolicy is not built with ${rule} out of bounds`, () => {
    const error = assertThrows(() => new CorsPolicy({ ...DEFAULTS, ...options }), errorClass);
    assertStringIncludes(error.message, "Cannot ");
    assertStringIncludes(error.message, message);
  });
}

Deno.test("CorsPolicy may be off or * whatever else is set", () => {
  assertEquals(new CorsPolicy({ ...DEFAULTS, origins: "off", credentials: true }).actual("x"), "");
  assertEquals(new CorsPolicy({ ...DEFAULTS, origins: [] }).actual("x"), "Vary: Origin\r\n");
});

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(...STRANGERS, ...SAME, "https://app.example"),
  fc.array(fc.constantFrom("x-a", ",", " ", "\r\n", ":", "\0", "é", "*"), { maxLength: 12 })
    .map((pieces) => pieces.join("")),
);

Deno.test("CorsPolicy writes whole lines, and names none but the listed", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(policy, trusting, everybody),
      anyText,
      fc.constantFrom("GET", "PUT", "DELETE"),
      fc.option(anyText, { nil: undefined }),
      fc.boolean(),
      (asked, origin, method, fields, isPrivate) => {
        const blocks = [
          asked.actual(origin),
          asked.preflight(origin, method, fields, isPrivate)?.fields ?? "",
        ];
        for (const block of blocks) {
          const lines = linesOf(block);
          const allowed = lines[ALLOWED];
          const listed = asked === everybody ? ["*"] : DEFAULTS.origins;
          assert(allowed === undefined || listed.includes(allowed));
          if (asked !== everybody && block !== "") assertStringIncludes(lines.Vary ?? "", "Origin");
          assert(allowed !== "*" || lines["Access-Control-Allow-Credentials"] === undefined);
          assert(block.length < 1024);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

/** Text, and the one form of it. */
const ORIGINS = [
  ["null", "null"],
  ["NULL", undefined],
  ["HTTP://Example.ORG:80", "http://example.org"],
  ["http://example.org:443", "http://example.org:443"],
  ["https://example.org:0", "https://example.org:0"],
  ["https://example.org:65536", undefined],
  ["http://[2001:DB8:0::1]:8080", "http://[2001:db8::1]:8080"],
  ["http://[::ffff:c000:201]", "http://[::ffff:c000:201]"],
  ["http://[192.0.2.1]", undefined],
  ["http://[::1", undefined],
  ["chrome-extension://abcdef", "chrome-extension://abcdef"],
  ["moz-extension://0a1b-2c:80", "moz-extension://0a1b-2c:80"],
  ["://example.org", undefined],
  ["file://", undefined],
] as const;

for (const [text, origin] of ORIGINS) {
  Deno.test(`canonicalOrigin of ${text} is ${origin ?? "none"}`, () => {
    assertEquals(canonicalOrigin(text), origin);
  });
}

Deno.test("canonicalOrigin agrees with the URL parser", () => {
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  );
  const port = fc.option(fc.nat(65_535), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom("http", "https", "HTTPS"), host, port, (scheme, name, number) => {
      const text = `${scheme}://${name}${number === undefined ? "" : `:${number}`}`;
      const origin = canonicalOrigin(text);
      // An IPv4-mapped address keeps the text it came with.
      if (/^\[[0:]+:ffff:/i.test(name)) return;
      assertEquals(origin, URL.parse(text)?.origin);
    }),
    { numRuns: 2000 },
  );
});
