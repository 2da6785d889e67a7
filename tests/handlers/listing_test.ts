import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { Folder } from "../../lib/handlers/folder.ts";
import { ENTRIES_MAX } from "../../lib/handlers/folder_names.ts";
import { isSink } from "../../lib/handlers/handled.ts";
import { FolderLister } from "../../lib/handlers/listing.ts";
import { NOT_YET } from "../../lib/http/content.ts";
import type { Answer } from "../../lib/http/response.ts";
import { Refusal } from "../../lib/security/refusal.ts";
import { asked, folderTest, put, ready } from "./ground.ts";

/** A lister over `root`, which never lists `uploads`. */
function listerOf(folder: string, followsLinks = true): FolderLister {
  return new FolderLister(new Folder(join(folder, "root"), followsLinks), join(folder, "root/up"));
}

async function ask(
  lister: FolderLister,
  path: string,
  target = "GET /?format=json",
): Promise<Answer | undefined> {
  const handled = lister.answer(asked(target), { path, names: [], fields: "X-Own: 1\r\n" });
  return handled === undefined || !isSink(handled) ? handled : await handled.end();
}

/** Names in a listing as JSON; folders with a slash. */
async function names(lister: FolderLister, path: string): Promise<readonly string[]> {
  const answer = await ask(lister, path);
  const { entries } = JSON.parse(pulled(answer).text);
  return entries.map(({ name, type }: { name: string; type: string }) =>
    type === "folder" ? `${name}/` : name
  );
}

/** Everything an answer's content gives, and how often it asked for patience. */
function pulled(answer: Answer | undefined, pieceBytes = 4_096): { text: string; pauses: number } {
  const content = answer?.content;
  assert(content !== undefined);
  const decoder = new TextDecoder();
  const piece = new Uint8Array(pieceBytes);
  let [text, pauses] = ["", 0];
  for (let count = content.read(piece); count !== 0; count = content.read(piece)) {
    if (count === NOT_YET) pauses++;
    else text += decoder.decode(piece.subarray(0, count), { stream: true });
  }
  content.close();
  return { text: text + decoder.decode(), pauses };
}

folderTest("FolderLister shows what could be asked for, and nothing else", async (folder) => {
  const root = join(folder, "root");
  put(root, "b.txt", "b");
  put(root, "sub/c.txt", "c");
  put(root, "up/upload.json", "{}");
  put(root, "<b>.html", "markup");
  for (const hidden of [".env", ".git/config", ".upload_1.part", ".well-known/security.txt"]) {
    put(root, hidden, "hidden");
  }
  for (const odd of ["a:b", "back\\slash", "dot.", "space ", "tab\t", "line\n", "%2e%2e", "‥"]) {
    put(root, odd, "never asked for with success");
  }
  put(folder, "outside/secret.txt", "secret");
  put(folder, "root-secret/secret.txt", "secret");
  Deno.symlinkSync("b.txt", join(root, "inside.txt"));
  Deno.symlinkSync("sub", join(root, "inside"));
  for (const to of ["../outside", "../root-secret", "../outside/secret.txt", "/etc/passwd", ".."]) {
    Deno.symlinkSync(to, join(root, `link${to.replaceAll(/\W/g, "_")}`));
  }
  Deno.symlinkSync("nowhere", join(root, "dangling"));
  Deno.symlinkSync("loop", join(root, "loop"));
  assertEquals(await names(listerOf(folder), root), [
    "inside/",
    "sub/",
    "<b>.html",
    "b.txt",
    "inside.txt",
  ]);
  assertEquals(await names(listerOf(folder, false), root), ["sub/", "<b>.html", "b.txt"]);
});

folderTest("FolderLister proves the folder itself", async (folder) => {
  const root = join(folder, "root");
  put(root, "up/upload.json", "{}");
  put(root, "up/deep/upload.json", "{}");
  put(folder, "outside/secret.txt", "secret");
  Deno.symlinkSync("../outside", join(root, "out"));
  Deno.symlinkSync("up", join(root, "link"));
  const lister = listerOf(folder);
  assertThrows(
    () => void lister.answer(asked("GET /"), { path: `${root}/out`, names: [], fields: "" }),
    Refusal,
  );
  for (const name of ["missing", "up", "up/deep", "link"]) {
    assertEquals(await ask(lister, join(root, name)), undefined, name);
  }
});

folderTest(
  "FolderLister answers HEAD without reading, and in the form that is asked for",
  async (folder) => {
    const root = join(folder, "root");
    put(root, "a.txt", "a");
    const lister = listerOf(folder);
    const listed = { path: root, names: [], fields: "X-Own: 1\r\n" };
    const head = ready(lister.answer(asked("HEAD /"), listed) ?? { status: 0, fields: "" });
    assertEquals([head.status, head.announcedBytes, head.content], [200, "unknown", undefined]);
    const rows = [
      ["GET /", "text/html"],
      ["GET /?format=json", "application/json"],
      ["GET /?format=xml", "text/html"],
    ] as const;
    for (const [line, type] of rows) {
      const answer = await ask(lister, root, line);
      assert(answer?.fields.includes(`Content-Type: ${type}; charset=utf-8\r\n`), line);
      assert(answer?.fields.startsWith("X-Own: 1\r\n"));
      pulled(answer);
    }
    const handled = lister.answer(asked("GET /", "Accept: application/json"), listed);
    assert(handled !== undefined && isSink(handled));
    assert((await handled.end()).fields.includes("application/json"));
  },
);

folderTest(
  "FolderLister bounds a listing, works in steps, and gives the same in any pieces",
  async (folder) => {
    const root = join(folder, "root");
    put(root, "f", "");
    for (let index = 0; index < ENTRIES_MAX; index++) {
      Deno.linkSync(
        `${root}/f`,
        `${root}/f${index}`,
      );
    }
    const lister = listerOf(folder);
    const { text, pauses } = pulled(await ask(lister, root));
    const { truncated, entries } = JSON.parse(text);
    assertEquals([truncated, entries.length], [true, ENTRIES_MAX]);
    assert(pauses > 10, "others get their turn");
    assertEquals(pulled(await ask(lister, root), 7).text, text);
    Deno.removeSync(`${root}/f`);
    assertEquals(JSON.parse(pulled(await ask(lister, root)).text).truncated, false);
  },
);

folderTest(
  "FolderLister lists only so many folders at a time, however each of them ends",
  async (folder) => {
    const root = join(folder, "root");
    put(root, "a.txt", "a");
    const lister = listerOf(folder);
    const listed = { path: root, names: [], fields: "" };
    const begin = () => {
      const handled = lister.answer(asked("GET /"), listed);
      assert(handled !== undefined && isSink(handled), "there must be room");
      return handled;
    };
    for (let round = 0; round < 3; round++) {
      const readings = Array.from({ length: 32 }, begin);
      const refused = ready(lister.answer(asked("GET /"), listed) ?? { status: 0, fields: "" });
      assertEquals(refused.status, 503);
      assert(refused.fields.includes("Retry-After: 1\r\n"));
      for (const [index, reading] of readings.entries()) {
        if (index % 2 === 0) reading.abort();
        else (await reading.end()).content?.close();
      }
    }
  },
);

folderTest("FolderLister gives 404 when the folder goes meanwhile", async (folder) => {
  const root = join(folder, "root");
  put(root, "sub/a.txt", "a");
  const lister = listerOf(folder);
  const handled = lister.answer(asked("GET /"), { path: `${root}/sub`, names: [], fields: "" });
  assert(handled !== undefined && isSink(handled));
  Deno.removeSync(`${root}/sub`, { recursive: true });
  const status = await Promise.resolve(handled.end()).then(() => 200, (error) => error.status);
  assertEquals(status, 404);
});
