// Requests that are asked so often that the main thread answers them: what clients, counters and logs see
// is what they would see if a worker had.

import { assert, assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { join } from "@std/path";
import { REPEAT_MS } from "../../lib/channel/repeats.ts";
import type { Answer } from "./answer.ts";
import { type Ground, HELLO, serverTest, type TestServer } from "./harness.ts";
import { get, request } from "./requests.ts";

/** Clients that ask at one time. */
const CLIENTS = 8;

/** Nobody is refused for asking too often. */
const FREE = ["--rate", "0", "--max-requests", "1000000"];

/** What the server has counted so far under a name. */
async function counted(server: TestServer, name: string): Promise<number> {
  const { text } = await server.ask(get("/metrics"));
  const line = text.split("\n").find((it) => it.startsWith(`${name} `));
  return Number(line?.split(" ")[1]);
}

/** Has clients ask the same without a pause, each until `isEnough` of its answers. @returns All answers. */
async function askOften(
  server: TestServer,
  asked: string,
  isEnough: (answers: number) => boolean,
): Promise<Answer[]> {
  const clients = Array.from({ length: CLIENTS }, async () => {
    using client = await server.connect();
    const answers: Answer[] = [];
    while (!isEnough(answers.length)) answers.push(await client.ask(asked));
    return answers;
  });
  return (await Promise.all(clients)).flat();
}

/** Asks the same until so many of it were answered without a worker. @returns All answers. */
async function askUntilRepeated(server: TestServer, asked: string): Promise<Answer[]> {
  const before = await counted(server, "sluice_http_repeats_total");
  const answers: Answer[] = [];
  while (await counted(server, "sluice_http_repeats_total") < before + 100) {
    answers.push(...await askOften(server, asked, (count) => count >= 50));
  }
  return answers;
}

/** Fields that tell of the hour, or how the content came. */
const PASSING = ["date", "content-length", "transfer-encoding"];

/** Everything else of an answer. */
function essence({ status, fields, content }: Answer): unknown {
  return [status, [...fields].filter(([name]) => !PASSING.includes(name)), content];
}

const ROWS: readonly (readonly [
  what: string,
  ask: (server: TestServer) => string | Promise<string>,
  status: number,
  bytes: number,
])[] = [
  ["a file", () => get("/hello.html", "X-Row: 1"), 200, HELLO.length],
  ["a file's head", () => request("HEAD", "/hello.html"), 200, 0],
  ["a file in a coding", () => get("/long.txt", "Accept-Encoding: gzip"), 200, 49],
  [
    "a file that the client has",
    async (server) => {
      const { fields } = await server.ask(request("HEAD", "/hello.html"));
      return get("/hello.html", `If-None-Match: ${fields.get("etag")}`);
    },
    304,
    0,
  ],
  ["nothing", () => get("/nothing"), 404, 23],
];
const GROUND: Ground = {
  flags: (folder) => [...FREE, "--json-log-file", join(folder, "json")],
  files: { "root/long.txt": "long ".repeat(1000) },
};
for (const [what, ask, status, bytes] of ROWS) {
  serverTest(`${what} that is asked often is answered as if a worker did`, GROUND, async (
    server,
  ) => {
    const asked = await ask(server);
    const [method, target] = asked.split(" ");
    const first = await server.ask(asked);
    assertEquals(first.status, status);
    const answers = await askUntilRepeated(server, asked);
    for (const answer of answers) assertEquals(essence(answer), essence(first));

    const requests = await counted(server, "sluice_http_request_duration_seconds_count");
    await server.stopAndReadLog();
    const lines = (await Deno.readTextFile(join(server.folder, "json"))).trimEnd().split("\n")
      .map((line) => JSON.parse(line)).filter(({ logger }) => logger === "sluice.access");
    assertEquals(lines.length, requests + 1); // the last had asked for the count
    const own = lines.filter((line) => line.target === target && line.method === method);
    assertEquals(own.length, answers.length + 1);
    for (const line of own) assertEquals([line.status, line.bytes], [status, bytes]);
  });
}

serverTest("a change is seen soon, however often the file is asked for", { flags: FREE }, async (
  server,
) => {
  const asked = get("/hello.html");
  await askUntilRepeated(server, asked);
  for (let change = 0; change < 5; change++) {
    const text = `change ${change}\n`;
    let isSeen = false;
    const asking = askOften(server, asked, () => isSeen);
    using client = await server.connect();
    // Put in its place whole: one that is written over is cut for those who are being sent it.
    await server.write("next.html", text);
    await Deno.rename(join(server.root, "next.html"), join(server.root, "hello.html"));
    const writtenMs = performance.now();
    while (!isSeen) {
      const askedMs = performance.now();
      isSeen = (await client.ask(asked)).text === text;
      assert(isSeen || askedMs - writtenMs < REPEAT_MS + 1, "it is seen when the time is over");
    }
    await asking;
  }
});

serverTest("a connection has as many requests as it may", {
  flags: ["--rate", "0", "--max-requests", "10"],
}, async (server) => {
  for (let round = 0; await counted(server, "sluice_http_repeats_total") < 100; round++) {
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      using client = await server.connect();
      for (let left = 9; left >= 0; left--) {
        const { fields } = await client.ask(get("/hello.html"));
        assertEquals(fields.get("connection") === "close", left === 0);
      }
      assert(await client.isEnded());
    }));
  }
});

serverTest("a client has as many requests as its rate allows", {
  flags: ["--rate", "1", "--burst", "500", "--max-requests", "1000000"],
}, async (server) => {
  const startedMs = performance.now();
  const answers = await askOften(server, get("/hello.html"), (count) => count >= 100);
  const served = answers.filter(({ status }) => status === 200).length;
  assertEquals(answers.every(({ status }) => status === 200 || status === 429), true);
  assertGreaterOrEqual(served, 500);
  assertGreater(500 + (performance.now() - startedMs) / 1000 + 1, served);
});

const OWN: readonly (readonly [what: string, ...flags: string[]])[] = [
  ["has a name of its own", "--request-id", "on"],
  ["says how long it took", "--server-timing", "on"],
  ["may be from anybody", "--trust-proxy", "127.0.0.1"],
];
for (const [what, ...flags] of OWN) {
  serverTest(`a request that ${what} is never a repeat`, { flags: [...FREE, ...flags] }, async (
    server,
  ) => {
    await askOften(server, get("/hello.html"), (count) => count >= 100);
    assertEquals(await counted(server, "sluice_http_repeats_total"), 0);
  });
}

serverTest("what is not a file is never a repeat", { flags: FREE }, async (server) => {
  await askOften(server, get("/health"), (count) => count >= 100);
  await askOften(server, get("/metrics"), (count) => count >= 20);
  await askOften(server, request("OPTIONS", "/hello.html"), (count) => count >= 100);
  assertEquals(await counted(server, "sluice_http_repeats_total"), 0);
});
