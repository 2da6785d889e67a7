// The same server behind TLS.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { serve, StartError } from "../../lib/server.ts";
import { textOf } from "./answer.ts";
import { selfSigned } from "./certificate.ts";
import { Client } from "./client.ts";
import { type Ground, HELLO, serverTest, type TestServer } from "./harness.ts";
import { firstDifference, pattern } from "./pattern.ts";
import { get, upload } from "./requests.ts";

const certificate = await selfSigned();
const other = await selfSigned();
const LARGE = pattern(5_000_000);

const TLS: Ground = {
  flags: (folder) => ["--tls-cert", join(folder, "cert.pem"), "--tls-key", join(folder, "key.pem")],
  files: {
    "cert.pem": certificate?.cert ?? "",
    "key.pem": certificate?.key ?? "",
    "root/large.bin": LARGE,
  },
};

function tlsTest(name: string, ground: Ground, test: (server: TestServer) => Promise<void>): void {
  if (certificate === undefined) {
    Deno.test.ignore(`${name} (ignored: openssl is missing)`, () => {});
  } else serverTest(name, ground, test);
}

async function connect({ port }: TestServer): Promise<Client> {
  const caCerts = [certificate?.cert ?? ""];
  const conn = await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts });
  return new Client(conn);
}

tlsTest("a raw client is served over TLS", TLS, async (server) => {
  assertEquals(server.server.scheme, "https");
  using client = await connect(server);
  assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
  await client.send(get("/missing") + get("/hello.html") + upload("[]"));
  const statuses = [];
  for (let index = 0; index < 3; index++) statuses.push((await client.answer()).status);
  assertEquals(statuses, [404, 200, 201]);
  const { content } = await client.ask(get("/large.bin"));
  assertEquals(firstDifference(content, LARGE), -1);
  const last = await client.ask(get("/hello.html", "Connection: close"));
  assertEquals(last.fields.get("connection"), "close");
  assert(await client.isEnded());
});

tlsTest("the client of the runtime is served over TLS", TLS, async (server) => {
  using client = Deno.createHttpClient({ caCerts: [certificate?.cert ?? ""] });
  const base = `https://localhost:${server.port}`;
  for (let round = 0; round < 3; round++) {
    const answer = await fetch(`${base}/hello.html`, { client });
    assertEquals([answer.status, await answer.text()], [200, HELLO]);
  }
  const headers = { "Content-Type": "application/json" };
  const stored = await fetch(`${base}/upload`, { method: "POST", body: "{}", headers, client });
  assertEquals(stored.status, 201);
  await stored.body?.cancel();
});

tlsTest("a refusal over TLS is read to its end", TLS, async (server) => {
  for (
    const sent of [
      "GET\r\n\r\n",
      get("/x", "Bad Field: x"),
      `POST / HTTP/1.1\r\n${"x: y\r\n".repeat(200)}`,
    ]
  ) {
    using client = await connect(server);
    const { status, fields } = await client.ask(sent);
    assert(status === 400 || status === 431, String(status));
    assertEquals(fields.get("connection"), "close");
  }
});

tlsTest("a client that speaks no TLS is dropped and hurts nobody", TLS, async (server) => {
  using plain = await server.connect();
  await plain.send(get("/hello.html"));
  const said = await plain.rest().catch(() => new Uint8Array(0));
  assertEquals(textOf(said).includes("HTTP/1.1"), false);
  using client = await connect(server);
  assertEquals((await client.ask(get("/hello.html"))).text, HELLO);
});

// The runtime keeps the socket of such a client open until the client leaves, even once it is
// closed here; what the server can give on is the slot.
tlsTest("a client that never shakes hands loses its slot", {
  ...TLS,
  flags: (folder) => [
    ...["--tls-cert", join(folder, "cert.pem"), "--tls-key", join(folder, "key.pem")],
    ...["--head-timeout", "200ms", "--connections", "1", "--queue", "1"],
  ],
}, async (server) => {
  using silent = await server.connect();
  using next = await connect(server);
  assertEquals((await next.ask(get("/hello.html"))).text, HELLO);
  silent.close();
});

tlsTest("a key of another certificate is refused at the start", TLS, async (server) => {
  const config = {
    ...server.config,
    tlsCert: join(server.folder, "cert.pem"),
    tlsKey: join(server.folder, "other.pem"),
  };
  await Deno.writeTextFile(config.tlsKey, other?.key ?? "");
  const error = assertThrows(() => serve(config), StartError, "Cannot listen on");
  assertEquals(error.message.includes("\n"), false);
  await Deno.writeTextFile(config.tlsKey, "no PEM at all");
  assertThrows(() => serve(config), StartError, "Cannot listen on");
});
