/**
 * A configuration given in part, by a program that starts the server itself.
 *
 * @module
 */

import { ConfigError } from "./error.ts";
import type { Given, Option } from "./option.ts";
import { OPTIONS } from "./options.ts";
import type { Config } from "./shape.ts";

/** Any part of a configuration; what is absent or `undefined` has its default. */
export type Settings = { readonly [Field in keyof Config]?: Config[Field] | undefined };

const FIELDS: ReadonlyMap<Option<unknown>, string> = new Map(
  Object.entries(OPTIONS).map(([field, option]) => [option, field]),
);

/**
 * The settings as texts, so that they meet the very rules that an operator's do.
 *
 * @returns What gives the texts of an option, under the name of its field; it throws a
 * {@linkcode ConfigError} for a number with a fraction, which no text may have.
 */
export function settingsLayer(settings: Settings): (option: Option<unknown>) => Given | undefined {
  const values = new Map<string, unknown>(Object.entries(settings));
  return (option) => {
    const source = FIELDS.get(option) ?? option.flag;
    const value = values.get(source);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw new ConfigError(source, `must be a whole number, current value is ${value}`);
    }
    return { source, texts: option.textsOf(value) };
  };
}

/** Whether the settings are a whole configuration. */
export function isComplete(settings: Settings): settings is Config {
  return Object.keys(OPTIONS).every((field) => field in settings);
}
