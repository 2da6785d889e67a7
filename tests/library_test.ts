// The server inside another project: its own deno.json, the checkout as a member of its workspace.

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { SANITIZED, withFolder, writeFile } from "./integration/harness.ts";
import { run } from "./integration/tool.ts";

const PROJECT = fromFileUrl(import.meta.resolve("../"));
const README = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

/** What the README shows: the project's deno.json, then its program. */
const [, MANIFEST = ""] = /## As a library[^]*?```json\n([^]*?)```/.exec(README) ?? [];
const [, PROGRAM = ""] = /## As a library[^]*?```ts\n([^]*?)```/.exec(README) ?? [];

/** Copies what is meant to be copied: the program without its tests. */
async function copyInto(folder: string): Promise<void> {
  for (const name of ["deno.json", "deno.lock"]) {
    await writeFile(join(folder, name), await Deno.readTextFile(join(PROJECT, name)));
  }
  await copyFolder(join(PROJECT, "lib"), join(folder, "lib"));
  await Deno.mkdir(join(folder, "resources"));
}

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await writeFile(join(to, name), await Deno.readFile(join(from, name)));
  }
}

Deno.test({
  name: "the README's program serves a folder from within another project",
  ...SANITIZED,
  fn: () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, "deno.json"), MANIFEST);
      await copyInto(join(folder, "sluice"));
      await writeFile(join(folder, "program.ts"), PROGRAM);
      await writeFile(join(folder, "public", "index.html"), "<p>hello</p>\n");
      const config = ["--config", join(folder, "deno.json")];
      const said = await run(
        Deno.execPath(),
        ...["run", "--quiet", "--no-prompt", ...config, `--allow-read=${folder}`],
        ...[`--allow-write=${join(folder, "public")}`, "--allow-net=127.0.0.1"],
        ...[join(folder, "program.ts"), join(folder, "public")],
      );
      assertEquals(said, "200 <p>hello</p>\n\n");
    }),
});
