// Clients that are slow on purpose. Every wait has an end, and the end is told where it can be.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { textOf } from "./answer.ts";
import type { Client } from "./client.ts";
import { HELLO, serverTest } from "./harness.ts";
import { chunk, get, uploadHead } from "./requests.ts";

/** Between two drips, in milliseconds: what matters is that no drip moves the deadline. */
const DRIP_MS = 25;

/** Sends a byte now and then until `until` says that it is enough. */
async function drip(client: Client, text: string, until: AbortSignal): Promise<void> {
  for (const character of text) {
    if (until.aborted) return;
    try {
      await client.send(character);
    } catch {
      return; // the server has closed: that is what it is about
    }
    await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
  }
}

/** Drips until an answer has come. @returns The answer's status. */
async function statusWhileDripping(client: Client, text: string): Promise<number> {
  const answered = new AbortController();
  const dripping = drip(client, text, answered.signal);
  try {
    return (await client.answer()).status;
  } finally {
    answered.abort();
    await dripping;
  }
}

serverTest("a head that is dripped meets its deadline", {
  flags: ["--head-timeout", "200ms"],
}, async (server) => {
  using client = await server.connect();
  const endless = "GET /hello.html HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(10_000);
  assertEquals(await statusWhileDripping(client, endless), 408);
});

serverTest("a head that stops is answered 408", {
  flags: ["--head-timeout", "200ms"],
}, async (server) => {
  using client = await server.connect();
  await client.send("GET /hello.html HTTP/1.1\r\nHo");
  const { status, fields } = await client.answer();
  assertEquals([status, fields.get("connection")], [408, "close"]);
  await client.endSending();
  assert(await client.isEnded());
});

serverTest("a second head that stops gets 408 and nothing twice", {
  flags: ["--head-timeout", "200ms"],
}, async (server) => {
  using client = await server.connect();
  assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
  await client.send("GET /hello.html HTTP/1.1\r\nHo");
  assertEquals((await client.answer()).status, 408);
  await client.endSending();
  assertEquals(textOf(await client.rest()), "");
});

serverTest("a pipelined head that stops gets 408 and nothing twice", {
  flags: ["--head-timeout", "200ms"],
}, async (server) => {
  using client = await server.connect();
  await client.send(get("/hello.html") + get("/missing") + "GET /");
  const statuses = [];
  for (let index = 0; index < 3; index++) statuses.push((await client.answer()).status);
  assertEquals(statuses, [200, 404, 408]);
});

serverTest("a content that stalls is answered 408", {
  flags: ["--body-timeout", "200ms"],
}, async (server) => {
  const rows = [
    uploadHead("Content-Length: 100") + '{"a":',
    uploadHead("Content-Length: 100"),
    uploadHead("Transfer-Encoding: chunked") + chunk('{"a":'),
    uploadHead("Transfer-Encoding: chunked") + "5\r\n[1",
    get("/hello.html", "Content-Length: 100") + "half",
  ];
  await Promise.all(rows.map(async (sent) => {
    using client = await server.connect();
    const { status, fields } = await client.ask(sent);
    assertEquals([status, fields.get("connection")], [408, "close"]);
  }));
  assertEquals(await Array.fromAsync(Deno.readDir(server.uploads)), []);
});

serverTest("a client that asked for 100-continue and sends nothing is answered 408", {
  flags: ["--body-timeout", "200ms"],
}, async (server) => {
  using client = await server.connect();
  const interim = await client.ask(uploadHead("Content-Length: 100", "Expect: 100-continue"));
  assertEquals(interim.status, 100);
  assertEquals((await client.answer()).status, 408);
});

serverTest("a content that trickles below the least rate is answered 408", {
  flags: ["--body-timeout", "300ms", "--body-rate", "1KB"],
}, async (server) => {
  using client = await server.connect();
  await client.send(uploadHead("Content-Length: 10000"));
  // A byte now and then never stalls for long, and would take minutes.
  assertEquals(await statusWhileDripping(client, " ".repeat(10_000)), 408);
});

serverTest("an empty line before a head does not move its deadline", {
  flags: ["--head-timeout", "300ms", "--keep-alive", "1h"],
}, async (server) => {
  using client = await server.connect();
  await client.send("\r\n");
  assert(await client.isEnded());
});

serverTest("a slot is free soon after a head that stopped, though its client stays", {
  flags: ["--head-timeout", "200ms", "--connections", "1", "--queue", "1"],
}, async (server) => {
  using stubborn = await server.connect();
  await stubborn.send("GET /hello.html HTTP/1.1\r\nHo");
  using next = await server.connect();
  assertEquals((await next.ask(get("/hello.html"))).text, HELLO);
  assertEquals((await stubborn.answer()).status, 408);
});

serverTest("a slow content is fine as long as it moves", {
  flags: ["--body-timeout", "5s", "--head-timeout", "200ms", "--keep-alive", "200ms"],
}, async (server) => {
  using client = await server.connect();
  const json = `[${"1,".repeat(12)}1]`;
  await client.send(uploadHead(`Content-Length: ${json.length}`));
  assertEquals(await statusWhileDripping(client, json), 201); // longer than a head may take
});

serverTest("a client that never reads is cut, and its slot given on", {
  flags: ["--connections", "1", "--queue", "1", "--write-timeout", "200ms"],
}, async (server) => {
  using file = await Deno.create(join(server.root, "endless.bin"));
  const size = 512 * 1024 * 1024;
  await file.truncate(size);
  using stubborn = await server.connect();
  await stubborn.send(get("/endless.bin"));
  using next = await server.connect();
  assertEquals((await next.ask(get("/hello.html"))).text, HELLO); // the only slot came free
  const rest = await stubborn.rest().catch(() => new Uint8Array(0));
  assert(rest.length < size, "it was cut, not served to the end");
});

serverTest("a client that reads again within the deadline gets all of it", {
  flags: ["--write-timeout", "10s"],
}, async (server) => {
  using file = await Deno.create(join(server.root, "long.bin"));
  const size = 32 * 1024 * 1024;
  await file.truncate(size);
  using client = await server.connect();
  await client.send(get("/long.bin"));
  for (let round = 0; round < 10; round++) assertEquals((await server.ask(get("/x"))).status, 404);
  assertEquals((await client.answer()).content.length, size);
});

serverTest("clients that only connect take nothing from the others", {
  flags: ["--head-timeout", "1s", "--connections", "64"],
}, async (server) => {
  const idle = await Promise.all(Array.from({ length: 60 }, () => server.connect()));
  for (let round = 0; round < 20; round++) {
    assertEquals((await server.ask(get("/hello.html"))).text, HELLO);
  }
  for (const client of idle) assertEquals(textOf(await client.rest()), "");
});

serverTest("a client that was cut never gets what is meant for others", {
  flags: ["--write-timeout", "200ms", "--keep-alive", "1s", "--connections", "8"],
  files: { "root/foreign.bin": new Uint8Array(600_000).fill(0xee) },
}, async (server) => {
  using file = await Deno.create(join(server.root, "endless.bin"));
  await file.truncate(512 * 1024 * 1024);
  using stubborn = await server.connect();
  await stubborn.send(get("/endless.bin"));
  using watcher = await server.connect();
  assertEquals((await watcher.ask(get("/hello.html"))).text, HELLO);
  assert(await watcher.isEnded()); // its deadline is the later one: the stubborn one is cut by now
  // What follows is read from a file into the memory that came free.
  for (let round = 0; round < 4; round++) {
    assertEquals((await server.ask(get("/foreign.bin"))).content.length, 600_000);
  }
  const rest = await stubborn.rest().catch(() => new Uint8Array(0));
  assertEquals(rest.indexOf(0xee), -1);
});
