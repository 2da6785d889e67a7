// Ten thousand of each way for a request to end: the process holds as many descriptors as before.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { textOf } from "../integration/answer.ts";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder, writeFile } from "../integration/harness.ts";
import { pattern } from "../integration/pattern.ts";
import { Program } from "../integration/program.ts";
import { get, request } from "../integration/requests.ts";
import { openFiles, returnTo } from "./descriptors.ts";

const TIMES = 10_000;

const SIZE = 300_000;

const KINDS: readonly (readonly [kind: string, request: string, status: number])[] = [
  ["a file that is not changed", get("/large.bin", "If-None-Match: *"), 304],
  ["HEAD of a large file", request("HEAD", "/large.bin"), 200],
  ["a range beyond the end", get("/large.bin", `Range: bytes=${SIZE}-`), 416],
  ["nothing", get("/missing"), 404],
];

/** Asks the same many times on one connection, which the server closes after as many. */
async function askOften(port: number, sent: string, status: number): Promise<void> {
  using client = await Client.connect(port);
  const sending = client.send(sent.repeat(TIMES));
  const answers = textOf(await client.rest());
  await sending;
  assertEquals(answers.split(`HTTP/1.1 ${status} `).length - 1, TIMES);
}

/** Begins a download and leaves. */
async function abortDownload(port: number): Promise<void> {
  using client = await Client.connect(port);
  await client.send(get("/large.bin"));
  assert(await client.read(1) !== null);
}

Deno.test({
  name: `Ten thousand requests of a kind leave no descriptor behind${
    Deno.build.os === "linux" ? "" : " (ignored: needs /proc)"
  }`,
  ignore: Deno.build.os !== "linux",
  ...SANITIZED,
  fn: (context) =>
    withFolder(async (folder) => {
      const root = join(folder, "root");
      await writeFile(join(root, "large.bin"), pattern(SIZE));
      await using program = new Program([
        ...["0", "127.0.0.1", "2", "--root", root, "--uploads", join(folder, "uploads")],
        ...["--rate", "0", "--ban-errors", "0", "--max-requests", String(TIMES)],
        ...["--log-level", "error"],
      ]);
      const { port } = await withDeadline(() => program.started());
      await Promise.all(Array.from({ length: 8 }, () => abortDownload(port))); // both workers load
      const before = await openFiles(program.pid);
      const steps = KINDS.map(([kind, sent, status]) =>
        [kind, () => askOften(port, sent, status)] as const
      );
      for (const [kind, act] of steps) {
        await context.step(kind, () => withDeadline(act));
      }
      await context.step("downloads that are left in the middle", () =>
        withDeadline(async () => {
          for (let done = 0; done < TIMES; done += 8) {
            await Promise.all(Array.from({ length: 8 }, () => abortDownload(port)));
          }
        }));
      await withDeadline(() => returnTo(before, program.pid));
      assert(await openFiles(program.pid) <= before);
    }),
});
