// What reaches the disk before a client is told 201, as the operating system saw it.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { SANITIZED, withFolder } from "../integration/harness.ts";
import { Program } from "../integration/program.ts";
import { upload } from "../integration/requests.ts";
import { run } from "../integration/tool.ts";

const KEY = 'Idempotency-Key: "8e03978e-40d5"';

/** Whether one process may watch another here. */
const isWatching = await run("strace", "-qq", "-e", "trace=none", "true").then(
  () => true,
  () => false,
);

/** Steps by how a line of the record shows that one was done. */
const STEPS: readonly (readonly [step: string, line: RegExp])[] = [
  ["file flushed", /(?:fsync|fdatasync)\(\d+<[^>]*\.part>\) += 0|fdatasync resumed.*= 0/],
  ["named", /(?:rename|link)(?:at2?)?\(.*\.part".*"[^"]*\/upload_[^"]*\.json".* = 0/],
  ["folder flushed", /fsync\(\d+<[^>]*\/uploads>\)|(?<!data)sync resumed/],
  ["told", /(?:write|sendto|writev|sendmsg)\(\d+<[^>]*>, .*HTTP\/1\.1 201/],
];

/** The steps in the order in which they were done. */
function stepsOf(record: string): string[] {
  return record.split("\n").flatMap((line) =>
    STEPS.filter(([, pattern]) => pattern.test(line)).map(([step]) => step)
  );
}

/** Waits until the record is complete: the one that writes it ends after the one it watches. */
async function recorded(path: string): Promise<string[]> {
  while (true) {
    const steps = stepsOf(await Deno.readTextFile(path));
    if (steps.includes("told")) return steps;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const [what, fields] of [["an upload", []], ["an upload with a key", [KEY]]] as const) {
  Deno.test({
    name: `${what} is flushed, named and flushed again before it is acknowledged` +
      (isWatching ? "" : " (ignored: needs strace)"),
    ignore: !isWatching,
    ...SANITIZED,
    fn: () =>
      withFolder(async (folder) => {
        await Deno.mkdir(join(folder, "root"));
        const record = join(folder, "record");
        const calls = "trace=fsync,fdatasync,/^rename,/^link,write,writev,sendto,sendmsg";
        await using program = new Program(
          ["0", "127.0.0.1", "1", "--root", join(folder, "root"), "--uploads", `${folder}/uploads`],
          {},
          ["strace", "-D", "-f", "-qq", "-y", "-s", "64", "-e", calls, "-o", record],
        );
        const steps = await withDeadline(async () => {
          const { port } = await program.started();
          using client = await Client.connect(port);
          assertEquals((await client.ask(upload("[1]", ...fields))).status, 201);
          program.kill("SIGTERM");
          await program.ended();
          return await recorded(record);
        });
        const told = steps.indexOf("told");
        let at = -1;
        for (const [step] of STEPS) {
          at = steps.indexOf(step, at + 1);
          assert(at >= 0 && at <= told, `${step} must come in its place: ${steps}`);
        }
      }),
  });
}
