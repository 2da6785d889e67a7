import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "./any_character.ts";
import { type Config, ConfigError, describeOptions, parseConfig } from "../lib/config.ts";

const SITE = { root: "/srv/site", uploads: "/srv/uploads" };

type Env = Readonly<Record<string, string>>;

function parse(args: readonly string[], env: Env = {}) {
  return parseConfig(args, (name) => Object.hasOwn(env, name) ? env[name] : undefined, SITE);
}

function serve(args: readonly string[], env: Env = {}): Config {
  const command = parse(args, env);
  assert(command.kind === "serve", `serves, current kind is ${command.kind}`);
  return command.config;
}

const DEFAULTS: Config = {
  port: 8080,
  host: "127.0.0.1",
  workers: undefined,
  qr: "off",
  open: "off",
  root: "/srv/site",
  uploads: "/srv/uploads",
  downloadExtensions: ["txt", "png", "jpg", "jpeg"],
  compression: "on",
  listing: "off",
  fallback: "off",
  cleanUrls: "off",
  cacheRules: [],
  immutable: "off",
  headerRules: [],
  redirects: [],
  base: "",
  mounts: [],
  connectionsPerWorkerMax: 1024,
  queueMax: 256,
  requestsPerConnectionMax: 100,
  bodyBytesMax: 10 * 1024 * 1024,
  headBytesMax: 16 * 1024,
  fieldsMax: 100,
  targetBytesMax: 8 * 1024,
  keepAliveMs: 30_000,
  headTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  writeTimeoutMs: 30_000,
  bodyBytesPerSecond: 240,
  queueMs: 5_000,
  workerQuietMs: 10_000,
  drainMs: 10_000,
  ratePerSecond: 10_000,
  burst: 20_000,
  uploadsPerSecond: 100,
  banErrors: 100,
  banMs: 60_000,
  connectionsPerClientMax: 512,
  allowedHosts: [],
  trustedProxies: [],
  corsOrigins: [],
  corsCredentials: "off",
  symlinks: "inside",
  hstsMs: 0,
  telemetry: "on",
  adminAllowed: ["loopback"],
  adminTokenFile: undefined,
  tlsCert: undefined,
  tlsKey: undefined,
  logLevel: "info",
  logFile: undefined,
  jsonLogFile: undefined,
  auditFile: undefined,
  accessFormat: "default",
  requestId: "off",
  serverTiming: "off",
  slowMs: 0,
  logBytesMax: 64 * 1024 * 1024,
  logFilesKept: 5,
};

/** What is given, and the only fields that then differ from the defaults. */
const VALUES: readonly (readonly [args: string[], env: Env, fields: Partial<Config>])[] = [
  [[], {}, {}],
  [["9090"], {}, { port: 9090 }],
  [["9090", "localhost"], {}, { port: 9090, host: "localhost" }],
  [["9090", "::1", "4"], {}, { port: 9090, host: "::1", workers: 4 }],
  [["9090", "--workers", "4"], {}, { port: 9090, workers: 4 }],
  [["--workers", "4", "9090"], {}, { port: 9090, workers: 4 }],
  [["--", "9090", "[::1]"], {}, { port: 9090, host: "::1" }],
  [["9090", "--port", "9090"], {}, { port: 9090 }],
  [["9090", "LOCALHOST", "--host=localhost."], {}, { port: 9090, host: "localhost" }],
  [["--port", "9090"], {}, { port: 9090 }],
  [["--port=0"], {}, { port: 0 }],
  [["--port", "65535"], {}, { port: 65535 }],
  [["--host", "[::1]"], {}, { host: "::1" }],
  [["--host", "0.0.0.0"], {}, { host: "0.0.0.0" }],
  [["--workers", "64"], {}, { workers: 64 }],
  [["--root", "site", "--uploads", "in box"], {}, { root: "site", uploads: "in box" }],
  [["--root=-odd=name"], {}, { root: "-odd=name" }],
  [["--download", ".TXT,Png,txt"], {}, { downloadExtensions: ["txt", "png"] }],
  [["--download", ""], {}, { downloadExtensions: [] }],
  [["--download="], {}, { downloadExtensions: [] }],
  [["--download", "None"], {}, { downloadExtensions: [] }],
  [["--connections", "1", "--queue", "0"], {}, { connectionsPerWorkerMax: 1, queueMax: 0 }],
  [["--max-requests", "1000000000"], {}, { requestsPerConnectionMax: 1_000_000_000 }],
  [["--max-body", "0"], {}, { bodyBytesMax: 0 }],
  [["--max-body", "1TB"], {}, { bodyBytesMax: 1024 ** 4 }],
  [["--max-head", "1KiB", "--max-target", "64"], {}, { headBytesMax: 1024, targetBytesMax: 64 }],
  [["--max-fields", "1000"], {}, { fieldsMax: 1000 }],
  [["--keep-alive", "100ms"], {}, { keepAliveMs: 100 }],
  [["--head-timeout", "5", "--body-timeout=1h"], {}, {
    headTimeoutMs: 5000,
    bodyTimeoutMs: 3_600_000,
  }],
  [["--write-timeout", "1.5s", "--drain", "0"], {}, { writeTimeoutMs: 1500, drainMs: 0 }],
  [["--worker-timeout", "0", "--queue-timeout", "1s"], {}, { workerQuietMs: 0, queueMs: 1000 }],
  [["--worker-timeout", "2s", "--body-rate", "1KB"], {}, {
    workerQuietMs: 2000,
    bodyBytesPerSecond: 1024,
  }],
  [["--rate", "50", "--burst", "100"], {}, { ratePerSecond: 50, burst: 100 }],
  [["--allowed-host", "A.example.", "--allowed-host", "*.b.example,[::1]"], {}, {
    allowedHosts: ["a.example", "*.b.example", "::1"],
  }],
  [["--tls-cert", "c.pem", "--tls-key", "k.pem"], {}, { tlsCert: "c.pem", tlsKey: "k.pem" }],
  [["--tls-cert", "c.pem"], { SLUICE_TLS_KEY: "k.pem" }, { tlsCert: "c.pem", tlsKey: "k.pem" }],
  [["--log-level", "warning"], {}, { logLevel: "warn" }],
  [["--log-file", "a.log", "--json-log-file", "b"], {}, { logFile: "a.log", jsonLogFile: "b" }],
  [["--access-format", "Combined", "--request-id", "on"], {}, {
    accessFormat: "combined",
    requestId: "on",
  }],
  [["--server-timing=on"], { SLUICE_SLOW: "1.5s" }, { serverTiming: "on", slowMs: 1500 }],
  [[], { SLUICE_PORT: "9090", SLUICE_HOST: "::", SLUICE_WORKERS: "2" }, {
    port: 9090,
    host: "::",
    workers: 2,
  }],
  [[], { SLUICE_ALLOWED_HOST: "a.example, B.example" }, {
    allowedHosts: ["a.example", "b.example"],
  }],
  [["--allowed-host", "c.example"], { SLUICE_ALLOWED_HOST: "a.example" }, {
    allowedHosts: ["c.example"],
  }],
  [[], { SLUICE_MAX_BODY: "1GB", SLUICE_KEEP_ALIVE: "1m" }, {
    bodyBytesMax: 1024 ** 3,
    keepAliveMs: 60_000,
  }],
  [[], { LOG_LEVEL: "DEBUG", LOG_FILE: "a.log", JSON_LOG_FILE: "b.log" }, {
    logLevel: "debug",
    logFile: "a.log",
    jsonLogFile: "b.log",
  }],
  [[], { LOG_LEVEL: "Warning" }, { logLevel: "warn" }],
  [[], { SLUICE_LOG_LEVEL: "debug" }, {}],
  [[], { SLUICE_PORT: "", SLUICE_ALLOWED_HOST: "", LOG_FILE: "" }, {}],
  [[], { SLUICE_DOWNLOAD: "" }, { downloadExtensions: [] }],
  [["7070"], { SLUICE_PORT: "9090" }, { port: 7070 }],
  [["--port", "7070"], { SLUICE_PORT: "9090" }, { port: 7070 }],
  [["--port", "7070"], { SLUICE_PORT: "broken" }, { port: 7070 }],
  [["--qr"], {}, { qr: "on" }],
  [["--qr", "9090"], {}, { qr: "on", port: 9090 }],
  [["--qr=off"], { SLUICE_QR: "on" }, {}],
  [[], { SLUICE_OPEN: "on" }, { open: "on" }],
];

for (const [args, env, fields] of VALUES) {
  Deno.test(`parseConfig() reads ${JSON.stringify(args)} with ${JSON.stringify(env)}`, () => {
    assertEquals(serve(args, env), { ...DEFAULTS, ...fields });
  });
}

/** What is given, and the whole line the operator reads after "Cannot use ". */
const ERRORS: readonly (readonly [args: string[], env: Env, message: string])[] = [
  [["--port", "70000"], {}, "--port: must be 0 to 65535, current value is 70000"],
  [["--port", "-1"], {}, "--port: must be 0 to 65535, current value is -1"],
  [["--port=-1"], {}, "--port: must be 0 to 65535, current value is -1"],
  [["--port", "08"], {}, "--port: must be 0 to 65535, current value is 08"],
  [["--port", "1e3"], {}, "--port: must be 0 to 65535, current value is 1e3"],
  [["--port", "0x10"], {}, "--port: must be 0 to 65535, current value is 0x10"],
  [["--port", " 80"], {}, '--port: must be 0 to 65535, current value is " 80"'],
  [["--port", ""], {}, '--port: must be 0 to 65535, current value is ""'],
  [["--port="], {}, '--port: must be 0 to 65535, current value is ""'],
  [["--port", "80\n81"], {}, '--port: must be 0 to 65535, current value is "80\\u{a}81"'],
  [["--port", "٨٠"], {}, "--port: must be 0 to 65535, current value is ٨٠"],
  [["--port"], {}, "--port: a value must follow"],
  [["--port", "--host", "::1"], {}, "--port: a value must follow"],
  [["--port", "--", "80"], {}, "--port: a value must follow"],
  [["--log-file", "-"], {}, "--log-file: a value must follow"],
  [["--port", "80", "--port", "80"], {}, "--port: must be given once, current count is 2"],
  [["--download=txt", "--download=png"], {}, "--download: must be given once, current count is 2"],
  [["--workers", "0"], {}, "--workers: must be 1 to 64, current value is 0"],
  [["08"], {}, "argument port: must be 0 to 65535, current value is 08"],
  [["1e3"], {}, "argument port: must be 0 to 65535, current value is 1e3"],
  [
    ["80", "a b"],
    {},
    'argument host: must be a host name or an IP address, current value is "a b"',
  ],
  [["80", "::1", "65"], {}, "argument workers: must be 1 to 64, current value is 65"],
  [["80", "::1", "2", "9"], {}, "argument 9: must be a flag, or one of [port] [host] [workers]"],
  [
    ["80", "--", "::1", "2", "--x"],
    {},
    "argument --x: must be a flag, or one of [port] [host] [workers]",
  ],
  [["--", "--port=80"], {}, "argument port: must be 0 to 65535, current value is --port=80"],
  [
    ["8080", "--port", "9090"],
    {},
    "--port: must be the same as argument port or left out, current values are 9090 and 8080",
  ],
  [["--prot", "80"], {}, "--prot: no such flag, did you mean --port?"],
  [["--prot=80"], {}, "--prot: no such flag, did you mean --port?"],
  [["-port", "80"], {}, "-port: no such flag, did you mean --port?"],
  [["--Port", "80"], {}, "--Port: no such flag, did you mean --port?"],
  [["--keepalive", "1s"], {}, "--keepalive: no such flag, did you mean --keep-alive?"],
  [["--allowed-hosts=a"], {}, "--allowed-hosts: no such flag, did you mean --allowed-host?"],
  [["--frobnicate"], {}, "--frobnicate: no such flag, see --help all"],
  [["-p", "80"], {}, "-p: no such flag, see --help all"],
  [["-1"], {}, "-1: no such flag, see --help all"],
  [["--no-port"], {}, "--no-port: no such flag, see --help all"],
  [["--no-port=80"], {}, "--no-port: no such flag, see --help all"],
  [["--_=1"], {}, "--_: no such flag, see --help all"],
  [["--port.x=1"], {}, "--port.x: no such flag, did you mean --port?"],
  [["--__proto__=1"], {}, "--__proto__: no such flag, see --help all"],
  [
    ["--help=no"],
    {},
    "--help: must be listening|files|serving|limits|security|logging|other|all, current value is no",
  ],
  [["--version=no"], {}, "--version: must be given without a value"],
  [["--check=yes"], {}, "--check: must be given without a value"],
  [["--completions"], {}, "--completions: a value must follow"],
  [["--completions", "csh"], {}, "--completions: must be bash|zsh|fish, current value is csh"],
  [["--completions=csh"], {}, "--completions: must be bash|zsh|fish, current value is csh"],
  [["--qr=maybe"], {}, "--qr: must be on|off, current value is maybe"],
  [["--qr", "--qr"], {}, "--qr: must be given once, current count is 2"],
  [["--qr", "off"], {}, "argument port: must be 0 to 65535, current value is off"],
  [["--config", ""], {}, '--config: must be the path of a file, current value is ""'],
  [["--config=a", "--config=b"], {}, "--config: must be given once, current count is 2"],
  [
    ["--host", "256.0.0.1"],
    {},
    "--host: must be a host name or an IP address, current value is 256.0.0.1",
  ],
  [
    ["--host", "*.a.example"],
    {},
    "--host: must be a host name or an IP address, current value is *.a.example",
  ],
  [["--root", ""], {}, '--root: must be the path of a folder, current value is ""'],
  [["--log-file=a\0b"], {}, '--log-file: must be the path of a file, current value is "a\\u{0}b"'],
  [["--max-body", "2TB"], {}, "--max-body: must be a size of 0B to 1TB, current value is 2TB"],
  [["--max-head", "1"], {}, "--max-head: must be a size of 1KB to 64KB, current value is 1"],
  [
    ["--max-target", "10XB"],
    {},
    "--max-target: must be a size of 64B to 32KB, current value is 10XB",
  ],
  [
    ["--keep-alive", "99ms"],
    {},
    "--keep-alive: must be a time of 100ms to 1h, current value is 99ms",
  ],
  [
    ["--worker-timeout", "1999ms"],
    {},
    "--worker-timeout: must be 0s or a time of 2s to 1h, current value is 1999ms",
  ],
  [["--drain", "2h"], {}, "--drain: must be a time of 0s to 1h, current value is 2h"],
  [
    ["--allowed-host", "a.example,b.example:0"],
    {},
    "--allowed-host: must be a host name, *.name or an IP address, each with an optional :port, or *, current value is b.example:0",
  ],
  [
    ["--allowed-host", ""],
    {},
    '--allowed-host: must be a host name, *.name or an IP address, each with an optional :port, or *, current value is ""',
  ],
  [
    ["--download", "txt,none"],
    {},
    "--download: must be extensions such as txt,png or none, current value is none",
  ],
  [
    ["--download", "../etc"],
    {},
    "--download: must be extensions such as txt,png or none, current value is ../etc",
  ],
  [
    ["--log-level", "loud"],
    {},
    "--log-level: must be debug|info|warn|error, current value is loud",
  ],
  [["--tls-cert", "c.pem"], {}, "--tls-cert: --tls-key must be given too"],
  [["--tls-key", "k.pem"], {}, "--tls-key: --tls-cert must be given too"],
  [[], { SLUICE_TLS_KEY: "k.pem" }, "SLUICE_TLS_KEY: --tls-cert must be given too"],
  [[], { SLUICE_PORT: "x" }, "SLUICE_PORT: must be 0 to 65535, current value is x"],
  [[], { LOG_LEVEL: "loud" }, "LOG_LEVEL: must be debug|info|warn|error, current value is loud"],
  [
    [],
    { SLUICE_ALLOWED_HOST: "a.example,,b.example" },
    'SLUICE_ALLOWED_HOST: must be a host name, *.name or an IP address, each with an optional :port, or *, current value is ""',
  ],
];

for (const [args, env, message] of ERRORS) {
  Deno.test(`parseConfig() refuses ${JSON.stringify(args)} with ${JSON.stringify(env)}`, () => {
    const error = assertThrows(() => parse(args, env), ConfigError);
    assertEquals(error.message, `Cannot use ${message}`);
  });
}

for (
  const [args, kind] of [
    [["--help"], "help"],
    [["-h"], "help"],
    [["8080", "-h", "80"], "help"],
    [["--port", "70000", "--help"], "help"],
    [["--help", "--help"], "help"],
    [["--version"], "version"],
    [["-V"], "version"],
    [["--version", "--help"], "help"],
    [["-hV"], "help"],
    [["--help", "limits", "--port", "70000"], "help"],
    [["-h", "all"], "help"],
    [["--help=all"], "help"],
    [["--completions", "bash", "--port", "70000"], "completions"],
    [["--completions=zsh"], "completions"],
    [["--print-schema", "--port", "70000"], "print-schema"],
    [["--print-config"], "print-config"],
    [["--check"], "check"],
    [["--check", "--print-config"], "print-config"],
    [["--check", "--help"], "help"],
  ] as const
) {
  Deno.test(`parseConfig() answers ${JSON.stringify(args)} with the ${kind}`, () => {
    assertEquals(parse(args).kind, kind);
  });
}

Deno.test("parseConfig() freezes the configuration and its lists", () => {
  for (
    const config of [serve([]), serve(["--download", "a", "--allowed-host", "a"])]
  ) {
    assert(Object.isFrozen(config));
    for (const value of Object.values(config)) assert(Object.isFrozen(value));
  }
});

Deno.test("parseConfig() takes every default it prints", () => {
  const args: string[] = [];
  for (const { flag, fallback } of describeOptions(SITE)) {
    if (fallback !== "" && flag !== "--workers") args.push(`${flag}=${fallback}`);
  }
  assertEquals(serve(args), DEFAULTS);
});

Deno.test("parseConfig() asks for each variable of the table and for no other", () => {
  const asked = new Set<string>();
  parseConfig([], (name) => void asked.add(name), SITE);
  const named = describeOptions(SITE).map(({ environment }) => environment).filter((name) => name);
  assertEquals([...asked].sort(), named.sort());
});

const flag = fc.constantFrom(...describeOptions(SITE).flatMap((row) => row.flag.split(", ")));
const word = fc.oneof(
  fc.constantFrom("--", "-", "", "8080", "-1", "true", "false", "::1", "none", "1MB", "30s", "a=b"),
  fc.string({ unit: anyCharacter }),
  fc.string().map((text) => `--${text}`),
  fc.string().map((text) => `-${text}`),
  fc.tuple(flag, fc.string({ unit: anyCharacter })).map(([name, value]) => `${name}=${value}`),
);

Deno.test("parseConfig() gives a command or a one-line ConfigError for any input", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(flag, word), { maxLength: 8 }),
      fc.option(fc.string({ unit: anyCharacter }), { nil: undefined }),
      (args, variable) => {
        try {
          parseConfig(args, () => variable, SITE);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          assert(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(error.message), error.message);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
