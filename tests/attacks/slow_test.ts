// The attacks that a well-known tool makes, in its four modes, while an ordinary client is served.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Client } from "../integration/client.ts";
import { HELLO, SANITIZED, type TestServer, withServer } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { isInstalled } from "../integration/tool.ts";
import { UNLIMITED } from "./site.ts";

const TOOL = "slowhttptest";

/** Connections that the tool opens. */
const ATTACKERS = 40;

const LARGE_BYTES = 64 * 1024 * 1024;

/** Room for all attackers and some others; no head or content is waited for longer than this. */
const FLAGS = [
  ...[...UNLIMITED, "--max-requests", "1000000", "--connections", "64"],
  ...["--head-timeout", "2s", "--body-timeout", "2s", "--write-timeout", "500ms"],
];

/** One way to be slow. */
interface Mode {
  readonly name: string;
  /** What the tool is told, besides what it is always told. */
  readonly args: readonly string[];
  readonly target: string;
  /** Seconds after which the tool gives up. */
  readonly limitS: number;
  /** Who ends the attack: the server, by cutting every attacker, or the tool. */
  readonly endedBy: "server" | "tool";
  /** How the log tells the answer to an attacker, if it gets one. */
  readonly logged: RegExp | undefined;
}

const MODES: readonly Mode[] = [
  {
    name: "slow headers",
    args: ["-H"],
    target: "/hello.html",
    limitS: 15,
    endedBy: "server",
    logged: / 127\.0\.0\.1 - - 408 /g,
  },
  {
    name: "slow body",
    args: ["-B", "-f", "application/json", "-s", "8192"],
    target: "/upload",
    limitS: 15,
    endedBy: "server",
    logged: / 127\.0\.0\.1 POST \/upload 408 /g,
  },
  {
    name: "slow read",
    args: ["-X", "-n", "1", "-w", "10", "-y", "20", "-z", "5"],
    target: "/large.bin",
    limitS: 3,
    endedBy: "tool", // it goes on with what is in the system's buffers, cut or not
    logged: undefined,
  },
  {
    name: "ranges (CVE-2011-3192 Apache killer)",
    args: ["-R", "-a", "1", "-b", "1500"],
    target: "/large.bin",
    limitS: 15,
    endedBy: "server",
    logged: / 127\.0\.0\.1 HEAD \/large\.bin 200 /g,
  },
];

const hasTool = await isInstalled(TOOL, "-h");

for (const mode of MODES) {
  Deno.test({
    name: `slow attack: ${mode.name}${hasTool ? "" : ` (ignored: ${TOOL} is not installed)`}`,
    ignore: !hasTool,
    ...SANITIZED,
    fn: () => withServer({ flags: FLAGS }, (server) => withstand(server, mode)),
  });
}

async function withstand(server: TestServer, mode: Mode): Promise<void> {
  using file = await Deno.create(join(server.root, "large.bin"));
  await file.truncate(LARGE_BYTES);
  await using attack = new SlowAttack(server.port, mode);
  using inside = await server.connect();
  while (!attack.isOver) await assertServedInTime(server, inside);
  if (mode.endedBy === "server") {
    assertStringIncludes(await attack.said, "No open connections left");
  }
  const log = await server.stopAndReadLog();
  if (mode.logged !== undefined) assertEquals(log.match(mode.logged)?.length, ATTACKERS);
  assert(!log.includes(" ERROR "), "an attack is no error of ours");
}

/**
 * Asks on an old connection and on a new one. How long that may take is told by a third, whose head
 * never ends: the server gives up on it later than it answers the others.
 */
async function assertServedInTime(server: TestServer, inside: Client): Promise<void> {
  using hourglass = await server.connect();
  await hourglass.send("GET /hello.html HTTP/1.1\r\n");
  let isOut = false;
  const running = hourglass.read().then(() => isOut = true, () => {});
  await assertServed(inside);
  using outside = await server.connect();
  await assertServed(outside);
  assert(!isOut, "ordinary requests must be answered in time");
  hourglass.close();
  await running;
}

async function assertServed(client: Client): Promise<void> {
  const { status, text } = await client.ask(get("/hello.html"));
  assertEquals([status, text], [200, HELLO]);
}

/** The tool at work. */
class SlowAttack implements AsyncDisposable {
  /** Whether it has ended. */
  isOver = false;
  /** All it said; it is there when the tool has ended. */
  readonly said: Promise<string>;
  readonly #process: Deno.ChildProcess;

  constructor(port: number, { args, target, limitS }: Mode) {
    const url = `http://127.0.0.1:${port}${target}`;
    const scale = ["-c", String(ATTACKERS), "-r", "200", "-i", "10", "-x", "10", "-p", "5"];
    this.#process = new Deno.Command(TOOL, {
      args: [...args, ...scale, "-l", String(limitS), "-u", url],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.said = this.#end();
  }

  async #end(): Promise<string> {
    const { stdout } = await this.#process.output();
    this.isOver = true;
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isOver) this.#process.kill("SIGKILL");
    await this.said;
  }
}
