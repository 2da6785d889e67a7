import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import { Log, type LogLevel, type LogOptions } from "../../lib/telemetry/log.ts";
import { decodeRecord, encodeRecord } from "../../lib/telemetry/log_record.ts";
import { SlowStream } from "./slow_stream.ts";

const ACCESS = "2026-11-23T04:03:57.123Z INFO  sluice.access  w1 127.0.0.1 GET / 200 1B 0.312ms\n";
const ACCESS_JSON = '{"time":"2026-11-23T04:03:57.123Z","level":"info","logger":"sluice.access"}\n';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

class FakeConsole {
  readonly stdout = new SlowStream();
  readonly stderr = new SlowStream();
  noColor = false;
}

/** The lines without their timestamps, which are checked to be there. */
function withoutTime(text: string): string[] {
  return text.split("\n").slice(0, -1).map((line) => {
    assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /.test(line));
    return line.slice(25);
  });
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Opens a log, lets the test write to it, closes it, and gives what came out. */
async function run(
  options: LogOptions,
  write: (log: Log) => void,
  console = new FakeConsole(),
): Promise<FakeConsole> {
  const log = Log.open(options, console);
  try {
    write(log);
  } finally {
    await log.close();
  }
  return console;
}

const LEVELS: [level: LogLevel, written: string[]][] = [
  ["debug", ["DEBUG", "INFO ", "WARN ", "ERROR"]],
  ["info", ["INFO ", "WARN ", "ERROR"]],
  ["warn", ["WARN ", "ERROR"]],
  ["error", ["ERROR"]],
];
for (const [level, written] of LEVELS) {
  Deno.test(`a log of level ${level} writes its own level and above`, async () => {
    const { stdout } = await run({ level }, (log) => {
      for (const logger of [log, log.child("net")]) {
        logger.debug("m");
        logger.info("m");
        logger.warn("m");
        logger.error("m");
      }
    });
    assertEquals(withoutTime(stdout.text), [
      ...written.map((word) => `${word} sluice  m`),
      ...written.map((word) => `${word} sluice.net  m`),
    ]);
  });
}

const WANTS: [level: LogLevel, hasJsonFile: boolean, text: boolean, json: boolean][] = [
  ["debug", false, true, false],
  ["debug", true, true, true],
  ["info", false, true, false],
  ["info", true, true, true],
  ["warn", false, false, false],
  ["warn", true, false, false],
  ["error", true, false, false],
];
for (const [level, hasJsonFile, text, json] of WANTS) {
  const file = hasJsonFile ? "a" : "no";
  Deno.test(`a log of level ${level} with ${file} JSON file wants ${text}, ${json}`, () =>
    inFolder(async (folder) => {
      const jsonFile = hasJsonFile ? join(folder, "log.json") : undefined;
      const { stdout } = await run({ level, jsonFile }, (log) => {
        assertEquals([log.wantsText, log.wantsJson], [text, json]);
        log.access(bytes(ACCESS));
        log.accessJson(bytes(ACCESS_JSON));
      });
      assertEquals(stdout.text, text ? ACCESS : "");
      if (jsonFile === undefined) return;
      assertEquals(await Deno.readTextFile(jsonFile), json ? ACCESS_JSON : "");
    }));
}

Deno.test("a log with files writes text and JSON there, and errors to standard error", () =>
  inFolder(async (folder) => {
    const [file, jsonFile] = [join(folder, "log.txt"), join(folder, "log.json")];
    await Deno.writeTextFile(file, "before\n");
    const { stdout, stderr } = await run({ level: "info", file, jsonFile }, (log) => {
      log.child("security").warn("Refused a target", { target: "/a\nb", count: 2 });
      log.access(bytes(ACCESS));
      log.accessJson(bytes(ACCESS_JSON));
      log.child("pool").error("Worker died", { worker: 1 });
    });
    const text = await Deno.readTextFile(file);
    assertEquals(text.slice(0, 7), "before\n");
    assertEquals(withoutTime(text.slice(7)), [
      'WARN  sluice.security  Refused a target target="/a\\nb" count=2',
      ACCESS.slice(25, -1),
      "ERROR sluice.pool  Worker died worker=1",
    ]);
    const lines = (await Deno.readTextFile(jsonFile)).trimEnd().split("\n");
    const objects = lines.map((line) => JSON.parse(line));
    assertEquals(objects.map(({ level, logger }) => [level, logger]), [
      ["warn", "sluice.security"],
      ["info", "sluice.access"],
      ["error", "sluice.pool"],
    ]);
    assertEquals([objects[0].target, objects[0].count], ["/a\nb", 2]);
    assertEquals(stdout.text, "");
    assertEquals(withoutTime(stderr.text), ["ERROR sluice.pool  Worker died worker=1"]);
  }));

Deno.test("a log creates its files unreadable for others", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const file = join(folder, "log.txt");
    await run({ level: "info", file }, () => {});
    assertEquals(((await Deno.stat(file)).mode ?? 0) & 0o007, 0);
  }));

for (const [flag, what] of [["file", "log file"], ["jsonFile", "JSON log file"]] as const) {
  Deno.test(`Log.open says in one line which ${what} cannot be opened`, () =>
    inFolder((folder) => {
      const absent = join(folder, "absent", "log");
      const error = assertThrows(() => Log.open({ level: "info", [flag]: absent }));
      assertInstanceOf(error, Error);
      assertEquals(
        error.message,
        `Cannot open the ${what}: its folder must exist, current value is ${
          JSON.stringify(absent)
        }`,
      );
      const isFolder = assertThrows(() => Log.open({ level: "info", [flag]: folder }));
      assertInstanceOf(isFolder, Error);
      assertStringIncludes(isFolder.message, `Cannot open the ${what}: `);
      return Promise.resolve();
    }));
}

Deno.test("Log.open closes the first file if the second cannot be opened", () =>
  inFolder((folder) => {
    // The leak check of the test runner would find the file.
    const [file, jsonFile] = [join(folder, "log.txt"), join(folder, "absent", "log")];
    assertThrows(() => Log.open({ level: "info", file, jsonFile }));
    return Promise.resolve();
  }));

const COLOURS: [terminal: boolean, noColor: boolean, coloured: boolean][] = [
  [true, false, true],
  [true, true, false],
  [false, false, false],
  [false, true, false],
];
for (const [terminal, noColor, coloured] of COLOURS) {
  Deno.test(`colour is ${coloured} when terminal is ${terminal} and NO_COLOR ${noColor}`, () =>
    inFolder(async (folder) => {
      const console = new FakeConsole();
      console.stdout.terminal = terminal;
      console.stderr.terminal = terminal;
      console.noColor = noColor;
      await run({ level: "info" }, (log) => log.error("m"), console);
      const file = join(folder, "log.txt");
      await run({ level: "info", file }, (log) => log.error("m"), console);
      assertEquals(console.stdout.text.includes("\x1b[31m"), coloured);
      assertEquals(console.stderr.text.includes("\x1b[31m"), coloured);
      assertEquals((await Deno.readTextFile(file)).includes("\x1b"), false);
    }));
}

Deno.test("a log takes braces in a message as they are", async () => {
  const { stdout } = await run({ level: "info" }, (log) => log.info("a {b} {{c}} {*}", { b: 1 }));
  assertEquals(withoutTime(stdout.text), ["INFO  sluice  a {b} {{c}} {*} b=1"]);
});

Deno.test("a log writes the record of a worker at its level and category", async () => {
  const { stdout } = await run({ level: "warn" }, (log) => {
    for (const level of ["info", "error"] as const) {
      const record = decodeRecord(
        encodeRecord({ level, category: "security", message: "m", properties: { "a\n": "\x1b" } }),
      );
      if (record !== undefined) log.record(record);
    }
  });
  assertEquals(withoutTime(stdout.text), ['ERROR sluice.security  m "a\\n"="\\u001b"']);
});

Deno.test("a log keeps a bounded number of categories, and none that is malformed", async () => {
  const { stdout } = await run({ level: "info" }, (log) => {
    for (const name of ["constructor", "__proto__", "a.b", ""]) log.child(name).info("m");
    for (let count = 0; count < 40; count++) log.child(`c${count}`).info("m");
    log.child("c0").info("m");
  });
  const loggers = withoutTime(stdout.text).map((line) => line.split(/ +/)[1]);
  assertEquals(loggers.slice(0, 5), [...Array(4).fill("sluice.other"), "sluice.c0"]);
  assertEquals(new Set(loggers).size, 33);
  assertEquals(loggers.at(-1), "sluice.c0");
});

Deno.test("a log that is too slow for its stream drops lines, says how many, and goes on", async () => {
  const console = new FakeConsole();
  const log = Log.open({ level: "info" }, console);
  const batch = bytes(ACCESS.repeat(100));
  console.stdout.hold();
  // Two memories of 1 MiB at most: one being written, one waiting.
  for (let sent = 0; sent < 4 << 20; sent += batch.length) log.access(batch);
  const lost = log.lostLines;
  assert(lost > 0 && lost % 100 === 0);
  console.stdout.release();
  await log.close();
  const notes = console.stdout.lines.filter((line) => !line.includes("sluice.access"));
  assertEquals(withoutTime(`${notes.join("\n")}\n`), [
    `WARN  sluice.log  Dropped lines as the output was too slow output="standard output" lines=${lost}`,
  ]);
  const sentLines = 100 * Math.ceil((4 << 20) / batch.length);
  assertEquals(console.stdout.lines.length, sentLines - lost + 1);
});

Deno.test("a log reports failed writes to standard error, once, and the rest at the end", async () => {
  const console = new FakeConsole();
  console.stdout.fail(new Error("No space left on device (os error 28)"));
  const log = Log.open({ level: "info" }, console);
  const batch = bytes(ACCESS.repeat(1000)); // more than 64 KiB, so each is written at once
  for (let count = 0; count < 3; count++) {
    const asked = console.stdout.nextWrite();
    log.access(batch);
    await asked;
  }
  await log.close();
  const lines = withoutTime(console.stderr.text);
  const head = 'ERROR sluice.log  Cannot write the log output="standard output" ' +
    'reason="No space left on device (os error 28)" lines=';
  assertEquals(lines.map((line) => line.slice(0, head.length)), [head, head]);
  const counts = lines.map((line) => Number(line.slice(head.length)));
  assertEquals(counts.reduce((sum, count) => sum + count), 3000);
  assertEquals(log.lostLines, 3000);
});

Deno.test("a closed log ignores everything, and closing twice is closing once", async () => {
  const console = new FakeConsole();
  const log = Log.open({ level: "info" }, console);
  const net = log.child("net");
  log.info("m");
  await Promise.all([log.close(), log.close()]);
  const { text } = console.stdout;
  log.info("late");
  net.error("late");
  log.access(bytes(ACCESS));
  log.record({ level: "error", category: "net", message: "late" });
  await log.close();
  assertEquals(console.stdout.text, text);
});

Deno.test("two open logs both get every record, each at its level", async () => {
  const [first, second] = [new FakeConsole(), new FakeConsole()];
  const one = Log.open({ level: "warn" }, first);
  const two = Log.open({ level: "info" }, second);
  one.child("net").info("a");
  two.child("net").warn("b");
  await two.close();
  one.info("c");
  one.warn("d");
  await one.close();
  assertEquals(withoutTime(first.stdout.text), ["WARN  sluice.net  b", "WARN  sluice  d"]);
  assertEquals(withoutTime(second.stdout.text), ["INFO  sluice.net  a", "WARN  sluice.net  b"]);
});

Deno.test("a log survives properties that defend themselves", async () => {
  const { stdout } = await run({ level: "info" }, (log) => {
    log.info("m", {
      get a(): string {
        throw new Error("nobody may see this");
      },
      b: { toJSON: () => Promise.reject.call(null) },
      c: 1,
    });
  });
  assertEquals(withoutTime(stdout.text), ["INFO  sluice  m a=unreadable b=unprintable c=1"]);
});

Deno.test("a log rotates all its files, and no line is lost", () =>
  inFolder(async (folder) => {
    const paths = ["text", "json", "audit"].map((name) => join(folder, name));
    const [file, jsonFile, auditFile] = paths;
    const log = Log.open({
      level: "info",
      file,
      jsonFile,
      auditFile,
      fileBytesMax: 200_000,
      filesKept: 20,
    });
    assertEquals(log.wantsAudit, true);
    for (let round = 0; round < 10; round++) {
      log.access(bytes(ACCESS.repeat(1000)));
      log.accessJson(bytes(ACCESS_JSON.repeat(1000)));
      log.audit(bytes('{"kind":"traversal"}\n'.repeat(4000)));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await log.close();
    assertEquals(log.lostLines, 0);
    for (const [at, lines] of [10_000, 10_000, 40_000].entries()) {
      const path = paths[at] ?? "";
      const names = [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name))
        .filter((name) => name.startsWith(path));
      assert(names.length > 1);
      const texts = await Promise.all(names.map((name) => Deno.readTextFile(name)));
      assertEquals(texts.join("").split("\n").length - 1, lines);
    }
  }));

Deno.test("a log that cannot be rotated says so once, in its file and on standard error", () =>
  inFolder(async (folder) => {
    const file = join(folder, "log.txt");
    await Deno.mkdir(`${file}.1/inside`, { recursive: true });
    const console = new FakeConsole();
    const log = Log.open({ level: "info", file, fileBytesMax: 1, filesKept: 1 }, console);
    const batch = bytes(ACCESS.repeat(1000)); // more than 64 KiB, so it is written at once
    for (let count = 0; count < 3; count++) log.access(batch);
    await log.close();
    assertEquals(log.lostLines, 0);
    const head = `ERROR sluice.log  Cannot rotate the log output=${file} reason=`;
    const lines = withoutTime(await Deno.readTextFile(file));
    const notes = lines.filter((line) => line.startsWith(head));
    assertEquals([lines.length, notes.length], [3001, 1]);
    assertEquals(withoutTime(console.stderr.text), notes);
  }));

Deno.test("a log reopens all its files by name", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const [file, jsonFile, auditFile] = ["text", "json", "audit"].map((name) => join(folder, name));
    const log = Log.open({ level: "info", file, jsonFile, auditFile });
    const write = (text: string) => {
      log.info(text);
      log.audit(bytes(`${text}\n`));
    };
    write("before");
    await log.reopen();
    for (const path of [file, jsonFile, auditFile]) await Deno.rename(`${path}`, `${path}.old`);
    await log.reopen();
    write("after");
    await log.close();
    await log.reopen(); // of a closed log: nothing
    for (const path of [file, jsonFile, auditFile]) {
      const [old, young] = [
        Deno.readTextFileSync(`${path}.old`),
        Deno.readTextFileSync(`${path}`),
      ];
      assertEquals([old.split("\n").length, young.split("\n").length], [2, 2]);
      assertStringIncludes(old, "before");
      assertStringIncludes(young, "after");
    }
  }));

Deno.test("a log that cannot reopen a file says so and keeps the old one", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder(async (folder) => {
    const file = join(folder, "log.txt");
    const console = await run({ level: "info", file }, () => {});
    const log = Log.open({ level: "info", file }, console);
    await Deno.rename(file, join(folder, "old"));
    await Deno.mkdir(file);
    await log.reopen();
    log.info("m");
    await log.close();
    const head = `ERROR sluice.log  Cannot reopen the log output=${file} reason=`;
    const lines = withoutTime(await Deno.readTextFile(join(folder, "old")));
    assertEquals(lines.map((line) => line.replace(/(?<=reason=).*/, "")), [
      head,
      "INFO  sluice  m",
    ]);
    assertEquals(console.stderr.text.includes("Cannot reopen the log"), true);
  }));

Deno.test("a log that is redirected goes on elsewhere, at another level, and loses no line", () =>
  inFolder(async (folder) => {
    const [file, jsonFile, auditFile] = ["text", "json", "audit"].map((name) => join(folder, name));
    const console = new FakeConsole();
    const log = Log.open({ level: "warn" }, console);
    log.info("too little");
    log.warn("first");
    await log.redirect({ level: "info", file, jsonFile, auditFile });
    assertEquals([log.wantsText, log.wantsJson, log.wantsAudit], [true, true, true]);
    log.info("second");
    log.audit(bytes("{}\n"));
    await log.redirect({ level: "info" });
    log.info("third");
    await log.close();
    assertEquals(log.lostLines, 0);
    assertEquals(withoutTime(console.stdout.text), [
      "WARN  sluice  first",
      "INFO  sluice  third",
    ]);
    assertEquals(withoutTime(await Deno.readTextFile(join(folder, "text"))), [
      "INFO  sluice  second",
    ]);
    assertStringIncludes(await Deno.readTextFile(join(folder, "json")), '"message":"second"');
    assertEquals(await Deno.readTextFile(join(folder, "audit")), "{}\n");
  }));

Deno.test("a log that cannot be redirected stays as it was", () =>
  inFolder(async (folder) => {
    const file = join(folder, "text");
    const log = Log.open({ level: "info", file }, new FakeConsole());
    const missing = join(folder, "missing", "json");
    await assertRejects(
      () => log.redirect({ level: "error", jsonFile: missing }),
      Error,
      "Cannot open the JSON log file: its folder must exist",
    );
    log.info("m");
    await log.close();
    assertEquals(withoutTime(await Deno.readTextFile(file)), ["INFO  sluice  m"]);
  }));

Deno.test("a log without an audit file ignores audit lines", async () => {
  const { stdout } = await run({ level: "debug" }, (log) => {
    assertEquals(log.wantsAudit, false);
    log.audit(bytes("{}\n"));
  });
  assertEquals(stdout.text, "");
});
