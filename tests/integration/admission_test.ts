// One slot, a short queue, and who gets in when.

import { assert, assertEquals } from "@std/assert";
import { HELLO, serverTest } from "./harness.ts";
import { get, uploadHead } from "./requests.ts";

const ONE_AND_ONE = ["--workers", "1", "--connections", "1", "--queue", "1"];

serverTest("the queue takes one, the next is told when to come again", {
  flags: ONE_AND_ONE,
}, async (server) => {
  using first = await server.connect();
  assertEquals((await first.ask(get("/hello.html"))).status, 200);
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
  using first = await server.connect();
  assertEquals((await first.ask(get("/hello.html"))).status, 200);
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
  using first = await server.connect();
  assertEquals((await first.ask(get("/hello.html"))).status, 200);
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
  using first = await server.connect();
  assertEquals((await first.ask(get("/hello.html"))).status, 200);
  const impatient = await server.connect();
  await impatient.send(get("/hello.html"));
  impatient.close();
  first.close();
  // Whether the queue is full still depends on who is faster; what counts is that service goes on.
  let status = 503;
  while (status === 503) status = (await server.ask(get("/hello.html"))).status;
  assertEquals(status, 200);
});
