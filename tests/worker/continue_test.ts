// The interim answer where the answers before it leave no room: it is late, but never lost and never
// cut, and the client gets it before the final one.

import { assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/channel/buffers.ts";
import { readAnswers } from "../exchanges/answers.ts";
import { makeLine, makeSite } from "../exchanges/fixture.ts";
import type { Line } from "../exchanges/line.ts";
import { GET, JSON_BODY, JSON_LENGTH, UPLOAD } from "../exchanges/request.ts";
import { octets } from "../http/bytes.ts";

/** Octets left in the block when the interim answer is due: it has 25. */
const ROOMS = [...Array(30).keys()];

function getBlock(byteLength: number): string {
  return GET("/block.bin", `Range: bytes=0-${byteLength - 1}`);
}

async function exchange(line: Line, sent: string): Promise<readonly [number, number][]> {
  using connection = line.open();
  await connection.send(octets(sent));
  const answers = readAnswers(connection.answered, connection.logged);
  return answers.map(({ status, content }) => [status, content.length]);
}

Deno.test("Exchange asks for content however little room is left", async () => {
  const folder = await makeSite();
  try {
    await Deno.writeFile(`${folder}/root/block.bin`, new Uint8Array(BLOCK_BYTES));
    const line = makeLine(folder, 1);
    const headBytes = await headBytesOf(line, getBlock(BLOCK_BYTES - 1_000));
    for (const room of ROOMS) {
      const byteLength = BLOCK_BYTES - headBytes - room;
      const upload = UPLOAD(JSON_LENGTH, "Expect: 100-continue") + JSON_BODY;
      const [first, second, third] = await exchange(line, getBlock(byteLength) + upload);
      assertEquals([first, second, third?.[0]], [[206, byteLength], [100, 0], 201]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Octets of the head of the answer to `sent`: as many for every part whose length has as many digits. */
async function headBytesOf(line: Line, sent: string): Promise<number> {
  using connection = line.open();
  await connection.send(octets(sent));
  return connection.answered.indexOf("\r\n\r\n") + 4;
}
