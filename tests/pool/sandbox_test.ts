// The wall around the threads that read hostile bytes, tried from inside.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { workerPermissions } from "../../lib/pool/permissions.ts";
import { type Aims, ALLOWED_NAMES, FORBIDDEN_NAMES, type Outcomes } from "./sandbox_worker.ts";

/** How a refusal reads; a module loader wraps it into an error of its own. */
const REFUSAL = /^NotCapable: |^TypeError: Requires \w+ access/;

async function withAims(test: (aims: Aims) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_" }));
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const aims = {
      root: join(folder, "root"),
      uploads: join(folder, "uploads"),
      outside: join(folder, "outside"),
      port: listener.addr.port,
    };
    for (const path of [aims.root, aims.uploads, aims.outside]) await Deno.mkdir(path);
    await Deno.writeTextFile(join(aims.root, "page.html"), "page");
    await Deno.writeTextFile(join(aims.uploads, "mine.json"), "{}");
    await Deno.writeTextFile(join(aims.outside, "secret"), "secret");
    await Deno.writeTextFile(join(aims.outside, "module.js"), "export const loaded = true;");
    await test(aims);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs every attempt in a worker with these permissions. */
async function attempts(aims: Aims, permissions: Deno.PermissionOptions): Promise<Outcomes> {
  const worker = new Worker(import.meta.resolve("./sandbox_worker.ts"), {
    type: "module",
    deno: { permissions },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Outcomes>();
  worker.onmessage = ({ data }: MessageEvent<Outcomes>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.postMessage(aims);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}

Deno.test({
  name: "a worker",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: (context) =>
    withAims(async (aims) => {
      const found = await attempts(aims, workerPermissions([aims.root], aims.uploads));
      for (const name of FORBIDDEN_NAMES) {
        await context.step(`cannot ${name}`, () => {
          assert(REFUSAL.test(found[name] ?? ""), `${name}: ${found[name]}`);
        });
      }
      for (const name of ALLOWED_NAMES) {
        await context.step(`can ${name}`, () => assertEquals(found[name], "done"));
      }
      await context.step("left no trace", async () => {
        assertEquals(await names(aims.root), ["page.html"]);
        assertEquals(await names(aims.uploads), ["mine.json"]);
        assertEquals(await names(aims.outside), ["module.js", "secret"]);
        assertEquals(await Deno.readTextFile(join(aims.root, "page.html")), "page");
      });
    }),
});

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

Deno.test("the permissions name everything there is", () => {
  const { read, write, ...others } = workerPermissions(["/root", "/mount"], "/uploads");
  assertEquals([read, write], [["/root", "/mount", "/uploads"], ["/uploads"]]);
  // What is left out would be inherited.
  assertEquals(others, {
    net: false,
    env: false,
    sys: false,
    run: false,
    ffi: false,
    import: false,
  });
});
