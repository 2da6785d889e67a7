// The longer documents say what is true: their links lead somewhere, their flags and metrics exist, and
// the changes they show can be made.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import manifest from "../deno.json" with { type: "json" };
import { describeOptions } from "../lib/config.ts";
import { serverTest, withFolder, writeFile } from "./integration/harness.ts";
import { get } from "./integration/requests.ts";
import { isInstalled, run } from "./integration/tool.ts";

const PROJECT = new URL("../", import.meta.url);
const FOLDER = new URL("resources/docs/", PROJECT);
const NAMES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).toSorted();
const TEXTS = new Map(NAMES.map((name) => [name, Deno.readTextFileSync(new URL(name, FOLDER))]));
const FLAGS = describeOptions({ root: "", uploads: "" }).flatMap(({ flag }) =>
  flag.match(/--[a-z-]+/g) ?? []
);

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url) !== undefined;
  } catch {
    return false;
  }
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "").replaceAll(" ", "-")
  );
}

for (const [name, text] of TEXTS) {
  Deno.test(`${name} links to what is there`, () => {
    for (const [, target = ""] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const [file = "", anchor] = target.split("#");
      const other = file === "" ? text : TEXTS.get(file);
      assert(other !== undefined, target);
      assert(anchor === undefined || anchorsOf(other).includes(anchor), target);
    }
  });

  Deno.test(`${name} names files, flags and tasks that exist`, () => {
    const paths = [...text.matchAll(/`((?:lib|tests|scripts|resources|\.ci)\/[\w./]*)`/g)];
    assertEquals(
      paths.map(([, path = ""]) => path).filter((path) => !exists(new URL(path, PROJECT))),
      [],
    );
    const prose = text.replaceAll(/```diff[^]*?```/g, "");
    const flags = [...prose.matchAll(/`(--[a-z-]+)/g)].map(([, flag = ""]) => flag);
    assertEquals(flags.filter((flag) => !FLAGS.includes(flag)), []);
    const tasks = [...text.matchAll(/deno task ([a-z:]+)/g)].map(([, task = ""]) => task);
    assertEquals(tasks.filter((task) => !(task in manifest.tasks)), []);
  });
}

serverTest("the operations guide goes by metrics that exist", {}, async (server) => {
  await server.ask(get("/hello.html"));
  const { text } = await server.ask(get("/metrics"));
  const named = TEXTS.get("operations.md")?.match(/\bsluice_\w+/g) ?? [];
  assert(named.length > 10);
  const known = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  assertEquals(named.filter((name) => !known.has(name)), []);
});

serverTest(
  "the default site serves them",
  { config: { root: fromFileUrl(new URL("resources/", PROJECT)) } },
  async (server) => {
    for (const [name, text] of TEXTS) {
      const answer = await server.ask(get(`/docs/${name}`));
      assertEquals([answer.status, answer.text], [200, text], name);
    }
  },
);

/** Changes that are shown, by the heading they stand under. */
const CHANGES = [
  ...(TEXTS.get("contributing.md") ?? "").matchAll(/## ([^\n]+)\n[^#]*?```diff\n([^]*?)```/g),
]
  .map(([, title = "", diff = ""]) => ({ title, diff }));

/** Most lines that a change may have, not counting those around them. */
const LINES_MAX = 10;

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await writeFile(join(to, name), await Deno.readFile(join(from, name)));
  }
}

/** Makes all changes in a copy of the program, and checks the copy. */
async function makeAll(folder: string): Promise<void> {
  const root = fromFileUrl(PROJECT);
  await copyFolder(join(root, "lib"), join(folder, "lib"));
  for (const name of ["deno.json", "deno.lock", "main.ts"]) {
    await writeFile(join(folder, name), await Deno.readFile(join(root, name)));
  }
  for (const { diff } of CHANGES) {
    await writeFile(join(folder, "change.diff"), diff);
    await run("git", "-C", folder, "apply", "-C1", "change.diff");
  }
  const config = ["--config", join(folder, "deno.json")];
  await run(Deno.execPath(), "fmt", "--check", "--quiet", ...config, join(folder, "lib"));
  await run(Deno.execPath(), "check", "--quiet", ...config, join(folder, "main.ts"));
}

Deno.test("contributing.md shows a handler, a check, a metric and a flag", () => {
  assertEquals(CHANGES.map(({ title }) => title), ["A handler", "A check", "A metric", "A flag"]);
});

const hasGit = await isInstalled("git");
for (const { title, diff } of CHANGES) {
  const lines = diff.split("\n").filter((line) => /^\+(?!\+\+ )|^-(?!-- )/.test(line));
  Deno.test(`contributing.md: ${title} takes ${lines.length} lines`, () => {
    assert(lines.length <= LINES_MAX);
  });
}

Deno.test({
  name: `contributing.md: all of it can be made${hasGit ? "" : " (ignored: git is missing)"}`,
  ignore: !hasGit,
  fn: () => withFolder(makeAll),
});
