import { assert, assertEquals, assertThrows } from "@std/assert";
import type { FileState } from "../../lib/handlers/folder.ts";
import { OpenFiles } from "../../lib/handlers/open_files.ts";
import { SharedFile } from "../../lib/handlers/shared_file.ts";
import { folderTest, put } from "./ground.ts";

const TEXT = "0123456789abcdef";
const STATE: FileState = { identity: "1:2", sizeBytes: 16, modifiedMs: 1_000, changedMs: 1_000 };

function openedIn(folder: string, name = "file"): Deno.FsFile {
  return Deno.openSync(put(folder, name, TEXT));
}

function textAt(file: SharedFile, offset: number, byteLength: number): string {
  const into = new Uint8Array(byteLength);
  const count = file.readAt(offset, into);
  return new TextDecoder().decode(into.subarray(0, count ?? 0));
}

/** Whether the system has closed it. */
function isClosed(file: Deno.FsFile): boolean {
  try {
    file.statSync();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.BadResource) return true;
    throw error;
  }
}

folderTest("SharedFile gives every user what lies where it asks", (folder) => {
  const file = new SharedFile(openedIn(folder));
  const other = file.share();
  assertEquals(textAt(file, 0, 4), "0123");
  assertEquals(textAt(other, 10, 3), "abc");
  assertEquals(textAt(file, 4, 4), "4567");
  assertEquals(textAt(other, 13, 9), "def");
  assertEquals(file.readAt(16, new Uint8Array(1)), null);
  file.close();
  assertEquals(textAt(other, 0, 2), "01");
  other.close();
});

folderTest(
  "SharedFile reads from where it is asked to in a file that was read before",
  (folder) => {
    const file = openedIn(folder);
    file.readSync(new Uint8Array(5));
    const shared = new SharedFile(file);
    assertEquals(textAt(shared, 0, 4), "0123");
    shared.close();
  },
);

folderTest("SharedFile is closed with its last user", (folder) => {
  const file = openedIn(folder);
  const shared = new SharedFile(file);
  shared.share().close();
  assert(!isClosed(file));
  shared.close();
  assert(isClosed(file));
  assertThrows(() => shared.readAt(0, new Uint8Array(1)));
});

folderTest("OpenFiles gives what it keeps, for the state it was kept in alone", (folder) => {
  const changes: readonly Partial<FileState>[] = [
    { identity: "1:3" },
    { sizeBytes: 17 },
    { modifiedMs: 1_001 },
    { changedMs: 1_001 },
  ];
  for (const change of changes) {
    const files = new OpenFiles();
    const file = openedIn(folder);
    const shared = new SharedFile(file);
    files.keep("/a", shared, STATE, 0);
    shared.close();
    const again = files.get("/a", STATE, 0);
    assert(again !== undefined);
    assertEquals(files.get("/b", STATE, 0), undefined);
    assertEquals(files.get("/a", { ...STATE, ...change }, 0), undefined);
    assertEquals(files.get("/a", STATE, 0), undefined, "what changed is forgotten");
    assert(!isClosed(file), "an answer still reads from it");
    again.close();
    assert(isClosed(file));
  }
});

folderTest("OpenFiles lets go of what nobody asked for lately", (folder) => {
  const files = new OpenFiles();
  const [old, young] = [openedIn(folder, "old"), openedIn(folder, "young")];
  for (const [name, file] of [["/old", old], ["/young", young]] as const) {
    const shared = new SharedFile(file);
    files.keep(name, shared, STATE, 0);
    shared.close();
  }
  files.get("/young", STATE, 1_500)?.close();
  files.tidy(2_100);
  assertEquals([isClosed(old), isClosed(young)], [true, false]);
  files.tidy(10_000);
  assert(isClosed(young));
});

folderTest("OpenFiles lets go of all at its end, but for what an answer reads from", (folder) => {
  const files = new OpenFiles();
  const [read, idle] = [openedIn(folder, "read"), openedIn(folder, "idle")];
  const [reader, other] = [new SharedFile(read), new SharedFile(idle)];
  files.keep("/read", reader, STATE, 0);
  files.keep("/idle", other, STATE, 0);
  other.close();
  files.close();
  assertEquals([isClosed(read), isClosed(idle)], [false, true]);
  assertEquals(files.get("/read", STATE, 0), undefined);
  reader.close();
  assert(isClosed(read));
});

folderTest("OpenFiles keeps a few, those asked for last", (folder) => {
  const files = new OpenFiles();
  const opened = Array.from({ length: 40 }, (_, index) => openedIn(folder, `${index}`));
  for (const [index, file] of opened.entries()) {
    const shared = new SharedFile(file);
    files.keep(`/${index}`, shared, STATE, index);
    shared.close();
    files.get("/0", STATE, index)?.close();
  }
  const kept = opened.map((file, index) => isClosed(file) ? -1 : index).filter((it) => it >= 0);
  assertEquals(kept, [0, ...Array.from({ length: 31 }, (_, index) => index + 9)]);
  files.tidy(Infinity);
  assert(opened.every(isClosed));
});
