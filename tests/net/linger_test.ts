import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  close,
  cutLingering,
  LINGER_BYTES_MAX,
  lingeringClose,
  lingeringCount,
} from "../../lib/net/linger.ts";
import { textOf } from "../integration/answer.ts";
import { connected, socketTest } from "./sockets.ts";

const ANSWER = new TextEncoder().encode("the answer");

socketTest("a lingering close lets a peer that sends read to the end", async () => {
  using pair = await connected();
  const { server, client } = pair;
  const sending = client.send(new Uint8Array(2 * 1024 * 1024));
  await server.write(ANSWER);
  const closed = lingeringClose(server);
  assertEquals(lingeringCount(), 1);
  assertEquals(textOf(await client.rest()), "the answer");
  await sending;
  client.close();
  await closed;
  assertEquals(lingeringCount(), 0);
});

socketTest("a lingering close waits for the read under way", async () => {
  using pair = await connected();
  const { server, client } = pair;
  const buffer = new Uint8Array(8);
  const reading = server.read(buffer);
  const closed = lingeringClose(server, reading);
  assertEquals(textOf(await client.rest()), "");
  await client.send("late");
  assertEquals(await reading, 4);
  assertEquals(textOf(buffer.subarray(0, 4)), "late");
  await client.send("dropped");
  await client.endSending();
  await closed;
  assertEquals(textOf(buffer.subarray(0, 4)), "late");
});

socketTest("a lingering close discards no more than its bound", async () => {
  using pair = await connected();
  const { server, client } = pair;
  const sending = client.send(new Uint8Array(4 * LINGER_BYTES_MAX));
  const [sent] = await Promise.allSettled([sending, lingeringClose(server)]);
  assertEquals(sent.status, "rejected"); // nobody reads what goes beyond
  assertEquals(lingeringCount(), 0);
});

socketTest("lingering connections are cut together", async () => {
  using one = await connected();
  using other = await connected();
  const closed = [lingeringClose(one.server), lingeringClose(other.server)];
  assertEquals(lingeringCount(), 2);
  cutLingering();
  await Promise.all(closed);
  assertEquals(lingeringCount(), 0);
  for (const { client } of [one, other]) assert(await client.isEnded());
});

socketTest("a connection that the peer reset is no fault", async () => {
  using pair = await connected();
  pair.client.close();
  await lingeringClose(pair.server);
  assertEquals(lingeringCount(), 0);
});

socketTest("closing twice is closing once", async () => {
  using pair = await connected();
  close(pair.server);
  close(pair.server);
  await assertRejects(() => pair.server.write(ANSWER));
});
