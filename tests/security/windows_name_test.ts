import { assertEquals } from "@std/assert";
import { isWindowsAlias } from "../../lib/security/windows_name.ts";

const ROWS = [
  ["con", true],
  ["CON", true],
  ["PRN", true],
  ["aux.c", true],
  ["nul.tar.gz", true],
  ["com1", true],
  ["COM9.log", true],
  ["com\u00b9", true],
  ["lpt0", true],
  ["nul .txt", true],
  ["CONIN$", true],
  ["conout$.txt", true],
  ["ENV~1", true],
  ["PROGRA~2.txt", true],
  ["console", false],
  ["null.txt", false],
  ["com", false],
  ["com10", false],
  ["a.con", false],
  ["xnul", false],
  ["file~", false],
  ["~user", false],
  ["index.html", false],
] as const;

for (const [segment, verdict] of ROWS) {
  Deno.test(`isWindowsAlias of ${segment} is ${verdict}`, () => {
    assertEquals(isWindowsAlias(segment), verdict);
  });
}
