/**
 * Every option, once: flag, environment variable, kind, bounds, default, help line and the field of
 * the configuration it fills. Reading, help text and documentation all follow this table.
 *
 * @module
 */

import {
  duration,
  durationOrNone,
  extensions,
  host,
  hostPatterns,
  integer,
  networks,
  oneOf,
  origins,
  path,
  size,
  toggle,
} from "./kinds.ts";
import { GROUPS, type Option, option } from "./option.ts";
import {
  basePath,
  cacheRules,
  fallbackFile,
  folderMounts,
  headerRules,
  redirectRules,
} from "./rules.ts";
import type {
  CacheRule,
  Config,
  FolderMount,
  HeaderRule,
  LogLevel,
  RedirectRule,
} from "./shape.ts";

const KB = 1024;
const MB = 1024 * KB;
const TB = 1024 * 1024 * MB;
const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** A waiting client holds a slot, so every wait ends; below 100 ms honest slow links would fail. */
const timeout = () => duration(100, HOUR_MS);

/** One row for each field of the configuration, and no row without a field. */
export type OptionTable = { readonly [Field in keyof Config]: Option<Config[Field]> };

/** The table itself, in the order of the help text. */
export const OPTIONS: OptionTable = {
  port: option({
    flag: "port",
    group: "Listening",
    kind: integer(0, 65535),
    fallback: () => 8080,
    help: "TCP port, 0 is a free one",
    isCommon: true,
    needsRestart: true,
  }),
  host: option({
    flag: "host",
    group: "Listening",
    kind: host(),
    fallback: () => "127.0.0.1",
    help: "name or IP address",
    isCommon: true,
    needsRestart: true,
  }),
  workers: option<number | undefined>({
    flag: "workers",
    group: "Listening",
    kind: integer(1, 64),
    fallback: () => undefined,
    unset: "by cores",
    help: "threads for requests",
    isCommon: true,
    needsRestart: true,
  }),
  qr: option<"on" | "off">({
    flag: "qr",
    group: "Listening",
    kind: toggle(),
    fallback: () => "off",
    help: "show the address as a QR code",
    needsRestart: true,
  }),
  open: option<"on" | "off">({
    flag: "open",
    group: "Listening",
    kind: toggle(),
    fallback: () => "off",
    help: "open it in the browser",
    needsRestart: true,
  }),
  root: option({
    flag: "root",
    group: "Files",
    kind: path("DIR"),
    fallback: (site) => site.root,
    help: "folder to serve",
    isCommon: true,
    needsRestart: true,
  }),
  uploads: option({
    flag: "uploads",
    group: "Files",
    kind: path("DIR"),
    fallback: (site) => site.uploads,
    help: "folder for uploads",
    isCommon: true,
    needsRestart: true,
  }),
  downloadExtensions: option({
    flag: "download",
    group: "Files",
    kind: extensions(),
    fallback: () => Object.freeze(["txt", "png", "jpg", "jpeg"]),
    help: "sent as a download",
  }),
  compression: option<"on" | "off">({
    flag: "compression",
    group: "Files",
    kind: oneOf(["on", "off"]),
    fallback: () => "on",
    help: "send coded files",
  }),
  listing: option<"on" | "off">({
    flag: "listing",
    isCommon: true,
    group: "Serving",
    kind: oneOf(["on", "off"]),
    fallback: () => "off",
    help: "show what is in a folder",
  }),
  fallback: option({
    flag: "spa",
    group: "Serving",
    kind: fallbackFile(),
    fallback: () => "off",
    help: "page for unknown paths",
  }),
  cleanUrls: option<"on" | "off">({
    flag: "clean-urls",
    group: "Serving",
    kind: oneOf(["on", "off"]),
    fallback: () => "off",
    help: "/a is a.html",
  }),
  cacheRules: option<readonly CacheRule[]>({
    flag: "cache",
    group: "Serving",
    kind: cacheRules(),
    fallback: () => Object.freeze([]),
    help: "Cache-Control, repeatable",
  }),
  immutable: option<"on" | "off">({
    flag: "immutable",
    group: "Serving",
    kind: oneOf(["on", "off"]),
    fallback: () => "off",
    help: "keep app.3f2a1b9c.js for ever",
  }),
  headerRules: option<readonly HeaderRule[]>({
    flag: "header",
    group: "Serving",
    kind: headerRules(),
    fallback: () => Object.freeze([]),
    help: "field of an answer, repeatable",
  }),
  redirects: option<readonly RedirectRule[]>({
    flag: "redirect",
    group: "Serving",
    kind: redirectRules(),
    fallback: () => Object.freeze([]),
    help: "another place, repeatable",
  }),
  base: option({
    flag: "base",
    group: "Serving",
    kind: basePath(),
    fallback: () => "",
    help: "everything lies below it",
  }),
  mounts: option<readonly FolderMount[]>({
    flag: "mount",
    group: "Serving",
    kind: folderMounts(),
    fallback: () => Object.freeze([]),
    needsRestart: true,
    help: "further folder, repeatable",
  }),
  connectionsPerWorkerMax: option({
    flag: "connections",
    group: "Limits",
    kind: integer(1, 16384),
    fallback: () => 1024,
    help: "active ones per worker",
    needsRestart: true,
  }),
  queueMax: option({
    flag: "queue",
    group: "Limits",
    kind: integer(0, 65536),
    fallback: () => 256,
    help: "connections that wait",
    needsRestart: true,
  }),
  requestsPerConnectionMax: option({
    flag: "max-requests",
    group: "Limits",
    kind: integer(1, 1_000_000_000),
    fallback: () => 100,
    help: "requests per connection",
  }),
  bodyBytesMax: option({
    flag: "max-body",
    group: "Limits",
    kind: size(0, TB),
    fallback: () => 10 * MB,
    help: "request body",
    isCommon: true,
  }),
  headBytesMax: option({
    flag: "max-head",
    group: "Limits",
    kind: size(KB, 64 * KB),
    fallback: () => 16 * KB,
    help: "request line and fields",
  }),
  fieldsMax: option({
    flag: "max-fields",
    group: "Limits",
    kind: integer(1, 1000),
    fallback: () => 100,
    help: "fields of a request",
  }),
  targetBytesMax: option({
    flag: "max-target",
    group: "Limits",
    kind: size(64, 32 * KB),
    fallback: () => 8 * KB,
    help: "request target",
  }),
  keepAliveMs: option({
    flag: "keep-alive",
    group: "Limits",
    kind: timeout(),
    fallback: () => 30 * SECOND_MS,
    help: "idle between requests",
  }),
  headTimeoutMs: option({
    flag: "head-timeout",
    group: "Limits",
    kind: timeout(),
    fallback: () => 10 * SECOND_MS,
    help: "whole request head",
  }),
  bodyTimeoutMs: option({
    flag: "body-timeout",
    group: "Limits",
    kind: timeout(),
    fallback: () => 30 * SECOND_MS,
    help: "stall in a request body",
  }),
  writeTimeoutMs: option({
    flag: "write-timeout",
    group: "Limits",
    kind: timeout(),
    fallback: () => 30 * SECOND_MS,
    help: "stall in a response",
  }),
  bodyBytesPerSecond: option({
    flag: "body-rate",
    group: "Limits",
    kind: size(0, MB),
    fallback: () => 240,
    help: "least a second, 0 is off",
  }),
  queueMs: option({
    flag: "queue-timeout",
    group: "Limits",
    kind: timeout(),
    fallback: () => 5 * SECOND_MS,
    help: "wait for a slot",
    needsRestart: true,
  }),
  workerQuietMs: option({
    flag: "worker-timeout",
    group: "Limits",
    kind: durationOrNone(2 * SECOND_MS, HOUR_MS), // an idle worker wakes once a second
    fallback: () => 10 * SECOND_MS,
    help: "a hang, 0s is off",
    needsRestart: true,
  }),
  drainMs: option({
    flag: "drain",
    group: "Limits",
    kind: duration(0, HOUR_MS),
    fallback: () => 10 * SECOND_MS,
    help: "wait at shutdown",
  }),
  ratePerSecond: option({
    flag: "rate",
    group: "Limits",
    kind: integer(0, 1_000_000),
    fallback: () => 10_000,
    help: "a second per client, 0 is off",
  }),
  burst: option({
    flag: "burst",
    group: "Limits",
    kind: integer(0, 1_000_000),
    fallback: () => 20_000,
    help: "at once per client",
  }),
  uploadsPerSecond: option({
    flag: "upload-rate",
    group: "Limits",
    kind: integer(0, 500_000),
    fallback: () => 100,
    help: "uploads a second, 0 is off",
  }),
  banErrors: option({
    flag: "ban-errors",
    group: "Limits",
    kind: integer(0, 254),
    fallback: () => 100,
    help: "bad requests/minute, 0 is off",
  }),
  banMs: option({
    flag: "ban",
    group: "Limits",
    kind: duration(SECOND_MS, HOUR_MS),
    fallback: () => 60 * SECOND_MS,
    help: "how long a client is refused",
  }),
  connectionsPerClientMax: option({
    flag: "per-client",
    group: "Limits",
    kind: integer(0, 65536),
    fallback: () => 512,
    help: "connections, 0 is off",
    needsRestart: true,
  }),
  allowedHosts: option<readonly string[]>({
    flag: "allowed-host",
    group: "Security",
    kind: hostPatterns(),
    fallback: () => Object.freeze([]),
    help: "Host beside local, repeatable",
    isCommon: true,
  }),
  trustedProxies: option<readonly string[]>({
    flag: "trust-proxy",
    group: "Security",
    kind: networks(),
    fallback: () => Object.freeze([]),
    help: "whose Forwarded counts",
  }),
  corsOrigins: option<readonly string[]>({
    flag: "cors",
    group: "Security",
    kind: origins(),
    fallback: () => Object.freeze([]),
    help: "origins whose pages may read",
  }),
  corsCredentials: option<"on" | "off">({
    flag: "cors-cookies",
    group: "Security",
    kind: oneOf(["on", "off"]),
    fallback: () => "off",
    help: "let them send cookies",
  }),
  symlinks: option<"inside" | "off">({
    flag: "symlinks",
    group: "Security",
    kind: oneOf(["inside", "off"]),
    fallback: () => "inside",
    help: "follow those that stay inside",
  }),
  hstsMs: option({
    flag: "hsts",
    group: "Security",
    kind: duration(0, 2 * 365 * 24 * HOUR_MS),
    fallback: () => 0,
    help: "HTTPS only, 0s is off",
  }),
  adminAllowed: option<readonly string[]>({
    flag: "admin-allow",
    group: "Security",
    kind: networks("none"),
    fallback: () => Object.freeze(["loopback"]),
    help: "who may see metrics",
  }),
  adminTokenFile: option<string | undefined>({
    flag: "admin-token-file",
    group: "Security",
    kind: path("FILE"),
    fallback: () => undefined,
    help: "token for everybody else",
  }),
  tlsCert: option<string | undefined>({
    flag: "tls-cert",
    group: "Security",
    kind: path("FILE"),
    fallback: () => undefined,
    help: "certificate chain, PEM",
    isCommon: true,
  }),
  tlsKey: option<string | undefined>({
    flag: "tls-key",
    group: "Security",
    kind: path("FILE"),
    fallback: () => undefined,
    help: "private key, PEM",
    isCommon: true,
  }),
  telemetry: option<"on" | "off">({
    flag: "telemetry",
    group: "Logging",
    kind: oneOf(["on", "off"]),
    fallback: () => "on",
    help: "metrics and dashboard",
    needsRestart: true,
  }),
  logLevel: option<LogLevel>({
    flag: "log-level",
    environment: "LOG_LEVEL",
    group: "Logging",
    kind: oneOf(["debug", "info", "warn", "error"], { warning: "warn" }),
    fallback: () => "info",
    placeholder: "LEVEL",
    help: "debug|info|warn|error",
    isCommon: true,
  }),
  logFile: option<string | undefined>({
    flag: "log-file",
    environment: "LOG_FILE",
    group: "Logging",
    kind: path("FILE"),
    fallback: () => undefined,
    help: "log as text",
    isCommon: true,
  }),
  jsonLogFile: option<string | undefined>({
    flag: "json-log-file",
    environment: "JSON_LOG_FILE",
    group: "Logging",
    kind: path("FILE"),
    fallback: () => undefined,
    help: "log as lines of JSON",
    isCommon: true,
  }),
  auditFile: option<string | undefined>({
    flag: "audit-log",
    group: "Logging",
    kind: path("FILE"),
    fallback: () => undefined,
    help: "refusals as lines of JSON",
  }),
  accessFormat: option<"default" | "common" | "combined">({
    flag: "access-format",
    group: "Logging",
    kind: oneOf(["default", "common", "combined"]),
    fallback: () => "default",
    help: "look of access lines in text",
  }),
  requestId: option<"on" | "off">({
    flag: "request-id",
    group: "Logging",
    kind: oneOf(["on", "off"]),
    fallback: () => "off",
    help: "X-Request-Id, logged too",
  }),
  serverTiming: option<"on" | "off">({
    flag: "server-timing",
    group: "Logging",
    kind: oneOf(["on", "off"]),
    fallback: () => "off",
    help: "Server-Timing in answers",
  }),
  slowMs: option({
    flag: "slow",
    group: "Logging",
    kind: duration(0, HOUR_MS),
    fallback: () => 0,
    help: "warn of requests, 0s is off",
  }),
  logBytesMax: option({
    flag: "log-size",
    group: "Logging",
    kind: size(0, 1024 ** 4),
    fallback: () => 64 * 1024 ** 2,
    help: "rotate above, 0B never",
  }),
  logFilesKept: option({
    flag: "log-keep",
    group: "Logging",
    kind: integer(1, 1000),
    fallback: () => 5,
    help: "rotated files kept",
  }),
};

/** The options that may be given without their flag, in the order of the arguments. */
export const POSITIONALS: readonly Option<unknown>[] = [
  OPTIONS.port,
  OPTIONS.host,
  OPTIONS.workers,
];

/** The configuration file: itself no field of the configuration, so it cannot name another one. */
export const CONFIG_FILE: Option<string | undefined> = option<string | undefined>({
  flag: "config",
  group: "Other",
  kind: path("FILE"),
  fallback: () => undefined,
  help: "settings, JSON with comments",
  isCommon: true,
});

/** The shells that completions can be written for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell that completions can be written for. */
export type Shell = typeof SHELLS[number];

/** A flag that asks for something other than serving; it has no variable. */
export interface CommandFlag {
  /** Name of the flag without its dashes. */
  readonly flag: "help" | "version" | "completions" | "print-schema" | "print-config" | "check";
  /** Its one-letter form without the dash. */
  readonly short?: string;
  /** What stands for its value; unless stated, it takes none. */
  readonly placeholder?: string;
  /** The words its value can be, if it takes one. */
  readonly words?: readonly string[];
  /** Whether the value may be left out, and is only looked for behind a `=` or if it is a word. */
  readonly isWordOptional?: boolean;
  /** One short line for the help text. */
  readonly help: string;
}

/** What `--help` can be asked for in full. */
export const HELP_TOPICS: readonly string[] = [
  ...GROUPS.map((group) => group.toLowerCase()),
  "all",
];

/** The flags that are answered instead of serving; an earlier one wins over a later one. */
export const COMMAND_FLAGS: readonly CommandFlag[] = [
  {
    flag: "help",
    short: "h",
    placeholder: "[TOPIC]",
    words: HELP_TOPICS,
    isWordOptional: true,
    help: "print what there is to set",
  },
  { flag: "version", short: "V", help: "print the version" },
  {
    flag: "completions",
    placeholder: "SHELL",
    words: SHELLS,
    help: "print a script for bash|zsh|fish",
  },
  { flag: "print-schema", help: "print the JSON Schema of --config" },
  { flag: "print-config", help: "print what is set, as a --config" },
  { flag: "check", help: "check everything, serve nothing" },
];
