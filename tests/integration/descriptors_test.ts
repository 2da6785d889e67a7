// Files and sockets are given back on every way a request can end. The process gets so few
// descriptors that losing one in ten would show.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { SANITIZED, withFolder, writeFile } from "./harness.ts";
import { pattern } from "./pattern.ts";
import { Program } from "./program.ts";
import { get, request, upload, uploadHead } from "./requests.ts";
import { isInstalled, run } from "./tool.ts";

const hasPrlimit = await isInstalled("prlimit");

/** Descriptors that the process may open beside those it has when it has started. */
const SPARE = 32;

/** Requests of each kind. */
const ROUNDS = 400;

const SIZE = 300_000;

const KINDS: readonly (readonly [kind: string, request: string, status: number])[] = [
  ["a whole file", get("/small.html"), 200],
  ["a file that is not changed", get("/large.bin", "If-None-Match: *"), 304],
  ["HEAD of a large file", request("HEAD", "/large.bin"), 200],
  ["a range beyond the end", get("/large.bin", `Range: bytes=${SIZE}-`), 416],
  ["a range", get("/large.bin", "Range: bytes=100000-100009"), 206],
  ["two ranges", get("/large.bin", "Range: bytes=0-1,5-6"), 206],
  ["a failed condition", get("/large.bin", 'If-Match: "x"'), 412],
  ["a folder", get("/folder"), 301],
  ["nothing", get("/missing"), 404],
  ["a refused upload", upload("{"), 400],
];

/** Runs `act` this often, a few at a time. */
async function often(times: number, act: (client: Client) => Promise<void>, port: number) {
  for (let done = 0; done < times; done += 8) {
    await Promise.all(Array.from({ length: 8 }, async () => {
      using client = await Client.connect(port);
      await act(client);
    }));
  }
}

/** Waits until both workers have loaded: of two connections at one time each gets one. */
async function awaitWorkers(port: number): Promise<void> {
  using one = await Client.connect(port);
  using other = await Client.connect(port);
  for (const client of [one, other]) await client.ask(get("/small.html"));
}

/** Leaves a process that runs few descriptors more than it has; the runtime needs more to start. */
async function limitDescriptors(pid: number): Promise<void> {
  const open = (await run("ls", `/proc/${pid}/fd`)).trim().split("\n").length;
  await run("prlimit", `--pid=${pid}`, `--nofile=${open + SPARE}`);
}

/** Runs `test` against a process that has few descriptors. */
function scarcityTest(
  name: string,
  test: (program: Program, port: number, context: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name: `${name}${hasPrlimit ? "" : " (ignored: needs prlimit)"}`,
    ignore: !hasPrlimit,
    ...SANITIZED,
    fn: (context) =>
      withFolder(async (folder) => {
        const root = join(folder, "root");
        await writeFile(join(root, "small.html"), "small");
        await writeFile(join(root, "large.bin"), pattern(SIZE));
        await writeFile(join(root, "folder", "index.html"), "index");
        await using program = new Program(
          [
            ...["0", "127.0.0.1", "2", "--root", root, "--uploads", join(folder, "uploads")],
            ...["--ban-errors", "0", "--upload-rate", "0"],
          ],
        );
        await withDeadline(async () => {
          const { port } = await program.started();
          await awaitWorkers(port);
          await limitDescriptors(program.pid);
          await test(program, port, context);
        });
      }),
  });
}

scarcityTest("descriptors are given back", async (_, port, context) => {
  for (const [kind, sent, status] of KINDS) {
    await context.step(kind, () =>
      often(ROUNDS / 50, async (client) => {
        for (let round = 0; round < 50; round++) {
          assertEquals((await client.ask(sent)).status, status);
        }
      }, port));
  }
  await context.step("clients that leave in the middle", () =>
    often(ROUNDS, async (client) => {
      await client.send(get("/large.bin"));
      assert(await client.read(1) !== null);
    }, port));
  await context.step("uploads that end in the middle", () =>
    often(ROUNDS, async (client) => {
      await client.send(uploadHead("Content-Length: 100") + '{"a": ');
      await client.endSending();
      assert(await client.isEnded());
    }, port));
  await context.step("the server still serves", async () => {
    using client = await Client.connect(port);
    assertEquals((await client.ask(get("/small.html"))).text, "small");
  });
});

scarcityTest("running out of descriptors is survived", async (program, port) => {
  using first = await Client.connect(port);
  assertEquals((await first.ask(get("/small.html"))).status, 200);
  const wanted = get("/large.bin");
  await first.send(wanted.slice(0, 8)); // idle, it would be closed to make room
  const clients = [];
  // They all connect: the system accepts for a server that cannot.
  for (let index = 0; index < 4 * SPARE; index++) clients.push(await Client.connect(port));
  await program.says("Cannot accept a connection");
  // A worker that cannot open a file says so, and goes on.
  assert((await first.ask(wanted.slice(8))).status >= 500);
  for (const client of clients) client.close();
  using client = await Client.connect(port);
  assertEquals((await client.ask(get("/small.html"))).text, "small");
});
