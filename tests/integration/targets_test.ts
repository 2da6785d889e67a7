// Targets that try to leave the root, over raw sockets, where no client tidies them up.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { serverTest } from "./harness.ts";
import { get } from "./requests.ts";

const SECRET = "the secret";

const FILES = {
  "root/file.html": "a file",
  "root/sub/file.html": "below",
  "root/.hidden/file.html": SECRET,
  "root/.env": SECRET,
  "root/sub/.htpasswd": SECRET,
  "root/.well-known/security.txt": "Contact: x",
  "root/a..b.html": "dots",
  "root-secret/file.html": SECRET,
  "secret.html": SECRET,
};

/** How many refusals a line of the log stands for. */
function countOf(line: string): number {
  return Number(/ count=(\d+)/.exec(line)?.[1]);
}

/** Targets and the only status each may get. */
const ROWS: readonly (readonly [target: string, status: number, rule?: string])[] = [
  ["/../secret.html", 403, "traversal"],
  ["/sub/../../secret.html", 403, "traversal"],
  ["/sub/../file.html", 403, "traversal"],
  ["/./file.html", 403, "traversal"],
  ["/..", 403, "traversal"],
  ["/sub/..", 403, "traversal"],
  ["/%2e%2e/secret.html", 403, "traversal"],
  ["/%2E./secret.html", 403, "traversal"],
  ["/.%2e/secret.html", 403, "traversal"],
  ["/..%2fsecret.html", 403],
  ["/%2e%2e%2fsecret.html", 403],
  ["/sub%2f..%2f..%2fsecret.html", 403],
  ["/..%5csecret.html", 403],
  ["/..\\secret.html", 403],
  ["/sub\\..\\..\\secret.html", 403],
  ["/%252e%252e/secret.html", 403, "double-encoding"],
  ["/%252e%252e%252fsecret.html", 403, "double-encoding"],
  ["/%c0%ae%c0%ae/secret.html", 400],
  ["/%c0%ae%c0%ae%c0%afsecret.html", 400],
  ["/%e0%80%ae%e0%80%ae/secret.html", 400],
  ["/%u002e%u002e/secret.html", 400],
  ["/%uff0e%uff0e/secret.html", 400],
  ["/%ef%bc%8e%ef%bc%8e/secret.html", 403, "traversal"],
  ["/..;/secret.html", 403, "traversal"],
  ["/.../secret.html", 403],
  ["/file.html%00.png", 400, "nul"],
  ["/file.html%0d%0aX-Injected:%20yes", 400, "control"],
  ["/%", 400],
  ["/%zz", 400],
  ["/%f", 400],
  ["/file.html%", 400],
  ["/../root-secret/file.html", 403, "traversal"],
  ["/.env", 403, "dot-file"],
  ["/%2eenv", 403, "dot-file"],
  ["/.hidden/file.html", 403, "dot-file"],
  ["/sub/.htpasswd", 403, "dot-file"],
  ["/uploads/../secret.html", 403, "traversal"],
  ["/uploads/%2e%2e/secret.html", 403, "traversal"],
  ["/uploads/.upload_x.part", 403, "dot-file"],
  ["/C:/windows/win.ini", 403, "colon"],
  ["/file.html::$DATA", 403, "colon"],
  ["/file.html.", 403, "trailing-dot-or-space"],
  ["/file.html%20", 403, "trailing-dot-or-space"],
  [`/${"x".repeat(256)}`, 400, "segment-length"],
  [`/${"x/".repeat(3_000)}`, 400],
  ["/-secret/file.html", 404],
  ["/a..b.html", 200],
  ["/.well-known/security.txt", 200],
  ["//file.html", 200],
  ["/sub//file.html", 200],
  ["/%66ile.html", 200],
  ["/file.html?/../../secret.html", 200],
];

serverTest("no target leaves the root", { files: FILES }, async (server, context) => {
  using client = await server.connect();
  for (const [target, status] of ROWS) {
    await context.step(`${target.slice(0, 60)} is ${status}`, async () => {
      const answer = await client.ask(get(target, "Connection: keep-alive")).catch(async () => {
        using other = await server.connect(); // the last row's answer closed the connection
        return await other.ask(get(target));
      });
      assertEquals(answer.status, status);
      assertEquals(answer.text.includes(SECRET), false);
      assertEquals(answer.text.includes(server.folder), false, "no answer names a path");
      assertEquals(answer.fields.has("x-injected"), false);
    });
  }
});

serverTest("every refusal is told in the log, with the client and the rule, alike ones as one", {
  files: FILES,
}, async (server) => {
  const logged = ROWS.filter(([, , rule]) => rule !== undefined);
  for (const [target, status] of logged) {
    assertEquals((await server.ask(get(target))).status, status);
  }
  const log = await server.stopAndReadLog();
  const refusals = log.split("\n").filter((line) => line.includes("sluice.security"));
  for (const line of refusals) {
    assertStringIncludes(line, " client=127.0.0.1 ");
    assert(!line.includes("\r") && !line.includes("\x00"), "no control character reaches the log");
  }
  for (const rule of new Set(logged.map(([, , rule]) => rule))) {
    const lines = refusals.filter((line) => line.includes(` rule=${rule} `));
    const [first, ...others] = logged.filter(([, , itsRule]) => itsRule === rule);
    assertStringIncludes(lines[0] ?? "", ` status=${first?.[1]} `);
    assertEquals(lines.map(countOf), others.length === 0 ? [1] : [1, others.length], rule);
  }
});

serverTest("bytes that forge log lines stay on one line", {}, async (server) => {
  await server.ask(get("/%0aFORGED%0d"));
  await server.ask("GET /\x1b[31m\x07 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await server.ask(get("/", "X: y").replace("localhost", "evil\u0080.example"));
  const log = await server.stopAndReadLog();
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(log), false);
  assertEquals(/^FORGED/m.test(log), false);
});
