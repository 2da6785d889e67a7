import { assertEquals } from "@std/assert";
import { clientKey } from "../../lib/security/client_key.ts";
import { randomHashSeed } from "../../lib/security/key_hash.ts";
import { allocateRateTable } from "../../lib/security/rate_table.ts";
import { Doorman } from "../../lib/server/doorman.ts";
import type { GateSettings } from "../../lib/worker/settings.ts";

const SETTINGS: GateSettings = {
  allowedHosts: [],
  port: 8080,
  defaultPort: 80,
  trustedProxies: ["192.0.2.9"],
  corsOrigins: [],
  corsCredentials: false,
  requests: undefined,
  uploads: undefined,
  offences: undefined,
  seed: randomHashSeed(),
};

/** How many of five answers an address may have. */
function admittedOf(settings: GateSettings, address: string): number {
  const doorman = new Doorman(settings);
  return Array.from({ length: 5 }).filter(() => doorman.admits(address)).length;
}

Deno.test("Doorman admits everybody where nothing is limited", () => {
  assertEquals(admittedOf(SETTINGS, "192.0.2.1"), 5);
});

Deno.test("Doorman admits a client as often as its rate allows, and counts it", () => {
  const requests = { memory: allocateRateTable(1024), ratePerSecond: 0.001, burst: 3 };
  assertEquals(admittedOf({ ...SETTINGS, requests }, "192.0.2.1"), 3);
  assertEquals(admittedOf({ ...SETTINGS, requests }, "192.0.2.1"), 0);
  assertEquals(admittedOf({ ...SETTINGS, requests }, "192.0.2.2"), 3);
});

Deno.test("Doorman admits nobody who is refused for a while", () => {
  const memory = allocateRateTable(1024);
  const offences = { memory, errorsMax: 1, windowMs: 60_000, refusalMs: 60_000 };
  const settings = { ...SETTINGS, offences };
  const doorman = new Doorman(settings);
  while (!doorman.offenders?.note(clientKey("192.0.2.1"), Date.now()));
  assertEquals(admittedOf(settings, "192.0.2.1"), 0);
  assertEquals(admittedOf(settings, "192.0.2.2"), 5);
});
