// Binaries for every system: what they are called, what is said of them, and one that is real.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import manifest from "../../deno.json" with { type: "json" };
import {
  binaryName,
  compileAll,
  compileArguments,
  reasonOf,
  TARGETS,
} from "../../scripts/compile_all.ts";
import { withFolder } from "../integration/harness.ts";
import { isInstalled, run } from "../integration/tool.ts";

const NAMES = [...TARGETS.keys()];
const [LINUX = "", ARM = ""] = NAMES;

Deno.test("compile:all builds for five systems, under names of their own", () => {
  assertEquals(NAMES.map(binaryName), [
    `sluice-${manifest.version}-linux-x64`,
    `sluice-${manifest.version}-linux-arm64`,
    `sluice-${manifest.version}-macos-x64`,
    `sluice-${manifest.version}-macos-arm64`,
    `sluice-${manifest.version}-windows-x64.exe`,
  ]);
});

Deno.test("compile:all builds as deno task compile does, but elsewhere", () => {
  const [, ...usual] = manifest.tasks.compile.split(" ");
  const args = compileArguments(ARM, "dist/other");
  assertEquals(args.slice(0, 5), ["compile", "--target", ARM, "--output", "dist/other"]);
  assertEquals(["compile", ...args.slice(5)], usual.toSpliced(usual.indexOf("--output"), 2));
  assertEquals(args.at(-1), "main.ts");
});

Deno.test("compile:all writes checksums that sha256sum takes, and says what failed", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, binaryName(ARM)), "of an earlier build");
    const failures = await compileAll([LINUX, ARM], folder, async (target, output) => {
      if (target === ARM) return "there is no runtime";
      await Deno.writeTextFile(output, "abc");
      return undefined;
    });
    assertEquals(failures, [`Cannot build ${binaryName(ARM)}: there is no runtime`]);
    const sums = await Deno.readTextFile(join(folder, "SHA256SUMS"));
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4
    assertEquals(sums, `${abc}  ${binaryName(LINUX)}\n`);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
    assertEquals(names, ["SHA256SUMS", binaryName(LINUX)]);
    if (!await isInstalled("sha256sum")) return;
    await run("sh", "-c", `cd '${folder}' && sha256sum --check --strict SHA256SUMS`);
  }));

const REASONS: readonly (readonly [complaint: string, reason: string])[] = [
  [
    "error: Writing deno compile executable\n\nCaused by:\n    0: error sending request for url",
    "its runtime is not on this machine and cannot be downloaded from here",
  ],
  [
    'error: Module not found "file:///main.ts".\n    at file:///x.ts:1:1',
    'Module not found "file:///main.ts".',
  ],
  ["", "the compiler failed without a word"],
];

for (const [complaint, reason] of REASONS) {
  Deno.test(`compile:all says in one line: ${reason}`, () => {
    assertEquals(reasonOf(complaint), reason);
  });
}

Deno.test("compile:all names the targets when it is given another", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "compile:all", "riscv"],
    cwd: fromFileUrl(import.meta.resolve("../../")),
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 2);
  const said = new TextDecoder().decode(stderr);
  assertMatch(said, /^compile:all: Cannot build for riscv: must be one of [^\n]+\n$/);
  assert(said.includes(LINUX));
});
