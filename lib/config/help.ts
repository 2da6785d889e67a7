/**
 * The options in words: rows for documentation, and the text that `--help` prints.
 *
 * @module
 */

import type { Group, Option } from "./option.ts";
import { COMMAND_FLAGS, OPTIONS, POSITIONALS } from "./options.ts";
import type { Site } from "./shape.ts";

/** One option in words. */
export interface OptionDescription {
  /** The flag with its dashes. */
  readonly flag: string;
  /** What stands for the value; empty if the flag takes none. */
  readonly placeholder: string;
  /** Name of the environment variable; empty if there is none. */
  readonly environment: string;
  /** Heading it stands under. */
  readonly group: Group;
  /** The default as an operator would write it; empty if there is none. */
  readonly fallback: string;
  /** What the value must be, fit to follow "must be"; empty if the flag takes none. */
  readonly rule: string;
  /** One short line of explanation. */
  readonly help: string;
}

// Three columns in an 80-column terminal; the last ends where SLUICE_ADMIN_TOKEN_FILE ends.
const FLAG_COLUMNS = 24;
const HELP_COLUMNS = 31;

/**
 * Describes every option in the order of the help text, so that documentation can be compared.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rows = describeOptions({ root: "site", uploads: "uploads" });
 * assertEquals(rows.find((row) => row.flag === "--max-body")?.fallback, "10MB");
 * ```
 */
export function describeOptions(site: Site): readonly OptionDescription[] {
  const rows = Object.values(OPTIONS).map((option: Option<unknown>) => ({
    flag: `--${option.flag}`,
    placeholder: option.placeholder,
    environment: option.environment,
    group: option.group,
    fallback: option.fallbackText(site),
    rule: option.rule,
    help: option.help,
  }));
  const commands = COMMAND_FLAGS.map(({ flag, short, help }) => ({
    flag: `--${flag}, -${short}`,
    placeholder: "",
    environment: "",
    group: "Other" as const,
    fallback: "",
    rule: "",
    help,
  }));
  return [...rows, ...commands];
}

/** Writes what `--help` prints: lines of at most 80 columns unless a default path is longer. */
export function helpText(site: Site): string {
  const positionals = POSITIONALS.map(({ flag }) => `[${flag}]`).join(" ");
  const lines = [
    `Usage:   sluice ${positionals} [flags]`,
    "Example: sluice 8080 0.0.0.0 4 --root ./site --max-body 1GB",
    "",
    "A flag wins over its environment variable. Defaults are in parentheses.",
    "SIZE is 16KB, 10MB, 1GB (of 1024; bytes if bare), TIME 500ms, 30s, 2m, 1h",
    "(seconds if bare). An empty variable counts as unset, but for downloads as none.",
  ];
  let group: Group | undefined;
  for (const row of describeOptions(site)) {
    if (row.group !== group) lines.push("", `${row.group}:`);
    group = row.group;
    lines.push(...helpLines(row));
  }
  return lines.join("\n");
}

function helpLines({ flag, placeholder, environment, fallback, help }: OptionDescription) {
  const start = `  ${`${flag} ${placeholder}`.padEnd(FLAG_COLUMNS)}`;
  const remark = fallback === "" ? "" : `(${fallback})`;
  const words = `${help} ${remark}`.trim();
  if (words.length < HELP_COLUMNS) {
    return [`${start}${words.padEnd(HELP_COLUMNS)}${environment}`.trimEnd()];
  }
  return [
    `${start}${help.padEnd(HELP_COLUMNS)}${environment}`,
    `${" ".repeat(start.length)}${remark}`,
  ];
}
