// Ranges, byte for byte, of a file that fits a cache and of one that is streamed.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Answer, textOf } from "./answer.ts";
import { firstDifference, pattern } from "./pattern.ts";
import { serverTest } from "./harness.ts";
import { get } from "./requests.ts";

const FILES: readonly (readonly [kind: string, bytes: Uint8Array])[] = [
  ["small", pattern(1_000)],
  ["middling", pattern(200_000)],
  ["large", pattern(3_000_001)],
];

/** A part of `multipart/byteranges`, taken apart. */
interface Part {
  readonly contentRange: string;
  readonly content: string;
}

function partsOf({ fields, text }: Answer): readonly Part[] {
  const type = fields.get("content-type") ?? "";
  const boundary = /^multipart\/byteranges; boundary=([0-9A-Za-z'()+_,.:=?-]{1,70})$/.exec(type)
    ?.[1];
  assertMatch(type, /^multipart\/byteranges; boundary=/);
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  assertEquals(pieces[0]?.trim(), "");
  assertMatch(pieces.at(-1) ?? "", /^--(\r\n)?$/);
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf("\r\n\r\n");
    const head = piece.slice(0, end);
    assertStringIncludes(head, "Content-Type: application/octet-stream");
    const contentRange = /Content-Range: ([^\r]+)/.exec(head)?.[1] ?? "";
    return { contentRange, content: piece.slice(end + 4) };
  });
}

for (const [kind, bytes] of FILES) {
  const size = bytes.length;
  const singles: readonly (readonly [range: string, first: number, last: number])[] = [
    ["0-0", 0, 0],
    ["0-", 0, size - 1],
    ["1-2", 1, 2],
    [`${size - 1}-`, size - 1, size - 1],
    [`${size - 1}-${size * 9}`, size - 1, size - 1],
    ["-1", size - 1, size - 1],
    ["-300", size - 300, size - 1],
    [`-${size * 9}`, 0, size - 1],
    [`${size >> 1}-${(size >> 1) + 499}`, size >> 1, (size >> 1) + 499],
    [`7-${size - 7}`, 7, size - 7],
  ];
  serverTest(
    `ranges of a ${kind} file`,
    { files: { "root/file.bin": bytes } },
    async (server, context) => {
      using client = await server.connect();
      const ask = (range: string) => client.ask(get("/file.bin", `Range: bytes=${range}`));
      for (const [range, first, last] of singles) {
        await context.step(`bytes=${range}`, async () => {
          const { status, fields, content } = await ask(range);
          assertEquals(status, 206);
          assertEquals(fields.get("content-range"), `bytes ${first}-${last}/${size}`);
          assertEquals(fields.get("content-type"), "application/octet-stream");
          assertEquals(firstDifference(content, bytes.subarray(first, last + 1)), -1);
        });
      }
      for (const range of [`${size}-`, `${size}-${size + 5}`, "-0"]) {
        await context.step(`bytes=${range} cannot be satisfied`, async () => {
          const { status, fields } = await ask(range);
          assertEquals([status, fields.get("content-range")], [416, `bytes */${size}`]);
        });
      }
      for (const range of ["a-b", "5-4", "0-0-0", "--1", "", "0-,x"]) {
        await context.step(`bytes=${range} is ignored`, async () => {
          const { status, content } = await ask(range);
          assertEquals([status, content.length], [200, size]);
        });
      }
      await context.step("several ranges", async () => {
        const wanted = [[0, 9], [500, 599], [size - 5, size - 1]] as const;
        const answer = await ask(wanted.map(([first, last]) => `${first}-${last}`).join(", "));
        assertEquals(answer.status, 206);
        assertEquals(answer.fields.has("content-range"), false);
        assertEquals(
          partsOf(answer),
          wanted.map(([first, last]) => ({
            contentRange: `bytes ${first}-${last}/${size}`,
            content: textOf(bytes.subarray(first, last + 1)),
          })),
        );
      });
    },
  );
}

serverTest("If-Range decides between part and whole", {}, async (server) => {
  const { fields, text } = await server.ask(get("/hello.html"));
  const ask = (validator: string) =>
    server.ask(get("/hello.html", "Range: bytes=0-1", `If-Range: ${validator}`));
  const same = await ask(fields.get("etag") ?? "");
  assertEquals([same.status, same.text], [206, text.slice(0, 2)]);
  const other = await ask('"x"');
  assertEquals([other.status, other.text], [200, text]);
});
