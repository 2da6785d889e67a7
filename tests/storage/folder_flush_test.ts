import { assertRejects } from "@std/assert";
import { FolderFlush } from "../../lib/storage/folder_flush.ts";
import { folderTest } from "../handlers/ground.ts";

folderTest("FolderFlush serves all who ask at one time, and who ask later", async (folder) => {
  const flush = new FolderFlush(folder);
  await Promise.all(Array.from({ length: 20 }, () => flush.flush()));
  await flush.flush();
});

folderTest(
  "FolderFlush tells all who ask that the folder is gone, until it is back",
  async (folder) => {
    const path = `${folder}/uploads`;
    const flush = new FolderFlush(path);
    if (Deno.build.os !== "windows") {
      const asked = Array.from({ length: 5 }, () => flush.flush());
      await Promise.all(asked.map((it) => assertRejects(() => it, Deno.errors.NotFound)));
    }
    await Deno.mkdir(path);
    await Promise.all(Array.from({ length: 5 }, () => flush.flush()));
  },
);
