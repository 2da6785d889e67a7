// What lies in the upload folder when a server starts.

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SANITIZED, TestServer, withFolder, writeFile } from "../integration/harness.ts";
import { chunk, upload, uploadHead } from "../integration/requests.ts";

const LEFTOVERS = [
  ".upload_20260101_000000_0123456789abcdef.json.part",
  ".upload_20260101_000001_fedcba9876543210.json.part",
  ".upload_0123456789abcdef.probe",
];

const OTHERS = [
  "upload_20260101_000000_0123456789abcdef.json",
  ".upload_20260101_000000_0123456789abcdef.json.part.orig",
  ".upload_mine.part",
  "notes.txt",
];

/** Older runtimes cannot ask whether a file is locked, and go by its age. */
const LONG_AGO = new Date(Date.now() - 24 * 60 * 60 * 1000);

async function names(folder: string): Promise<string[]> {
  const uploads = join(folder, "uploads");
  return (await Array.fromAsync(Deno.readDir(uploads), ({ name }) => name)).toSorted();
}

Deno.test({
  name: "a start removes half files that nobody writes, and says so",
  ...SANITIZED,
  fn: () =>
    withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "root"));
      for (const name of [...LEFTOVERS, ...OTHERS]) {
        const path = join(folder, "uploads", name);
        await writeFile(path, "[1, 2");
        await Deno.utime(path, LONG_AGO, LONG_AGO);
      }
      const server = new TestServer(folder, {});
      try {
        assertEquals(await names(folder), OTHERS.toSorted());
      } finally {
        const log = await server.stopAndReadLog();
        assertEquals(/Removed leftovers .*removed=(\d+)/.exec(log)?.[1], `${LEFTOVERS.length}`);
      }
    }),
});

Deno.test({
  name: "a start leaves alone what another server over the folder is receiving",
  ...SANITIZED,
  fn: () =>
    withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "root"));
      const first = new TestServer(folder, {});
      try {
        const watcher = Deno.watchFs(first.uploads);
        using client = await first.connect();
        await client.send(uploadHead("Transfer-Encoding: chunked") + chunk("[1"));
        for await (const { kind } of watcher) if (kind === "create") break;
        const second = new TestServer(folder, {});
        try {
          assertEquals((await second.ask(upload("[2]"))).status, 201);
        } finally {
          await second.close();
        }
        assertEquals((await client.ask(chunk("]") + "0\r\n\r\n")).status, 201);
        const stored = await names(folder);
        assertEquals(stored.filter((name) => !name.startsWith(".")), stored);
        assertEquals(stored.length, 2);
      } finally {
        await first.close();
      }
    }),
});
