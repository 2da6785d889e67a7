/**
 * What becomes of a new configuration while a server runs.
 *
 * @module
 */

import { type Config, type Option, OPTIONS } from "../config.ts";

/** A new configuration, as far as a running server can follow it. */
export interface Amendment {
  /** What holds from now on. */
  readonly config: Config;
  /** Flags whose values changed. */
  readonly changed: readonly string[];
  /** Flags whose new values wait for the next start; until then the old ones hold. */
  readonly postponed: readonly string[];
}

/** Whether HTTPS would begin or end: that is another address. */
function changesScheme(running: Config, wanted: Config): boolean {
  return (running.tlsCert === undefined) !== (wanted.tlsCert === undefined);
}

/**
 * Compares a configuration with the one that is running.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseConfig } from "../config.ts";
 *
 * const read = (...args: string[]) => {
 *   const command = parseConfig(args, () => undefined, { root: ".", uploads: "." });
 *   if (command.kind !== "serve") throw new Error("Cannot serve");
 *   return command.config;
 * };
 * const { config, changed, postponed } = amend(read("--rate=1"), read("--rate=2", "--port=9090"));
 * assertEquals([changed, postponed], [["--rate"], ["--port"]]);
 * assertEquals([config.ratePerSecond, config.port], [2, 8080]);
 * ```
 */
export function amend(running: Config, wanted: Config): Amendment {
  const [before, after] = [running, wanted].map((config) => new Map(Object.entries(config)));
  const options: readonly [field: string, Option<unknown>][] = Object.entries(OPTIONS);
  const isOtherScheme = changesScheme(running, wanted);
  const kept: [field: string, value: unknown][] = [];
  const changed: string[] = [];
  const postponed: string[] = [];
  for (const [field, { flag, needsRestart }] of options) {
    const value = before?.get(field);
    if (JSON.stringify(value) === JSON.stringify(after?.get(field))) continue;
    if (needsRestart || (isOtherScheme && flag.startsWith("tls-"))) {
      kept.push([field, value]);
      postponed.push(`--${flag}`);
    } else changed.push(`--${flag}`);
  }
  return { config: { ...wanted, ...Object.fromEntries(kept) }, changed, postponed };
}
