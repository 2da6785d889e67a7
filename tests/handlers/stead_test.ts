// What answers for a name that no file has: a page without its extension, a listing, a fallback.

import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { FileHandler, type Stead } from "../../lib/handlers/files.ts";
import { Folder } from "../../lib/handlers/folder.ts";
import { isSink } from "../../lib/handlers/handled.ts";
import { FolderLister } from "../../lib/handlers/listing.ts";
import { HttpError } from "../../lib/http/errors.ts";
import { Refusal } from "../../lib/security/refusal.ts";
import { asked, drained, folderTest, named, put, ready, Rounds } from "./ground.ts";

const PRESENTATION = { downloadExtensions: [], compression: false, extraFields: "" };
const PERSON = "Accept: text/html,*/*;q=0.8";

const FILES: Readonly<Record<string, string>> = {
  "index.html": "home",
  "page.html": "page",
  "both.html": "page of both",
  "both/inner.html": "inner",
  "indexed.html": "page of indexed",
  "indexed/index.html": "index of indexed",
  "file": "file",
  "file.html": "page of file",
  "folder/a.html": "a",
  "folder/b c.html": "b c",
  "dots..html": "dots",
  "x.html/index.html": "a folder with an extension",
};

interface Row {
  readonly path: string;
  readonly want: string | number;
}

function rows(table: readonly (readonly [path: string, want: string | number])[]): readonly Row[] {
  return table.map(([path, want]) => ({ path, want }));
}

const CLEAN = rows([
  ["/", "home"],
  ["/page", "page"],
  ["/page?q=1", "page"],
  ["/page.html", "Location: /at/page"],
  ["/page.html?q=1", "Location: /at/page?q=1"],
  ["/page/", "Location: /at/page"],
  ["/index.html", "Location: /at/"],
  ["/folder/a", "a"],
  ["/folder/b%20c", "b c"],
  ["/folder/b%20c.html", "Location: /at/folder/b%20c"],
  ["/indexed/index.html", "Location: /at/indexed/"],
  // A page wins over a folder of its name, which is found by its slash, if it has something to show.
  ["/both", "page of both"],
  ["/both/", "Location: /at/both"],
  ["/both/inner", "inner"],
  ["/indexed", "page of indexed"],
  ["/indexed/", "index of indexed"],
  ["/indexed.html", "Location: /at/indexed"],
  // A file of the very name wins over both, so the page keeps its extension.
  ["/file", "file"],
  ["/file.html", "page of file"],
  ["/dots..html", "dots"],
  ["/x.html", "Location: /at/x.html/"],
  ["/folder", "Location: /at/folder/"],
  ["/folder/", 404],
  ["/missing", 404],
  ["/missing.html", 404],
  ["/missing/", 404],
  ["/page.HTML", 404],
]);

const FALLBACK = rows([
  ["/", "home"],
  ["/page.html", "page"],
  ["/missing", "home"],
  ["/missing/", "home"],
  ["/missing/deep", "home"],
  ["/folder/", "home"],
  ["/folder", "Location: /at/folder/"],
  ["/missing.js", 404],
  ["/missing/app.3f2a1b9c.css", 404],
  ["/v1.2", 404],
]);

function steadOf(folder: string, stead: Partial<Stead>): FileHandler {
  for (const [name, text] of Object.entries(FILES)) put(folder, name, text);
  const whole = { cleanUrls: false, fallback: undefined, lister: undefined, ...stead };
  return new FileHandler(new Folder(folder), "/at", PRESENTATION, whole);
}

/** A content, a location, a status, or `listing`. */
function outcome(
  handler: FileHandler,
  line: string,
  ...fields: readonly string[]
): string | number {
  const request = asked(line, ...fields);
  try {
    const handled = handler.answer(request, named(request.target.path), new Rounds().next());
    if (isSink(handled)) {
      handled.abort();
      return "listing";
    }
    if (handled instanceof HttpError) return handled.status;
    return /Location: .*/.exec(handled.fields)?.[0] ?? drained(handled.content);
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

folderTest("clean URLs", (folder) => {
  const handler = steadOf(folder, { cleanUrls: true });
  for (const { path, want } of CLEAN) assertEquals(outcome(handler, `GET ${path}`), want, path);
});

folderTest("the fallback is for people", (folder) => {
  const handler = steadOf(folder, { fallback: "index.html" });
  for (const { path, want } of FALLBACK) {
    assertEquals(outcome(handler, `GET ${path}`, PERSON), want, path);
  }
  for (const fields of [[], ["Accept: */*"], ["Accept: application/json"]]) {
    assertEquals(outcome(handler, "GET /missing", ...fields), 404);
  }
});

folderTest("the fallback says what it depends on, and has the state of its file", (folder) => {
  const handler = steadOf(folder, { fallback: "index.html" });
  const answer = (...fields: readonly string[]) => {
    const request = asked("GET /missing", PERSON, ...fields);
    const answer = ready(handler.answer(request, named("/missing"), new Rounds().next()));
    answer.content?.close();
    return answer;
  };
  const { status, fields } = answer();
  assertEquals([status, /^Vary: Accept\r$/m.test(fields)], [200, true]);
  const tag = /ETag: (.*)\r/.exec(fields)?.[1];
  assertEquals(answer(`If-None-Match: ${tag}`).status, 304);
});

folderTest("a fallback that is not there, or not a file, is no fallback", (folder) => {
  for (const fallback of ["missing.html", "folder"]) {
    assertEquals(outcome(steadOf(folder, { fallback }), "GET /missing", PERSON), 404);
  }
});

folderTest("an index wins over a listing, a listing over the fallback", (folder) => {
  const lister = new FolderLister(new Folder(folder), "/nowhere");
  const handler = steadOf(folder, { lister, fallback: "index.html", cleanUrls: true });
  const want = rows([
    ["/", "home"],
    ["/folder/", "listing"],
    ["/folder", "Location: /at/folder/"],
    ["/indexed/", "index of indexed"],
    ["/both/", "Location: /at/both"],
    ["/missing/", "home"],
  ]);
  for (const row of want) {
    assertEquals(outcome(handler, `GET ${row.path}`, PERSON), row.want, row.path);
  }
});

folderTest("whatever stands in for a name is proved to lie inside", (folder) => {
  const root = join(folder, "root");
  put(folder, "secret.html", "secret");
  put(folder, "outside/a.html", "secret");
  const lister = new FolderLister(new Folder(root), "/nowhere");
  const handler = steadOf(root, { lister, fallback: "fallback.html", cleanUrls: true });
  Deno.symlinkSync("../secret.html", join(root, "link.html"));
  Deno.symlinkSync("../secret.html", join(root, "fallback.html"));
  Deno.symlinkSync("../outside", join(root, "out"));
  for (const path of ["/link", "/link.html", "/missing", "/out/", "/out/a"]) {
    const request = asked(`GET ${path}`, PERSON);
    const error = assertThrows(
      () => void handler.answer(request, named(path), new Rounds().next()),
      Refusal,
    );
    assertEquals([error.status, error.rule], [403, "symlink"], path);
  }
});
