import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describeOptions, helpText } from "../../lib/config/help.ts";
import { COMMAND_FLAGS, HELP_TOPICS, OPTIONS } from "../../lib/config/options.ts";

const SITE = { root: "./resources", uploads: "./resources/uploads" };
const ROWS = describeOptions(SITE);

const TOPICS = ["", ...HELP_TOPICS];

for (const topic of TOPICS) {
  Deno.test(`helpText() starts ${topic} with the usage and one example`, () => {
    const [usage, example] = helpText(SITE, topic).split("\n");
    assertEquals(usage, "Usage:   sluice [port] [host] [workers] [flags]");
    assertStringIncludes(example ?? "", "Example: sluice ");
  });

  Deno.test(`helpText() fits ${topic} into 80 columns and ends no line with a blank`, () => {
    for (const line of helpText(SITE, topic).split("\n")) {
      assert(line.length <= 80, line);
      assertEquals(line, line.trimEnd());
    }
  });
}

Deno.test("helpText() is short unless more is asked for", () => {
  const lines = helpText(SITE).split("\n");
  assert(lines.length <= 48, `${lines.length} lines are two screens`);
  const told = lines.join("\n");
  for (const { flag } of ROWS) assertMatch(told, new RegExp(`${flag.split(",")[0]}\\b`));
});

Deno.test("helpText() tells a topic's options and no others", () => {
  const text = helpText(SITE, "security");
  for (const { flag, group } of ROWS) {
    const isTold = text.split("\n").some((line) => line.startsWith(`  ${flag} `));
    assertEquals(isTold, group === "Security", flag);
  }
});

Deno.test("helpText() keeps a long default whole, on a line of its own", () => {
  const root = `/${"long/".repeat(20)}site`;
  assert(helpText({ ...SITE, root }).split("\n").some((line) => line.trim() === `(${root})`));
});

for (const row of ROWS) {
  Deno.test(`helpText() tells of ${row.flag}`, () => {
    const lines = helpText(SITE, "all").split("\n");
    const start = `  ${row.flag} ${row.placeholder}`.trimEnd();
    const at = lines.findIndex((line) => `${line} `.startsWith(`${start} `));
    const entry = lines.slice(at, at + 2).join("\n");
    for (const part of [row.help, row.environment, row.fallback]) {
      assertStringIncludes(entry, part);
    }
  });
}

Deno.test("describeOptions() has a row for every field, with its own flag and variable", () => {
  assertEquals(ROWS.length, Object.keys(OPTIONS).length + 1 + COMMAND_FLAGS.length);
  assertEquals(new Set(ROWS.map(({ flag }) => flag)).size, ROWS.length);
  const variables = ROWS.map(({ environment }) => environment).filter((name) => name !== "");
  assertEquals(new Set(variables).size, Object.keys(OPTIONS).length + 1);
});

Deno.test("describeOptions() keeps each group together", () => {
  const groups = ROWS.map(({ group }) => group);
  const changes = groups.filter((group, index) => group !== groups[index - 1]);
  assertEquals(changes, [
    "Listening",
    "Files",
    "Serving",
    "Limits",
    "Security",
    "Logging",
    "Other",
  ]);
});

for (const { flag, environment } of Object.values(OPTIONS)) {
  const special = ["LOG_LEVEL", "LOG_FILE", "JSON_LOG_FILE"];
  Deno.test(`OPTIONS gives --${flag} its environment twin`, () => {
    const twin = flag.toUpperCase().replaceAll("-", "_");
    assertEquals(environment, special.includes(twin) ? twin : `SLUICE_${twin}`);
  });
}
