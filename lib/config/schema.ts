/**
 * The JSON Schema of the configuration file, for editors that complete and check while one types.
 *
 * @module
 */

import type { Option } from "./option.ts";
import { OPTIONS } from "./options.ts";
import type { Site } from "./shape.ts";
import type { Json } from "./value_schema.ts";

/** Default folders differ between a checkout and a binary, so the schema names none. */
const NOWHERE: Site = { root: "", uploads: "" };

/** Writes the schema (JSON Schema draft 7, which every editor knows) of the table of options. */
export function schemaText(): string {
  const options: readonly Option<unknown>[] = Object.values(OPTIONS);
  const properties = options.map((option): [string, Json] => [option.flag, property(option)]);
  const schema: Json = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Sluice configuration",
    description: "Keys are the flags of sluice without their dashes.",
    type: "object",
    properties: { $schema: { type: "string" }, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
  return JSON.stringify(schema, null, 2);
}

function property(option: Option<unknown>): Json {
  const { help, rule, schema } = option;
  const fallback = option.toJson(option.fallback(NOWHERE));
  return {
    description: `${help[0]?.toUpperCase()}${help.slice(1)}: ${rule}`,
    ...(fallback === undefined || fallback === "" ? {} : { default: fallback }),
    ...schema,
  };
}
