// Threads that go wrong, each in its way. What it costs is the request that was in it.

import { assert, assertEquals } from "@std/assert";
import type { Client } from "../integration/client.ts";
import { HELLO, serverTest, type TestServer } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";

const FAULTY = import.meta.resolve("./faulty_worker.ts");

/** Every way for a thread to go wrong, and how the log tells of it. */
const FAULTS = [
  ["hang", "No sign of life"],
  ["throw", "told to throw"],
  ["close", "No sign of life"],
  ["exit", "No sign of life"],
] as const;

const FILES = Object.fromEntries(
  FAULTS.map(([fault]) => [`root/fault-${fault}.txt`, fault]),
);

/** Opens a connection in each of two workers. */
async function oneInEach(server: TestServer): Promise<[Client, Client]> {
  const pair: [Client, Client] = [await server.connect(), await server.connect()];
  for (const client of pair) assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
  return pair;
}

for (const [fault, reason] of FAULTS) {
  serverTest(`a worker that is made to ${fault} costs its own request alone`, {
    files: FILES,
    workerModule: FAULTY,
    flags: ["--workers", "2", "--worker-timeout", "2s"],
  }, async (server) => {
    const [victim, bystander] = await oneInEach(server);
    let isOver = false;
    const answer = victim.ask(get(`/fault-${fault}.txt`)).finally(() => isOver = true);
    let served = 0;
    while (!isOver) {
      assertEquals((await bystander.ask(get("/hello.html"))).text, HELLO);
      if (++served % 90 === 0) break; // it may ask a hundred times on a connection
    }
    const { status, fields } = await answer;
    assertEquals([status, fields.get("connection")], [500, "close"]);
    assertEquals((await bystander.ask(get("/hello.html"))).text, HELLO);
    for (let index = 0; index < 4; index++) {
      assertEquals((await server.ask(get("/hello.html"))).text, HELLO);
    }
    const log = await server.stopAndReadLog();
    assertEquals(log.match(/Lost a worker/g)?.length, 1);
    assert(log.includes(reason), log);
  });
}

serverTest("a worker that hangs does not keep the server from stopping", {
  files: FILES,
  workerModule: FAULTY,
  flags: ["--workers", "2", "--worker-timeout", "30s", "--drain", "30s"],
}, async (server) => {
  const [victim, bystander] = await oneInEach(server);
  await victim.send(get("/fault-hang.txt"));
  for (let round = 0; round < 9; round++) {
    assertEquals((await bystander.ask(get("/hello.html"))).text, HELLO);
  }
  assertEquals(await server.stop(), true); // not cut at the end of the drain: it was given up before
  assertEquals((await victim.answer()).status, 500);
});

serverTest("a server without a worker says so at once, and stops at once", {
  workerModule: import.meta.resolve("../pool/broken_worker.ts"),
  flags: ["--drain", "30s"],
}, async (server) => {
  let status = 0;
  while (status !== 503) {
    // Until the pauses grow, a connection may find a worker that is about to fail.
    status = await server.ask(get("/hello.html")).then((it) => it.status, () => 0);
  }
  assertEquals(await server.stop(), true);
});
