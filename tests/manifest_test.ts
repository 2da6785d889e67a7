// deno.json grants what the program asks for, and no more than is meant.

import { assert, assertEquals, assertMatch } from "@std/assert";
import manifest from "../deno.json" with { type: "json" };
import browserManifest from "./browser/deno.json" with { type: "json" };
import { describeOptions } from "../lib/config.ts";
import { siteFolder } from "../lib/server.ts";
import { VERSION } from "../lib/server/version.ts";
import { fromFileUrl, relative } from "@std/path";

const { start, binary } = manifest.permissions;
const PROJECT = fromFileUrl(import.meta.resolve("../"));

function isGranted(granted: readonly string[], name: string): boolean {
  return granted.some((grant) =>
    grant.endsWith("*") ? name.startsWith(grant.slice(0, -1)) : name === grant
  );
}

Deno.test("the program knows its version", () => assertEquals(VERSION, manifest.version));

/** What tells where the console goes; the exporter's other variables are the runtime's alone. */
const EXPORTER = ["OTEL_DENO_CONSOLE"];

Deno.test("the program may read exactly the variables of its options, and the exporter's", () => {
  const names = describeOptions({ root: "site", uploads: "uploads" })
    .map((option) => option.environment)
    .filter((name) => name !== "");
  assertEquals([...names, ...EXPORTER].filter((name) => !isGranted(start.env, name)), []);
  assertEquals(binary.env, start.env);
  for (const grant of start.env.filter((grant) => !grant.endsWith("*"))) {
    const isKnown = names.includes(grant) || EXPORTER.includes(grant);
    assert(isKnown, `${grant} belongs to no option`);
  }
});

Deno.test("a start without flags stays within what it is granted", () => {
  const uploads = relative(PROJECT, `${siteFolder()}uploads`).replaceAll("\\", "/");
  assertEquals(start.read, ["."]);
  assert(start.write.includes(uploads));
  assert(start.net.includes("127.0.0.1"));
});

Deno.test("nothing but tests and tools may run other programs", () => {
  assertEquals(Object.keys(start).toSorted(), ["env", "net", "read", "sys", "write"]);
  assertEquals(Object.keys(binary).toSorted(), ["env", "net", "read", "sys", "write"]);
  for (const [task, command] of Object.entries(manifest.tasks)) {
    assert(!/\s(-A|--allow-all)\b/.test(command), `${task} asks for everything`);
  }
});

Deno.test("of the system the program may ask its addresses alone", () => {
  assertEquals(start.sys, ["networkInterfaces"]);
  assertEquals(binary.sys, start.sys);
});

Deno.test("tasks that run or build the program never stop to ask for a permission", () => {
  const { start, dev, compile } = manifest.tasks;
  for (const command of [start, dev, compile]) assert(command.includes(" --no-prompt "));
});

Deno.test("packages come in exactly the versions that were tested", () => {
  for (const target of Object.values(manifest.imports)) {
    assert(/^npm:(@[a-z-]+\/)?[a-z-]+@\d+\.\d+\.\d+(\/|$)/.test(target), target);
  }
  assertEquals(manifest.lock.frozen, true);
});

Deno.test("the browser's tests see the program as it is, with packages of their own", () => {
  assertEquals(browserManifest.importMap, "../../deno.json");
  assertEquals(browserManifest.unstable, manifest.unstable);
  const packages = Deno.readTextFileSync(new URL("browser/packages.ts", import.meta.url));
  const targets = [...packages.matchAll(/ from "([^"]+)";/g)].map(([, target = ""]) => target);
  assert(targets.length > 0);
  for (const target of targets) assertMatch(target, /^npm:[a-z-]+@\d+\.\d+\.\d+$/);
});
