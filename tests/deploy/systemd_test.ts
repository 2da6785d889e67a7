// The unit is understood, exposes little, and takes away nothing that the server needs.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { OPTIONS } from "../../lib/config.ts";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { HELLO, withFolder, writeFile } from "../integration/harness.ts";
import { Program } from "../integration/program.ts";
import { get, upload } from "../integration/requests.ts";
import { run } from "../integration/tool.ts";
import { adapted, pathOf, read, toolTest } from "./deployment.ts";

const UNIT = "systemd/sluice.service";

/** Most that `systemd-analyze security` may find, of 10: "OK" begins below 2.5. */
const EXPOSURE_MAX = "1.5";

/** Values of a setting, in order; a later line may add to an earlier one. */
function valuesOf(setting: string): string[] {
  const text = read(UNIT).replaceAll(/\\\n\s*/g, "");
  return [...text.matchAll(new RegExp(`^${setting}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

await toolTest(
  "deployment: systemd understands the unit",
  ["systemd-analyze"],
  () =>
    withFolder(async (folder) => {
      // It wants to see the program, which only an installed one has.
      const unit = adapted(read(UNIT), { "/usr/local/bin/sluice": Deno.execPath() });
      await Deno.writeTextFile(join(folder, "sluice.service"), unit);
      const { code, stderr } = await new Deno.Command("systemd-analyze", {
        args: ["verify", "--man=no", join(folder, "sluice.service")],
      }).output();
      assertEquals({ code, said: new TextDecoder().decode(stderr) }, { code: 0, said: "" });
    }),
);

await toolTest("deployment: systemd finds the unit closed", ["systemd-analyze"], async () => {
  // The threshold is in tenths.
  const most = String(Number(EXPOSURE_MAX) * 10);
  const report = await run(
    "systemd-analyze",
    ...["security", "--no-pager", "--offline=true", `--threshold=${most}`, pathOf(UNIT)],
  );
  assertMatch(report, /Overall exposure level for sluice\.service: \d/);
});

Deno.test("deployment: the unit gives flags that exist, and longer than they need to stop", () => {
  const [command = ""] = valuesOf("ExecStart");
  const known = new Set(Object.values(OPTIONS).map(({ flag }) => flag));
  const flags = [...command.matchAll(/--([a-z-]+)/g)].map(([, flag = ""]) => flag);
  assert(flags.length > 5);
  assertEquals(flags.filter((flag) => !known.has(flag)), []);
  const drainMs = OPTIONS.drainMs.fallback({ root: "", uploads: "" });
  assert(Number.parseInt(valuesOf("TimeoutStopSec")[0] ?? "") * 1000 > drainMs);
});

/** `deno run` keeps a cache in SQLite, which does this for root; the binary has no such cache. */
const CACHING: ReadonlySet<string> = new Set(["fchown"]);

/** Names of the system calls in a group, groups within it followed. */
async function callsIn(group: string): Promise<Set<string>> {
  const listed = await run("systemd-analyze", "syscall-filter", "--no-pager", group);
  const entries = listed.split("\n").map((line) => line.trim()).slice(1).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  const calls = new Set<string>();
  for (const entry of entries) {
    if (!entry.startsWith("@")) calls.add(entry);
    else for (const call of await callsIn(entry)) calls.add(call);
  }
  return calls;
}

/** What the unit lets through: each line adds, or takes away behind a `~`. */
async function allowedCalls(): Promise<Set<string>> {
  let allowed = new Set<string>();
  for (const line of valuesOf("SystemCallFilter")) {
    for (const group of line.replace("~", "").split(" ")) {
      const calls = await callsIn(group);
      allowed = line.startsWith("~") ? allowed.difference(calls) : allowed.union(calls);
    }
  }
  return allowed;
}

/** A life: start, pages, an upload, a refusal, reopened logs, stop. */
async function live(program: Program, signal: (name: Deno.Signal) => void): Promise<void> {
  const { port } = await program.started();
  {
    using client = await Client.connect(port);
    assertEquals((await client.ask(get("/hello.html"))).status, 200);
    assertEquals((await client.ask(upload("[1]"))).status, 201);
    assertEquals((await client.ask(get("/metrics"))).status, 200);
    assertEquals((await client.ask(get("/.env"))).status, 403);
  }
  signal("SIGHUP");
  signal("SIGTERM");
  assertEquals((await program.ended()).code, 0);
}

/** @returns What strace wrote of a life; each line begins with the number of a thread. */
async function tracedLife(folder: string): Promise<string> {
  const path = join(folder, "trace");
  await writeFile(join(folder, "root", "hello.html"), HELLO);
  const strace = ["strace", "-f", "-qq", "-o", path, "-e", "trace=!futex,epoll_wait"];
  const flags = ["--port", "0", "--workers", "2", "--root", join(folder, "root")];
  const files = ["--uploads", join(folder, "up"), "--json-log-file", join(folder, "log.json")];
  // The binary asks nobody for a newer version, nor shall `deno run` here.
  const env = { DENO_NO_UPDATE_CHECK: "1" };
  await using program = new Program([...flags, ...files], env, strace);
  // strace hands no signal on; the first line is by the server that it started.
  const signal = (name: Deno.Signal) => {
    Deno.kill(Number.parseInt(Deno.readTextFileSync(path)), name);
  };
  try {
    await live(program, signal);
  } catch (error) {
    signal("SIGKILL");
    throw error;
  }
  return await Deno.readTextFile(path);
}

await toolTest(
  "deployment: the unit's filters let through what the server does",
  ["strace", "systemd-analyze"],
  () =>
    withFolder((folder) =>
      withDeadline(async () => {
        const trace = await tracedLife(folder);
        const allowed = await allowedCalls();
        // A call that failed here did not matter, and one that is refused there fails likewise.
        const done = [...trace.matchAll(/^\d+ +(\w+)\(.* = (?!-1 )\S+/gm)].map(([, call = ""]) =>
          call
        );
        assert(done.length > 1000);
        const refused = new Set(done).difference(allowed).difference(CACHING);
        assertEquals([...refused], []);
        const families = new Set(valuesOf("RestrictAddressFamilies").join(" ").split(" "));
        // The line behind tells what for: a look-up that does without, as at nscd's socket, is no loss.
        const calls = [...trace.matchAll(/ socket\((\w+),.*(?:\n.*)?/g)];
        const refusedCalls = calls.filter(([call, family = ""]) =>
          !families.has(family) && !/connect\(.*ENOENT/.test(call)
        );
        assertEquals(refusedCalls.map(([call]) => call), []);
      })
    ),
);
