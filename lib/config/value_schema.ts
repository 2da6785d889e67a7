/**
 * How the value of one option looks in a configuration file.
 *
 * @module
 */

/** What a JSON text can hold. */
export type Json = string | number | boolean | null | readonly Json[] | {
  readonly [key: string]: Json;
};

/** The part of JSON Schema (draft 7) that values of options need; an alias, so that it is `Json`. */
export type ValueSchema = {
  /** The types there are; a keyword that is for another type than a value's says nothing of it. */
  readonly type?: JsonType | readonly JsonType[];
  /** The values there are, where they are few. */
  readonly enum?: readonly (string | boolean)[];
  /** Smallest number. */
  readonly minimum?: number;
  /** Largest number. */
  readonly maximum?: number;
  /** Regular expression (ECMA-262) that a string matches. */
  readonly pattern?: string;
  /** Fewest characters of a string. */
  readonly minLength?: number;
  /** What each item of an array is. */
  readonly items?: ValueSchema;
  /** Whether all items of an array differ. */
  readonly uniqueItems?: boolean;
};

/** A type that a value of an option can have. */
export type JsonType = "string" | "integer" | "number" | "array";

/** What the types are called in a message. */
const TYPE_WORDS = {
  string: "text in quotes",
  integer: "a whole number",
  number: "a number",
  array: "an array of texts",
} as const;

/**
 * The texts that mean the same on the command line as `value` does in the file.
 *
 * @returns The texts, none for an empty array; `undefined` when a value of this option is of another
 * type. Text in quotes always passes: it is judged as it is behind a flag.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(textsOf(8080, { type: "integer" }), ["8080"]);
 * assertEquals(textsOf(true, { enum: ["on", "off", true, false] }), ["on"]);
 * assertEquals(textsOf(8080, { type: "string" }), undefined);
 * ```
 */
export function textsOf(value: Json, schema: ValueSchema): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  const types = [schema.type ?? []].flat();
  if (typeof value === "number") {
    return types.some((type) => type === "integer" || type === "number")
      ? [String(value)]
      : undefined;
  }
  if (typeof value === "boolean") {
    return schema.enum?.includes(value) ? [value ? "on" : "off"] : undefined;
  }
  if (!Array.isArray(value) || !types.includes("array")) return undefined;
  const texts = value.filter((item) => typeof item === "string");
  return texts.length === value.length ? texts : undefined;
}

/** The types of a schema in words, fit to follow "as". */
export function typeWords(schema: ValueSchema): string {
  const truths = schema.enum?.filter((value) => typeof value === "boolean").map(String) ?? [];
  const types = [schema.type ?? "string"].flat().map((type) => TYPE_WORDS[type]);
  return [...truths, ...types].join(" or ");
}
