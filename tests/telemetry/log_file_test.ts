import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { LogFile, type LogFileOptions } from "../../lib/telemetry/log_file.ts";
import { Output } from "../../lib/telemetry/output.ts";
import { Folder } from "./folder.ts";

const IS_WINDOWS = Deno.build.os === "windows";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

interface Setup {
  readonly file: LogFile;
  readonly refusals: unknown[];
}

function open(path: string, options: Partial<LogFileOptions> = {}): Setup {
  const refusals: unknown[] = [];
  const file = new LogFile({
    what: "log file",
    path,
    bytesMax: 8,
    kept: 3,
    onRefused: (error) => refusals.push(error),
    ...options,
  });
  return { file, refusals };
}

/** Runs a test on a log file of 8 bytes, three kept, that must not be refused anything. */
function withFile(
  test: (file: LogFile, folder: Folder) => Promise<void>,
  options: Partial<LogFileOptions> = {},
): () => Promise<void> {
  return () =>
    Folder.with(async (folder) => {
      const { file, refusals } = open(folder.at("log"), options);
      try {
        await test(file, folder);
        assertEquals(refusals, []);
      } finally {
        file.close();
      }
    });
}

const WRITES: [
  what: string,
  options: Partial<LogFileOptions>,
  lines: string[],
  files: Record<string, string>,
][] = [
  ["fills a file to its last byte", {}, ["one\n", "two\n", "3\n"], {
    "log": "3\n",
    "log.1": "one\ntwo\n",
  }],
  ["keeps so many files", { kept: 2 }, ["11111111\n", "22222222\n", "33333333\n", "44444444\n"], {
    "log": "44444444\n",
    "log.1": "33333333\n",
    "log.2": "22222222\n",
  }],
  ["puts a batch that is larger than a file into one of its own", {}, ["1\n", "2222222222\n"], {
    "log": "2222222222\n",
    "log.1": "1\n",
  }],
  ["never begins with an empty file", {}, ["2222222222\n"], { "log": "2222222222\n" }],
  ["does not rotate inside a line", {}, ["one\ntw", "o\nlong\n", "3\n"], {
    "log": "3\n",
    "log.1": "one\ntwo\nlong\n",
  }],
  ["does not rotate when its limit is 0", { bytesMax: 0 }, ["one\ntwo\n", "three\n"], {
    "log": "one\ntwo\nthree\n",
  }],
];
for (const [what, options, lines, files] of WRITES) {
  Deno.test(
    `LogFile ${what}`,
    withFile(async (file, folder) => {
      for (const line of lines) assertEquals(await file.write(bytes(line)), line.length);
      const names = folder.names();
      const texts = await Promise.all(names.map((name) => folder.read(name)));
      assertEquals(Object.fromEntries(names.map((name, at) => [name, texts[at]])), files);
    }, options),
  );
}

Deno.test("LogFile counts what an earlier run has written", () =>
  Folder.with(async (folder) => {
    await folder.write("log", "before\n");
    const { file } = open(folder.at("log"));
    await file.write(bytes("one\n"));
    file.close();
    assertEquals(await folder.readAll("log"), "before\none\n");
    assertEquals(folder.names(), ["log", "log.1"]);
  }));

Deno.test(
  "LogFile goes on in a file that copytruncate has emptied",
  withFile(async (file, folder) => {
    await file.write(bytes("one\ntwo\n"));
    await folder.write("copy", await folder.read("log"));
    await Deno.truncate(folder.at("log"));
    await file.write(bytes("three\n"));
    assertEquals([folder.names(), await folder.read("log")], [["copy", "log"], "three\n"]);
  }),
);

Deno.test({
  name: "LogFile leaves a file alone that somebody else has put in its place",
  ignore: IS_WINDOWS, // no file numbers there
  fn: withFile(async (file, folder) => {
    await file.write(bytes("one\ntwo\n"));
    await Deno.rename(folder.at("log"), folder.at("log.old"));
    await folder.write("log", "x\n");
    await file.write(bytes("three\n"));
    assertEquals(folder.names(), ["log", "log.old"]);
    assertEquals(await folder.read("log"), "x\nthree\n");
    assertEquals(await folder.read("log.old"), "one\ntwo\n");
  }),
});

Deno.test(
  "LogFile begins again when its file was removed",
  withFile(async (file, folder) => {
    await file.write(bytes("one\ntwo\n"));
    await Deno.remove(folder.at("log"));
    await file.write(bytes("three\n"));
    assertEquals([folder.names(), await folder.read("log")], [["log"], "three\n"]);
  }),
);

Deno.test({
  name: "LogFile never rotates a device",
  ignore: IS_WINDOWS,
  fn: async () => {
    const { file, refusals } = open("/dev/null");
    for (let count = 0; count < 4; count++) await file.write(bytes("one\ntwo\n"));
    file.close();
    assertEquals(refusals, []);
  },
});

Deno.test({
  name: "LogFile does not rename a link, says so once, and goes on",
  ignore: IS_WINDOWS,
  fn: () =>
    Folder.with(async (folder) => {
      await folder.write("real", "");
      await Deno.symlink(folder.at("real"), folder.at("log"));
      const { file, refusals } = open(folder.at("log"));
      for (let count = 0; count < 4; count++) await file.write(bytes(`line ${count}\n`));
      file.close();
      assertEquals(refusals.map(String), ["Error: Path must be the file itself, not a link"]);
      assertEquals(folder.names(), ["log", "real"]);
      assertEquals(await folder.read("real"), "line 0\nline 1\nline 2\nline 3\n");
    }),
});

/** What the system refuses to every user: replacing a folder by a file. */
async function block(folder: Folder): Promise<void> {
  await Deno.mkdir(folder.at("log.1/inside"), { recursive: true });
}

Deno.test("LogFile that is refused says so once, loses nothing, and rotates when it can again", () =>
  Folder.with(async (folder) => {
    await block(folder);
    const { file, refusals } = open(folder.at("log"), { kept: 1 });
    for (let count = 0; count < 4; count++) await file.write(bytes(`line ${count}\n`));
    assertEquals(refusals.length, 1);
    assertEquals(await folder.read("log"), "line 0\nline 1\nline 2\nline 3\n");
    await Deno.remove(folder.at("log.1"), { recursive: true });
    await file.write(bytes("line 4\n"));
    assertEquals(await folder.read("log"), "line 4\n");
    assertEquals(await folder.read("log.1"), "line 0\nline 1\nline 2\nline 3\n");
    // It could be rotated in between, so another refusal is news.
    await Deno.remove(folder.at("log.1"));
    await block(folder);
    await file.write(bytes("line 5\n"));
    assertEquals(refusals.length, 2);
    file.close();
  }));

Deno.test({
  name: "LogFile goes on in the renamed file when no new one can be opened",
  ignore: IS_WINDOWS,
  fn: () =>
    Folder.with(async (folder) => {
      await Deno.mkdir(folder.at("logs"));
      const { file, refusals } = open(folder.at("logs/log"));
      await file.write(bytes("one\ntwo\n"));
      await Deno.rename(folder.at("logs"), folder.at("moved"));
      await file.write(bytes("three\n"));
      await file.write(bytes("four\n"));
      assertEquals(refusals.length, 1);
      assertEquals(await folder.read("moved/log"), "one\ntwo\nthree\nfour\n");
      await Deno.rename(folder.at("moved"), folder.at("logs"));
      await file.write(bytes("five\n"));
      assertEquals(await folder.read("logs/log"), "five\n");
      assertEquals(await folder.read("logs/log.1"), "one\ntwo\nthree\nfour\n");
      file.close();
    }),
});

const scoped = Deno.makeTempDirSync();
globalThis.addEventListener("unload", () => Deno.removeSync(scoped, { recursive: true }));
const SCOPES: [what: string, permissions: Deno.PermissionOptionsObject][] = [
  ["write", { read: true, write: [join(scoped, "write")] }],
  ["read and write", { read: [join(scoped, "read and write")], write: [scoped] }],
];
for (const [what, permissions] of SCOPES) {
  Deno.test({
    name: `LogFile that may ${what} only its own path is refused once and goes on`,
    permissions,
    fn: async () => {
      const path = join(scoped, what);
      const { file, refusals } = open(path);
      for (let count = 0; count < 9; count++) await file.write(bytes(`line ${count}\n`));
      file.close();
      assertEquals(refusals.length, 1);
      assertInstanceOf(refusals[0], Deno.errors.NotCapable);
      assertEquals((await Deno.readTextFile(path)).split("\n").length, 10);
    },
  });
}

Deno.test(
  "LogFile opens its name again after it was moved",
  withFile(async (file, folder) => {
    await file.write(bytes("one\n"));
    await Deno.rename(folder.at("log"), folder.at("old"));
    await file.write(bytes("two\n"));
    await file.reopen();
    await file.write(bytes("three\n"));
    assertEquals([await folder.read("old"), await folder.read("log")], ["one\ntwo\n", "three\n"]);
  }),
);

Deno.test("LogFile that cannot be reopened goes on in the old file", () =>
  Folder.with(async (folder) => {
    const { file } = open(folder.at("log"), { bytesMax: 0 });
    await file.write(bytes("one\n"));
    await Deno.rename(folder.at("log"), folder.at("old"));
    await Deno.mkdir(folder.at("log"));
    await assertRejects(() => file.reopen());
    await file.write(bytes("two\n"));
    assertEquals(await folder.read("old"), "one\ntwo\n");
    file.close();
  }));

Deno.test("LogFile leaves nothing open when it is closed while it rotates or reopens", () =>
  Folder.with(async (folder) => {
    // The leak check of the test runner would find the file.
    for (
      const act of [(file: LogFile) => file.reopen(), (file: LogFile) => file.write(bytes("2\n"))]
    ) {
      const { file, refusals } = open(folder.at("log"), { bytesMax: 1 });
      await file.write(bytes("1\n"));
      const done = act(file).then(() => {}, () => {});
      file.close();
      file.close();
      await done;
      assertEquals(refusals, []);
    }
  }));

Deno.test("a rotated Output holds every line exactly once, in order, for any load", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(40), { maxLength: 8 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 2000 }),
      (rounds, bytesMax) =>
        Folder.with(async (folder) => {
          const { file, refusals } = open(folder.at("log"), { bytesMax, kept: 1000 });
          const output = new Output(file, { onDropped() {}, onFailed() {} });
          const all: string[] = [];
          let number = 0;
          for (const sizes of rounds) {
            for (const size of sizes) {
              const lines = Array.from({ length: size }, () => `line ${number++}\n`);
              output.append(bytes(lines.join("")));
              all.push(...lines);
            }
            await output.flush();
          }
          await output.close();
          assertEquals([refusals, output.lostLines], [[], 0]);
          assertEquals(await folder.readAll("log"), all.join(""));
        }),
    ),
    { numRuns: 30 },
  ));

Deno.test("a rotated and reopened Output under full load accounts for every line", () =>
  Folder.with(async (folder) => {
    const { file, refusals } = open(folder.at("log"), { bytesMax: 100_000, kept: 1000 });
    let lost = 0;
    const output = new Output(file, {
      waitingBytesMax: 200_000,
      onDropped() {},
      onFailed: (_error, lines) => lost += lines,
    });
    const reopened: Promise<void>[] = [];
    let appended = 0;
    for (let round = 0; round < 100; round++) {
      for (let batch = 0; batch < 6; batch++) {
        const lines = Array.from({ length: 500 }, () => `line ${appended++}\n`);
        output.append(bytes(lines.join("")));
      }
      if (round % 7 === 0) reopened.push(output.reopen());
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await Promise.all(reopened);
    await output.close();
    assertEquals([refusals, lost], [[], 0]);
    const text = await folder.readAll("log");
    const numbers = text.trimEnd().split("\n").map((line) => {
      assert(/^line \d+$/.test(line), `torn: ${line}`);
      return Number(line.slice(5));
    });
    assert(numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0)));
    assertEquals(numbers.length + output.lostLines, appended);
    assert(folder.names().length > 3);
    for (const name of folder.names()) {
      assert((await Deno.stat(folder.at(name))).size <= 200_000, "a batch is the most beyond");
    }
  }));
