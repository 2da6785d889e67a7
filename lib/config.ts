/**
 * From command line, environment and configuration file to one frozen configuration. Pure: all of
 * them are handed in.
 *
 * @module
 */

import { parseArguments } from "./config/arguments.ts";
import { completionScript } from "./config/completions.ts";
import { readConfigFile } from "./config/config_file.ts";
import { configText } from "./config/config_text.ts";
import { ConfigError, shown } from "./config/error.ts";
import { helpText } from "./config/help.ts";
import type { Given, Option } from "./config/option.ts";
import { CONFIG_FILE, OPTIONS } from "./config/options.ts";
import { schemaText } from "./config/schema.ts";
import { type Settings, settingsLayer } from "./config/settings.ts";
import type { Config, Site } from "./config/shape.ts";

export { ConfigError } from "./config/error.ts";
export { describeOptions, type OptionDescription } from "./config/help.ts";
export type { Given, Group, Option } from "./config/option.ts";
export { OPTIONS, type OptionTable } from "./config/options.ts";
export { schemaText } from "./config/schema.ts";
export { isComplete, type Settings } from "./config/settings.ts";
export type {
  CacheRule,
  Config,
  FolderMount,
  HeaderRule,
  LogLevel,
  RedirectRule,
  Site,
} from "./config/shape.ts";
export { formatBytes, formatDuration, parseDuration, parseSize } from "./config/units.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "serve" | "check"; readonly config: Config }
  | { readonly kind: "version" }
  | {
    readonly kind: "help" | "completions" | "print-schema" | "print-config";
    /** What is to be printed. */
    readonly text: string;
  };

/** One source of values: what it gives for an option, if anything. */
type Layer = (option: Option<unknown>) => Given | undefined;

/**
 * Reads the configuration: flags and positional arguments win over the environment, that over the
 * configuration file, and that over the defaults. Flags that ask for a text, such as `--help`, win
 * over every value, right or wrong.
 *
 * @param args the command line without the program, as `[port] [host] [workers] [flags]`
 * @param env looks an environment variable up
 * @param site the default folders
 * @param readFile gives the text of the configuration file, or throws; called only if one is named
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
  readFile: (path: string) => string = noFile,
): Command {
  const { command, given } = parseArguments(args);
  switch (command?.flag) {
    case "help":
      return { kind: "help", text: helpText(site, command.word) };
    case "version":
      return { kind: "version" };
    case "completions":
      return { kind: "completions", text: completionScript(command.word) };
    case "print-schema":
      return { kind: "print-schema", text: schemaText() };
  }
  const above = [given, environment(env)];
  const config = build([...above, configFile(above, readFile)], site);
  if (command?.flag === "print-config") return { kind: "print-config", text: configText(config) };
  return { kind: command?.flag ?? "serve", config };
}

/**
 * Makes a configuration of a part of it: what is not given has the default of the command line, and
 * what is given must keep to the rules of its flag.
 *
 * @param settings the part; sizes are in bytes, times in milliseconds
 * @param site the default folders
 * @throws {ConfigError} if something cannot be used; the message is one line that names the field
 *
 * @example Usage
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const site = { root: "/srv/site", uploads: "/srv/uploads" };
 * const { port, root, keepAliveMs } = configure({ port: 0, root: "/srv/other" }, site);
 * assertEquals({ port, root, keepAliveMs }, { port: 0, root: "/srv/other", keepAliveMs: 30_000 });
 * assertThrows(() => configure({ port: 70_000 }, site), ConfigError, "port: must be 0 to 65535");
 * ```
 */
export function configure(settings: Settings, site: Site): Config {
  return build([settingsLayer(settings)], site);
}

function noFile(): never {
  throw new Error("Cannot read a configuration file: nobody has said how");
}

/** The file that the layers above it name. */
function configFile(above: readonly Layer[], readFile: (path: string) => string): Layer {
  const given = firstOf(above, CONFIG_FILE);
  if (given === undefined) return () => undefined;
  const path = CONFIG_FILE.read(given);
  const found = readConfigFile(path, textOf(path, given.source, readFile));
  return (option) => found.get(option);
}

function textOf(path: string, source: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    const isForbidden = error instanceof Error && error.name === "NotCapable";
    const wanted = isForbidden
      ? "this process may not read it, add it to --allow-read"
      : "must be a file that can be read";
    throw new ConfigError(source, `${wanted}, current value is ${shown(path)}`);
  }
}

function environment(env: (name: string) => string | undefined): Layer {
  return ({ environment: name, emptyAllowed }) => {
    const text = env(name);
    // Container files set variables to nothing where they mean to leave them out.
    if (text === undefined || (text === "" && !emptyAllowed)) return undefined;
    return { source: name, texts: [text] };
  };
}

function firstOf(layers: readonly Layer[], option: Option<unknown>): Given | undefined {
  for (const layer of layers) {
    const given = layer(option);
    if (given !== undefined) return given;
  }
}

/** Fills every field from the first layer that gives it, in the order of the layers. */
function build(layers: readonly Layer[], site: Site): Config {
  const find: Layer = (option) => firstOf(layers, option);
  function value<T>(option: Option<T>): T {
    const given = find(option);
    return given === undefined ? option.fallback(site) : option.read(given);
  }
  const config: Config = {
    port: value(OPTIONS.port),
    host: value(OPTIONS.host),
    workers: value(OPTIONS.workers),
    qr: value(OPTIONS.qr),
    open: value(OPTIONS.open),
    root: value(OPTIONS.root),
    uploads: value(OPTIONS.uploads),
    downloadExtensions: value(OPTIONS.downloadExtensions),
    compression: value(OPTIONS.compression),
    listing: value(OPTIONS.listing),
    fallback: value(OPTIONS.fallback),
    cleanUrls: value(OPTIONS.cleanUrls),
    cacheRules: value(OPTIONS.cacheRules),
    immutable: value(OPTIONS.immutable),
    headerRules: value(OPTIONS.headerRules),
    redirects: value(OPTIONS.redirects),
    base: value(OPTIONS.base),
    mounts: value(OPTIONS.mounts),
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
    bodyBytesPerSecond: value(OPTIONS.bodyBytesPerSecond),
    queueMs: value(OPTIONS.queueMs),
    workerQuietMs: value(OPTIONS.workerQuietMs),
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
  requireRoom(config, find);
  const credentials = find(OPTIONS.corsCredentials);
  if (config.corsCredentials === "on" && config.corsOrigins.includes("*")) {
    throw new ConfigError(credentials?.source ?? "", "must be off while --cors is *");
  }
  return Object.freeze(config);
}

/** Octets of all fields that rules may add: an answer's head is bounded, and has fields of its own. */
const RULED_BYTES_MAX = 1024;

/** Any file may meet every header rule, and one cache rule. */
function requireRoom({ headerRules, cacheRules }: Config, find: Layer): void {
  const headers = headerRules.map(({ name, value }) => `${name}: ${value}\r\n`.length);
  const caches = cacheRules.map(({ value }) => `Cache-Control: ${value}\r\n`.length);
  const bytes = headers.reduce((sum, length) => sum + length, Math.max(0, ...caches));
  if (bytes <= RULED_BYTES_MAX) return;
  const source = find(OPTIONS.headerRules)?.source ?? find(OPTIONS.cacheRules)?.source ?? "";
  throw new ConfigError(
    source,
    `must add at most ${RULED_BYTES_MAX} bytes to an answer, current sum is ${bytes}`,
  );
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
