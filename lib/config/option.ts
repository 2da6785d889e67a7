/**
 * One option: its names, its rule, its default, and how a given text becomes its value.
 *
 * @module
 */

import { ConfigError, shown } from "./error.ts";
import type { Completion, Kind } from "./kinds.ts";
import type { Site } from "./shape.ts";
import type { Json, ValueSchema } from "./value_schema.ts";

/** Headings of the help text, in its order. */
export const GROUPS = [
  "Listening",
  "Files",
  "Serving",
  "Limits",
  "Security",
  "Logging",
  "Other",
] as const;

/** One of the headings. */
export type Group = typeof GROUPS[number];

/** The texts one source gives for an option; several only where a flag was repeated. */
export interface Given {
  /** What a message blames: `--port`, `SLUICE_PORT`, `argument port`, `port at sluice.jsonc:3`. */
  readonly source: string;
  /** The texts as the operator wrote them; none stands for an empty list. */
  readonly texts: readonly string[];
}

/** What a row of the table states. */
export interface OptionSpec<T> {
  /** Name of the flag without its dashes. */
  readonly flag: string;
  /** Name of the environment variable; unless stated, `SLUICE_` and the flag in upper case. */
  readonly environment?: string;
  /** Heading it stands under. */
  readonly group: Group;
  /** What is read and accepted. */
  readonly kind: Kind<NonNullable<T>>;
  /** The value when no source gives one. */
  readonly fallback: (site: Site) => T;
  /** How the help text words a default of `undefined`; unless stated, not at all. */
  readonly unset?: string;
  /** One short line for the help text. */
  readonly help: string;
  /** Overrides the kind's placeholder. */
  readonly placeholder?: string;
  /** Whether the short help tells of it: only what most operators touch. Default: false. */
  readonly isCommon?: boolean;
  /** Whether a change takes effect at the next start only, not at a reload. Default: false. */
  readonly needsRestart?: boolean;
}

/** A row of the table, ready to use. */
export interface Option<T> {
  /** Name of the flag without its dashes. */
  readonly flag: string;
  /** Name of the environment variable. */
  readonly environment: string;
  /** Heading it stands under. */
  readonly group: Group;
  /** One short line for the help text. */
  readonly help: string;
  /** What stands for the value in the help text. */
  readonly placeholder: string;
  /** What the value must be, fit to follow "must be". */
  readonly rule: string;
  /** Whether an empty environment variable is a value; otherwise it counts as not set. */
  readonly emptyAllowed: boolean;
  /** Whether the flag may be given several times. */
  readonly repeatable: boolean;
  /** Whether the flag takes no value, and then means `on`. */
  readonly isBare: boolean;
  /** Whether the short help tells of it. */
  readonly isCommon: boolean;
  /** Whether a change takes effect at the next start only, not at a reload. */
  readonly needsRestart: boolean;
  /** How the value looks in a configuration file. */
  readonly schema: ValueSchema;
  /** What a shell can offer as the value. */
  readonly completion: Completion | undefined;
  /**
   * Reads what a source gives.
   *
   * @throws {ConfigError} if the value breaks the rule, or a scalar is given more than once
   */
  readonly read: (given: Given) => NonNullable<T>;
  /** The value when no source gives one. */
  readonly fallback: (site: Site) => T;
  /** The default as an operator would write it; empty when there is none. */
  readonly fallbackText: (site: Site) => string;
  /** The value as a configuration file has it; `undefined` when there is none. */
  toJson(value: T): Json | undefined;
  /** The value as texts that `read` gives it back for, or refuses if it breaks the rule. */
  textsOf(value: NonNullable<T>): readonly string[];
}

/** A string in the configuration file, or an array of them where the flag may be repeated. */
const TEXT: ValueSchema = { type: "string" };
const TEXTS: ValueSchema = { type: ["array", "string"], items: TEXT };

/** Makes an option of what its row states. */
export function option<T>(spec: OptionSpec<T>): Option<T> {
  const { flag, group, help, kind, fallback } = spec;
  return {
    flag,
    environment: spec.environment ?? `SLUICE_${flag.toUpperCase().replaceAll("-", "_")}`,
    group,
    help,
    placeholder: spec.placeholder ?? kind.placeholder,
    rule: kind.rule,
    emptyAllowed: kind.emptyAllowed ?? false,
    repeatable: kind.repeatable ?? false,
    isBare: kind.isBare ?? false,
    isCommon: spec.isCommon ?? false,
    needsRestart: spec.needsRestart ?? false,
    schema: kind.schema ?? (kind.repeatable ? TEXTS : TEXT),
    completion: kind.completion,
    read: (given) => readGiven(kind, given),
    fallback,
    fallbackText(site) {
      const value = fallback(site);
      return value === undefined || value === null ? spec.unset ?? "" : kind.format(value);
    },
    toJson(value) {
      if (value === undefined || value === null) return undefined;
      return kind.toJson === undefined ? kind.format(value) : kind.toJson(value);
    },
    textsOf: (value) => Array.isArray(value) && value.length === 0 ? [] : [kind.format(value)],
  };
}

function readGiven<V>(kind: Kind<V>, { source, texts }: Given): V {
  if (texts.length === 0 && kind.none !== undefined) return kind.none;
  if (texts.length > 1 && !kind.repeatable) {
    throw new ConfigError(source, `must be given once, current count is ${texts.length}`);
  }
  const reading = kind.read(texts.join(kind.separator ?? ","));
  if ("value" in reading) return reading.value;
  throw new ConfigError(source, `must be ${kind.rule}, current value is ${shown(reading.refused)}`);
}
