import { assert, assertEquals, assertThrows } from "@std/assert";
import { Folder, isSameState } from "../../lib/handlers/folder.ts";
import { Refusal } from "../../lib/security/refusal.ts";
import { folderTest, put } from "./ground.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** Declares a test that makes links, which need a privilege on Windows. */
function linkTest(name: string, test: (folder: string) => void): void {
  if (IS_WINDOWS) Deno.test.ignore(`${name} (ignored: links need a privilege)`, () => {});
  else folderTest(name, test);
}

folderTest("Folder tells files, folders and nothing apart", (path) => {
  put(path, "file.html", "12345");
  put(path, "below/file.html", "");
  const folder = new Folder(path);
  const file = folder.look(folder.pathOf(["file.html"]));
  assert(typeof file === "object");
  assertEquals(file.sizeBytes, 5);
  assertEquals(folder.look(folder.pathOf([])), "folder");
  assertEquals(folder.look(folder.pathOf(["below"])), "folder");
  assertEquals(folder.look(folder.pathOf(["missing"])), undefined);
  assertEquals(folder.look(folder.pathOf(["file.html", "x"])), undefined);
});

folderTest("Folder opens what lies in it", (path) => {
  put(path, "file.html", "12345");
  const opened = new Folder(path).open(`${path}/file.html`);
  assert(opened !== undefined);
  using file = opened.file;
  const buffer = new Uint8Array(8);
  assertEquals([file.readSync(buffer), opened.state.sizeBytes], [5, 5]);
  assertEquals(new Folder(path).open(`${path}/missing.html`), undefined);
});

folderTest("Folder sees every change of a file", (path) => {
  const file = put(path, "file.html", "one");
  const folder = new Folder(path);
  const states = [folder.look(file)];
  Deno.utimeSync(file, 1, 1);
  states.push(folder.look(file));
  Deno.writeTextFileSync(file, "longer");
  states.push(folder.look(file));
  Deno.renameSync(put(path, "other.html", "longer"), file);
  states.push(folder.look(file));
  for (const [index, state] of states.entries()) {
    const before = states[index - 1];
    assert(typeof state === "object");
    assert(isSameState(state, { ...state }));
    if (typeof before === "object") assertEquals(isSameState(before, state), false);
  }
});

linkTest("Folder refuses what lies outside, however it is reached", (path) => {
  put(path, "outside/secret.html", "secret");
  put(path, "root-sibling/secret.html", "secret");
  put(path, "root/real.html", "real");
  const root = `${path}/root`;
  Deno.symlinkSync("../outside/secret.html", `${root}/link.html`);
  Deno.symlinkSync("../outside", `${root}/folder`);
  Deno.symlinkSync("../root-sibling", `${root}/sibling`);
  Deno.symlinkSync("link.html", `${root}/chain.html`);
  const folder = new Folder(root);
  const names = ["link.html", "folder/secret.html", "sibling/secret.html", "chain.html"];
  for (const name of [...names, ...names]) {
    const error = assertThrows(() => folder.open(`${root}/${name}`), Refusal);
    assertEquals([error.status, error.rule], [403, "symlink"], name);
  }
});

linkTest("Folder follows links that stay inside", (path) => {
  put(path, "deep/er/real.html", "real");
  Deno.symlinkSync("deep/er/real.html", `${path}/link.html`);
  Deno.symlinkSync("deep", `${path}/folder`);
  const folder = new Folder(path);
  for (const name of ["link.html", "folder/er/real.html"]) {
    const opened = folder.open(`${path}/${name}`);
    assert(opened !== undefined);
    opened.file.close();
  }
});

linkTest("Folder may itself be reached by a link", (path) => {
  put(path, "real/file.html", "x");
  Deno.symlinkSync("real", `${path}/link`);
  const opened = new Folder(`${path}/link`).open(`${path}/link/file.html`);
  assert(opened !== undefined);
  opened.file.close();
});

linkTest("Folder takes a link to nowhere, or to itself, for nothing", (path) => {
  Deno.symlinkSync("nowhere", `${path}/dangling`);
  Deno.symlinkSync("loop", `${path}/loop`);
  const folder = new Folder(path);
  for (const name of ["dangling", "loop"]) {
    assertEquals(folder.look(`${path}/${name}`), undefined);
    assertEquals(folder.open(`${path}/${name}`), undefined);
  }
});

folderTest("Folder refuses to open a folder", (path) => {
  put(path, "below/file.html", "");
  assertThrows(() => new Folder(path).open(`${path}/below`));
});
