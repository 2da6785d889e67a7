/**
 * A configuration written down.
 *
 * @module
 */

import type { Option } from "./option.ts";
import { OPTIONS } from "./options.ts";
import type { Config } from "./shape.ts";

/**
 * Writes a configuration as a configuration file that gives the same one again. What is not set is
 * left out. Files are named, never opened: no secret gets in.
 */
export function configText(config: Config): string {
  const values = new Map<string, unknown>(Object.entries(config));
  const options: readonly [field: string, Option<unknown>][] = Object.entries(OPTIONS);
  const written = options.map(([field, option]) => [option.flag, option.toJson(values.get(field))]);
  return JSON.stringify(Object.fromEntries(written), null, 2);
}
