/**
 * The part of the configuration that workers act on, and the memory they share.
 *
 * @module
 */

import type { Config } from "../config.ts";
import { randomHashSeed } from "../security/key_hash.ts";
import { allocateRateTable } from "../security/rate_table.ts";
import { allocateClaims } from "../security/upload_claims.ts";
import { allocateTelemetry } from "../telemetry/observer.ts";
import type {
  GateSettings,
  ServingSettings,
  SharedRate,
  TelemetrySettings,
  WorkerSettings,
} from "../worker/settings.ts";
import { loadDashboard } from "./dashboard.ts";
import type { Ground } from "./ground.ts";
import { siteFolder } from "./site.ts";
import { VERSION } from "./version.ts";

/** Clients told apart at one time: half a megabyte for each of the tables. */
const CLIENTS_MAX = 65_536;

/** How long bad requests are counted together, in milliseconds: `--ban-errors` is for a minute. */
const OFFENCE_WINDOW_MS = 60_000;

/** Our own pages need nothing from outside and are framed by nobody; a folder of the user's may. */
const SITE_FIELDS =
  "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'\r\n" +
  "Cross-Origin-Opener-Policy: same-origin\r\n" +
  "Cross-Origin-Resource-Policy: same-origin\r\n" +
  "Referrer-Policy: no-referrer\r\n" +
  "X-Frame-Options: DENY\r\n";

/** What was counted so far stays as long as the limit does: its unit is the limit's own. */
function sharedRate(
  ratePerSecond: number,
  wantedBurst: number,
  before: SharedRate | undefined,
): SharedRate | undefined {
  if (ratePerSecond === 0) return undefined;
  const burst = Math.max(1, wantedBurst);
  if (before?.ratePerSecond === ratePerSecond && before.burst === burst) return before;
  return { memory: allocateRateTable(CLIENTS_MAX), ratePerSecond, burst };
}

function sharedOffences(
  { banErrors: errorsMax, banMs: refusalMs }: Config,
  before: GateSettings["offences"],
): GateSettings["offences"] {
  if (errorsMax === 0) return undefined;
  if (before?.errorsMax === errorsMax && before.refusalMs === refusalMs) return before;
  const memory = allocateRateTable(CLIENTS_MAX);
  return { memory, errorsMax, windowMs: OFFENCE_WINDOW_MS, refusalMs };
}

/** Who is let in, by which port. */
function gateSettings(config: Config, port: number, before?: GateSettings): GateSettings {
  return {
    allowedHosts: config.allowedHosts,
    port,
    defaultPort: config.tlsCert === undefined ? 80 : 443,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    corsCredentials: config.corsCredentials === "on",
    requests: sharedRate(config.ratePerSecond, config.burst, before?.requests),
    uploads: sharedRate(config.uploadsPerSecond, 2 * config.uploadsPerSecond, before?.uploads),
    offences: sharedOffences(config, before?.offences),
    seed: before?.seed ?? randomHashSeed(),
  };
}

function telemetrySettings(
  config: Config,
  { adminToken }: Ground,
  workers: number,
  before?: TelemetrySettings,
): TelemetrySettings {
  const isLimited = config.ratePerSecond > 0;
  return {
    memory: before?.memory ?? allocateTelemetry(workers),
    facts: {
      version: VERSION,
      runtime: Deno.version.deno,
      ratePerSecond: isLimited ? config.ratePerSecond : undefined,
      burst: isLimited ? config.burst : undefined,
    },
    isCounting: config.telemetry === "on",
    admin: { allowed: config.adminAllowed, token: adminToken },
    page: before?.page ?? (config.telemetry === "on" ? loadDashboard() : new Map()),
  };
}

function servingSettings(config: Config, mounts: Ground["mounts"]): ServingSettings {
  return {
    listing: config.listing === "on",
    cleanUrls: config.cleanUrls === "on",
    fallback: config.fallback === "off" ? undefined : config.fallback,
    rules: {
      cache: config.cacheRules,
      immutable: config.immutable === "on",
      headers: config.headerRules,
    },
    redirects: config.redirects,
    base: config.base,
    mounts,
  };
}

/** Whether the root is the site that comes with the program. */
function isOwnSite(root: string): boolean {
  try {
    return Deno.realPathSync(siteFolder()) === root;
  } catch {
    return false; // it is not there, or not ours to look at: then it is not what is served
  }
}

/**
 * What every worker of a server is told.
 *
 * @param port The port really bound.
 * @param workers How many there are.
 * @param before What they were told last: what was counted stays, but for limits that changed.
 */
export function workerSettings(
  config: Config,
  ground: Ground,
  port: number,
  workers: number,
  before?: WorkerSettings,
): WorkerSettings {
  const { root, uploads, mounts, log } = ground;
  return {
    root,
    uploads,
    downloadExtensions: config.downloadExtensions,
    compression: config.compression === "on",
    rootFields: isOwnSite(root) ? SITE_FIELDS : "",
    followsLinks: config.symlinks === "inside",
    hstsSeconds: config.tlsCert === undefined ? 0 : Math.floor(config.hstsMs / 1000),
    uploadClaims: before?.uploadClaims ?? allocateClaims(),
    serving: servingSettings(config, mounts),
    gate: gateSettings(config, port, before?.gate),
    limits: {
      headBytesMax: config.headBytesMax,
      targetBytesMax: config.targetBytesMax,
      fieldsMax: config.fieldsMax,
      bodyBytesMax: config.bodyBytesMax,
      requestsMax: config.requestsPerConnectionMax,
    },
    timeouts: {
      headTimeoutMs: config.headTimeoutMs,
      bodyTimeoutMs: config.bodyTimeoutMs,
      bodyBytesPerSecond: config.bodyBytesPerSecond,
      writeTimeoutMs: config.writeTimeoutMs,
      keepAliveMs: config.keepAliveMs,
    },
    telemetry: telemetrySettings(config, ground, workers, before?.telemetry),
    access: { text: log.wantsText, json: log.wantsJson, format: config.accessFormat },
    accounting: {
      requestIds: config.requestId === "on",
      serverTiming: config.serverTiming === "on",
      slowMs: config.slowMs,
      agents: config.accessFormat === "combined" && log.wantsText,
    },
  };
}
