// The demo is a promise, so it is kept: every step of it must go as it says.

import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import manifest from "../deno.json" with { type: "json" };

Deno.test("demo goes as it says, and leaves with 0", async () => {
  const [program, ...args] = manifest.tasks.demo.split(" ");
  assertEquals(program, "deno");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: fromFileUrl(import.meta.resolve("../")),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals({ code, complained }, { code: 0, complained: "" }, said);
  assertMatch(said ?? "", /\n {2}all +(\d+) +\1 +0\n/);
});
