// What the log tells of requests: one line each, whatever becomes of them and whatever is in them.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { isRequestId } from "../../lib/telemetry/request_id.ts";
import { parseCommonLine } from "../telemetry/common_line.ts";
import { type Ground, serverTest, type TestServer } from "./harness.ts";
import { get, uploadHead } from "./requests.ts";

const LARGE_BYTES = 32 * 1024 * 1024; // more than the system buffers for a socket
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

/** A server that also logs as JSON. */
function withJson(...flags: string[]): Ground {
  return {
    flags: (folder) => [
      ...["--json-log-file", join(folder, "json"), "--audit-log", join(folder, "audit")],
      ...flags,
    ],
  };
}

async function objectsOf(server: TestServer, name: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(join(server.folder, name));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Stops the server. @returns Its access lines of JSON. */
async function accessLines(server: TestServer): Promise<Record<string, unknown>[]> {
  await server.stopAndReadLog();
  return (await objectsOf(server, "json")).filter(({ logger }) => logger === "sluice.access");
}

async function makeLarge(server: TestServer): Promise<void> {
  using file = await Deno.create(join(server.root, "large.bin"));
  await file.truncate(LARGE_BYTES);
}

serverTest("an answer whose client leaves has a line with what went out", withJson(), async (
  server,
) => {
  await makeLarge(server);
  const client = await server.connect();
  await client.send(get("/large.bin"));
  let readBytes = 0;
  while (readBytes < 1_000_000) readBytes += (await client.read())?.length ?? 0;
  client.close();
  const [line, ...others] = await accessLines(server);
  assertEquals(others, []);
  assertEquals([line?.target, line?.status, line?.cut], ["/large.bin", 200, true]);
  const bytes = Number(line?.bytes);
  assert(bytes > readBytes - 2048 && bytes < LARGE_BYTES, `${bytes} of ${readBytes} and more`);
});

serverTest("an answer that nobody reads has a line when its time is over", {
  flags: ["--write-timeout", "100ms"],
}, async (server) => {
  await makeLarge(server);
  using client = await server.connect();
  await client.send(get("/large.bin"));
  await client.read(1);
  await server.stop(); // waits for the answer, and so for its end
  const log = await server.stopAndReadLog();
  const [, bytes] = / GET \/large\.bin 200 (\d+)B [\d.]+ms cut\n/.exec(log) ?? [];
  assert(Number(bytes) > 0 && Number(bytes) < LARGE_BYTES, log);
});

serverTest("an answer that is cut at the end of the drain has a line", {
  flags: ["--drain", "50ms"],
}, async (server) => {
  await makeLarge(server);
  using client = await server.connect();
  await client.send(get("/large.bin"));
  await client.read(1);
  assertEquals(await server.stop(), false);
  assertMatch(await server.stopAndReadLog(), / GET \/large\.bin 200 \d+B [\d.]+ms cut\n/);
});

serverTest("a client that leaves before its answer has a line", withJson(), async (server) => {
  const client = await server.connect();
  await client.send(uploadHead("Content-Length: 100", "Expect: 100-continue") + "[1,");
  await client.read(); // the head was read
  client.close();
  const lines = await accessLines(server);
  const told = lines.map(({ method, status, bytes, cut }) => [method, status, bytes, cut]);
  assertEquals(told, [["POST", 499, 0, true]]);
});

serverTest("a connection that asks nothing has no line", withJson(), async (server) => {
  for (const begun of ["", "GET /hello.html HTTP/1.1\r\nHost: loc"]) {
    const client = await server.connect();
    await client.send(begun);
    client.close();
  }
  await server.ask(get("/hello.html"));
  assertEquals((await accessLines(server)).length, 1);
});

const AGENTS = [
  ["curl/8.0", "https://a.example/?q=1"],
  ['" 200 0 "-" "x', '\\" - - [01/Jan/2026:00:00:00 +0000]'],
  ["\xc3\xa9\xff\x80", "a\tb"],
  ["%0aFORGED \\x0a", "-"],
] as const;

for (const format of ["common", "combined"] as const) {
  serverTest(`the ${format} form reads back, whatever a client says`, {
    flags: ["--access-format", format],
  }, async (server) => {
    for (const [agent, referer] of AGENTS) {
      await server.ask(get('/hello.html?a"b\\', `User-Agent: ${agent}\r\nReferer: ${referer}`));
    }
    await server.ask("GET / HTTP/1.0\r\n\r\n");
    await server.ask("nonsense\r\n\r\n");
    const log = await server.stopAndReadLog();
    const lines = log.split("\n").filter((line) => line.startsWith("127.0.0.1 "));
    const told = lines.map(parseCommonLine);
    assertEquals(told.map(({ target, status }) => [target, status]), [
      ...AGENTS.map(() => ['/hello.html?a"b\\', 200]),
      ["/", 404],
      ["", 400],
    ]);
    if (format === "common") return;
    const shown = (value: string) => value === "-" ? "" : value;
    assertEquals(
      told.slice(0, AGENTS.length).map(({ userAgent, referer }) => [userAgent, referer]),
      AGENTS.map(([agent, referer]) => [agent, shown(referer)]),
    );
  });
}

serverTest(
  "a request has one name, in its answer and in the log",
  withJson("--request-id", "on"),
  async (
    server,
  ) => {
    const given = await server.ask(get("/hello.html", "X-Request-Id: abc-123"));
    assertEquals(given.fields.get("x-request-id"), "abc-123");
    const forged = await server.ask(get("/hello.html", 'X-Request-Id: a", "status":"200'));
    const made = forged.fields.get("x-request-id");
    assert(isRequestId(made) && made !== "abc-123");
    const refused = await server.ask(get("/../secret.html", "X-Request-Id: attack-7"));
    assertEquals([refused.status, refused.fields.get("x-request-id")], [403, "attack-7"]);
    const broken = await server.ask("GET / HTTP/1.1\r\nHost : x\r\n\r\n");
    const brokenName = broken.fields.get("x-request-id");
    assert(isRequestId(brokenName));
    const names = (await accessLines(server)).map(({ requestId }) => requestId);
    assertEquals(names, ["abc-123", made, "attack-7", brokenName]);
    for (const name of ["json", "audit"]) {
      const events = (await objectsOf(server, name)).filter(({ message }) =>
        message === "Security event"
      );
      assertEquals(events.map(({ requestId }) => requestId), ["attack-7", brokenName]);
    }
  },
);

serverTest("a request has no name unless it is wanted", withJson(), async (server) => {
  const { fields } = await server.ask(get("/hello.html", "X-Request-Id: abc-123"));
  assertEquals(fields.has("x-request-id"), false);
  assertEquals(Object.hasOwn((await accessLines(server))[0] ?? {}, "requestId"), false);
});

serverTest(
  "a request's trace is in its line, until the next request",
  withJson(),
  async (server) => {
    const rows: [field: string, trace: unknown[]][] = [
      [`traceparent: 00-${TRACE}-${PARENT}-01`, [TRACE, PARENT]],
      ["X: y", [undefined, undefined]],
      [`traceparent: 00-${TRACE}-${"0".repeat(16)}-01`, [undefined, undefined]],
      [`Traceparent: 00-${TRACE}-${PARENT}-00`, [TRACE, PARENT]],
    ];
    using client = await server.connect();
    for (const [field] of rows) await client.ask(get("/hello.html", field));
    const lines = await accessLines(server);
    assertEquals(
      lines.map(({ traceId, parentId }) => [traceId, parentId]),
      rows.map(([, trace]) => trace),
    );
  },
);

serverTest(
  "an upload keeps the names that came with its head",
  withJson("--request-id", "on"),
  async (
    server,
  ) => {
    using client = await server.connect();
    const names = `X-Request-Id: upload-1\r\ntraceparent: 00-${TRACE}-${PARENT}-01`;
    await client.send(uploadHead("Content-Length: 9", "Expect: 100-continue", names));
    await client.read(); // the head was read
    await client.send('"content"'); // and now lies over it
    const answer = await client.answer();
    assertEquals([answer.status, answer.fields.get("x-request-id")], [201, "upload-1"]);
    const line = (await accessLines(server)).find(({ method }) => method === "POST");
    assertEquals([line?.requestId, line?.traceId, line?.parentId], ["upload-1", TRACE, PARENT]);
  },
);

serverTest("answers say how long they took, if that is wanted", {
  flags: ["--server-timing", "on"],
}, async (server) => {
  for (const target of ["/hello.html", "/missing"]) {
    const { fields } = await server.ask(get(target));
    assertMatch(fields.get("server-timing") ?? "", /^app;dur=\d+\.\d{3}$/);
  }
});

serverTest("answers do not say how long they took unless that is wanted", {}, async (server) => {
  assertEquals((await server.ask(get("/hello.html"))).fields.has("server-timing"), false);
});

serverTest("slow requests are told of, as many as are of use", {
  ...withJson(),
  config: { slowMs: Number.MIN_VALUE }, // every request takes longer than that
}, async (server) => {
  using client = await server.connect();
  for (let index = 0; index < 60; index++) {
    await client.ask(get(`/slow-${index}`, `traceparent: 00-${TRACE}-${PARENT}-01`));
  }
  await server.stopAndReadLog();
  const objects = await objectsOf(server, "json");
  const slow = objects.filter(({ message }) => message === "Slow request");
  assert(slow.length >= 20 && slow.length <= 40, String(slow.length)); // a window may end meanwhile
  const [{ level, method, target, status, client: who, ms, traceId, parentId } = {}] = slow;
  assertEquals([level, method, target, status], ["warn", "GET", "/slow-0", 404]);
  assertEquals([who, typeof ms, traceId, parentId], ["127.0.0.1", "number", TRACE, PARENT]);
});

serverTest("a flood of refusals is a few lines of the log", {}, async (server) => {
  const COUNT = 500;
  for (let index = 0; index < COUNT; index += 100) {
    const requests = Array.from({ length: 100 }, (_, at) => get(`/.env-${index + at}`));
    using client = await server.connect();
    await client.send(requests.slice(0, 99).join("") + get("/.env", "Connection: close"));
    await client.rest();
  }
  const log = await server.stopAndReadLog();
  assertEquals(log.match(/ GET \/\.env\S* 403 /g)?.length, COUNT);
  const told = log.split("\n").filter((line) => line.includes(" WARN "));
  assert(told.length <= 6, told.join("\n")); // two, unless a window ends meanwhile
  const counts = told.map((line) => Number(/ rule=dot-file .* count=(\d+)/.exec(line)?.[1]));
  assertEquals(counts.reduce((sum, count) => sum + count), COUNT);
});

serverTest("no line is lost or torn while the files are renamed and opened again", {
  flags: (folder) => ["--json-log-file", join(folder, "json"), "--max-requests", "1000000"],
}, async (server) => {
  const ROUNDS = 5;
  const COUNT = 200; // of each round
  const whole = { log: "", json: "" };
  using client = await server.connect();
  for (let round = 0; round < ROUNDS; round++) {
    await client.send(get(`/hello.html?${round}`).repeat(COUNT));
    // Some lines are written before the change, some go to the renamed file, and some to the new one.
    for (const name of ["log", "json"]) {
      await Deno.rename(join(server.folder, name), join(server.folder, `${name}-${round}`));
    }
    const reopened = server.server.reopenLogs();
    for (let answers = 0; answers < COUNT; answers++) await client.answer();
    await reopened;
  }
  await server.stop();
  for (const name of ["log", "json"] as const) {
    for (let round = 0; round < ROUNDS; round++) {
      whole[name] += await Deno.readTextFile(join(server.folder, `${name}-${round}`));
    }
    whole[name] += await Deno.readTextFile(join(server.folder, name));
  }
  const targets = Array.from(
    { length: ROUNDS * COUNT },
    (_, at) => `/hello.html?${Math.floor(at / COUNT)}`,
  );
  assertEquals(
    [...whole.log.matchAll(/ GET (\S+) 200 13B /g)].map(([, target]) => target),
    targets,
  );
  const objects = whole.json.trimEnd().split("\n").map((line) => JSON.parse(line));
  const access = objects.filter(({ logger }) => logger === "sluice.access");
  assertEquals(access.map(({ target }) => target), targets);
});
