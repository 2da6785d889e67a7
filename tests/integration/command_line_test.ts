// What main.ts does beside serving: it prints, checks, reads a file of settings, opens a browser.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { selfSigned } from "./certificate.ts";
import { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { SANITIZED, withFolder, writeFile } from "./harness.ts";
import { type Ending, Program } from "./program.ts";
import { get } from "./requests.ts";
import { isInstalled } from "./tool.ts";

const certificate = await selfSigned();
const other = await selfSigned();

/** Runs `test` in a folder with a served folder in it. */
function folderTest(
  name: string,
  test: (folder: string) => Promise<void>,
  options: { readonly ignore?: boolean } = {},
): void {
  Deno.test({
    name,
    ...options,
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

async function ended(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ending> {
  await using program = new Program(args, env);
  return await program.ended();
}

for (
  const [args, wanted] of [
    [["--help", "all"], "SLUICE_WRITE_TIMEOUT"],
    [["--completions", "bash"], "complete -F _sluice sluice\n"],
    [["--print-schema"], '"$schema": "http://json-schema.org/draft-07/schema#"'],
    [["--print-config", "--port=7"], '"port": 7,'],
  ] as const
) {
  folderTest(`${args.join(" ")} prints and ends`, async () => {
    const { code, stdout, stderr } = await ended(args);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, wanted);
  });
}

folderTest("it serves as a file says, and a flag wins over it", async (folder) => {
  const file = join(folder, "sluice.jsonc");
  const [, root, , uploads] = places(folder);
  const settings = JSON.stringify({ root, uploads, port: 0, workers: 2, host: "192.0.2.1" });
  await writeFile(file, `// as text\n${settings}`);
  await using program = new Program(["--host", "127.0.0.1"], { SLUICE_CONFIG: file });
  const { said, port } = await program.started();
  assertStringIncludes(said, "workers  2\n");
  using client = await Client.connect(port);
  assertEquals((await client.ask(get("/hello.html"))).text, "hello");
});

folderTest("what it prints as its configuration starts the same server", async (folder) => {
  const file = join(folder, "printed.json");
  const printed = await ended(["--print-config", "0", ...places(folder), "--workers=1"]);
  await writeFile(file, printed.stdout);
  await using program = new Program(["--config", file]);
  const { said } = await program.started();
  assertStringIncludes(said, `root     ${join(folder, "root")}\n`);
  assertEquals((await ended(["--print-config", "--config", file])).stdout, printed.stdout);
});

folderTest("a wrong file is refused in one line, with 2", async (folder) => {
  const file = join(folder, "sluice.jsonc");
  await writeFile(file, '{\n  "prot": 80\n}');
  const { code, stdout, stderr } = await ended(["--config", file]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    `sluice: Cannot use prot at ${file}:2: no such option, did you mean port?\n`,
  );
});

/** Arguments of a check, the line that it prints, and its exit code; FOLDER stands for the test's. */
const CHECKS: readonly (readonly [args: readonly string[], line: RegExp, code: number])[] = [
  [["0"], /^sluice: everything is in order to serve http:\/\/127\.0\.0\.1:0$/, 0],
  [["0", "::1"], /^sluice: everything is in order to serve http:\/\/\[::1\]:0$/, 0],
  [["0", "--log-file", "FOLDER/log"], /^sluice: everything is in order/, 0],
  [["0", "--log-file", "FOLDER/no/log"], /^sluice: Cannot open the log file: /, 2],
  [["0", "--root", "FOLDER/missing"], /^sluice: Cannot use --root: /, 2],
  [["0", "192.0.2.1"], /^sluice: Cannot listen on 192\.0\.2\.1:0: /, 2],
  [["70000"], /^sluice: Cannot use argument port: /, 2],
];

for (const [args, line, wanted] of CHECKS) {
  folderTest(
    `--check ${args.join(" ")} says so in one line and ends with ${wanted}`,
    async (folder) => {
      const given = args.map((arg) => arg.replace("FOLDER", folder));
      const root = args.includes("--root") ? [] : ["--root", join(folder, "root")];
      const { code, stdout, stderr } = await ended([
        ...["--check", ...given, ...root],
        ...["--uploads", join(folder, "uploads")],
      ]);
      assertEquals(code, wanted);
      assertEquals(wanted === 0 ? stderr : stdout, "");
      const said = wanted === 0 ? stdout : stderr;
      assertMatch(said.trimEnd(), line);
      assertEquals(said.indexOf("\n"), said.length - 1, said);
    },
  );
}

folderTest("--check tells of a port in use, and finds no fault in it", async (folder) => {
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stdout } = await ended(["--check", `${holder.addr.port}`, ...places(folder)]);
  assertEquals(code, 0);
  assertMatch(stdout, /; the port is in use now\n$/);
});

folderTest("--check finds a key that is not its certificate's", async (folder) => {
  assert(certificate !== undefined && other !== undefined);
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await writeFile(cert, certificate.cert);
  await writeFile(key, other.key);
  const args = ["--check", "0", ...places(folder), "--tls-cert", cert, "--tls-key", key];
  const refused = await ended(args);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "check --tls-cert and --tls-key too");
  await writeFile(key, certificate.key);
  const { code, stdout } = await ended(args);
  assertEquals([code, stdout], [
    0,
    "sluice: everything is in order to serve https://127.0.0.1:0\n",
  ]);
}, { ignore: certificate === undefined });

folderTest("--qr draws the address of a server that others reach", async (folder) => {
  await using program = new Program(["0", "127.0.0.1", "1", "--qr", ...places(folder)]);
  await program.says("No QR code: no other machine reaches http://127.0.0.1:");
  await using open = new Program(["0", "0.0.0.0", "1", "--qr", ...places(folder)]);
  const { said } = await open.started();
  assertMatch(said, /\n {2}local {4}http:\/\/127\.0\.0\.1:\d+\n/);
  if (said.includes("\n  network ")) await open.says("█▀▀▀▀▀▀▀█");
  else await open.says("No QR code");
});

folderTest("--open starts the browser with the address", async (folder) => {
  const opened = join(folder, "opened");
  const opener = join(folder, "bin", "xdg-open");
  await writeFile(
    opener,
    `#!/bin/sh\necho "$1" > '${opened}.new' && mv '${opened}.new' '${opened}'\n`,
  );
  await Deno.chmod(opener, 0o755);
  const watcher = Deno.watchFs(folder, { recursive: false });
  const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin` };
  await using program = new Program(["0", "127.0.0.1", "1", "--open", ...places(folder)], env);
  const { port } = await program.started();
  for await (const { paths } of watcher) if (paths.includes(opened)) break;
  assertEquals(await Deno.readTextFile(opened), `http://127.0.0.1:${port}\n`);
}, { ignore: Deno.build.os !== "linux" });

folderTest("--open says in one line that nothing opens an address here", async (folder) => {
  const env = { PATH: join(folder, "bin") };
  await using program = new Program(["0", "127.0.0.1", "1", "--open", ...places(folder)], env);
  const { port } = await program.started();
  program.kill("SIGTERM");
  const url = `http://127.0.0.1:${port}`;
  assertEquals(
    (await program.ended()).stderr,
    `sluice: Cannot open the browser: xdg-open must be installed, or open ${url} yourself\n`,
  );
}, { ignore: Deno.build.os !== "linux" });

/** Runs a program on a pseudo terminal; a signal reaches it too. */
const ON_A_TERMINAL = ["sh", "-c", 'exec script -qec "$*" /dev/null', "sh"];

for (const [noColour, isColoured] of [["", true], ["1", false]] as const) {
  folderTest(
    `a terminal gets ${isColoured ? "colour" : "no colour with NO_COLOR"}`,
    async (folder) => {
      const args = ["0", "127.0.0.1", "1", ...places(folder)];
      await using program = new Program(args, { NO_COLOR: noColour }, ON_A_TERMINAL);
      await program.says("Press Ctrl+C");
      program.kill("SIGTERM");
      const { stdout } = await program.ended();
      assertEquals(stdout.includes("\x1b[36mhttp://127.0.0.1:"), isColoured);
    },
    { ignore: !await isInstalled("script") },
  );
}
