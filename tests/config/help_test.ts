import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describeOptions, helpText } from "../../lib/config/help.ts";
import { OPTIONS } from "../../lib/config/options.ts";

const SITE = { root: "./resources", uploads: "./resources/uploads" };
const ROWS = describeOptions(SITE);

Deno.test("helpText() starts with the usage and one example", () => {
  const [usage, example] = helpText(SITE).split("\n");
  assertEquals(usage, "Usage:   sluice [port] [host] [workers] [flags]");
  assertStringIncludes(example ?? "", "Example: sluice ");
});

Deno.test("helpText() fits into 80 columns and ends no line with a blank", () => {
  for (const line of helpText(SITE).split("\n")) {
    assert(line.length <= 80, line);
    assertEquals(line, line.trimEnd());
  }
});

Deno.test("helpText() keeps a long default whole, on a line of its own", () => {
  const root = `/${"long/".repeat(20)}site`;
  assert(helpText({ ...SITE, root }).split("\n").some((line) => line.trim() === `(${root})`));
});

for (const row of ROWS) {
  Deno.test(`helpText() tells of ${row.flag}`, () => {
    const lines = helpText(SITE).split("\n");
    const at = lines.findIndex((line) => line.startsWith(`  ${row.flag} ${row.placeholder}`));
    const entry = lines.slice(at, at + 2).join("\n");
    for (const part of [row.help, row.environment, row.fallback]) {
      assertStringIncludes(entry, part);
    }
  });
}

Deno.test("describeOptions() has a row for every field, with its own flag and variable", () => {
  assertEquals(ROWS.length, Object.keys(OPTIONS).length + 2);
  assertEquals(new Set(ROWS.map(({ flag }) => flag)).size, ROWS.length);
  const variables = ROWS.map(({ environment }) => environment).filter((name) => name !== "");
  assertEquals(new Set(variables).size, Object.keys(OPTIONS).length);
});

Deno.test("describeOptions() keeps each group together", () => {
  const groups = ROWS.map(({ group }) => group);
  const changes = groups.filter((group, index) => group !== groups[index - 1]);
  assertEquals(changes, ["Listening", "Files", "Limits", "Security", "Logging", "Other"]);
});

for (const { flag, environment } of Object.values(OPTIONS)) {
  const special = ["LOG_LEVEL", "LOG_FILE", "JSON_LOG_FILE"];
  Deno.test(`OPTIONS gives --${flag} its environment twin`, () => {
    const twin = flag.toUpperCase().replaceAll("-", "_");
    assertEquals(environment, special.includes(twin) ? twin : `SLUICE_${twin}`);
  });
}
