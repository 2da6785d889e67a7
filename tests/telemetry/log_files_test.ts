import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { type LogFilesOptions, openLogFiles } from "../../lib/telemetry/log_files.ts";
import { Folder } from "./folder.ts";

const NUMBERS: [options: LogFilesOptions, message: string][] = [
  ...[-1, 0.5, NaN, Infinity].map((fileBytesMax): [LogFilesOptions, string] => [
    { fileBytesMax },
    "Cannot rotate log files: size must be a whole number of bytes, or 0 for never, " +
    `current value is ${fileBytesMax}`,
  ]),
  ...[0, -1, 1.5, NaN, 1001].map((filesKept): [LogFilesOptions, string] => [
    { filesKept },
    "Cannot rotate log files: number of files kept must be 1 to 1000, " +
    `current value is ${filesKept}`,
  ]),
];
for (const [options, message] of NUMBERS) {
  Deno.test(`openLogFiles refuses ${Object.entries(options).join()}`, () => {
    assertEquals(assertThrows(() => openLogFiles(options, () => {}), RangeError).message, message);
  });
}

const CLASHES: [options: LogFilesOptions, message: string][] = [
  [
    { file: "log", jsonFile: "log.1" },
    'Cannot open the JSON log file: its name must not be one that "log" is rotated to, ' +
    'current value is "log.1"',
  ],
  [
    { file: "audit.2", auditFile: "audit" },
    'Cannot open the log file: its name must not be one that "audit" is rotated to, ' +
    'current value is "audit.2"',
  ],
];
for (const [options, message] of CLASHES) {
  Deno.test(`openLogFiles refuses ${Object.values(options).join(" beside ")}`, () => {
    const error = assertThrows(() => openLogFiles(options, () => {}));
    assertInstanceOf(error, Error);
    assertEquals(error.message, message);
  });
}

Deno.test("openLogFiles opens the files that are wanted, and no other", () =>
  Folder.with((folder) => {
    const files = openLogFiles(
      { file: folder.at("log"), auditFile: folder.at("audit"), fileBytesMax: 0, filesKept: 1000 },
      () => {},
    );
    for (const file of Object.values(files)) file.close();
    assertEquals(Object.keys(files), ["file", "auditFile"]);
    assertEquals(folder.names(), ["audit", "log"]);
    return Promise.resolve();
  }));

Deno.test("openLogFiles leaves nothing open when the last file cannot be opened", () =>
  Folder.with((folder) => {
    // The leak check of the test runner would find the files.
    const error = assertThrows(() =>
      openLogFiles({
        file: folder.at("log"),
        jsonFile: folder.at("json"),
        auditFile: folder.at("absent/audit"),
      }, () => {})
    );
    assertInstanceOf(error, Error);
    assertEquals(error.message.split(",")[0], "Cannot open the audit file: its folder must exist");
    return Promise.resolve();
  }));
