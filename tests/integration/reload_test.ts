// A server that goes on by another configuration, and what that costs its clients: nothing.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Config } from "../../lib/config.ts";
import type { Answer } from "./answer.ts";
import { selfSigned } from "./certificate.ts";
import { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { HELLO, SANITIZED, serverTest, type TestServer, withFolder, writeFile } from "./harness.ts";
import { Program } from "./program.ts";
import { get, head, request, upload } from "./requests.ts";

/** Has the server go on by its own configuration with these changes. */
function reload({ server, config }: TestServer, changes: Partial<Config>): Promise<void> {
  return server.reload(() => ({ ...config, ...changes }));
}

function readLog({ folder }: TestServer, name = "log"): Promise<string> {
  return Deno.readTextFile(join(folder, name));
}

/** What changes, a request, and what tells the old from the new: by status or by a field. */
const CHANGES: readonly {
  readonly changes: Partial<Config>;
  readonly ask: string | Uint8Array;
  readonly of: (answer: Answer) => unknown;
  readonly before: unknown;
  readonly after: unknown;
}[] = [
  {
    changes: { allowedHosts: ["foo.example"] },
    ask: head("GET /hello.html HTTP/1.1", "Host: foo.example"),
    of: ({ status }) => status,
    before: 403,
    after: 200,
  },
  {
    changes: { corsOrigins: ["https://a.example"] },
    ask: get("/health", "Origin: https://a.example"),
    of: ({ fields }) => fields.get("access-control-allow-origin"),
    before: undefined,
    after: "https://a.example",
  },
  {
    changes: { bodyBytesMax: 4 },
    ask: upload("[1,2,3]"),
    of: ({ status }) => status,
    before: 201,
    after: 413,
  },
  {
    changes: { targetBytesMax: 64 },
    ask: get(`/hello.html?${"x".repeat(64)}`),
    of: ({ status }) => status,
    before: 200,
    after: 414,
  },
  {
    changes: { downloadExtensions: ["html"] },
    ask: get("/hello.html"),
    of: ({ fields }) => fields.has("content-disposition"),
    before: false,
    after: true,
  },
  {
    changes: { keepAliveMs: 7_000 },
    ask: get("/hello.html"),
    of: ({ fields }) => fields.get("keep-alive")?.split(",")[0],
    before: "timeout=30",
    after: "timeout=7",
  },
  {
    changes: { adminAllowed: [] },
    ask: get("/metrics"),
    of: ({ status }) => status,
    before: 200,
    after: 403,
  },
];

for (const { changes, ask, of, before, after } of CHANGES) {
  serverTest(`a reload changes ${Object.keys(changes).join()}`, {}, async (server) => {
    assertEquals(of(await server.ask(ask)), before);
    await reload(server, changes);
    assertEquals(of(await server.ask(ask)), after);
  });
}

serverTest("a reload changes the rate, and forgets no client", {
  flags: ["--rate", "1", "--burst", "2"],
}, async (server) => {
  for (const status of [200, 200, 429]) {
    assertEquals((await server.ask(get("/hello.html"))).status, status);
  }
  await reload(server, { bodyBytesMax: 4 });
  assertEquals((await server.ask(get("/hello.html"))).status, 429);
  await reload(server, { ratePerSecond: 0 });
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
});

serverTest("a connection outlives a reload by one answer, which says so", {}, async (server) => {
  using client = await server.connect();
  using idle = await server.connect();
  assertEquals((await client.ask(get("/hello.html"))).fields.get("connection"), "keep-alive");
  await reload(server, { allowedHosts: ["foo.example"] });
  const { status, fields } = await client.ask(
    head("GET /hello.html HTTP/1.1", "Host: foo.example"),
  );
  assertEquals([status, fields.get("connection")], [200, "close"]);
  assert(await client.isEnded());
  assertEquals((await idle.ask(get("/hello.html"))).status, 200);
});

serverTest("an upload under way outlives a reload", {}, async (server) => {
  using client = await server.connect();
  const whole = upload("[1,2,3]");
  await client.send(whole.slice(0, -1));
  await server.ask(get("/hello.html")); // so the first part has arrived as well
  await reload(server, { bodyBytesMax: 1 });
  await client.send(whole.slice(-1));
  assertEquals((await client.answer()).status, 201);
});

serverTest("clients lose no request to reloads", { flags: ["--workers", "2"] }, async (server) => {
  let isOver = false;
  let answers = 0;
  const ask = async () => {
    while (!isOver) {
      using client = await Client.connect(server.port);
      for (let isOpen = true; isOpen && !isOver; answers++) {
        const { status, text, fields } = await client.ask(get("/hello.html"));
        assertEquals([status, text], [200, HELLO]);
        isOpen = fields.get("connection") !== "close";
      }
    }
  };
  const clients = Array.from({ length: 8 }, ask);
  for (let round = 0; round < 20; round++) {
    await reload(server, { bodyBytesMax: 1000 + round });
    const aim = answers + 50;
    while (answers < aim) assertEquals((await server.ask(get("/hello.html"))).status, 200);
  }
  isOver = true;
  await Promise.all(clients);
  assert(answers > 1000, `${answers} answers`);
});

serverTest("what needs a restart is named, and stays", {}, async (server) => {
  await reload(server, { port: 1, workers: 2, queueMax: 1, burst: 7 });
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
  const log = await server.stopAndReadLog();
  assertStringIncludes(
    log,
    'WARN  sluice  Reloaded, but some options wait for a restart changed=--burst postponed="--port --workers --queue"',
  );
});

/** What is wrong with the new configuration, and the reason that is logged; FOLDER is the test's. */
const REFUSALS: readonly (readonly [(folder: string) => Partial<Config>, reason: string])[] = [
  [
    (folder) => ({ logFile: join(folder, "missing", "log"), bodyBytesMax: 1 }),
    "Cannot open the log file: its folder must exist",
  ],
  [
    (folder) => ({ adminTokenFile: join(folder, "missing"), bodyBytesMax: 1 }),
    "Cannot use --admin-token-file: ",
  ],
];

for (const [changes, reason] of REFUSALS) {
  serverTest(`a reload that ends with "${reason}" changes nothing`, {}, async (server) => {
    await reload(server, changes(server.folder));
    assertEquals((await server.ask(upload("[1,2,3]"))).status, 201);
    const log = await server.stopAndReadLog();
    assertStringIncludes(log, `Cannot reload: the old configuration stays reason="${reason}`);
  });
}

serverTest("a configuration that cannot be read changes nothing", {}, async (server) => {
  await server.server.reload(() => {
    throw new Error("told to fail");
  });
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
  assertStringIncludes(await server.stopAndReadLog(), 'stays reason="told to fail"');
});

serverTest("a reload moves the log, and changes its level", {}, async (server) => {
  const logFile = join(server.folder, "other");
  await server.ask(get("/hello.html"));
  await reload(server, { logFile, logLevel: "warn" });
  await server.ask(get("/hello.html?quiet"));
  await server.ask(get("/../x"));
  await reload(server, { logFile, logLevel: "info", jsonLogFile: join(server.folder, "json") });
  await server.ask(get("/hello.html?loud"));
  await server.stop();
  const [first, second] = [await readLog(server), await readLog(server, "other")];
  assertStringIncludes(first, "Listening");
  assert(!first.includes("/../x"));
  assert(!second.includes("?quiet"));
  for (const text of ["WARN", "?loud", "Reloaded", "Stopped"]) assertStringIncludes(second, text);
  assertStringIncludes(await readLog(server, "json"), "?loud");
});

serverTest("a reload finds log files that were moved away", {}, async (server) => {
  await server.ask(get("/hello.html?before"));
  await Deno.rename(join(server.folder, "log"), join(server.folder, "log.old"));
  await reload(server, {});
  await server.ask(get("/hello.html?after"));
  await server.stop();
  assertStringIncludes(await readLog(server), "?after");
  assertStringIncludes(await readLog(server, "log.old"), "Listening");
});

serverTest("a reload after the end does nothing", {}, async (server) => {
  await server.stop();
  await reload(server, { bodyBytesMax: 1 });
});

const certificate = await selfSigned();
const other = await selfSigned();

async function secureStatus(port: number, ca: string, client?: Client): Promise<number> {
  if (client !== undefined) return (await client.ask(get("/hello.html"))).status;
  using own = new Client(await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts: [ca] }));
  return (await own.ask(get("/hello.html"))).status;
}

if (certificate === undefined || other === undefined) {
  Deno.test.ignore("a reload takes a new certificate over (ignored: openssl is missing)", () => {});
} else {
  serverTest("a reload takes a new certificate over", {
    flags: (folder) => ["--tls-cert", join(folder, "c.pem"), "--tls-key", join(folder, "k.pem")],
    files: { "c.pem": certificate.cert, "k.pem": certificate.key },
  }, async (server) => {
    const { port, folder } = server;
    const caCerts = [certificate.cert];
    using old = new Client(await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts }));
    assertEquals(await secureStatus(port, "", old), 200);

    await writeFile(join(folder, "c.pem"), other.cert);
    await reload(server, {});
    assertEquals(await secureStatus(port, certificate.cert), 200, "key and certificate differ");

    await writeFile(join(folder, "k.pem"), other.key);
    await reload(server, {});
    assertEquals(await secureStatus(port, other.cert), 200);
    assertEquals(await secureStatus(port, "", old), 200, "who was there goes on");

    await reload(server, { tlsCert: undefined, tlsKey: undefined });
    assertEquals(await secureStatus(port, other.cert), 200);
    const log = await server.stopAndReadLog();
    assertStringIncludes(log, "Cannot use --tls-cert: must be a certificate chain to which");
    assertStringIncludes(log, "Took a new certificate over closedMs=");
    assertStringIncludes(log, 'postponed="--tls-cert --tls-key"');
  });
}

Deno.test({
  name: "SIGHUP reads the file again; flags and environment win as they did",
  ignore: Deno.build.os === "windows", // it has no such signal
  ...SANITIZED,
  fn: () =>
    withFolder(async (folder) => {
      const file = join(folder, "sluice.jsonc");
      const places = { root: join(folder, "root"), uploads: join(folder, "uploads") };
      const write = (settings: Record<string, unknown>) =>
        writeFile(file, JSON.stringify({ ...places, port: 0, workers: 1, ...settings }));
      await writeFile(join(folder, "root", "hello.html"), HELLO);
      await write({});
      await using program = new Program(["--config", file, "--max-target", "1KB"]);
      await withDeadline(async () => {
        const { port } = await program.started();
        const hup = async (settings: Record<string, unknown>, said: string) => {
          await write(settings);
          program.kill("SIGHUP");
          await program.says(said);
        };
        const ask = async (wire: string | Uint8Array) => {
          using client = await Client.connect(port);
          return (await client.ask(wire)).status;
        };
        const foreign = request("GET", "/hello.html").replace(/Host: \S+/, "Host: foo.example");
        assertEquals(await ask(foreign), 403);
        await hup(
          { "allowed-host": "foo.example", "max-target": "64B" },
          "Reloaded changed=--allowed-host",
        );
        assertEquals(await ask(foreign), 200);
        assertEquals(await ask(get(`/hello.html?${"x".repeat(100)}`)), 200);
        await hup({ prot: 80 }, `no such option, did you mean port?`);
        assertEquals(await ask(foreign), 200);
        program.kill("SIGTERM");
        assertEquals((await program.ended()).code, 0);
      });
    }),
});
