// main.ts as an operator meets it: what it prints, what it takes, and how it says no.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { SANITIZED, withFolder, writeFile } from "./harness.ts";
import { Program } from "./program.ts";
import { get } from "./requests.ts";

/** Runs `test` in a folder with `root` and `root/hello.html` in it. */
function folderTest(name: string, test: (folder: string) => Promise<void>): void {
  Deno.test({
    name,
    ...SANITIZED,
    fn: () =>
      withFolder(async (folder) => {
        await writeFile(join(folder, "root", "hello.html"), "hello");
        await withDeadline(() => test(folder));
      }),
  });
}

function places(folder: string): string[] {
  return ["--root", join(folder, "root"), "--uploads", join(folder, "uploads")];
}

folderTest("it says where it serves what, and how to stop it", async (folder) => {
  await using program = new Program(["0", "127.0.0.1", "2", ...places(folder)]);
  const { said, port } = await program.started();
  assertMatch(said, /^Sluice \d+\.\d+\.\d+ serves http:\/\/127\.0\.0\.1:\d+\n/);
  assertStringIncludes(said, `root     ${join(folder, "root")}\n`);
  assertStringIncludes(said, `uploads  ${join(folder, "uploads")}\n`);
  assertStringIncludes(said, "workers  2\n");
  assertStringIncludes(said, "Ctrl+C");
  using client = await Client.connect(port);
  assertEquals((await client.ask(get("/hello.html"))).text, "hello");
});

folderTest("it serves the site that comes with it", async (folder) => {
  await using program = new Program(["0", "--uploads", join(folder, "uploads")]);
  const { port } = await program.started();
  using client = await Client.connect(port);
  const { status, fields, text } = await client.ask(get("/"));
  assertEquals([status, fields.get("content-type")], [200, "text/html; charset=UTF-8"]);
  assertMatch(text, /^<!doctype html>/i);
});

folderTest("the environment is read, and flags win over it", async (folder) => {
  const log = join(folder, "env.log");
  const args = ["0", ...places(folder)];
  {
    await using program = new Program(args, { LOG_FILE: log, LOG_LEVEL: "warn" });
    const { port } = await program.started();
    using client = await Client.connect(port);
    await client.ask(get("/../x"));
    program.kill("SIGTERM");
    await program.ended();
  }
  const text = await Deno.readTextFile(log);
  assertEquals([text.includes("WARN"), text.includes("INFO")], [true, false]);
  const other = join(folder, "flag.log");
  await using program = new Program([...args, "--log-file", other], { LOG_FILE: log });
  await program.started();
  assert((await Deno.stat(other)).isFile);
});

folderTest("--help and --version answer and end", async () => {
  for (const [flag, wanted] of [["--help", "--max-body"], ["--version", "sluice "]] as const) {
    await using program = new Program([flag]);
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, wanted);
  }
});

/** Arguments that cannot be used, and the line that says so; FOLDER stands for the test's own. */
const ROWS: readonly (readonly [args: readonly string[], line: string])[] = [
  [["--prot", "1"], "Cannot use --prot: no such flag, did you mean --port?"],
  [["--port", "70000"], "Cannot use --port: must be 0 to 65535, current value is 70000"],
  [["70000"], "Cannot use argument port: must be 0 to 65535, current value is 70000"],
  [["0", "127.0.0.1", "0"], "Cannot use argument workers: must be 1 to 64, current value is 0"],
  [["0", "127.0.0.1", "1", "x"], "Cannot use argument x: must be a flag, or one of "],
  [["--max-body", "lots"], "Cannot use --max-body: must be a size of "],
  [
    ["0", "--root", "FOLDER/missing"],
    "Cannot use --root: must be a folder that can be read, current value is FOLDER/missing",
  ],
  [
    ["0", "--root", "FOLDER/root/hello.html"],
    "Cannot use --root: must be a folder that can be read, current value is ",
  ],
  [
    ["0", "--uploads", "FOLDER/root/hello.html"],
    "Cannot use --uploads: must be a folder that can be written, current value is ",
  ],
  [["0", "--tls-key", "FOLDER/key.pem"], "Cannot use --tls-key: --tls-cert must be given too"],
  [["0", "--tls-cert", "FOLDER/cert.pem"], "Cannot use --tls-cert: --tls-key must be given too"],
  [
    ["0", "--tls-cert", "FOLDER/missing.pem", "--tls-key", "FOLDER/missing.pem"],
    "Cannot use --tls-cert: must be a PEM file that can be read, current value is FOLDER/missing.pem",
  ],
];

for (const [args, line] of ROWS) {
  folderTest(`it refuses ${args.join(" ")} in one line`, async (folder) => {
    const given = args.map((arg) => arg.replace("FOLDER", folder));
    const uploads = args.includes("--uploads") ? [] : ["--uploads", join(folder, "uploads")];
    await using program = new Program([...given, ...uploads]);
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stdout], [2, ""]);
    assert(stderr.startsWith(`sluice: ${line.replace("FOLDER", folder)}`), stderr);
    assertEquals(stderr.indexOf("\n"), stderr.length - 1, stderr);
  });
}

folderTest("it says that its port is taken, and ends with 1", async (folder) => {
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr;
  await using program = new Program([String(port), ...places(folder)]);
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `sluice: Cannot listen on 127.0.0.1:${port}: the port is in use, choose another\n`,
  );
});

folderTest("it says that an address is not its own, and ends with 1", async (folder) => {
  await using program = new Program(["0", "192.0.2.1", ...places(folder)]);
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assert(stderr.startsWith("sluice: Cannot listen on 192.0.2.1:0: "), stderr);
  assertEquals(stderr.indexOf("\n"), stderr.length - 1, stderr);
});
