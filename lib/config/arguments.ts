/**
 * The command line taken apart: which flags were given, with which texts. What the texts mean is
 * not judged here.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { ConfigError, shown } from "./error.ts";
import type { Given, Option } from "./option.ts";
import { COMMAND_FLAGS, type CommandFlag, CONFIG_FILE, OPTIONS, POSITIONALS } from "./options.ts";
import { closest } from "./suggestion.ts";

/** What the command line asks for instead of serving. */
export interface AskedCommand {
  /** The first of the command flags that was given. */
  readonly flag: CommandFlag["flag"];
  /** Its value, which is one of its words; empty if it was given none. */
  readonly word: string;
}

/** The command line, taken apart. */
export interface Arguments {
  /** What it asks for instead of serving, if anything. */
  readonly command: AskedCommand | undefined;
  /** What the command line gives for an option, as a flag or by position. */
  readonly given: (option: Option<unknown>) => Given | undefined;
}

const VALUED: readonly Option<unknown>[] = [...Object.values(OPTIONS), CONFIG_FILE];
const VALUE_FLAGS = VALUED.map(({ flag }) => flag);
const WORD_FLAGS = COMMAND_FLAGS.map(({ flag }) => flag);

/**
 * Takes a command line apart. `--flag value` and `--flag=value` are the same; arguments after `--`
 * are positional, whatever they look like.
 *
 * @throws {ConfigError} if a flag is not known, lacks its value, has a value it cannot take, or
 * contradicts a positional argument, and if there are more than three of those
 */
export function parseArguments(args: readonly string[]): Arguments {
  const positionals: string[] = [];
  const parsed = parseArgs(joinValues(args), {
    string: [...VALUE_FLAGS, ...WORD_FLAGS],
    // Collecting everything keeps repeated flags visible; otherwise the last one would win silently.
    collect: [...VALUE_FLAGS, ...WORD_FLAGS],
    alias: Object.fromEntries(
      COMMAND_FLAGS.flatMap(({ flag, short }) => short === undefined ? [] : [[flag, short]]),
    ),
    "--": true,
    // Called for positionals as well, and before parseArgs turns "08" into a number.
    unknown(arg, key) {
      if (key !== undefined) throw unknownFlag(arg);
      positionals.push(arg);
      return false;
    },
  });
  positionals.push(...texts(parsed["--"]));
  const extra = positionals[POSITIONALS.length];
  if (extra !== undefined) {
    const allowed = POSITIONALS.map(({ flag }) => `[${flag}]`).join(" ");
    throw new ConfigError(`argument ${shown(extra)}`, `must be a flag, or one of ${allowed}`);
  }
  return {
    command: asked((flag) => texts(parsed[flag])),
    given(option) {
      const found = texts(parsed[option.flag]);
      const flag = found.length > 0 ? { source: `--${option.flag}`, texts: found } : undefined;
      return reconcile(option, flag, positional(option, positionals));
    },
  };
}

function asked(found: (flag: string) => readonly string[]): AskedCommand | undefined {
  for (const { flag, words } of COMMAND_FLAGS) {
    const given = found(flag);
    if (given.length === 0) continue;
    return { flag, word: given.find((word) => words?.includes(word)) ?? "" };
  }
}

/**
 * Joins every flag that takes a value with the argument behind it. parseArgs alone takes the `-1` of
 * `--port -1` for a flag, makes an empty argument a positional and reads `--no-port=1` as
 * `--port=1`.
 */
function joinValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") return joined.concat(args.slice(index));
    if (arg.startsWith("--no-")) throw unknownFlag(arg);
    const next = args[index + 1];
    const value = commandValue(arg, next) ?? optionValue(arg, next);
    joined.push(value === undefined ? arg : `${arg}=${value.text}`);
    if (value?.isNext) index++;
  }
  return joined;
}

/** The value that belongs to a flag which does not carry it behind a `=`. */
interface FlagValue {
  readonly text: string;
  /** Whether it is the argument behind the flag. */
  readonly isNext: boolean;
}

function commandValue(arg: string, next: string | undefined): FlagValue | undefined {
  for (const { flag, short, words, isWordOptional } of COMMAND_FLAGS) {
    if (arg.startsWith(`--${flag}=`)) checkWord(flag, words, arg.slice(`--${flag}=`.length));
    if (arg !== `--${flag}` && arg !== `-${short}`) continue;
    if (words === undefined) return { text: "", isNext: false };
    if (isWordOptional) {
      const isNext = next !== undefined && words.includes(next);
      return { text: isNext ? next : "", isNext };
    }
    checkWord(flag, words, valueAfter(arg, next));
    return { text: next ?? "", isNext: true };
  }
}

function checkWord(flag: string, words: readonly string[] | undefined, word: string): void {
  if (words === undefined) throw new ConfigError(`--${flag}`, "must be given without a value");
  if (words.includes(word)) return;
  throw new ConfigError(
    `--${flag}`,
    `must be ${words.join("|")}, current value is ${shown(word)}`,
  );
}

function optionValue(arg: string, next: string | undefined): FlagValue | undefined {
  const option = VALUED.find(({ flag }) => arg === `--${flag}`);
  if (option === undefined) return undefined;
  if (option.isBare) return { text: "on", isNext: false };
  return { text: valueAfter(arg, next), isNext: true };
}

function valueAfter(flag: string, next: string | undefined): string {
  // A negative number is a wrong value, for the rule to refuse; any other dash starts a flag.
  if (next === undefined || /^-(?!\d)/.test(next)) {
    throw new ConfigError(flag, "a value must follow");
  }
  return next;
}

function unknownFlag(arg: string): ConfigError {
  const name = arg.split("=", 1)[0] || arg;
  const near = closest(name.replace(/^-+/, ""), [...VALUE_FLAGS, ...WORD_FLAGS]);
  const advice = near === undefined ? "see --help all" : `did you mean --${near}?`;
  return new ConfigError(shown(name), `no such flag, ${advice}`);
}

function positional(
  option: Option<unknown>,
  positionals: readonly string[],
): Given | undefined {
  const text = positionals[POSITIONALS.indexOf(option)];
  return text === undefined ? undefined : { source: `argument ${option.flag}`, texts: [text] };
}

/** Both may be given as long as they agree: whichever won, the operator meant the other one too. */
function reconcile(
  option: Option<unknown>,
  flag: Given | undefined,
  argument: Given | undefined,
): Given | undefined {
  if (flag === undefined || argument === undefined) return flag ?? argument;
  if (option.read(flag) === option.read(argument)) return flag;
  const values = [...flag.texts, ...argument.texts].map(shown).join(" and ");
  throw new ConfigError(
    flag.source,
    `must be the same as ${argument.source} or left out, current values are ${values}`,
  );
}

/** parseArgs types its answers as unknown; a collected flag is an array of texts. */
function texts(collected: unknown): string[] {
  return Array.isArray(collected) ? collected.map(String) : [];
}
