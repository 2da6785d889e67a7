/**
 * From command line and environment to one frozen configuration. Pure: arguments, environment and
 * default folders are handed in, and no file is looked at.
 *
 * @module
 */

import { parseArguments } from "./config/arguments.ts";
import { ConfigError } from "./config/error.ts";
import { helpText } from "./config/help.ts";
import type { Given, Option } from "./config/option.ts";
import { OPTIONS } from "./config/options.ts";
import type { Config, Site } from "./config/shape.ts";

export { ConfigError } from "./config/error.ts";
export { describeOptions, type OptionDescription } from "./config/help.ts";
export type { Given, Group, Option } from "./config/option.ts";
export { OPTIONS, type OptionTable } from "./config/options.ts";
export type { Config, LogLevel, Site } from "./config/shape.ts";
export { formatBytes, formatDuration, parseDuration, parseSize } from "./config/units.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "serve"; readonly config: Config }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" };

/** One source of values: what it gives for an option, if anything. */
type Layer = (option: Option<unknown>) => Given | undefined;

/**
 * Reads the configuration: flags and positional arguments win over the environment, and that over
 * the defaults. `--help` and `--version` win over every value, right or wrong.
 *
 * @param args the command line without the program, as `[port] [host] [workers] [flags]`
 * @param env looks an environment variable up
 * @param site the default folders
 * @throws {ConfigError} if something cannot be used; the message is one line for the operator
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const site = { root: "/srv/site", uploads: "/srv/uploads" };
 * const command = parseConfig(["9090", "--max-body=1GB"], () => undefined, site);
 * assertEquals(command.kind === "serve" && command.config.port, 9090);
 * ```
 */
export function parseConfig(
  args: readonly string[],
  env: (name: string) => string | undefined,
  site: Site,
): Command {
  const { command, given } = parseArguments(args);
  if (command === "help") return { kind: "help", text: helpText(site) };
  if (command === "version") return { kind: "version" };
  return { kind: "serve", config: build([given, environment(env)], site) };
}

function environment(env: (name: string) => string | undefined): Layer {
  return ({ environment: name, emptyAllowed }) => {
    const text = env(name);
    // Container files set variables to nothing where they mean to leave them out.
    if (text === undefined || (text === "" && !emptyAllowed)) return undefined;
    return { source: name, texts: [text] };
  };
}

/** Fills every field from the first layer that gives it, in the order of the layers. */
function build(layers: readonly Layer[], site: Site): Config {
  function find(option: Option<unknown>): Given | undefined {
    for (const layer of layers) {
      const given = layer(option);
      if (given !== undefined) return given;
    }
  }
  function value<T>(option: Option<T>): T {
    const given = find(option);
    return given === undefined ? option.fallback(site) : option.read(given);
  }
  const config: Config = {
    port: value(OPTIONS.port),
    host: value(OPTIONS.host),
    workers: value(OPTIONS.workers),
    root: value(OPTIONS.root),
    uploads: value(OPTIONS.uploads),
    downloadExtensions: value(OPTIONS.downloadExtensions),
    compression: value(OPTIONS.compression),
    connectionsPerWorkerMax: value(OPTIONS.connectionsPerWorkerMax),
    queueMax: value(OPTIONS.queueMax),
    requestsPerConnectionMax: value(OPTIONS.requestsPerConnectionMax),
    bodyBytesMax: value(OPTIONS.bodyBytesMax),
    headBytesMax: value(OPTIONS.headBytesMax),
    fieldsMax: value(OPTIONS.fieldsMax),
    targetBytesMax: value(OPTIONS.targetBytesMax),
    keepAliveMs: value(OPTIONS.keepAliveMs),
    headTimeoutMs: value(OPTIONS.headTimeoutMs),
    bodyTimeoutMs: value(OPTIONS.bodyTimeoutMs),
    writeTimeoutMs: value(OPTIONS.writeTimeoutMs),
    drainMs: value(OPTIONS.drainMs),
    ratePerSecond: value(OPTIONS.ratePerSecond),
    burst: value(OPTIONS.burst),
    uploadsPerSecond: value(OPTIONS.uploadsPerSecond),
    banErrors: value(OPTIONS.banErrors),
    banMs: value(OPTIONS.banMs),
    connectionsPerClientMax: value(OPTIONS.connectionsPerClientMax),
    allowedHosts: value(OPTIONS.allowedHosts),
    trustedProxies: value(OPTIONS.trustedProxies),
    corsOrigins: value(OPTIONS.corsOrigins),
    corsCredentials: value(OPTIONS.corsCredentials),
    symlinks: value(OPTIONS.symlinks),
    hstsMs: value(OPTIONS.hstsMs),
    telemetry: value(OPTIONS.telemetry),
    adminAllowed: value(OPTIONS.adminAllowed),
    adminTokenFile: value(OPTIONS.adminTokenFile),
    tlsCert: value(OPTIONS.tlsCert),
    tlsKey: value(OPTIONS.tlsKey),
    logLevel: value(OPTIONS.logLevel),
    logFile: value(OPTIONS.logFile),
    jsonLogFile: value(OPTIONS.jsonLogFile),
    auditFile: value(OPTIONS.auditFile),
    accessFormat: value(OPTIONS.accessFormat),
    requestId: value(OPTIONS.requestId),
    serverTiming: value(OPTIONS.serverTiming),
    slowMs: value(OPTIONS.slowMs),
    logBytesMax: value(OPTIONS.logBytesMax),
    logFilesKept: value(OPTIONS.logFilesKept),
  };
  requireBoth(find, OPTIONS.tlsCert, OPTIONS.tlsKey);
  const credentials = find(OPTIONS.corsCredentials);
  if (config.corsCredentials === "on" && config.corsOrigins.includes("*")) {
    throw new ConfigError(credentials?.source ?? "", "must be off while --cors is *");
  }
  return Object.freeze(config);
}

/** Two options that make sense only together. */
function requireBoth(find: Layer, one: Option<unknown>, other: Option<unknown>): void {
  const [givenOne, givenOther] = [find(one), find(other)];
  if (givenOne !== undefined && givenOther === undefined) {
    throw new ConfigError(givenOne.source, `--${other.flag} must be given too`);
  }
  if (givenOther !== undefined && givenOne === undefined) {
    throw new ConfigError(givenOther.source, `--${one.flag} must be given too`);
  }
}
