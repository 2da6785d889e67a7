// For whom the server answers, with the port it really has.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { HELLO, serverTest } from "./harness.ts";
import { head } from "./requests.ts";

function hello(...fields: readonly string[]): string {
  return head("GET /hello.html HTTP/1.1", ...fields);
}

serverTest("hosts with the defaults", {}, async (server, context) => {
  const { port } = server;
  const rows: readonly (readonly [host: string, status: number])[] = [
    ["localhost", 200],
    [`localhost:${port}`, 200],
    ["LocalHost:80", 200],
    ["127.0.0.1", 200],
    [`127.0.0.1:${port}`, 200],
    [`[::1]:${port}`, 200],
    ["localhost:1", 403],
    ["evil.example", 403],
    [`evil.example:${port}`, 403],
    ["localhost.evil.example", 403],
    ["192.0.2.1", 403],
    ["0.0.0.0", 403],
    ["127.1", 403],
    ["a b", 400],
    ["user@localhost", 400],
    ["localhost:99999", 400],
  ];
  for (const [host, status] of rows) {
    await context.step(`${host.replace(String(port), "PORT")} is ${status}`, async () => {
      assertEquals((await server.ask(hello(`Host: ${host}`))).status, status);
    });
  }
  await context.step("a missing Host is 400", async () => {
    assertEquals((await server.ask(hello())).status, 400);
  });
  await context.step("two Hosts are 400", async () => {
    assertEquals((await server.ask(hello("Host: localhost", "Host: localhost"))).status, 400);
  });
  await context.step("HTTP/1.0 needs no Host", async () => {
    const { status, text } = await server.ask(head("GET /hello.html HTTP/1.0"));
    assertEquals([status, text], [200, HELLO]);
  });
});

serverTest("hosts that --allowed-host adds", {
  flags: ["--allowed-host", "files.example.org,*.example.net", "--allowed-host", "192.0.2.7"],
}, async (server) => {
  const rows: readonly (readonly [host: string, status: number])[] = [
    ["files.example.org", 200],
    ["FILES.example.org", 200],
    ["www.files.example.org", 403],
    ["example.org", 403],
    ["a.example.net", 200],
    ["a.b.example.net", 200],
    ["example.net", 403],
    ["notexample.net", 403],
    ["192.0.2.7", 200],
    ["192.0.2.8", 403],
    ["localhost", 200],
  ];
  for (const [host, status] of rows) {
    assertEquals((await server.ask(hello(`Host: ${host}`))).status, status, host);
  }
});

serverTest("refused hosts are in the log, with the client", {}, async (server) => {
  await server.ask(hello("Host: evil.example"));
  await server.ask(hello("Host: localhost:1"));
  await server.ask(hello());
  const log = await server.stopAndReadLog();
  const refusals = log.split("\n").filter((line) => line.includes("sluice.security"));
  const rules = [["host-unknown", 403], ["host-port", 403], ["protocol", 400]];
  assertEquals(refusals.length, rules.length);
  for (const [index, [rule, status]] of rules.entries()) {
    assertStringIncludes(refusals[index] ?? "", ` rule=${rule} client=127.0.0.1 `);
    assertStringIncludes(refusals[index] ?? "", ` status=${status} `);
  }
});
