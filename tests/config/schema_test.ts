// The published schema, judged by a validator that knows nothing of this program.

import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import fc from "fast-check";
import { OPTIONS, parseConfig, schemaText } from "../../lib/config.ts";
import { readConfigFile } from "../../lib/config/config_file.ts";
import { commandLines } from "./samples.ts";

const SITE = { root: "/srv/site", uploads: "/srv/uploads" };
const PUBLISHED = new URL("../../resources/sluice.schema.json", import.meta.url);

const isValid = new Ajv({ allowUnionTypes: true, strict: true }).compile(JSON.parse(schemaText()));

Deno.test("resources/sluice.schema.json is what the table of options says", async () => {
  assertEquals(
    await Deno.readTextFile(PUBLISHED),
    `${schemaText()}\n`,
    "run deno run --allow-write=resources/sluice.schema.json scripts/config_schema.ts",
  );
});

Deno.test("the schema has a key for every option and describes each", () => {
  const { properties } = JSON.parse(schemaText());
  const flags = Object.values(OPTIONS).map(({ flag }) => flag);
  assertEquals(Object.keys(properties), ["$schema", ...flags]);
  for (const flag of flags) assert(properties[flag].description.length > 10, flag);
});

/** A value, and whether both the schema and the program take it. */
const ROWS: readonly (readonly [text: string, isTaken: boolean])[] = [
  ["{}", true],
  ['{ "$schema": "./sluice.schema.json" }', true],
  ["[]", false],
  ['{ "prot": 80 }', false],
  ['{ "port": 0 }', true],
  ['{ "port": 65535 }', true],
  ['{ "port": 65536 }', false],
  ['{ "port": -1 }', false],
  ['{ "port": 1.5 }', false],
  ['{ "port": true }', false],
  ['{ "port": null }', false],
  ['{ "max-body": "10MB" }', true],
  ['{ "max-body": "10 MB" }', false],
  ['{ "max-body": "1.5kib" }', true],
  ['{ "max-body": "10XB" }', false],
  ['{ "max-body": 1000 }', true],
  ['{ "max-body": 1099511627777 }', false],
  ['{ "max-head": 1023 }', false],
  ['{ "keep-alive": "30s" }', true],
  ['{ "keep-alive": "30S" }', false],
  ['{ "keep-alive": 0.1 }', true],
  ['{ "keep-alive": 0.05 }', false],
  ['{ "keep-alive": 3601 }', false],
  ['{ "compression": true }', true],
  ['{ "compression": "off" }', true],
  ['{ "compression": "maybe" }', false],
  ['{ "compression": 1 }', false],
  ['{ "symlinks": false }', true],
  ['{ "symlinks": true }', false],
  ['{ "qr": true }', true],
  ['{ "root": "site" }', true],
  ['{ "root": "" }', false],
  ['{ "root": 5 }', false],
  ['{ "host": "::1" }', true],
  ['{ "host": 1 }', false],
  ['{ "allowed-host": "a.example" }', true],
  ['{ "allowed-host": ["a.example", "b.example"] }', true],
  ['{ "allowed-host": [] }', true],
  ['{ "allowed-host": [""] }', false],
  ['{ "allowed-host": [5] }', false],
  ['{ "allowed-host": {} }', false],
  ['{ "log-level": "debug" }', true],
  ['{ "log-level": "loud" }', false],
];

function isRead(text: string): boolean {
  try {
    readConfigFile("x", text);
    return true;
  } catch {
    return false;
  }
}

for (const [text, isTaken] of ROWS) {
  Deno.test(`schema and program ${isTaken ? "take" : "refuse"} ${text}`, () => {
    assertEquals([isValid(JSON.parse(text)), isRead(text)], [isTaken, isTaken]);
  });
}

Deno.test("the schema takes whatever --print-config prints", () => {
  fc.assert(fc.property(commandLines, (args) => {
    const command = parseConfig(["--print-config", ...args], () => undefined, SITE);
    assert(command.kind === "print-config");
    assert(isValid(JSON.parse(command.text)), JSON.stringify(isValid.errors));
  }));
});
