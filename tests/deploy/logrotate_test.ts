// logrotate moves the logs away, and the server goes on in new ones.

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import { HELLO, withFolder, writeFile } from "../integration/harness.ts";
import { Program } from "../integration/program.ts";
import { get } from "../integration/requests.ts";
import { run } from "../integration/tool.ts";
import { adapted, read, toolTest } from "./deployment.ts";

/** How often it is looked whether the logs were opened anew, in milliseconds. */
const PAUSE_MS = 20;

async function ask(port: number, target: string): Promise<void> {
  using client = await Client.connect(port);
  await client.ask(get(target));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Rotates once, as the machine's own timer does. */
async function rotate(folder: string, pid: number): Promise<void> {
  const config = join(folder, "logrotate.conf");
  const text = adapted(read("logrotate/sluice"), {
    "/var/log/sluice/": `${folder}/logs/`,
    "systemctl reload sluice.service": `kill -HUP ${pid}`,
  });
  await Deno.writeTextFile(config, text, { mode: 0o644 });
  await run("logrotate", "--debug", config);
  await run("logrotate", "--force", "--state", join(folder, "state"), config);
}

await toolTest(
  "deployment: logrotate moves the logs, and none is lost",
  ["logrotate"],
  () =>
    withFolder((folder) =>
      withDeadline(async () => {
        await writeFile(join(folder, "root", "hello.html"), HELLO);
        await Deno.mkdir(join(folder, "logs"), { mode: 0o750 });
        const [access, audit] = [join(folder, "logs/access.json"), join(folder, "logs/audit.json")];
        await using program = new Program([
          ...["--port", "0", "--workers", "1", "--log-size", "0B", "--root", join(folder, "root")],
          ...["--uploads", join(folder, "up"), "--json-log-file", access, "--audit-log", audit],
        ]);
        const { port } = await program.started();
        await ask(port, "/hello.html?before");
        await ask(port, "/.env");
        while ((await Deno.stat(audit)).size === 0) await pause();
        await rotate(folder, program.pid);
        while (!await exists(access) || !await exists(audit)) await pause();
        await ask(port, "/hello.html?after");
        program.kill("SIGTERM");
        assertEquals((await program.ended()).code, 0);
        const [old, young] = [
          await Deno.readTextFile(`${access}.1`),
          await Deno.readTextFile(access),
        ];
        assertMatch(old, /\?before/);
        assertMatch(young, /\?after/);
        assertEquals(`${old}${young}`.match(/\?(before|after)/g), ["?before", "?after"]);
        assertMatch(await Deno.readTextFile(`${audit}.1`), /dot-file/);
      })
    ),
);

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
