// The attacks that a well-known tool makes, in its four modes, while an ordinary client is served.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { HELLO, SANITIZED, type TestServer, withServer } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { isInstalled } from "../integration/tool.ts";
import { UNLIMITED } from "./site.ts";

const TOOL = "slowhttptest";

/** Connections that the tool opens. */
const ATTACKERS = 40;

const LARGE_BYTES = 64 * 1024 * 1024;

/** No attacker is waited for longer than two seconds; whoever finds no slot waits for one. */
const FLAGS = [
  ...UNLIMITED,
  ...["--queue", String(2 * ATTACKERS)],
  ...["--head-timeout", "2s", "--body-timeout", "2s", "--write-timeout", "500ms"],
];

/** One way to be slow. */
interface Mode {
  readonly name: string;
  /** What the tool is told, besides what it is always told. */
  readonly args: readonly string[];
  readonly target: string;
  /** Connections served at one time. */
  readonly slots: number;
  /** What the ordinary client is answered while all attackers are at it, at least. */
  readonly answersMin: number;
  /** Seconds after which the tool gives up. */
  readonly limitS: number;
  /** What the tool says when it ends. */
  readonly end: string;
  /** How the log tells the answer to an attacker, if it gets one. */
  readonly logged: RegExp | undefined;
}

const ALL_CUT = "No open connections left";

const MODES: readonly Mode[] = [
  {
    name: "slow headers",
    args: ["-H"],
    target: "/hello.html",
    slots: ATTACKERS + 2,
    answersMin: 5,
    limitS: 10,
    end: ALL_CUT,
    logged: / 127\.0\.0\.1 - - 408 /g,
  },
  {
    name: "slow body",
    args: ["-B", "-f", "application/json", "-s", "8192"],
    target: "/upload",
    slots: ATTACKERS + 2,
    answersMin: 5,
    limitS: 10,
    end: ALL_CUT,
    logged: / 127\.0\.0\.1 POST \/upload 408 /g,
  },
  {
    name: "slow read",
    args: ["-X", "-n", "1", "-w", "10", "-y", "20", "-z", "5"],
    target: "/large.bin",
    slots: ATTACKERS / 2, // so the ordinary client waits until those are cut who hold them
    answersMin: 5,
    limitS: 3,
    end: "", // the system goes on with what is in its buffers, long after the server has cut it
    logged: undefined,
  },
  {
    name: "ranges (CVE-2011-3192 Apache killer)",
    args: ["-R", "-a", "1", "-b", "1500"],
    target: "/large.bin",
    slots: ATTACKERS + 2,
    answersMin: 0, // it is over so soon
    limitS: 10,
    end: ALL_CUT,
    logged: / 127\.0\.0\.1 HEAD \/large\.bin 200 /g,
  },
];

const hasTool = await isInstalled(TOOL, "-h");

for (const mode of MODES) {
  Deno.test({
    name: `slow attack: ${mode.name}${hasTool ? "" : ` (ignored: ${TOOL} is not installed)`}`,
    ignore: !hasTool,
    ...SANITIZED,
    fn: () =>
      withServer(
        { flags: [...FLAGS, "--connections", String(mode.slots)] },
        (server) => withstand(server, mode),
      ),
  });
}

async function withstand(server: TestServer, mode: Mode): Promise<void> {
  using file = await Deno.create(join(server.root, "large.bin"));
  await file.truncate(LARGE_BYTES);
  await using attack = new SlowAttack(server.port, mode);
  let answers = 0;
  while (!attack.isOver) {
    const { status, text } = await server.ask(get("/hello.html"));
    assertEquals([status, text], [200, HELLO]);
    if (attack.isUnderWay && !attack.isOver) answers++;
  }
  const said = await attack.said;
  assertStringIncludes(said, `Exit status: ${mode.end}`);
  assertStringIncludes(said, "service available:   YES");
  assert(!said.includes("service available:   NO"), said);
  assert(answers >= mode.answersMin, `only ${answers} answers came while the attack went on`);
  const log = await server.stopAndReadLog();
  if (mode.logged !== undefined) assertEquals(log.match(mode.logged)?.length, ATTACKERS);
  assert(!log.includes(" ERROR "), "an attack is no error of ours");
}

/** How the tool tells that an attacker has begun. */
const BEGUN = /initial \d+ of \d+ bytes sent/g;

/** The tool at work. */
class SlowAttack implements AsyncDisposable {
  /** Whether all attackers have begun. */
  isUnderWay = false;
  /** Whether it has ended. */
  isOver = false;
  /** All it said, without colours; it is there when the tool has ended. */
  readonly said: Promise<string>;
  readonly #process: Deno.ChildProcess;

  constructor(port: number, { args, target, limitS }: Mode) {
    const url = `http://127.0.0.1:${port}${target}`;
    const scale = ["-c", String(ATTACKERS), "-r", "200", "-i", "10", "-x", "10", "-p", "5"];
    this.#process = new Deno.Command(TOOL, {
      args: [...args, ...scale, "-v", "4", "-l", String(limitS), "-u", url],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.said = this.#listen(this.#process.stdout);
  }

  async #listen(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
    let said = "";
    for await (const piece of stdout.pipeThrough(new TextDecoderStream())) {
      said += piece;
      this.isUnderWay ||= (said.match(BEGUN)?.length ?? 0) >= ATTACKERS;
    }
    await this.#process.status;
    this.isOver = true;
    // deno-lint-ignore no-control-regex -- what colours are made of
    return said.replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isOver) this.#process.kill("SIGKILL");
    await this.said;
  }
}
