// The compiled binary as it is deployed: alone in an empty folder, with an empty environment, driven
// over real sockets. Without a binary to drive, or with one that is older than the code, these tests
// are reported as ignored.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import manifest from "../deno.json" with { type: "json" };
import { DASHBOARD_PAGE, loadDashboard } from "../lib/server/dashboard.ts";
import { Client } from "./integration/client.ts";
import { withDeadline } from "./integration/deadline.ts";
import { SANITIZED, withFolder, writeFile } from "./integration/harness.ts";
import { get, head, request, upload } from "./integration/requests.ts";

const PROJECT = fromFileUrl(import.meta.resolve("../"));
const BINARY = findBinary();

/** A named binary is tested whatever it is; one that lies about only if it is made of this code. */
function findBinary(): string | undefined {
  const named = Deno.env.get("SLUICE_BINARY");
  if (named !== undefined && named !== "") return Deno.realPathSync(named);
  const built = join(PROJECT, "dist", Deno.build.os === "windows" ? "sluice.exe" : "sluice");
  try {
    const newest = Math.max(...["main.ts", "deno.json", "lib", "resources"].map(lastChangeMs));
    return modifiedMs(built) > newest ? built : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function modifiedMs(path: string): number {
  return Deno.statSync(path).mtime?.getTime() ?? 0;
}

/** Last change of a file, or of any file below a folder; uploads are no part of the program. */
function lastChangeMs(name: string): number {
  const path = join(PROJECT, name);
  if (!Deno.statSync(path).isDirectory) return modifiedMs(path);
  const below = [...Deno.readDirSync(path)].filter((entry) => entry.name !== "uploads");
  return Math.max(...below.map((entry) => lastChangeMs(join(name, entry.name))));
}

function bytesOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(join(PROJECT, "resources", name));
}

/** A running binary. */
class Running implements AsyncDisposable {
  /** The folder it runs in; nothing was in it at the start. */
  readonly folder: string;
  readonly #process: Deno.ChildProcess;
  readonly #stdout: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #said = "";

  constructor(binary: string, folder: string, args: readonly string[]) {
    this.folder = folder;
    this.#process = new Deno.Command(binary, {
      args: [...args],
      cwd: folder,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stdout = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = new Response(this.#process.stderr).text();
  }

  /** Waits for its banner. @returns The banner. */
  async banner(): Promise<string> {
    while (!this.#said.includes("Press Ctrl+C to stop.\n")) {
      const { value, done } = await this.#stdout.read();
      if (done) throw new Error(`Cannot start the binary: ${await this.#stderr}`);
      this.#said += value;
    }
    return this.#said;
  }

  /** Connects to it. */
  async connect(): Promise<Client> {
    const [, port] = /^Sluice \S+ serves http:\/\/127\.0\.0\.1:(\d+)$/m.exec(await this.banner()) ??
      [];
    return await Client.connect(Number(port));
  }

  kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended by itself.
    }
  }

  /** Waits for its end. */
  async ended(): Promise<{ code: number; stdout: string; stderr: string }> {
    for (let step = await this.#stdout.read(); !step.done; step = await this.#stdout.read()) {
      this.#said += step.value;
    }
    const { code } = await this.#process.status;
    return { code, stdout: this.#said, stderr: await this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.ended();
  }
}

/** Declares a test of the binary, started with these arguments in an empty folder. */
function binaryTest(
  name: string,
  args: readonly string[],
  test: (running: Running) => Promise<void>,
): void {
  Deno.test({
    name: `binary ${name}`,
    ignore: BINARY === undefined,
    ...SANITIZED,
    fn: () =>
      withFolder((folder) =>
        withDeadline(async () => {
          assert(BINARY !== undefined);
          await using running = new Running(BINARY, folder, args);
          await test(running);
        })
      ),
  });
}

const FREE_PORT = ["--port", "0", "--workers", "2"] as const;

binaryTest("says what it serves, and where", FREE_PORT, async (running) => {
  const lines = (await running.banner()).split("\n");
  assertMatch(lines[0] ?? "", /^Sluice \S+ serves http:\/\/127\.0\.0\.1:\d+$/);
  assertMatch(lines[1] ?? "", /^ {2}root {5}\S+/);
  assertEquals(lines[2], `  uploads  ${join(running.folder, "uploads")}`);
  assertEquals(lines[3], "  workers  2");
});

binaryTest("serves the site inside itself", FREE_PORT, async (running) => {
  using client = await running.connect();
  for (
    const [target, name, type] of [
      ["/", "index.html", "text/html; charset=UTF-8"],
      ["/about.html", "about.html", "text/html; charset=UTF-8"],
      ["/style.css", "style.css", "text/css; charset=UTF-8"],
      ["/tester/fields.js", "tester/fields.js", "text/javascript; charset=UTF-8"],
      ["/logo.png", "logo.png", "image/png"],
      ["/photo.jpg", "photo.jpg", "image/jpeg"],
    ] as const
  ) {
    const answer = await client.ask(get(target));
    assertEquals(answer.status, 200, target);
    assertEquals(answer.fields.get("content-type"), type);
    assertEquals(answer.content, await bytesOf(name), target);
    const again = await client.ask(
      get(target, `If-None-Match: ${answer.fields.get("etag") ?? ""}`),
    );
    assertEquals(again.status, 304, target);
  }
});

binaryTest("serves the dashboard inside itself", FREE_PORT, async (running) => {
  using client = await running.connect();
  for (const [name, { mediaType, bytes }] of loadDashboard()) {
    const below = name === DASHBOARD_PAGE ? "" : `/${name}`;
    const answer = await client.ask(get(`/security-dashboard${below}`));
    assertEquals(answer.status, 200, name);
    assertEquals(answer.fields.get("content-type"), mediaType);
    assertEquals(answer.content, bytes, name);
  }
});

binaryTest("answers HEAD with the fields of GET", FREE_PORT, async (running) => {
  using client = await running.connect();
  const answer = await client.ask(request("HEAD", "/logo.png"));
  assertEquals(answer.status, 200);
  assertEquals(answer.fields.get("content-length"), `${(await bytesOf("logo.png")).length}`);
  assertEquals(answer.content.length, 0);
});

binaryTest("serves a range of a file inside itself", FREE_PORT, async (running) => {
  using client = await running.connect();
  const answer = await client.ask(get("/photo.jpg", "Range: bytes=90000-90099"));
  assertEquals(answer.status, 206);
  assertEquals(answer.content, (await bytesOf("photo.jpg")).slice(90_000, 90_100));
});

binaryTest("stores uploads beside itself", FREE_PORT, async (running) => {
  using client = await running.connect();
  const json = '{"from":"a test","numbers":[1,2,3]}';
  const stored = await client.ask(upload(json));
  assertEquals(stored.status, 201);
  const location = stored.fields.get("location") ?? "";
  assertMatch(location, /^\/uploads\/upload_\d{8}_\d{6}_[0-9a-f]+\.json$/);
  assertEquals((await client.ask(get(location))).text, json);
  assertEquals(await Deno.readTextFile(join(running.folder, location.slice(1))), json);
  const names = [...Deno.readDirSync(running.folder)].map((entry) => entry.name);
  assertEquals(names, ["uploads"]);
});

binaryTest("carries no upload of whoever built it", FREE_PORT, async (running) => {
  using client = await running.connect();
  assertEquals((await client.ask(get("/uploads/.gitkeep"))).status, 403);
  assertEquals([...Deno.readDirSync(join(running.folder, "uploads"))], []);
});

binaryTest("refuses to leave its folders", FREE_PORT, async (running) => {
  using client = await running.connect();
  for (const target of ["/../main.ts", "/..%2fmain.ts", "/%2e%2e/lib/server.ts", "/uploads/../x"]) {
    assertEquals((await client.ask(get(target))).status, 403, target);
  }
});

binaryTest("refuses a host that is not its own", FREE_PORT, async (running) => {
  using client = await running.connect();
  const answer = await client.ask(head("GET / HTTP/1.1", "Host: evil.example"));
  assertEquals(answer.status, 403);
});

binaryTest("serves another folder", [...FREE_PORT, "--root", "."], async (running) => {
  await writeFile(join(running.folder, "note.html"), "<p>mine</p>\n");
  using client = await running.connect();
  assertEquals((await client.ask(get("/note.html"))).text, "<p>mine</p>\n");
  assertEquals((await client.ask(get("/logo.png"))).status, 404);
});

binaryTest("refuses a flag it does not know", ["--prot", "80"], async (running) => {
  const { code, stdout, stderr } = await running.ended();
  assertEquals({ code, stdout }, { code: 2, stdout: "" });
  assertMatch(stderr, /^sluice: Cannot use --prot: [^\n]*--port[^\n]*\n$/);
});

binaryTest("refuses a root that is not there", ["--root", "missing"], async (running) => {
  const { code, stderr } = await running.ended();
  assertEquals(code, 2);
  assertMatch(stderr, /^sluice: Cannot use --root: [^\n]+, current value is missing\n$/);
});

binaryTest(
  "refuses a configuration file that is not there",
  ["--print-config", "--config", "sluice.jsonc"],
  async (running) => {
    const { code, stderr } = await running.ended();
    assertEquals(code, 2);
    assertMatch(stderr, /^sluice: Cannot use --config: [^\n]+, current value is sluice\.jsonc\n$/);
  },
);

binaryTest("checks itself", ["--check", "--port", "0"], async (running) => {
  const { code, stdout, stderr } = await running.ended();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(stdout, "sluice: everything is in order to serve http://127.0.0.1:0\n");
});

binaryTest("opens no browser, and says so", [...FREE_PORT, "--open"], async (running) => {
  await running.banner();
  running.kill("SIGTERM");
  assertMatch(
    (await running.ended()).stderr,
    /^sluice: Cannot open the browser: this process may start no program, open http:[^\n]+ yourself\n$/,
  );
});

binaryTest("tells its version", ["--version"], async (running) => {
  const { code, stdout } = await running.ended();
  assertEquals({ code, stdout }, { code: 0, stdout: `sluice ${manifest.version}\n` });
});

if (Deno.build.os !== "windows") {
  binaryTest("finishes what is under way when it is told to stop", FREE_PORT, async (running) => {
    using client = await running.connect();
    const json = "[1]";
    const whole = upload(json);
    await client.send(whole.slice(0, -1));
    using other = await running.connect();
    assertEquals((await other.ask(get("/"))).status, 200); // so the first one has arrived as well
    running.kill("SIGTERM");
    assert(await other.isEnded(), "an idle connection is closed");
    await client.send(whole.slice(-1));
    const answer = await client.answer();
    assertEquals(answer.status, 201);
    assertEquals(answer.fields.get("connection"), "close");
    const { code, stdout, stderr } = await running.ended();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertStringIncludes(stdout, "Stopped");
  });
}
