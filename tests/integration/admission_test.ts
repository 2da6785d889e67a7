// One slot, a short queue, and who gets in when.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Client } from "./client.ts";
import { HELLO, serverTest, type TestServer } from "./harness.ts";
import { get, uploadHead } from "./requests.ts";

/** Takes a slot with an upload that goes on: only idle connections are closed for others. */
async function holdSlot(server: TestServer): Promise<Client> {
  const client = await server.connect();
  const head = uploadHead("Content-Length: 2", "Expect: 100-continue");
  assertEquals((await client.ask(head)).status, 100);
  return client;
}

const ONE_AND_ONE = ["--workers", "1", "--connections", "1", "--queue", "1"];

serverTest("the queue takes one, the next is told when to come again", {
  flags: ONE_AND_ONE,
}, async (server) => {
  using first = await holdSlot(server);
  using second = await server.connect();
  await second.send(get("/hello.html"));
  for (let index = 0; index < 5; index++) {
    using refused = await server.connect();
    // It has sent a request that nobody reads: the answer must survive that.
    const { status, fields, text } = await refused.ask(get("/hello.html"));
    assertEquals([status, fields.get("connection")], [503, "close"]);
    assert(Number(fields.get("retry-after")) >= 1);
    assert(text.length > 0);
    await refused.endSending();
    assert(await refused.isEnded());
  }
  first.close();
  assertEquals((await second.answer()).text, HELLO);
});

serverTest("a refusal is read by a client that is still sending", {
  flags: ["--workers", "1", "--connections", "1", "--queue", "0"],
}, async (server) => {
  using _ = await holdSlot(server);
  using refused = await server.connect();
  const size = 4 * 1024 * 1024;
  const sending = refused.send(uploadHead(`Content-Length: ${size}`) + " ".repeat(size));
  assertEquals((await refused.answer()).status, 503);
  await sending;
});

// The queue holds the one that comes between the close and the worker's word that all is done.
serverTest("a slot that comes free is given on", {
  flags: ONE_AND_ONE,
}, async (server) => {
  for (let round = 0; round < 50; round++) {
    using client = await server.connect();
    await client.send(get("/hello.html", "Connection: close"));
    assertEquals((await client.answer()).text, HELLO);
    assert(await client.isEnded());
  }
});

serverTest("the queue is served in the order of arrival", {
  flags: ["--workers", "1", "--connections", "1", "--queue", "5"],
}, async (server) => {
  using first = await holdSlot(server);
  const waiting = [];
  for (let index = 0; index < 5; index++) {
    const client = await server.connect();
    await client.send(get(`/${index}`));
    waiting.push(client);
  }
  first.close();
  // Each keeps the only slot until it leaves: out of order, this would wait for ever.
  for (const client of waiting) {
    assertEquals((await client.answer()).status, 404);
    client.close();
  }
});

serverTest("slots are counted for each worker", {
  flags: ["--workers", "2", "--connections", "2", "--queue", "0"],
}, async (server) => {
  const held = [];
  for (let index = 0; index < 4; index++) {
    const client = await server.connect();
    assertEquals((await client.ask(get("/hello.html"))).status, 200);
    held.push(client);
  }
  assertEquals((await server.ask(get("/hello.html"))).status, 503);
});

serverTest("a client that waits and leaves does not keep its place", {
  flags: ONE_AND_ONE,
}, async (server) => {
  using first = await holdSlot(server);
  const impatient = await server.connect();
  await impatient.send(get("/hello.html"));
  impatient.close();
  first.close();
  // Whether the queue is full still depends on who is faster; what counts is that service goes on.
  let status = 503;
  while (status === 503) status = (await server.ask(get("/hello.html"))).status;
  assertEquals(status, 200);
});

serverTest("idle connections make room for new ones, the longest idle first", {
  flags: ["--workers", "1", "--connections", "3", "--queue", "8"],
}, async (server) => {
  const idle = [];
  for (let index = 0; index < 3; index++) {
    const client = await server.connect();
    assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
    idle.push(client);
  }
  const [first, second, third] = idle;
  assert(first !== undefined && second !== undefined && third !== undefined);
  assertEquals((await first.ask(get("/hello.html"))).text, HELLO); // now the second is the eldest
  using busy = await server.connect();
  assertEquals((await busy.ask(get("/hello.html"))).text, HELLO);
  assert(await second.isEnded());
  assertEquals((await third.ask(get("/hello.html"))).text, HELLO);
  assertEquals((await first.ask(get("/hello.html"))).text, HELLO);
});

serverTest("far more clients than slots are all served when they take turns", {
  flags: ["--workers", "2", "--connections", "2", "--queue", "64", "--queue-timeout", "40s"],
}, async (server) => {
  const clients = 40;
  const all = Promise.withResolvers<void>();
  let served = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    using client = await server.connect();
    assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
    if (++served === clients) all.resolve();
    // It keeps its slot until somebody needs it; the last ones are needed by nobody.
    await Promise.race([client.isEnded().catch(() => {}), all.promise]);
  }));
});

serverTest("a client that is never idle keeps its slot; who waits for it hears in time", {
  flags: ["--workers", "1", "--connections", "1", "--queue", "8", "--queue-timeout", "200ms"],
}, async (server) => {
  using _ = await holdSlot(server);
  const { status, fields } = await server.ask(get("/hello.html"));
  assertEquals([status, fields.has("retry-after"), fields.get("connection")], [503, true, "close"]);
  const log = await server.stopAndReadLog();
  assert(log.includes("Refused connections"), log);
});

serverTest("a client that holds too many connections is on record", {
  flags: (folder) => ["--per-client", "1", "--audit-log", join(folder, "audit")],
}, async (server) => {
  using _ = await holdSlot(server);
  for (let index = 0; index < 3; index++) {
    assertEquals((await server.ask(get("/hello.html"))).status, 503);
  }
  await server.stopAndReadLog();
  const lines = (await Deno.readTextFile(join(server.folder, "audit"))).trim().split("\n");
  const counts = lines.map((line) => {
    const { kind, rule, client, status, count } = JSON.parse(line);
    assertEquals([kind, rule, client, status], ["limit", "limit-connections", "127.0.0.1", 503]);
    return count;
  });
  assertEquals(counts, [1, 2]);
});
