// A configuration given in part is filled up by the table, and keeps to its rules.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Config,
  ConfigError,
  configure,
  isComplete,
  parseConfig,
  type Settings,
} from "../../lib/config.ts";

const SITE = { root: "/srv/site", uploads: "/srv/uploads" };

function fromCommandLine(...args: readonly string[]): Config {
  const command = parseConfig(args, () => undefined, SITE);
  assert(command.kind === "serve");
  return command.config;
}

Deno.test("configure fills everything up as the command line does", () => {
  assertEquals(configure({}, SITE), fromCommandLine());
  assert(isComplete(configure({}, SITE)));
  assert(!isComplete({ port: 0 }));
});

Deno.test("configure takes undefined for not given", () => {
  assertEquals(configure({ port: undefined, tlsCert: undefined }, SITE), fromCommandLine());
});

const TAKEN: readonly (readonly [settings: Settings, args: readonly string[]])[] = [
  [{ port: 0, host: "::1", workers: 3 }, ["0", "::1", "3"]],
  [{ bodyBytesMax: 1_000_001, keepAliveMs: 1_500 }, ["--max-body=1000001", "--keep-alive=1500ms"]],
  [{ ratePerSecond: 0, banErrors: 0, drainMs: 0 }, ["--rate=0", "--ban-errors=0", "--drain=0s"]],
  [{ allowedHosts: ["A.example", "*.b.example"] }, ["--allowed-host=a.example,*.b.example"]],
  [{ allowedHosts: [], trustedProxies: [], corsOrigins: [] }, []],
  [{ downloadExtensions: [], adminAllowed: [] }, ["--download=none", "--admin-allow=none"]],
  [{ trustedProxies: ["loopback", "10.0.0.0/8"] }, ["--trust-proxy=loopback,10.0.0.0/8"]],
  [{ logLevel: "error", symlinks: "off" }, ["--log-level=error", "--symlinks=off"]],
  [{ root: "/a, b" }, ["--root", "/a, b"]],
];

for (const [settings, args] of TAKEN) {
  Deno.test(`configure takes ${JSON.stringify(settings)}`, () => {
    assertEquals(configure(settings, SITE), fromCommandLine(...args));
  });
}

const REFUSED: readonly (readonly [settings: Settings, message: string])[] = [
  [{ port: 70_000 }, "Cannot use port: must be 0 to 65535, current value is 70000"],
  [{ port: 1.5 }, "Cannot use port: must be a whole number, current value is 1.5"],
  [{ workers: 0 }, "Cannot use workers: must be 1 to 64, current value is 0"],
  [{ bodyBytesMax: -1 }, "Cannot use bodyBytesMax: must be a size of"],
  [{ keepAliveMs: NaN }, "Cannot use keepAliveMs: must be a whole number"],
  [{ keepAliveMs: 1 }, "Cannot use keepAliveMs: must be a time of"],
  [{ host: "no host" }, "Cannot use host: must be a host name or an IP address"],
  [{ root: "" }, "Cannot use root: must be the path of a folder"],
  [{ allowedHosts: ["good.example", "b@d"] }, "Cannot use allowedHosts: must be"],
  [{ tlsCert: "cert.pem" }, "Cannot use tlsCert: --tls-key must be given too"],
  [{ corsOrigins: ["*"], corsCredentials: "on" }, "Cannot use corsCredentials: must be off"],
];

for (const [settings, message] of REFUSED) {
  Deno.test(`configure refuses: ${message}`, () => {
    assertThrows(() => configure(settings, SITE), ConfigError, message);
  });
}
