// Files that fit no buffer on the way: nothing is lost, doubled or held back.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Client } from "./client.ts";
import { joined } from "./answer.ts";
import { HELLO, serverTest } from "./harness.ts";
import { firstDifference, pattern } from "./pattern.ts";
import { get } from "./requests.ts";

const MB = 1024 * 1024;

/** Every byte behind the head, read in pieces of changing size. */
async function contentInPieces(client: Client): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const sizes = [1, 7, 4096, 1000, 65_536, 100_003];
  for (let round = 0;; round++) {
    const piece = await client.read(sizes[round % sizes.length]);
    if (piece === null) break;
    pieces.push(piece);
  }
  const whole = joined(pieces);
  const head = new TextDecoder().decode(whole.subarray(0, 4096));
  return whole.subarray(head.indexOf("\r\n\r\n") + 4);
}

const TWENTY = pattern(20 * MB);

serverTest("a large file reaches a slow reader whole, and holds nobody up", {
  files: { "root/large.bin": TWENTY },
}, async (server) => {
  using slow = await server.connect();
  await slow.send(get("/large.bin", "Connection: close"));
  // Its answer fills every buffer by now or soon; the same worker still serves others.
  for (let round = 0; round < 20; round++) {
    assertEquals((await server.ask(get("/hello.html"))).text, HELLO);
  }
  assertEquals(firstDifference(await contentInPieces(slow), TWENTY), -1);
});

const [ONE, OTHER] = [pattern(3 * MB, 1), pattern(3 * MB + 1, 2)];

serverTest("large files go to many readers at one time", {
  flags: ["--workers", "2"],
  files: { "root/0.bin": ONE, "root/1.bin": OTHER },
}, async (server) => {
  await Promise.all(Array.from({ length: 16 }, async (_, index) => {
    using client = await server.connect();
    for (const [name, want] of [ONE, OTHER].entries()) {
      const { content } = await client.ask(get(`/${name}.bin`));
      assertEquals(firstDifference(content, want), -1, `reader ${index}`);
    }
  }));
});

serverTest("pipelined large files come in order", {
  files: { "root/0.bin": pattern(300_000, 1), "root/1.bin": pattern(299_999, 2) },
}, async (server) => {
  using client = await server.connect();
  await client.send((get("/0.bin") + get("/hello.html") + get("/1.bin")).repeat(5));
  for (let round = 0; round < 5; round++) {
    assertEquals(firstDifference((await client.answer()).content, pattern(300_000, 1)), -1);
    assertEquals((await client.answer()).text, HELLO);
    assertEquals(firstDifference((await client.answer()).content, pattern(299_999, 2)), -1);
  }
});

serverTest("files around the sizes of the buffers are served whole", {}, async (server) => {
  using client = await server.connect();
  const edges = [0, 1, 2048, 3700, 4096, 64 * 1024, 128 * 1024, 2 * 128 * 1024, MB];
  for (const edge of edges) {
    for (const size of [edge - 1, edge, edge + 1].filter((bytes) => bytes >= 0)) {
      await server.write(`${size}.bin`, pattern(size, size));
      const { content } = await client.ask(get(`/${size}.bin`));
      assertEquals(firstDifference(content, pattern(size, size)), -1, `${size} bytes`);
    }
  }
});

serverTest("a file that shrinks while it is sent is cut, and never filled up", {
  flags: ["--connections", "1", "--queue", "8"],
}, async (server) => {
  const path = join(server.root, "shrinking.bin");
  await Deno.writeFile(path, new Uint8Array(0));
  await Deno.truncate(path, 256 * MB);
  using client = await server.connect();
  await client.send(get("/shrinking.bin"));
  assert(await client.read(1) !== null); // it is under way, and far from its end
  await Deno.truncate(path, MB);
  const rest = await client.rest().catch((error: unknown) => {
    if (error instanceof Deno.errors.ConnectionReset) return new Uint8Array(0);
    throw error;
  });
  assert(rest.length < 256 * MB);
  // The only slot is free again.
  assertEquals((await server.ask(get("/hello.html"))).text, HELLO);
});
