// Names that nothing was found by: none of them may hide a file that has come.

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { AbsentNames } from "../../lib/handlers/absent_names.ts";
import { Folder } from "../../lib/handlers/folder.ts";
import { folderTest, put } from "./ground.ts";

/** A folder with a file in it, that was last changed long ago: the next change shows in its state. */
function makeFolder(folder: string): void {
  put(folder, "in/other", "");
  Deno.utimeSync(join(folder, "in"), new Date(1_000), new Date(1_000));
}

/** Rounds that follow each other within the time a folder is believed; folders count as settled in them. */
class Time {
  #round = 0;
  #epochMs = Date.now() + 10_000;

  next(laterMs = 1) {
    this.#epochMs += laterMs;
    return { round: ++this.#round, epochMs: this.#epochMs };
  }
}

/** A name in `folder/in` that was asked for in two rounds. */
function absentName(folder: string, name = "a"): { has: (laterMs?: number) => boolean } {
  const names = new AbsentNames(new Folder(folder));
  const time = new Time();
  const path = `${folder}/in/${name}`;
  for (let count = 0; count < 2; count++) names.add(path, time.next());
  return { has: (laterMs) => names.has(path, time.next(laterMs)) };
}

folderTest(
  "AbsentNames knows a name for its round, and for longer when it is asked again",
  (folder) => {
    makeFolder(folder);
    const names = new AbsentNames(new Folder(folder));
    const time = new Time();
    const path = `${folder}/in/a`;
    const first = time.next();
    assertEquals(names.has(path, first), false);
    names.add(path, first);
    assertEquals([names.has(path, first), names.has(`${path}b`, first)], [true, false]);
    const second = time.next();
    assertEquals(names.has(path, second), false);
    names.add(path, second);
    assertEquals(names.has(path, time.next()), true);
    assertEquals(names.has(path, time.next()), true);
  },
);

/** What happens beside an absent name, or to it, after which it must be looked for. */
const CHANGES: readonly (readonly [how: string, change: (folder: string) => void])[] = [
  ["is written", (folder) => put(folder, "in/a", "")],
  ["is made as a folder", (folder) => Deno.mkdirSync(join(folder, "in/a"))],
  [
    "gets a file by renaming",
    (folder) => Deno.renameSync(put(folder, "b", ""), join(folder, "in/a")),
  ],
  ["is linked", (folder) => Deno.symlinkSync(put(folder, "b", ""), join(folder, "in/a"))],
  ["has another come beside it", (folder) => put(folder, "in/b", "")],
  ["has another go beside it", (folder) => Deno.removeSync(join(folder, "in/other"))],
  ["loses its folder", (folder) => Deno.removeSync(join(folder, "in"), { recursive: true })],
  ["gets another folder around it", (folder) => {
    Deno.renameSync(join(folder, "in"), join(folder, "out"));
    put(folder, "in/a", "");
  }],
];

for (const [how, change] of CHANGES) {
  folderTest(`AbsentNames asks for a name that ${how}`, (folder) => {
    makeFolder(folder);
    const name = absentName(folder);
    assertEquals(name.has(), true);
    change(folder);
    assertEquals(name.has(), false);
    assertEquals(name.has(), false);
  });
}

folderTest("AbsentNames believes no link that leads nowhere yet", (folder) => {
  makeFolder(folder);
  Deno.symlinkSync(join(folder, "b"), join(folder, "in/a"));
  assertEquals(absentName(folder).has(), false);
});

folderTest(
  "AbsentNames believes no folder that is not there, and no file in its place",
  (folder) => {
    assertEquals(absentName(folder).has(), false);
    put(folder, "in", "");
    assertEquals(absentName(folder).has(), false);
  },
);

folderTest("AbsentNames believes no folder that changed a moment ago", (folder) => {
  makeFolder(folder);
  const names = new AbsentNames(new Folder(folder));
  const path = `${folder}/in/a`;
  for (const round of [1, 2]) names.add(path, { round, epochMs: Date.now() });
  assertEquals(names.has(path, { round: 3, epochMs: Date.now() }), false);
});

folderTest("AbsentNames believes a folder for a second", (folder) => {
  makeFolder(folder);
  const name = absentName(folder);
  assertEquals([name.has(500), name.has(499), name.has(1)], [true, true, false]);
});

folderTest("AbsentNames remembers no more than its share, whatever is asked for", (folder) => {
  makeFolder(folder);
  const names = new AbsentNames(new Folder(folder));
  const moment = new Time().next();
  for (let count = 0; count < 257; count++) names.add(`${folder}/in/${count}`, moment);
  assertEquals(names.has(`${folder}/in/0`, moment), false);
  assertEquals(names.has(`${folder}/in/256`, moment), true);
});
