/**
 * The options in words: rows for documentation, and the texts that `--help` prints.
 *
 * @module
 */

import { type Group, GROUPS, type Option } from "./option.ts";
import { COMMAND_FLAGS, CONFIG_FILE, OPTIONS, POSITIONALS } from "./options.ts";
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
  /** Whether the short help tells of it. */
  readonly isCommon: boolean;
}

// Three columns in an 80-column terminal.
const FLAG_COLUMNS = 25;
const VARIABLE_COLUMN = 60;
const COLUMNS = 80;

const USAGE = [
  `Usage:   sluice ${POSITIONALS.map(({ flag }) => `[${flag}]`).join(" ")} [flags]`,
  "Example: sluice 8080 0.0.0.0 4 --root ./site --max-body 1GB",
];

const NOTES = [
  "A flag wins over its environment variable, that over the --config file, and",
  "that over the default, shown in parentheses. SIZE is 16KB, 10MB, 1GB (of 1024;",
  "bytes if bare), TIME is 500ms, 30s, 2m, 1h (seconds if bare).",
];

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
  const options: readonly Option<unknown>[] = [...Object.values(OPTIONS), CONFIG_FILE];
  const rows = options.map((option) => ({
    flag: `--${option.flag}`,
    placeholder: option.placeholder,
    environment: option.environment,
    group: option.group,
    fallback: option.fallbackText(site),
    rule: option.rule,
    help: option.help,
    isCommon: option.isCommon,
  }));
  const commands = COMMAND_FLAGS.map(({ flag, short, placeholder, words, help }) => ({
    flag: short === undefined ? `--${flag}` : `--${flag}, -${short}`,
    placeholder: placeholder ?? "",
    environment: "",
    group: "Other" as const,
    fallback: "",
    rule: words?.join("|") ?? "",
    help,
    isCommon: true,
  }));
  return [...rows, ...commands];
}

/**
 * Writes what `--help` prints: lines of at most 80 columns unless a default path is longer.
 *
 * @param topic A heading in small letters, or `all`; anything else gives the short text, which has
 * the most used options in full and the names of the others.
 */
export function helpText(site: Site, topic = ""): string {
  const rows = describeOptions(site);
  const groups = GROUPS.filter((group) => topic === "all" || group.toLowerCase() === topic);
  const sections = groups.length > 0
    ? groups.map((group) => section(group, rows.filter((row) => row.group === group)))
    : [section("Most used", rows.filter((row) => row.isCommon)), topics(rows)];
  return [USAGE, ...sections, NOTES].map((lines) => lines.join("\n")).join("\n\n");
}

function section(heading: string, rows: readonly OptionDescription[]): string[] {
  return [`${heading}:`, ...rows.flatMap(helpLines)];
}

/** One line, or a second one for what finds no room: the default, or the variable. */
function helpLines({ flag, placeholder, environment, fallback, help }: OptionDescription) {
  const start = `  ${`${flag} ${placeholder}`.padEnd(FLAG_COLUMNS)}`;
  const remark = fallback === "" ? "" : `(${fallback})`;
  const variableAt = Math.min(VARIABLE_COLUMN, COLUMNS - environment.length);
  const withVariable = (line: string) => `${line.padEnd(variableAt)}${environment}`.trimEnd();
  const whole = `${start}${help} ${remark}`.trimEnd();
  if (environment === "") return [whole];
  if (whole.length < variableAt) return [withVariable(whole)];
  const plain = `${start}${help}`;
  if (plain.length < variableAt) return [withVariable(plain), " ".repeat(start.length) + remark];
  return [whole, withVariable("")];
}

/** Which flags each topic tells of. */
function topics(rows: readonly OptionDescription[]): string[] {
  const lines = ["Everything, as in sluice --help limits, or --help all:"];
  for (const group of GROUPS) {
    const flags = rows.filter((row) => row.group === group).map((row) => row.flag.split(",")[0]);
    let line = `  ${group.toLowerCase().padEnd(10)}`;
    for (const flag of flags) {
      if (`${line} ${flag}`.length > COLUMNS) {
        lines.push(line);
        line = " ".repeat(12);
      }
      line += ` ${flag}`;
    }
    lines.push(line);
  }
  return lines;
}
