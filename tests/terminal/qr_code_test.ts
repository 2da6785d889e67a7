// The picture is read back as a telephone would read it, by a reader that is not the writer's.

import { assert, assertEquals } from "@std/assert";
import jsQr from "jsqr";
import { qrCode } from "../../lib/terminal/qr_code.ts";

/** Pixels on each side of a module. */
const SCALE = 4;

/** Whether the upper and the lower half of each character is lit. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  " ": [false, false],
  "▀": [true, false],
  "▄": [false, true],
  "█": [true, true],
};

/** Rows of modules, lit or not, as a terminal shows the text. */
function modulesOf(text: string): boolean[][] {
  return text.split("\n").flatMap((line) => {
    const halves = [...line].map((char) => HALVES[char] ?? [false, false]);
    return [halves.map(([upper]) => upper), halves.map(([, lower]) => lower)];
  });
}

/** RGBA as a camera sees it. */
function photograph(text: string): { data: Uint8ClampedArray; width: number; height: number } {
  const modules = modulesOf(text);
  const [width, height] = [(modules[0]?.length ?? 0) * SCALE, modules.length * SCALE];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isLit = modules[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] ?? false;
      data.set([...Array(3).fill(isLit ? 255 : 0), 255], (y * width + x) * 4);
    }
  }
  return { data, width, height };
}

for (const url of ["http://192.168.1.5:8080", "https://[2001:db8::5]:65535"]) {
  Deno.test(`qrCode() of ${url} can be read`, () => {
    const { data, width, height } = photograph(qrCode(url));
    assertEquals(jsQr.default(data, width, height)?.data, url);
  });
}

Deno.test("qrCode() fits a terminal", () => {
  const lines = qrCode("https://[2001:db8:1234:5678:9abc:def0:1234:5678]:65535").split("\n");
  assert(lines.length <= 24);
  for (const line of lines) assert(line.length <= 80);
});
