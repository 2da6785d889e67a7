import { assertEquals, assertRejects } from "@std/assert";
import { isNumberedName, rotateFiles } from "../../lib/telemetry/rotation.ts";
import { Folder } from "./folder.ts";

// Every file holds the name it had before.
const ROWS: [what: string, kept: number, before: string[], after: Record<string, string>][] = [
  ["gives the first file its number", 3, ["log"], { "log.1": "log" }],
  ["moves the older ones up", 3, ["log", "log.1", "log.2"], {
    "log.1": "log",
    "log.2": "log.1",
    "log.3": "log.2",
  }],
  ["replaces the oldest", 2, ["log", "log.1", "log.2"], { "log.1": "log", "log.2": "log.1" }],
  ["replaces the only one", 1, ["log", "log.1"], { "log.1": "log" }],
  ["fills the first gap and moves nothing beyond", 3, ["log", "log.1", "log.3"], {
    "log.1": "log",
    "log.2": "log.1",
    "log.3": "log.3",
  }],
  ["leaves files alone that earlier runs kept", 1, ["log", "log.1", "log.2"], {
    "log.1": "log",
    "log.2": "log.2",
  }],
  ["leaves other names alone", 2, ["log", "log.json", "log.1.gz"], {
    "log.1": "log",
    "log.1.gz": "log.1.gz",
    "log.json": "log.json",
  }],
];
for (const [what, kept, before, after] of ROWS) {
  Deno.test(`rotateFiles ${what}`, () =>
    Folder.with(async (folder) => {
      for (const name of before) await folder.write(name, name);
      await rotateFiles(folder.at("log"), kept);
      const names = folder.names();
      const texts = await Promise.all(names.map((name) => folder.read(name)));
      assertEquals(Object.fromEntries(names.map((name, at) => [name, texts[at]])), after);
    }));
}

Deno.test("rotateFiles that is refused half-way and tried again loses no file", () =>
  Folder.with(async (folder) => {
    for (const name of ["log.1", "log.2"]) await folder.write(name, name);
    await assertRejects(() => rotateFiles(folder.at("log"), 3)); // there is no such file
    await assertRejects(() => rotateFiles(folder.at("log"), 3));
    assertEquals(folder.names(), ["log.2", "log.3"]);
    await folder.write("log", "log");
    await rotateFiles(folder.at("log"), 3);
    assertEquals(await Promise.all(folder.names().map((name) => folder.read(name))), [
      "log",
      "log.1",
      "log.2",
    ]);
  }));

const NAMES: [other: string, isNumbered: boolean][] = [
  ["a/log.1", true],
  ["a/log.12", true],
  ["a/log", false],
  ["a/log.0", false],
  ["a/log.01", false],
  ["a/log.1.gz", false],
  ["a/log1", false],
  ["a/logs.1", false],
  ["b/log.1", false],
];
for (const [other, isNumbered] of NAMES) {
  Deno.test(`isNumberedName answers ${isNumbered} for ${other} after a/log`, () => {
    assertEquals(isNumberedName("a/log", other), isNumbered);
  });
}
