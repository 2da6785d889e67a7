import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { type Config, ConfigError, OPTIONS, parseConfig } from "../../lib/config.ts";
import { readConfigFile } from "../../lib/config/config_file.ts";

const SITE = { root: "/srv/site", uploads: "/srv/uploads" };
const FILE = "sluice.jsonc";

type Env = Readonly<Record<string, string>>;

function serve(text: string, args: readonly string[] = [], env: Env = {}): Config {
  const command = parseConfig(["--config", FILE, ...args], (name) => env[name], SITE, () => text);
  assert(command.kind === "serve", `serves, current kind is ${command.kind}`);
  return command.config;
}

const DEFAULTS = serve("{}");

/** What the file says, and the only fields that then differ from the defaults. */
const VALUES: readonly (readonly [text: string, fields: Partial<Config>])[] = [
  ["{}", {}],
  ["// nothing\n{ /* at all */ }", {}],
  ["\u{feff}{}", {}],
  ['{ "$schema": "./sluice.schema.json" }', {}],
  ['{ "port": 9090, "host": "::1", "workers": 4 }', { port: 9090, host: "::1", workers: 4 }],
  ['{\n  "port": 9090, // a comma more\n}', { port: 9090 }],
  ['{ "port": "9090" }', { port: 9090 }],
  ['{ "port": 9.09e3 }', { port: 9090 }],
  ['{ "max-body": "1GB" }', { bodyBytesMax: 1024 ** 3 }],
  ['{ "max-body": 1000 }', { bodyBytesMax: 1000 }],
  ['{ "keep-alive": "500ms" }', { keepAliveMs: 500 }],
  ['{ "keep-alive": 1.5 }', { keepAliveMs: 1500 }],
  ['{ "compression": false }', { compression: "off" }],
  ['{ "compression": "OFF" }', { compression: "off" }],
  ['{ "qr": true }', { qr: "on" }],
  ['{ "symlinks": false }', { symlinks: "off" }],
  ['{ "log-level": "warning" }', { logLevel: "warn" }],
  ['{ "root": "in box", "log-file": "a.log" }', { root: "in box", logFile: "a.log" }],
  ['{ "allowed-host": ["A.example", "*.b.example"] }', {
    allowedHosts: ["a.example", "*.b.example"],
  }],
  ['{ "allowed-host": "a.example,b.example" }', { allowedHosts: ["a.example", "b.example"] }],
  ['{ "download": ["pdf", "zip"] }', { downloadExtensions: ["pdf", "zip"] }],
  ['{ "download": [] }', { downloadExtensions: [] }],
  ['{ "download": "none" }', { downloadExtensions: [] }],
  ['{ "cors": ["https://a.example"] }', { corsOrigins: ["https://a.example"] }],
  ['{ "cors": "off" }', {}],
  ['{ "cors": [] }', {}],
  ['{ "tls-cert": "c.pem", "tls-key": "k.pem" }', { tlsCert: "c.pem", tlsKey: "k.pem" }],
];

for (const [text, fields] of VALUES) {
  Deno.test(`a configuration file may say ${text}`, () => {
    assertEquals(serve(text), { ...DEFAULTS, ...fields });
  });
}

Deno.test("flags win over the environment, that over the file, that over the defaults", () => {
  const text = '{ "port": 1, "queue": 1, "burst": 1 }';
  const env = { SLUICE_PORT: "2", SLUICE_QUEUE: "2" };
  const { port, queueMax, burst, ratePerSecond } = serve(text, ["--port", "3"], env);
  assertEquals([port, queueMax, burst, ratePerSecond], [3, 2, 1, DEFAULTS.ratePerSecond]);
});

Deno.test("what makes sense only together may come from two places", () => {
  const config = serve('{ "tls-cert": "c.pem" }', ["--tls-key", "k.pem"]);
  assertEquals([config.tlsCert, config.tlsKey], ["c.pem", "k.pem"]);
});

Deno.test("SLUICE_CONFIG names the file unless --config does", () => {
  const read = (args: string[]) => {
    const names: string[] = [];
    parseConfig(args, (name) => ({ SLUICE_CONFIG: "env.jsonc" })[name], SITE, (name) => {
      names.push(name);
      return "{}";
    });
    return names;
  };
  assertEquals(read([]), ["env.jsonc"]);
  assertEquals(read(["--config", "flag.jsonc"]), ["flag.jsonc"]);
});

/** What the file says, and the whole line the operator reads after "Cannot use ". */
const ERRORS: readonly (readonly [text: string, message: string])[] = [
  ["", "sluice.jsonc:1: must be JSON: value expected"],
  ["[]", "sluice.jsonc: must be one JSON object"],
  ["8080", "sluice.jsonc: must be one JSON object"],
  ['{\n  "port" 80\n}', "sluice.jsonc:2: must be JSON: colon expected"],
  ['{\n  "port": 80\n  "host": "::1"\n}', "sluice.jsonc:3: must be JSON: comma expected"],
  ['{ "port": 80 ', "sluice.jsonc:1: must be JSON: close brace expected"],
  ["{ port: 80 }", "sluice.jsonc:1: must be JSON: invalid symbol"],
  ["{} {}", "sluice.jsonc:1: must be JSON: end of file expected"],
  ['{\n\n  "prot": 80\n}', "prot at sluice.jsonc:3: no such option, did you mean port?"],
  ['{ "colour": 1 }', "colour at sluice.jsonc:1: no such option, see --help all"],
  ['{ "config": "b.jsonc" }', "config at sluice.jsonc:1: no such option, see --help all"],
  ['{ "help": true }', "help at sluice.jsonc:1: no such option, see --help all"],
  ['{ "__proto__": 1 }', "__proto__ at sluice.jsonc:1: no such option, see --help all"],
  ['{ "a\\nb": 1 }', '"a\\u{a}b" at sluice.jsonc:1: no such option, see --help all'],
  ['{ "port": 1,\n "port": 1 }', "port at sluice.jsonc:2: must stand there once"],
  [
    '{ "port": 70000 }',
    "port at sluice.jsonc:1: must be 0 to 65535, current value is 70000",
  ],
  [
    '{ "port": true }',
    "port at sluice.jsonc:1: must be 0 to 65535, as a whole number, current value is true",
  ],
  [
    '{ "port": null }',
    "port at sluice.jsonc:1: must be 0 to 65535, as a whole number, current value is null",
  ],
  [
    '{ "port": [80] }',
    "port at sluice.jsonc:1: must be 0 to 65535, as a whole number, current value is [80]",
  ],
  ['{ "port": 80.5 }', "port at sluice.jsonc:1: must be 0 to 65535, current value is 80.5"],
  [
    '{ "root": 5 }',
    "root at sluice.jsonc:1: must be the path of a folder, as text in quotes, current value is 5",
  ],
  [
    '{ "keep-alive": {} }',
    "keep-alive at sluice.jsonc:1: must be a time of 100ms to 1h, as text in quotes or a number, current value is {}",
  ],
  [
    '{ "compression": 1 }',
    "compression at sluice.jsonc:1: must be on|off, as true or false or text in quotes, current value is 1",
  ],
  [
    '{ "symlinks": true }',
    "symlinks at sluice.jsonc:1: must be inside|off, as false or text in quotes, current value is true",
  ],
  [
    '{ "allowed-host": ["a.example", 5] }',
    'allowed-host at sluice.jsonc:1: must be a host name, *.name or an IP address, each with an optional :port, or *, as an array of texts or text in quotes, current value is "[\\"a.example\\",5]"',
  ],
  [
    '{ "download": ["txt", ""] }',
    'download at sluice.jsonc:1: must be extensions such as txt,png or none, current value is ""',
  ],
  ['{ "tls-key": "k.pem" }', "tls-key at sluice.jsonc:1: --tls-cert must be given too"],
  [
    '{ "cors": "*",\n "cors-cookies": true }',
    "cors-cookies at sluice.jsonc:2: must be off while --cors is *",
  ],
];

for (const [text, message] of ERRORS) {
  Deno.test(`a configuration file may not say ${text}`, () => {
    assertEquals(assertThrows(() => serve(text), ConfigError).message, `Cannot use ${message}`);
  });
}

Deno.test("a value that a flag wins over must be right all the same", () => {
  const error = assertThrows(() => serve('{ "port": 70000 }', ["--port", "1"]), ConfigError);
  assertEquals(
    error.message,
    "Cannot use port at sluice.jsonc:1: must be 0 to 65535, current value is 70000",
  );
});

for (
  const [name, wanted] of [
    ["NotFound", "must be a file that can be read"],
    ["NotCapable", "this process may not read it, add it to --allow-read"],
  ] as const
) {
  Deno.test(`a configuration file that meets ${name} is refused in one line`, () => {
    const fail = () => {
      throw Object.assign(new Error("secret"), { name });
    };
    const error = assertThrows(
      () => parseConfig(["--config", "a b"], () => undefined, SITE, fail),
      ConfigError,
    );
    assertEquals(error.message, `Cannot use --config: ${wanted}, current value is "a b"`);
  });
}

Deno.test("a path that would break the line is quoted", () => {
  const error = assertThrows(() => readConfigFile("a\nb", "[]"), ConfigError);
  assertEquals(error.message, 'Cannot use "a\\u{a}b": must be one JSON object');
});

const key = fc.oneof(
  fc.constantFrom(...Object.values(OPTIONS).map(({ flag }) => flag)),
  fc.string({ unit: anyCharacter }),
);

Deno.test("readConfigFile() gives values or a one-line ConfigError for any JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), fc.boolean(), (object, isCut) => {
      const text = JSON.stringify(object, null, 2);
      try {
        readConfigFile(FILE, isCut ? text.slice(0, -1) : text);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assert(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(error.message), error.message);
      }
    }),
    { numRuns: 500 },
  );
});
