import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gzip, GzipContent } from "../../lib/handlers/gzip_content.ts";
import { BytesContent, type ContentSource } from "../../lib/http/content.ts";
import { drained } from "./ground.ts";

async function gunzipped(octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function octetsOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

Deno.test("gzip is undone by the runtime's own decoder", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (content) => {
    assertEquals(await gunzipped(new Uint8Array(gzip(content))), new Uint8Array(content));
  }));
});

Deno.test("gzip of equal contents is equal", () => {
  const content = octetsOf("the same ".repeat(1_000));
  assertEquals(gzip(content), gzip(content.slice()));
});

Deno.test("GzipContent codes the same content however it is pulled", async () => {
  const sizes = fc.constantFrom(0, 1, 1_000, 65_535, 65_536, 65_537, 300_000);
  const pieces = fc.constantFrom(1_000, 4_096, 100_000);
  await fc.assert(
    fc.asyncProperty(sizes, pieces, fc.nat(), async (size, pieceBytes, seed) => {
      const content = Uint8Array.from({ length: size }, (_, at) => ((at * seed) >>> 7) & 0xff);
      const coded = octetsOf(drained(new GzipContent(new BytesContent(content)), pieceBytes));
      const back = await gunzipped(coded);
      assertEquals(back.length, size);
      assert(back.every((octet, at) => octet === content[at]));
    }),
    { numRuns: 30 },
  );
});

/** Octets wanted at the most, beside those that come out; and whether they are kept then. */
const WANTED: readonly (readonly [surplus: number, isKept: boolean])[] = [
  [1_000, true],
  [0, true],
  [-1, false],
];

for (const [surplus, isKept] of WANTED) {
  Deno.test(`GzipContent ${isKept ? "keeps" : "lets go of"} what is ${-surplus} octets too long`, () => {
    const content = Uint8Array.from({ length: 200_000 }, (_, at) => (at * at) >>> 7);
    const want = octetsOf(drained(new GzipContent(new BytesContent(content)), 5_000));
    const kept: Uint8Array[] = [];
    const keeper = {
      bytesMax: want.length + surplus,
      keep: (octets: Uint8Array) => kept.push(octets),
    };
    const coded = new GzipContent(new BytesContent(content), keeper);
    assertEquals(octetsOf(drained(coded, 5_000)), want);
    assertEquals(kept, isKept ? [want] : []);
  });
}

Deno.test("GzipContent keeps nothing of what it was not asked for to the end", () => {
  const kept: Uint8Array[] = [];
  const keeper = { bytesMax: 1_000_000, keep: (octets: Uint8Array) => kept.push(octets) };
  const coded = new GzipContent(new BytesContent(new Uint8Array(200_000)), keeper);
  coded.read(new Uint8Array(10));
  coded.close();
  assertEquals(kept, []);
});

Deno.test("GzipContent takes in no more than a step before it gives something", () => {
  let taken = 0;
  const endless: ContentSource = {
    byteLength: undefined,
    read: (into) => {
      into.fill(0);
      taken += into.length;
      return into.length;
    },
    close: () => {},
  };
  const coded = new GzipContent(endless);
  const into = new Uint8Array(1_000);
  for (let pull = 1; pull <= 50; pull++) {
    assert(coded.read(into) > 0);
    assert(taken <= pull * 64 * 1024);
  }
  coded.close();
});

Deno.test("GzipContent passes a failing source on, and lets go of it once", () => {
  let closed = 0;
  const failing: ContentSource = {
    byteLength: 10,
    read: () => {
      throw new Error("the disk is gone");
    },
    close: () => closed++,
  };
  const coded = new GzipContent(failing);
  assertThrows(() => coded.read(new Uint8Array(10)), Error, "the disk is gone");
  coded.close();
  assertEquals(closed, 1);
});
