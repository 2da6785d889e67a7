// README.md says what is true: its commands, flags, tasks, packages and files are those of the project.

import { assert, assertEquals } from "@std/assert";
import manifest from "../deno.json" with { type: "json" };
import { readConfigFile } from "../lib/config/config_file.ts";
import { optionTables, placeOf } from "../scripts/option_table.ts";

const PROJECT = new URL("../", import.meta.url);
const README = Deno.readTextFileSync(new URL("README.md", PROJECT));

/** Contents of the fenced blocks, in order. */
const BLOCKS = [...README.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, block = ""]) => block);

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, PROJECT));
    return true;
  } catch {
    return false;
  }
}

Deno.test("README begins with the two commands", () => {
  const commands = ["npx -y deno@2.9.6 task start\n", "npx -y deno@2.9.6 task test\n"].join("");
  assertEquals(BLOCKS[0], commands);
  assert(README.indexOf(commands) < 200, "they stand at the top");
});

/** The cells of the table at a place, headings first. */
function cellsAt(name: string, text: string): string[][] {
  const [, , place = ""] = placeOf(name).exec(text) ?? [];
  const lines = place.trim().split("\n").filter((line) => !/^[|\s-]+$/.test(line));
  return lines.map((line) =>
    line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"))
  );
}

for (const { document, name, table } of optionTables()) {
  Deno.test(`${document} tells the options as they are: ${name}`, () => {
    const text = Deno.readTextFileSync(new URL(document, PROJECT));
    const advice = "run deno run -P=test scripts/option_table.ts && deno fmt";
    assertEquals(cellsAt(name, text), table.map((row) => [...row]), advice);
  });
}

Deno.test("README's configuration file is one", () => {
  const files = [...README.matchAll(/^```jsonc\n([^]*?)^```$/gm)].map(([, text = ""]) => text);
  assert(files.length > 0);
  for (const text of files) readConfigFile("README.md", text);
});

Deno.test("README names every task, and none that is missing", () => {
  const named = [...README.matchAll(/\b(?:deno|deno@[\d.]+) task ([a-z:]+)/g)].map(([, task]) =>
    task
  );
  assertEquals([...new Set(named)].toSorted(), Object.keys(manifest.tasks).toSorted());
});

Deno.test("README says what every package is for", () => {
  const packages = Object.values(manifest.imports).map((target) =>
    /^npm:(@?[^@]+)@/.exec(target)?.[1]
  );
  for (const name of new Set(packages)) assert(README.includes(`\`${name}\``), name);
});

Deno.test("README names only files and folders that exist", () => {
  const named = [...README.matchAll(/`((?:lib|tests|scripts|resources|\.ci)\/[\w./]*)`/g)];
  assert(named.length > 10);
  assertEquals(named.map(([, path = ""]) => path).filter((path) => !exists(path)), []);
});

Deno.test("README's links within itself lead somewhere", () => {
  const headings = [...README.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "").replaceAll(" ", "-")
  );
  const links = [...README.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = ""]) => link);
  assertEquals(links.filter((link) => !headings.includes(link)), []);
});

Deno.test("README's links to other files lead somewhere", () => {
  const links = [...README.matchAll(/\]\((?!#|\w+:)([^)#]+)/g)].map(([, link = ""]) => link);
  assert(links.length > 5);
  assertEquals(links.filter((link) => !exists(link)), []);
});
