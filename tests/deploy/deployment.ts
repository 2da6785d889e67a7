// What lies in scripts/deploy/, and tests that need a tool to judge it.

import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { SANITIZED } from "../integration/harness.ts";
import { isInstalled } from "../integration/tool.ts";

const FOLDER = new URL("../../scripts/deploy/", import.meta.url);

/** Where a file of the deployment lies, such as `front/nginx.conf`. */
export function pathOf(name: string): string {
  return fromFileUrl(new URL(name, FOLDER));
}

/** Its text. */
export function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, FOLDER));
}

/**
 * The text with every key of `changes` replaced by its value: examples name real ports and places,
 * which a test cannot take. Each key must be there, so that none is missed when the example changes.
 */
export function adapted(text: string, changes: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [from, to] of Object.entries(changes)) {
    assert(result.includes(from), `the example has no ${JSON.stringify(from)}`);
    result = result.replaceAll(from, to);
  }
  return result;
}

/** Declares a test that needs programs; where one is missing, the name says so. */
export async function toolTest(
  name: string,
  tools: readonly string[],
  fn: () => Promise<void>,
): Promise<void> {
  const missing: string[] = [];
  for (const tool of tools) if (!await isInstalled(tool)) missing.push(tool);
  if (missing.length === 0) Deno.test({ name, ...SANITIZED, fn });
  else Deno.test.ignore(`${name} (ignored: ${missing.join(", ")} is missing)`, () => {});
}
