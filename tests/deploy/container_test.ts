// The image: what its recipe says, and that the binary runs in what the recipe makes.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import manifest from "../../deno.json" with { type: "json" };
import { OPTIONS } from "../../lib/config.ts";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder } from "../integration/harness.ts";
import { get, upload } from "../integration/requests.ts";
import { run } from "../integration/tool.ts";
import { pathOf, read } from "./deployment.ts";

const PROJECT = new URL("../../", import.meta.url);
const IGNORED = Deno.readTextFileSync(new URL(".containerignore", PROJECT)).split("\n");

/** Instructions in order, without comments, each on one line. */
const RECIPE = read("container/Containerfile").replaceAll(/\\\n\s*/g, "").split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [, instruction = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return { instruction, rest };
  });
const LAST = RECIPE.slice(RECIPE.findLastIndex(({ instruction }) => instruction === "FROM"));

function last(wanted: string): string[] {
  return LAST.filter(({ instruction }) => instruction === wanted).map(({ rest }) => rest);
}

Deno.test("deployment: the recipe has nothing but instructions", () => {
  const known = new Set(
    "FROM WORKDIR COPY RUN USER EXPOSE VOLUME STOPSIGNAL HEALTHCHECK ENTRYPOINT".split(" "),
  );
  assertEquals(RECIPE.filter(({ instruction }) => !known.has(instruction)), []);
});

Deno.test("deployment: the image is built by the Deno that was tested, from what is there", () => {
  const [from] = RECIPE;
  const readme = Deno.readTextFileSync(new URL("README.md", PROJECT));
  const [, version] = /npx -y deno@([\d.]+) task start/.exec(readme) ?? [];
  assertEquals(from, { instruction: "FROM", rest: `denoland/deno:${version} AS build` });
  const copied = RECIPE.filter(({ instruction, rest }) =>
    instruction === "COPY" && !rest.startsWith("--from")
  ).flatMap(({ rest }) => rest.split(" ").slice(0, -1));
  for (const name of copied) {
    assert(Deno.statSync(new URL(name, PROJECT)), name);
    assert(IGNORED.includes(`!${name}`), `${name} is kept out by .containerignore`);
  }
  for (const [, name = ""] of manifest.tasks.compile.matchAll(/--include (\S+)/g)) {
    assert(copied.some((path) => name === path || name.startsWith(`${path}/`)), name);
  }
  assert(IGNORED.includes("resources/uploads/*"));
});

Deno.test("deployment: the image holds no system, and runs as nobody", () => {
  assertEquals(last("FROM"), ["scratch"]);
  assertEquals(last("RUN"), []);
  assertEquals(last("USER"), ["65532:65532"]);
  assertEquals(last("STOPSIGNAL"), ["SIGTERM"]);
  assertEquals(last("HEALTHCHECK"), ["NONE"]);
  const [program, ...args]: string[] = JSON.parse(last("ENTRYPOINT")[0] ?? "[]");
  assertEquals(program, "/sluice");
  const flags = Object.values(OPTIONS).map(({ flag }) => `--${flag}`);
  assertEquals(args.filter((arg) => arg.startsWith("--") && !flags.includes(arg)), []);
  assertEquals(JSON.parse(last("VOLUME")[0] ?? "[]"), [args[args.indexOf("--uploads") + 1]]);
  const { port } = OPTIONS;
  assertEquals(last("EXPOSE"), [port.fallbackText({ root: "", uploads: "" })]);
});

const BINARY = Deno.env.get("SLUICE_BINARY") ?? "";
const BOX = fromFileUrl(import.meta.resolve("./box.sh"));

/** Whether this user may make namespaces and mounts, as a container runtime does. */
async function canBox(): Promise<boolean> {
  if (Deno.build.os !== "linux" || BINARY === "") return false;
  try {
    await run("unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "none", "/mnt");
    await run("pgrep", "--version");
    return true;
  } catch {
    return false;
  }
}

/** The first text up to `end`. */
async function heard(
  output: ReadableStreamDefaultReader<string>,
  end: string,
): Promise<string> {
  let said = "";
  while (!said.includes(end)) {
    const { value, done } = await output.read();
    if (done) return said;
    said += value;
  }
  return said;
}

async function boxed(folder: string): Promise<void> {
  const root = join(folder, "rootfs");
  await run(pathOf("container/rootfs.sh"), Deno.realPathSync(BINARY), root);
  const process = new Deno.Command("unshare", {
    args: ["--mount", "--pid", "--fork", BOX, root, "--host", "127.0.0.1", "--port", "0"]
      .concat("--uploads", "/var/lib/sluice"),
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const said = await heard(output, "Press Ctrl+C");
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    using client = await Client.connect(port);
    assertEquals((await client.ask(get("/"))).status, 200);
    const stored = await client.ask(upload("[1]"));
    assertEquals(stored.status, 201);
    assertEquals((await client.ask(get(stored.fields.get("location") ?? ""))).text, "[1]");
  } finally {
    // The first process of a container takes no signal that it does not handle: it handles this one.
    Deno.kill(Number(await run("pgrep", "-P", `${process.pid}`)), "SIGTERM");
  }
  assertMatch(await heard(output, "Stopped"), /Stopped finishedInTime=true/);
  await heard(output, "\0"); // to the end
  await process.status;
}

const NAME = "deployment: the binary runs in the image's root, read-only, as nobody";
if (await canBox()) {
  Deno.test({
    name: NAME,
    ...SANITIZED,
    fn: () => withDeadline(() => withFolder(boxed)),
  });
} else Deno.test.ignore(`${NAME} (ignored: no binary, or no right to mount)`, () => {});
