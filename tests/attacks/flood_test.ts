// Connections in numbers: whoever is one too many is told so, and whoever only sits there makes room.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { textOf } from "../integration/answer.ts";
import type { Client } from "../integration/client.ts";
import { HELLO, serverTest, type TestServer } from "../integration/harness.ts";
import { get, uploadHead } from "../integration/requests.ts";
import { UNLIMITED } from "./site.ts";

const SLOTS = 4;
const PLACES = 8;

/** Few slots and a short queue, and nothing else that could refuse anybody. */
const SCARCE = [...UNLIMITED, "--connections", String(SLOTS), "--queue", String(PLACES)];

async function connections(server: TestServer, count: number): Promise<Client[]> {
  const clients = [];
  for (let index = 0; index < count; index++) clients.push(await server.connect());
  return clients;
}

/** Takes every slot with a client that was answered and stays. */
async function holders(server: TestServer): Promise<Client[]> {
  const clients = await connections(server, SLOTS);
  for (const client of clients) await assertServed(client);
  return clients;
}

async function assertServed(client: Client): Promise<void> {
  const { status, text } = await client.ask(get("/hello.html"));
  assertEquals([status, text], [200, HELLO]);
}

/** Takes every slot with an upload that goes on: who is idle makes room for others. */
async function busyHolders(server: TestServer): Promise<Client[]> {
  const clients = await connections(server, SLOTS);
  for (const client of clients) {
    const head = uploadHead("Content-Length: 2", "Expect: 100-continue");
    assertEquals((await client.ask(head)).status, 100);
  }
  return clients;
}

/** A refusal is whole, says when to come again, and ends the connection without a reset. */
async function assertRefused(client: Client, sent: string): Promise<void> {
  const sending = client.send(sent).then(() => "sent", () => "cut off");
  const { status, fields, text } = await client.answer();
  assertEquals([status, fields.get("connection")], [503, "close"]);
  assert(Number(fields.get("retry-after")) >= 1);
  assert(text.length > 0);
  assertEquals(await sending, "sent");
  assertEquals(textOf(await client.rest()), "");
}

/** Clients that are cut hear nothing. */
async function assertCut(clients: readonly Client[]): Promise<void> {
  for (const client of clients) assertEquals(textOf(await client.rest()), "");
}

serverTest("150 connections from one address: slots, places, and 503 for the rest", {
  flags: SCARCE,
}, async (server) => {
  const held = await busyHolders(server);
  const waiting = await connections(server, PLACES);
  for (const client of waiting) await client.send(get("/hello.html", "Connection: close"));
  const sent = [
    "", // 503 is what they hear even if they say nothing
    get("/hello.html"),
    "\x16\x03\x01\x00\xa5",
    uploadHead(`Content-Length: ${1 << 20}`) + " ".repeat(1 << 20),
  ];
  await Promise.all(Array.from({ length: 138 }, async (_, index) => {
    await assertRefused(await server.connect(), sent[index % sent.length] ?? "");
  }));
  for (const client of held) client.close();
  for (const client of waiting) assertEquals((await client.answer()).text, HELLO);
  await assertServed(await server.connect());
});

serverTest("one client may hold only so many connections", {
  flags: [...UNLIMITED.slice(0, -1), "8"], // the last of the limits that are off: --per-client
}, async (server) => {
  const held = await connections(server, 8);
  for (const client of held) await assertServed(client);
  await Promise.all(Array.from({ length: 30 }, async () => {
    await assertRefused(await server.connect(), get("/hello.html"));
  }));
  for (const client of held) await assertServed(client); // who is in stays in
});

serverTest("an idle flood that says nothing makes room", {
  flags: [...SCARCE, "--head-timeout", "300ms"],
}, async (server) => {
  const idle = await connections(server, SLOTS + PLACES - 1);
  const client = await server.connect(); // takes the last place
  const answer = client.ask(get("/hello.html", "Connection: close"));
  await assertRefused(await server.connect(), get("/hello.html"));
  assertEquals((await answer).text, HELLO);
  await assertCut(idle);
});

serverTest("an idle flood that has asked once makes room", {
  flags: [...SCARCE, "--keep-alive", "300ms"],
}, async (server) => {
  const idle = await holders(server);
  const clients = await connections(server, PLACES);
  for (const client of clients) await client.send(get("/hello.html", "Connection: close"));
  for (const client of clients) assertEquals((await client.answer()).text, HELLO);
  await assertCut(idle);
});

serverTest("an idle flood in the middle of a request makes room", {
  flags: [...SCARCE, "--head-timeout", "300ms", "--body-timeout", "300ms"],
}, async (server) => {
  const starts = [
    "GET /",
    get("/hello.html").slice(0, -2),
    uploadHead("Content-Length: 9"),
    "\r\n",
  ];
  const idle = await connections(server, SLOTS);
  for (const [index, client] of idle.entries()) await client.send(starts[index] ?? "");
  const client = await server.connect();
  await assertServed(client);
});

serverTest("a flood that asks for much and reads nothing makes room", {
  flags: [...SCARCE, "--write-timeout", "300ms"],
}, async (server) => {
  using file = await Deno.create(join(server.root, "large.bin"));
  await file.truncate(64 * 1024 * 1024); // more than any system takes off our hands
  const stubborn = await connections(server, SLOTS);
  for (const client of stubborn) await client.send(get("/large.bin"));
  await assertServed(await server.connect());
});

serverTest("clients that connect and leave take nothing with them", {
  flags: [...UNLIMITED, "--connections", String(SLOTS), "--queue", "1000"],
}, async (server) => {
  for (let round = 0; round < 10; round++) {
    const leaving = await connections(server, 50);
    for (const [index, it] of leaving.entries()) {
      if (index % 2 === 0) await it.send(get("/hello.html"));
      it.close();
    }
    using client = await server.connect();
    await assertServed(client);
  }
  await holders(server); // no slot has gone with them
});
