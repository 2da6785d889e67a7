/**
 * The configuration file: JSON with comments, whose keys are the flags without their dashes.
 *
 * @module
 */

import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { ConfigError, shown } from "./error.ts";
import type { Given, Option } from "./option.ts";
import { OPTIONS } from "./options.ts";
import { closest } from "./suggestion.ts";
import { type Json, textsOf, typeWords } from "./value_schema.ts";

/** Names the schema for editors, and means nothing here. */
const SCHEMA_KEY = "$schema";

const BY_FLAG: ReadonlyMap<string, Option<unknown>> = new Map(
  Object.values(OPTIONS).map((option: Option<unknown>) => [option.flag, option]),
);

/**
 * Reads a configuration file. Every value in it is checked, even one that a flag wins over.
 *
 * @param path What the file is called in messages.
 * @returns What it gives for each option that it names.
 * @throws {ConfigError} if it is not JSON with comments, has a key that is no option or stands twice,
 * or a value that breaks its option's rule; the message names file, line and key
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const given = readConfigFile("sluice.jsonc", '{\n  // the usual one\n  "port": 8080\n}');
 * assertEquals([...given.values()], [{ source: "port at sluice.jsonc:3", texts: ["8080"] }]);
 * ```
 */
export function readConfigFile(path: string, text: string): ReadonlyMap<Option<unknown>, Given> {
  const found = new Map<Option<unknown>, Given>();
  const seen = new Set<string>();
  const file = shown(path);
  for (const { key, value, line } of properties(file, text)) {
    const source = `${shown(key)} at ${file}:${line}`;
    if (seen.has(key)) throw new ConfigError(source, "must stand there once");
    seen.add(key);
    if (key === SCHEMA_KEY) continue;
    const option = BY_FLAG.get(key);
    if (option === undefined) throw unknownKey(source, key);
    const given = { source, texts: textsFor(option, value, source) };
    option.read(given);
    found.set(option, given);
  }
  return found;
}

interface Property {
  readonly key: string;
  readonly value: Json;
  readonly line: number;
}

function properties(file: string, text: string): Property[] {
  const errors: ParseError[] = [];
  // RFC 8259 §8.1: a byte order mark may be ignored.
  const root = parseTree(text.replace(/^\u{feff}/u, ""), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const wanted = printParseErrorCode(error.error).replaceAll(/(?<!^)[A-Z]/g, " $&").toLowerCase();
    throw new ConfigError(`${file}:${lineAt(text, error.offset)}`, `must be JSON: ${wanted}`);
  }
  if (root?.type !== "object") throw new ConfigError(file, "must be one JSON object");
  return (root.children ?? []).map(({ children: [key, value] = [], offset }) => ({
    key: String(key?.value),
    value: value === undefined ? null : jsonOf(value),
    line: lineAt(text, offset),
  }));
}

/** The parser's own function for this answers `any`. */
function jsonOf({ type, value, children = [] }: Node): Json {
  if (type === "array") return children.map(jsonOf);
  if (type !== "object") return value;
  return Object.fromEntries(
    children.map(({ children: [key, inner] = [] }) => [
      String(key?.value),
      inner === undefined ? null : jsonOf(inner),
    ]),
  );
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** A list that its flag takes in one piece is put together again. */
function textsFor(option: Option<unknown>, value: Json, source: string): readonly string[] {
  const texts = textsOf(value, option.schema);
  if (texts !== undefined) return option.repeatable || texts.length < 2 ? texts : [texts.join(",")];
  const current = shown(JSON.stringify(value));
  throw new ConfigError(
    source,
    `must be ${option.rule}, as ${typeWords(option.schema)}, current value is ${current}`,
  );
}

function unknownKey(source: string, key: string): ConfigError {
  const near = closest(key, [...BY_FLAG.keys()]);
  const advice = near === undefined ? "see --help all" : `did you mean ${near}?`;
  return new ConfigError(source, `no such option, ${advice}`);
}
