// What a server tells of itself: counted exactly, live, and to nobody else.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Overview } from "../../lib/telemetry/overview.ts";
import { textOf } from "./answer.ts";
import type { Client } from "./client.ts";
import { serverTest, type TestServer } from "./harness.ts";
import { get, head, request, upload } from "./requests.ts";

const TOKEN = "a-token-of-the-tests";

/** Everything, as JSON. */
async function overview(server: TestServer): Promise<Overview> {
  const answer = await server.ask(get("/metrics?format=json"));
  assertEquals(answer.status, 200);
  return JSON.parse(answer.text);
}

serverTest(
  "telemetry counts what was sent, exactly",
  { flags: ["--workers", "2"] },
  async (server) => {
    const etag = (await server.ask(get("/hello.html"))).fields.get("etag");
    const script = [
      get("/hello.html"),
      get("/hello.html", `If-None-Match: ${etag}`),
      request("HEAD", "/hello.html"),
      request("OPTIONS", "/hello.html"),
      request("DELETE", "/hello.html"),
      request("BREW", "/hello.html"),
      get("/missing"),
      get("/.env"),
      get("/a\\b"),
      head("GET / HTTP/1.1", "Host: evil.example"),
      head("GET / HTTP/1.1", "no colon"),
      upload("[1,2,3]"),
      upload("[1,2"),
    ];
    for (const row of script) await server.ask(row);
    const seen = await overview(server);
    assertEquals(seen.requests.total, script.length + 2); // the first, and the one that asks
    assertEquals(seen.requests.byMethod, { GET: 7, HEAD: 1, POST: 2, OPTIONS: 1, other: 3 });
    assertEquals(seen.requests.byClass, { "1xx": 0, "2xx": 5, "3xx": 1, "4xx": 7, "5xx": 1 });
    assertEquals(seen.requests.byStatus, {
      "200": 3,
      "201": 1,
      "204": 1,
      "304": 1,
      "400": 2,
      "403": 3,
      "404": 1,
      "405": 1,
      "501": 1,
    });
    assertEquals(seen.latency.count, script.length + 1);
    assertEquals(seen.firstByte.count, script.length + 1);
    assertEquals(seen.uploads, { stored: 1, bytes: 7 });
    const { byKind } = seen.security;
    const tried = Object.entries(byKind).filter(([, count]) => count > 0);
    assertEquals(Object.fromEntries(tried), {
      "traversal": 1,
      "hidden-file": 1,
      "host": 1,
      "protocol": 2, // the broken head, and the method nobody knows
      "upload": 1,
    });
    assertEquals(seen.workers.map(({ inFlight }) => inFlight).reduce((a, b) => a + b), 1); // this one
    assert(seen.bytes.received >= script.join("").length);
  },
);

serverTest("telemetry tells clients that left early from answers", {}, async (server) => {
  const client = await server.connect();
  await client.send(upload("[1,2,3]").slice(0, -3));
  while ((await overview(server)).workers[0]?.inFlight !== 2); // the upload, and the one that asks
  client.close();
  while ((await overview(server)).workers[0]?.inFlight !== 1);
  assertEquals((await overview(server)).requests.byMethod["POST"], 0);
});

/** Who asks for what, and what comes. */
const FORMS: readonly (readonly [target: string, accept: string, type: string, start: string])[] = [
  ["/metrics", "*/*", "text/plain; version=0.0.4; charset=utf-8", "# HELP sluice_build_info"],
  ["/metrics", "text/html,*/*;q=0.8", "text/plain; version=0.0.4; charset=utf-8", "# HELP"],
  [
    "/metrics",
    "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
    "# HELP",
  ],
  ["/metrics", "application/json", "application/json; charset=utf-8", '{"version"'],
  ["/metrics?format=json", "text/plain", "application/json; charset=utf-8", '{"version"'],
  [
    "/metrics?format=prometheus",
    "application/json",
    "text/plain; version=0.0.4; charset=utf-8",
    "#",
  ],
  ["/security-dashboard", "text/html", "text/html; charset=utf-8", "<!doctype html>"],
  ["/security-dashboard", "application/json", "application/json; charset=utf-8", '{"version"'],
  ["/security-dashboard?format=json", "text/html", "application/json; charset=utf-8", '{"version"'],
  ["/security-dashboard/page.css", "*/*", "text/css; charset=utf-8", ""],
  ["/health", "*/*", "application/json; charset=utf-8", '{"status":"ok"'],
  ["/health?verbose", "*/*", "application/json; charset=utf-8", '{"version"'],
];

serverTest("telemetry speaks the form that is asked for", {}, async (server, context) => {
  for (const [target, accept, type, start] of FORMS) {
    await context.step(`${target} for ${accept} is ${type}`, async () => {
      const { status, fields, text } = await server.ask(get(target, `Accept: ${accept}`));
      assertEquals([status, fields.get("content-type")], [200, type]);
      assertEquals(text.toLowerCase().slice(0, start.length), start.toLowerCase());
      assertEquals(fields.get("cache-control"), "no-store");
    });
  }
  await context.step("a form that nobody speaks is 406", async () => {
    assertEquals((await server.ask(get("/metrics?format=xml"))).status, 406);
    assertEquals((await server.ask(get("/metrics", "Accept: image/png"))).status, 406);
  });
  await context.step("POST is 405", async () => {
    for (const target of ["/metrics", "/health", "/security-dashboard"]) {
      const { status, fields } = await server.ask(request("POST", target, "Content-Length: 0"));
      assertEquals([status, fields.get("allow")], [405, "GET, HEAD, OPTIONS"]);
    }
  });
});

const STRANGER = "X-Forwarded-For: 192.0.2.1";

serverTest(
  "telemetry is for those who may know, and everybody else is written down",
  {
    flags: (
      folder,
    ) => ["--trust-proxy", "loopback", "--cors", "*", "--audit-log", `${folder}/audit`],
  },
  async (server, context) => {
    for (
      const target of [
        "/metrics",
        "/security-dashboard",
        "/security-dashboard/events",
        "/health?verbose",
      ]
    ) {
      await context.step(`${target} is 403 for a stranger`, async () => {
        const answer = await server.ask(get(target, STRANGER));
        assertEquals(answer.status, 403);
        assertEquals(answer.text, "Cannot show this to the address\n");
      });
    }
    await context.step("/health is for everybody", async () => {
      assertEquals((await server.ask(get("/health", STRANGER))).status, 200);
    });
    await context.step("no page of another origin may read it", async () => {
      const { fields } = await server.ask(get("/metrics", "Origin: https://evil.example"));
      assertEquals(fields.has("access-control-allow-origin"), false);
      const other = await server.ask(get("/hello.html", "Origin: https://evil.example"));
      assertEquals(other.fields.get("access-control-allow-origin"), "*");
    });
    await context.step("the audit trail has it", async () => {
      const { security } = await overview(server);
      assertEquals(security.byKind["admin"], 4);
    });
    await server.stop();
    const audit = await Deno.readTextFile(`${server.folder}/audit`);
    assertStringIncludes(audit, '"rule":"admin-address"');
    assertStringIncludes(audit, '"client":"192.0.2.1"');
  },
);

serverTest(
  "telemetry opens to the token",
  {
    files: { token: `${TOKEN}\n` },
    flags: (folder) => ["--trust-proxy", "loopback", "--admin-token-file", `${folder}/token`],
  },
  async (server) => {
    const asked = await server.ask(get("/metrics", STRANGER));
    assertEquals(asked.status, 401);
    assertEquals(asked.fields.get("www-authenticate"), 'Basic realm="Sluice", charset="UTF-8"');
    const told = await server.ask(get("/metrics", STRANGER, `Authorization: Bearer ${TOKEN}`));
    assertEquals(told.status, 200);
  },
);

serverTest(
  "telemetry that is off is not there",
  { flags: ["--telemetry", "off"] },
  async (server) => {
    assertEquals((await server.ask(get("/metrics"))).status, 404);
    assertEquals((await server.ask(get("/security-dashboard"))).status, 404);
    assertEquals((await server.ask(get("/health"))).status, 200);
  },
);

/** Reads on until the text holds `mark`. */
async function readTo(client: Client, mark: string, before = ""): Promise<string> {
  let text = before;
  while (!text.includes(mark)) {
    const bytes = await client.read();
    assert(bytes !== null, `the stream must not end before ${mark}`);
    text += textOf(bytes);
  }
  return text;
}

async function openStream(server: TestServer): Promise<Client> {
  const client = await server.connect();
  await client.send(get("/security-dashboard/events"));
  return client;
}

serverTest("the event stream tells of an attack", {}, async (server) => {
  const stream = await openStream(server);
  const opening = await readTo(stream, "event: snapshot\ndata: ");
  assertStringIncludes(opening, "Content-Type: text/event-stream\r\n");
  assertStringIncludes(opening, "retry: 2000\n\n");
  await server.ask(get("/..%2f..%2fetc/passwd"));
  await readTo(stream, '"kind":"traversal"');
});

serverTest("event streams are bounded, and those who vanish make room", {}, async (server) => {
  const streams = await Promise.all(Array.from({ length: 8 }, () => openStream(server)));
  for (const stream of streams) await readTo(stream, "event: snapshot");
  const refused = await server.ask(get("/security-dashboard/events"));
  assertEquals(refused.status, 503);
  streams[0]?.close();
  // The server learns of it when it writes the next event.
  for (let status = "503"; status === "503";) {
    using stream = await openStream(server);
    status = (await readTo(stream, "\r\n\r\n")).slice("HTTP/1.1 ".length, 12);
  }
});

serverTest("a subscriber that reads nothing keeps nobody waiting", {}, async (server) => {
  const [slow, quick] = [await openStream(server), await openStream(server)];
  let text = await readTo(quick, "event: snapshot");
  for (let events = 0; events < 2; events++) {
    text = await readTo(quick, "event: snapshot", text.slice(-8));
  }
  assertEquals((await server.ask(get("/hello.html"))).status, 200);
  await readTo(slow, "event: snapshot");
});

serverTest("a drain ends event streams", {}, async (server) => {
  const stream = await openStream(server);
  await readTo(stream, "event: snapshot");
  assertEquals(await server.stop(), true);
  const rest = textOf(await stream.rest());
  assert(rest.endsWith("00000000\r\n\r\n"), "the last chunk says that nothing is missing");
});
