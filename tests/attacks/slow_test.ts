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

/** Connections that are served at one time: too few for all attackers, so that the attack is felt. */
const SLOTS = 20;

/** What the client that is in is answered while the attack is felt, at least. */
const ANSWERS_MIN = 5;

const LARGE_BYTES = 64 * 1024 * 1024;

const FLAGS = [
  ...UNLIMITED,
  ...["--max-requests", "1000000", "--connections", String(SLOTS), "--queue", "0"],
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
  /** Whether attackers hold their connections, so that there are none left for others. */
  readonly isFelt: boolean;
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
    isFelt: true,
    logged: / 127\.0\.0\.1 - - 408 /g,
  },
  {
    name: "slow body",
    args: ["-B", "-f", "application/json", "-s", "8192"],
    target: "/upload",
    limitS: 15,
    endedBy: "server",
    isFelt: true,
    logged: / 127\.0\.0\.1 POST \/upload 408 /g,
  },
  {
    name: "slow read",
    args: ["-X", "-n", "1", "-w", "10", "-y", "20", "-z", "5"],
    target: "/large.bin",
    limitS: 4,
    endedBy: "tool", // it goes on with what is in the system's buffers, cut or not
    isFelt: true,
    logged: undefined,
  },
  {
    name: "ranges (CVE-2011-3192 Apache killer)",
    args: ["-R", "-a", "1", "-b", "1500"],
    target: "/large.bin",
    limitS: 15,
    endedBy: "server",
    isFelt: false,
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
  using inside = await server.connect();
  await assertServed(inside);
  await using attack = new SlowAttack(server.port, mode);
  const seen = await watch(server, inside, attack);
  const said = await attack.said;
  if (mode.endedBy === "server") assertStringIncludes(said, "No open connections left");
  if (mode.isFelt) {
    assert(seen.isFelt, "the attackers must take every connection");
    assert(seen.answers >= ANSWERS_MIN, `only ${seen.answers} answers came meanwhile`);
  }
  if (mode.endedBy === "tool") assert(seen.isOvercome, "attackers must be cut before they give up");
  assertEquals((await server.ask(get("/hello.html"))).text, HELLO);
  const log = await server.stopAndReadLog();
  if (mode.logged !== undefined) assert((log.match(mode.logged)?.length ?? 0) >= SLOTS / 2);
  assert(!log.includes(" ERROR "), "an attack is no error of ours");
}

/** What ordinary clients saw of an attack. */
interface Seen {
  /** Whether there was no connection left for a new client. */
  isFelt: boolean;
  /** Whether there was one again while the attack still went on. */
  isOvercome: boolean;
  /** Answers to the client that was in before, since the attack was felt. */
  answers: number;
}

/** Asks on an old connection and on a new one, in turn, for as long as the attack lasts. */
async function watch(server: TestServer, inside: Client, attack: SlowAttack): Promise<Seen> {
  const seen = { isFelt: false, isOvercome: false, answers: 0 };
  while (!attack.isOver) {
    await assertServed(inside);
    if (seen.isFelt) seen.answers++;
    const { status, fields } = await server.ask(get("/hello.html", "Connection: close"));
    if (status !== 200) assertEquals([status, fields.get("retry-after")], [503, "1"]);
    if (seen.isFelt && status === 200 && !attack.isOver) seen.isOvercome = true;
    seen.isFelt ||= status === 503;
  }
  return seen;
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
