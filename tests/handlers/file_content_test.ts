import { assertEquals, assertThrows } from "@std/assert";
import { FileContent, type FilePart } from "../../lib/handlers/file_content.ts";
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
      const content = new FileContent(Deno.openSync(path), parts, end);
      assertEquals(content.byteLength, want.length);
      assertEquals(drained(content, pieceBytes), want);
    }
  });
}

folderTest("FileContent says so when the file shrinks under it", (folder) => {
  const path = put(folder, "file", TEXT);
  const content = new FileContent(Deno.openSync(path), [part(0, 36)]);
  content.read(new Uint8Array(10));
  Deno.truncateSync(path, 5);
  assertThrows(() => content.read(new Uint8Array(10)), Error, "shrank");
  content.close();
});

folderTest("FileContent gives no more than it promised of a file that grows", (folder) => {
  const path = put(folder, "file", TEXT);
  const content = new FileContent(Deno.openSync(path), [part(0, 36)]);
  Deno.writeTextFileSync(path, "more", { append: true });
  assertEquals(drained(content), TEXT);
});

folderTest("FileContent reads into shared memory", (folder) => {
  const path = put(folder, "file", TEXT);
  const content = new FileContent(Deno.openSync(path), [part(10, 3)]);
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  assertEquals(content.read(shared), 3);
  assertEquals([...shared], [97, 98, 99, 0, 0, 0, 0, 0]);
  content.close();
});
