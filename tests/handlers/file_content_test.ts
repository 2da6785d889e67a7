import { assertEquals, assertThrows } from "@std/assert";
import { FileChanged, FileContent, type FilePart } from "../../lib/handlers/file_content.ts";
import { SharedFile } from "../../lib/handlers/shared_file.ts";
import { drained, folderTest, put } from "./ground.ts";

const TEXT = "0123456789abcdefghijklmnopqrstuvwxyz";
const PIECES = [1, 2, 3, 7, 36, 1_000];

function part(offset: number, byteLength: number, head = ""): FilePart {
  return { head: new TextEncoder().encode(head), offset, byteLength };
}

/** Parts, what stands behind them, and what comes out, however small the pieces are. */
const ROWS: readonly (readonly [parts: readonly FilePart[], tail: string, want: string])[] = [
  [[part(0, 36)], "", TEXT],
  [[part(10, 5)], "", "abcde"],
  [[part(35, 1)], "", "z"],
  [[part(0, 1)], "", "0"],
  [[part(0, 2, "<"), part(34, 2, ">")], "!", "<01>yz!"],
  [[part(34, 2, "first:"), part(0, 2, "second:")], "end", "first:yzsecond:01end"],
  [[part(5, 3, "a"), part(5, 3, "b"), part(6, 3, "c")], "", "a567b567c678"],
  [[part(0, 0)], "", ""],
  [[], "", ""],
];

for (const [index, [parts, tail, want]] of ROWS.entries()) {
  folderTest(`FileContent row ${index} gives "${want}"`, (folder) => {
    const path = put(folder, "file", TEXT);
    for (const pieceBytes of PIECES) {
      const end = new TextEncoder().encode(tail);
      const content = new FileContent(new SharedFile(Deno.openSync(path)), parts, end);
      assertEquals(content.byteLength, want.length);
      assertEquals(drained(content, pieceBytes), want);
    }
  });
}

folderTest("FileContent says so when the file shrinks under it", (folder) => {
  const path = put(folder, "file", TEXT);
  const content = new FileContent(new SharedFile(Deno.openSync(path)), [part(0, 36)]);
  content.read(new Uint8Array(10));
  Deno.truncateSync(path, 5);
  assertThrows(() => content.read(new Uint8Array(10)), Error, "shrank");
  content.close();
});

folderTest("FileContent gives no more than it promised of a file that grows", (folder) => {
  const path = put(folder, "file", TEXT);
  const content = new FileContent(new SharedFile(Deno.openSync(path)), [part(0, 36)]);
  Deno.writeTextFileSync(path, "more", { append: true });
  assertEquals(drained(content), TEXT);
});

folderTest("FileContent reads into shared memory", (folder) => {
  const path = put(folder, "file", TEXT);
  const content = new FileContent(new SharedFile(Deno.openSync(path)), [part(10, 3)]);
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  assertEquals(content.read(shared), 3);
  assertEquals([...shared], [97, 98, 99, 0, 0, 0, 0, 0]);
  content.close();
});

const STATE = { identity: "1:2", sizeBytes: TEXT.length, modifiedMs: 1_000_000, changedMs: 0 };

/** What happens to the file before its last octets are read, and whether it may be sent on. */
const CHANGES:
  readonly (readonly [how: string, change: (path: string) => void, isSent: boolean])[] = [
    ["is left alone", () => {}, true],
    ["was written over", (path) => Deno.writeTextFileSync(path, TEXT.toUpperCase()), false],
    ["was added to", (path) => Deno.writeTextFileSync(path, "more", { append: true }), true],
    ["was cut behind what was read", (path) => Deno.truncateSync(path, 30), false],
    ["was removed", (path) => Deno.removeSync(path), true],
    ["gave its name to another", (path) => {
      Deno.writeTextFileSync(`${path}.new`, "another text, and a longer one than before");
      Deno.renameSync(`${path}.new`, path);
    }, true],
  ];

for (const [how, change, isSent] of CHANGES) {
  folderTest(`FileContent ${isSent ? "is whole" : "is cut"} of a file that ${how}`, (folder) => {
    for (const parts of [[part(0, 36)], [part(0, 12), part(20, 10)]]) {
      const path = put(folder, "file", TEXT);
      Deno.utimeSync(path, STATE.modifiedMs / 1000, STATE.modifiedMs / 1000);
      const content = new FileContent(new SharedFile(Deno.openSync(path)), parts, undefined, STATE);
      content.read(new Uint8Array(10));
      change(path);
      if (isSent) {
        assertEquals(drained(content).length, content.byteLength - 10);
        continue;
      }
      const rest = () => content.read(new Uint8Array(100));
      assertThrows(rest, FileChanged);
      content.close();
    }
  });
}
