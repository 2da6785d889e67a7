import { assert, assertEquals, assertThrows } from "@std/assert";
import { FileHandler } from "../../lib/handlers/files.ts";
import { Folder } from "../../lib/handlers/folder.ts";
import type { Moment } from "../../lib/handlers/moment.ts";
import { HttpError } from "../../lib/http/errors.ts";
import { asked, drained, folderTest, named, put, ready, Rounds } from "./ground.ts";

const PRESENTATION = {
  downloadExtensions: ["txt"],
  compression: true,
  extraFields: "X-Own: 1\r\n",
};

/** A handler over a folder, asked by path. */
class Asking implements Disposable {
  readonly rounds = new Rounds();
  readonly #handler: FileHandler;

  constructor(folder: string, urlPath = "") {
    this.#handler = new FileHandler(new Folder(folder), urlPath, PRESENTATION);
  }

  answer(path: string, fields: readonly string[] = [], moment: Moment = this.rounds.next()) {
    return ready(this.#handler.answer(asked(`GET ${path}`, ...fields), named(path), moment));
  }

  /** Files that nobody asks for any more are closed, as they are in time. */
  [Symbol.dispose](): void {
    this.#handler.tidy({ round: 0, epochMs: Infinity });
  }

  /** Status and content. */
  text(path: string, ...fields: readonly string[]): string {
    const { status, content } = this.answer(path, fields);
    return `${status} ${drained(content)}`;
  }
}

folderTest("FileHandler answers from memory what has settled, and never what changed", (folder) => {
  const path = put(folder, "a.html", "one");
  const asking = new Asking(folder);
  for (let round = 0; round < 3; round++) assertEquals(asking.text("/a.html"), "200 one");
  for (const [index, text] of ["two", "six", "a longer text", ""].entries()) {
    Deno.writeTextFileSync(path, text);
    Deno.utimeSync(path, new Date(index), new Date(index)); // no two writes within one tick
    assertEquals(asking.text("/a.html"), `200 ${text}`);
    assertEquals(asking.text("/a.html"), `200 ${text}`);
  }
  Deno.renameSync(put(folder, "b.html", "renamed"), path);
  assertEquals(asking.text("/a.html"), "200 renamed");
  Deno.removeSync(path);
  assertThrows(() => asking.answer("/a.html"), HttpError, "Cannot find");
});

folderTest(
  "FileHandler sees a file that appears, and one that goes, in the next round",
  (folder) => {
    const asking = new Asking(folder);
    const moment = asking.rounds.next();
    assertThrows(() => asking.answer("/a.html", [], moment), HttpError, "Cannot find");
    const path = put(folder, "a.html", "here");
    assertEquals(asking.text("/a.html"), "200 here");
    Deno.removeSync(path);
    assertThrows(() => asking.answer("/a.html"), HttpError, "Cannot find");
  },
);

folderTest("FileHandler gives the same ranges from memory and from the file", (folder) => {
  const text = Array.from({ length: 100_000 }, (_, index) => String(index % 10)).join("");
  put(folder, "large.bin", text); // too large for memory
  put(folder, "small.bin", text.slice(0, 40_000));
  using asking = new Asking(folder);
  for (const range of ["0-9", "39990-39999", "17-17", "0-1, 30000-30009"]) {
    const [small, large] = ["small", "large"].map((name) => {
      const answer = asking.answer(`/${name}.bin`, [`Range: bytes=${range}`]);
      assertEquals(answer.status, 206);
      const boundary = /boundary=(\S+)/.exec(answer.fields)?.[1] ?? "none";
      return drained(answer.content).replaceAll(boundary, "").replaceAll(/\/(?:4|10)0000/g, "");
    });
    assertEquals(small, large);
  }
  assertEquals(asking.answer("/small.bin", ["Range: bytes=40000-"]).status, 416);
  assertEquals(asking.text("/small.bin", "Range: bytes=-5"), "206 56789");
});

folderTest("FileHandler reads a changed file anew, though it keeps the old one open", (folder) => {
  const text = "0123456789".repeat(10_000);
  const path = put(folder, "large.bin", text);
  using asking = new Asking(folder);
  for (let round = 0; round < 3; round++) assertEquals(asking.text("/large.bin"), `200 ${text}`);
  Deno.writeTextFileSync(path, text.replaceAll("1", "x")); // in place
  assertEquals(asking.text("/large.bin"), `200 ${text.replaceAll("1", "x")}`);
  put(folder, "other.bin", text.replaceAll("2", "y"));
  Deno.renameSync(`${folder}/other.bin`, path); // another one in its place
  assertEquals(asking.text("/large.bin"), `200 ${text.replaceAll("2", "y")}`);
  Deno.removeSync(path);
  assertThrows(() => asking.answer("/large.bin"), HttpError, "Cannot find");
});

folderTest("FileHandler keeps nothing open that it does not send", (folder) => {
  put(folder, "large.bin", "x".repeat(100_000)); // too large for memory
  const asking = new Asking(folder);
  const { fields } = asking.answer("/large.bin", ['If-Match: "x"']);
  assertEquals(fields.includes("X-Own"), false);
  assertEquals(asking.answer("/large.bin", ["If-None-Match: *"]).content, undefined);
  assertEquals(asking.answer("/large.bin", ["Range: bytes=100000-"]).status, 416);
}); // the leak check finds a file that was left open

folderTest("FileHandler presents its files with the fields of its folder", (folder) => {
  put(folder, "a.txt", "text");
  const { fields } = new Asking(folder).answer("/a.txt");
  assert(fields.includes("\r\nX-Own: 1\r\n"));
  assert(fields.includes('\r\nContent-Disposition: attachment; filename="a.txt"\r\n'));
});

folderTest("FileHandler sends a folder on to its own URL", (folder) => {
  put(folder, "below it/index.html", "index");
  const rows = [
    ["/below%20it", "/below%20it/"],
    ["/below%20it?a=b", "/below%20it/?a=b"],
    ["//below%20it", "/below%20it/"],
  ] as const;
  for (const [target, location] of rows) {
    const handler = new FileHandler(new Folder(folder), "/mount", PRESENTATION);
    const name = named(target.replace(/\?.*/, ""));
    const handled = handler.answer(asked(`GET ${target}`), name, new Rounds().next());
    const { status, fields } = ready(handled);
    assertEquals([status, fields], [301, `Location: /mount${location}\r\n`]);
  }
});

async function gunzipped(octets: string): Promise<string> {
  const bytes = Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}

folderTest("FileHandler codes text on its way, small and large", async (folder) => {
  for (const size of [2_000, 60_000, 500_000]) {
    const text = Array.from({ length: size / 10 }, (_, index) => `${index}`.padEnd(10)).join("");
    put(folder, `${size}.html`, text);
    using asking = new Asking(folder);
    for (let round = 0; round < 2; round++) {
      const { status, fields, content } = asking.answer(`/${size}.html`, ["Accept-Encoding: gzip"]);
      assertEquals(status, 200);
      assert(fields.includes("\r\nContent-Encoding: gzip\r\n"));
      assert(fields.includes("\r\nVary: Accept-Encoding\r\n"));
      const coded = drained(content);
      assert(coded.length < size / 2);
      assertEquals(await gunzipped(coded), text);
    }
    assertEquals(asking.text(`/${size}.html`), `200 ${text}`); // the plain one is not mixed up
  }
});

folderTest(
  "FileHandler keeps what a large text is coded to, until the text changes",
  async (folder) => {
    const path = put(folder, "large.html", "before ".repeat(50_000));
    using asking = new Asking(folder);
    const coded = async () => {
      const { content } = asking.answer("/large.html", ["Accept-Encoding: gzip"]);
      const isKept = content?.octets !== undefined;
      return { isKept, text: await gunzipped(drained(content)) };
    };
    for (const word of ["before ", "after "]) {
      const text = word.repeat(50_000);
      Deno.writeTextFileSync(path, text);
      assertEquals(await coded(), { isKept: false, text });
      assertEquals(await coded(), { isKept: true, text });
      assertEquals(asking.text("/large.html"), `200 ${text}`);
    }
  },
);

folderTest("FileHandler keeps no coded text that could still change unseen", (folder) => {
  put(folder, "large.html", "before ".repeat(50_000));
  using asking = new Asking(folder);
  for (let round = 0; round < 2; round++) {
    const moment = { round, epochMs: Date.now() };
    const { content } = asking.answer("/large.html", ["Accept-Encoding: gzip"], moment);
    assertEquals(content?.octets, undefined);
    drained(content);
  }
});

folderTest("FileHandler codes nothing tiny, nothing coded, and no range", (folder) => {
  put(folder, "tiny.html", "x".repeat(100));
  put(folder, "picture.png", "x".repeat(10_000));
  put(folder, "page.html", "x".repeat(10_000));
  const asking = new Asking(folder);
  const rows = [["/tiny.html"], ["/picture.png"], ["/page.html", "Range: bytes=0-5"]] as const;
  for (const [path, ...more] of rows) {
    const { fields, content } = asking.answer(path, ["Accept-Encoding: gzip, br", ...more]);
    assertEquals(fields.includes("Content-Encoding"), false, path);
    content?.close();
  }
});

folderTest("FileHandler prefers a stored variant, unless it is older than its file", (folder) => {
  const page = put(folder, "page.html", "x".repeat(2_000));
  const variant = put(folder, "page.html.br", "stored");
  const asking = new Asking(folder);
  const later = { round: 1_000, epochMs: Date.now() + 60_000 };
  const coded = asking.answer("/page.html", ["Accept-Encoding: br, gzip"]);
  assert(coded.fields.includes("\r\nContent-Encoding: br\r\n"));
  assert(coded.fields.includes("Content-Type: text/html"));
  assertEquals(drained(coded.content), "stored");
  Deno.utimeSync(variant, new Date(1_000), new Date(1_000));
  Deno.utimeSync(page, new Date(5_000), new Date(5_000));
  const fresh = asking.answer("/page.html", ["Accept-Encoding: br"], later);
  assertEquals(fresh.fields.includes("Content-Encoding"), false);
  assertEquals(drained(fresh.content), "x".repeat(2_000));
});
