import { assertEquals, assertThrows } from "@std/assert";
import { removeLeftovers } from "../../lib/storage/leftovers.ts";
import { PartialFile } from "../../lib/storage/partial_file.ts";
import { partialName, probeName, uploadName } from "../../lib/storage/upload_name.ts";
import { folderTest, put } from "../handlers/ground.ts";

const HOURS_MS = 60 * 60 * 1000;

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

/** Older runtimes cannot ask whether a file is locked: there a leftover has to be old. */
function later(): number {
  return Date.now() + ("tryLockSync" in Deno.FsFile.prototype ? 0 : 3 * HOURS_MS);
}

folderTest("removeLeftovers takes what nobody writes, and nothing else", (folder) => {
  const kept = [uploadName(0), ".upload_secret", ".upload_mine.part", "notes.txt"];
  for (const name of kept) put(folder, name, "stays");
  for (const name of [partialName(0), partialName(1), probeName()]) put(folder, name, "goes");
  assertEquals(removeLeftovers(folder, later()), { removed: 3, kept: 0, failure: undefined });
  assertEquals(names(folder), kept.toSorted());
});

folderTest("removeLeftovers leaves what a live server is writing", (folder) => {
  const file = PartialFile.create(folder, 0);
  assertEquals(removeLeftovers(folder, Date.now()), { removed: 0, kept: 1, failure: undefined });
  file.publish("name");
  assertEquals(names(folder), ["name"]);
});

folderTest("removeLeftovers follows no link and enters no folder", (folder) => {
  if (Deno.build.os === "windows") return;
  const target = put(folder, "target", "stays");
  const [link, below] = [partialName(0), partialName(1)];
  Deno.symlinkSync(target, `${folder}/${link}`);
  put(folder, `${below}/inside`, "stays");
  assertEquals(removeLeftovers(folder, later()), { removed: 0, kept: 0, failure: undefined });
  assertEquals(names(folder), [below, link, "target"].toSorted());
});

folderTest("removeLeftovers says when there is no folder", (folder) => {
  assertThrows(() => removeLeftovers(`${folder}/missing`, Date.now()), Deno.errors.NotFound);
});
