import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Config, OPTIONS, parseConfig } from "../../lib/config.ts";
import { commandLines } from "./samples.ts";

const SITE = { root: "/srv/site", uploads: "/srv/uploads" };

function read(args: readonly string[], text: string): Config {
  const command = parseConfig(args, () => undefined, SITE, () => text);
  assert(command.kind === "serve");
  return command.config;
}

function print(args: readonly string[]): string {
  const command = parseConfig(["--print-config", ...args], () => undefined, SITE);
  assert(command.kind === "print-config");
  return command.text;
}

Deno.test("--print-config prints a file that gives the same configuration again", () => {
  fc.assert(fc.property(commandLines, (args) => {
    assertEquals(read(["--config=x"], print(args)), read(args, ""));
  }));
});

Deno.test("--print-config prints every option that has a value, in the order of the table", () => {
  const printed = Object.keys(JSON.parse(print(["--workers=1"])));
  const unset = ["tls-cert", "tls-key", "log-file", "json-log-file", "audit-log"];
  assertEquals(
    printed.filter((flag) => !unset.includes(flag)),
    Object.values(OPTIONS).map(({ flag }) => flag).filter((flag) => printed.includes(flag)),
  );
  for (const flag of unset) assert(!printed.includes(flag), flag);
});

Deno.test("--print-config names files, with what the file before it said", () => {
  const text = '{ "tls-cert": "c.pem", "tls-key": "k.pem", "max-body": 2048 }';
  const command = parseConfig(["--print-config", "--config=x"], () => undefined, SITE, () => text);
  assert(command.kind === "print-config");
  const printed = JSON.parse(command.text);
  assertEquals(
    [printed["tls-cert"], printed["tls-key"], printed["max-body"]],
    ["c.pem", "k.pem", "2KB"],
  );
});
