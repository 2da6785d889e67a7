import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartialFile } from "../../lib/storage/partial_file.ts";
import { isLeftoverName } from "../../lib/storage/upload_name.ts";
import { folderTest, put } from "../handlers/ground.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

function written(folder: string, text: string): PartialFile {
  const file = PartialFile.create(folder, 0);
  file.write(new TextEncoder().encode(text));
  return file;
}

folderTest("PartialFile is hidden until it is published", async (folder) => {
  const file = written(folder, "text");
  const [hidden = "", ...others] = names(folder);
  assert(isLeftoverName(hidden), hidden);
  assertEquals(others, []);
  await file.flush();
  file.publish("name");
  assertEquals(names(folder), ["name"]);
  assertEquals(Deno.readTextFileSync(`${folder}/name`), "text");
  file.discard();
  assertEquals(names(folder), ["name"]);
});

folderTest("PartialFile takes the place of what has the name", (folder) => {
  put(folder, "name", "before");
  written(folder, "after").publish("name");
  assertEquals(Deno.readTextFileSync(`${folder}/name`), "after");
});

folderTest("PartialFile published as new takes nobody's place", (folder) => {
  const [first, second] = [written(folder, "first"), written(folder, "second")];
  assertEquals([first.publishNew("name"), second.publishNew("name")], [true, false]);
  assertEquals(names(folder).length, 2);
  second.discard();
  assertEquals(names(folder), ["name"]);
  assertEquals(Deno.readTextFileSync(`${folder}/name`), "first");
});

folderTest("PartialFile that is discarded is gone, and can be discarded again", (folder) => {
  const file = written(folder, "text");
  file.discard();
  file.discard();
  assertEquals(names(folder), []);
  assertThrows(() => file.write(new Uint8Array(1)), Error, "closed");
});

folderTest("PartialFile says what the file system says", (folder) => {
  assertThrows(() => PartialFile.create(`${folder}/missing`, 0), Deno.errors.NotFound);
  const file = written(folder, "text");
  assertThrows(() => file.publishNew("missing/name"), Deno.errors.NotFound);
  file.discard();
});

folderTest("PartialFile can be for its owner alone", (folder) => {
  PartialFile.create(folder, 0, 0o600).publish("name");
  const { mode } = Deno.statSync(`${folder}/name`);
  if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
});
