// Clients that others wrote, as far as this machine has them.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Ground, HELLO, serverTest, type TestServer, writeFile } from "./harness.ts";
import { pattern } from "./pattern.ts";
import { isInstalled, run } from "./tool.ts";

const LARGE = pattern(3_000_000);
const GROUND: Ground = {
  flags: ["--workers", "2", "--max-requests", "1000000"],
  files: { "root/large.bin": LARGE, "root/text.txt": "some text" },
};

type Test = (server: TestServer, base: string) => Promise<void>;

/** Declares a test that needs a program; where it is missing, the name says so. */
async function toolTest(tool: string, what: string, test: Test, probe?: string): Promise<void> {
  if (await isInstalled(tool, probe)) {
    serverTest(`${tool} ${what}`, GROUND, (server) => {
      return test(server, `http://127.0.0.1:${server.port}`);
    });
  } else Deno.test.ignore(`${tool} ${what} (ignored: ${tool} is missing)`, () => {});
}

const curl = (...args: readonly string[]) => run("curl", "-sS", "--max-time", "30", ...args);

await toolTest("curl", "keeps its connection", async (_, base) => {
  const page = `${base}/hello.html`;
  const said = await curl("-w", "[%{http_version} %{num_connects}]", page, page, page);
  assertEquals(said, `${HELLO}[1.1 1]${HELLO}[1.1 0]${HELLO}[1.1 0]`);
});

await toolTest("curl", "speaks HTTP/1.0", async (_, base) => {
  const said = await curl("-0", "-w", "[%{http_code}]", `${base}/hello.html`);
  assertEquals(said, `${HELLO}[200]`);
});

await toolTest("curl", "asks for heads, ranges and what changed", async ({ folder }, base) => {
  assertMatch(await curl("-I", `${base}/large.bin`), /^content-length: 3000000\r$/mi);
  const part = join(folder, "part.bin");
  await curl("-o", part, "-r", "1000000-1999999", `${base}/large.bin`);
  assertEquals(await Deno.readFile(part), LARGE.slice(1_000_000, 2_000_000));
  // It resumes a download where it was cut.
  await Deno.writeFile(part, LARGE.slice(0, 777_777));
  await curl("-C", "-", "-o", part, `${base}/large.bin`);
  assertEquals(await Deno.readFile(part), LARGE);
  const etags = join(folder, "etags");
  const once = ["--etag-save", etags, "--etag-compare", etags, "-w", "%{http_code}"];
  assertStringIncludes(await curl(...once, `${base}/hello.html`), "200");
  assertEquals(await curl(...once, `${base}/hello.html`), "304");
});

await toolTest("curl", "uploads, with and without a length", async ({ folder }, base) => {
  const text = JSON.stringify(Array.from({ length: 100_000 }, (_, index) => `item ${index}`));
  const path = join(folder, "large.json");
  await writeFile(path, text);
  const json = ["-H", "Content-Type: application/json"];
  // Above 1 MB it waits for 100 Continue.
  for (const how of [[], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"]]) {
    const said = await curl(...json, ...how, "--data-binary", `@${path}`, `${base}/upload`);
    const { status, filepath, size } = JSON.parse(said);
    assertEquals([status, size], ["success", text.length]);
    assertEquals(await curl(`${base}${filepath}`), text);
  }
});

await toolTest("curl", "is told what it may not do", async ({ folder }, base) => {
  const path = join(folder, "root", "text.txt");
  const code = (...args: readonly string[]) => {
    return curl("-o", join(folder, "said"), "-w", "%{http_code}", ...args);
  };
  assertEquals(await code("-T", path, `${base}/text.txt`), "405");
  assertEquals(await code("-X", "DELETE", `${base}/text.txt`), "405");
  assertEquals(await code("--path-as-is", `${base}/../log`), "403");
  assertEquals(await code("-H", "Host: evil.example", `${base}/`), "403");
  assertEquals(await code("-H", "Host:", `${base}/hello.html`), "400");
  assertEquals(await code("-d", "a=1", `${base}/upload`), "415");
});

serverTest("fetch of the runtime asks and uploads", GROUND, async ({ port }) => {
  using client = Deno.createHttpClient({});
  const base = `http://localhost:${port}`;
  for (let round = 0; round < 20; round++) {
    const page = await fetch(`${base}/hello.html`, { client });
    assertEquals([page.status, await page.text()], [200, HELLO]);
  }
  const large = await fetch(`${base}/large.bin`, { client });
  assertEquals(new Uint8Array(await large.arrayBuffer()), LARGE);
  const headers = { "Content-Type": "application/json" };
  const texts = ["{}", new Blob(["[1, 2]"]).stream()]; // the second one travels in chunks
  for (const body of texts) {
    const stored = await fetch(`${base}/upload`, { method: "POST", body, headers, client });
    assertEquals(stored.status, 201);
    assertEquals(JSON.parse(await stored.text()).status, "success");
  }
});

const NODE = `
const http = require("node:http");
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
const ask = (method, path, headers, body) => new Promise((resolve, reject) => {
  const { port } = process.env;
  const request = http.request({ host: "127.0.0.1", port, method, path, headers, agent }, (it) => {
    let bytes = 0;
    it.on("data", (piece) => bytes += piece.length);
    it.on("end", () => resolve(it.statusCode + ":" + bytes + ":" + request.reusedSocket));
  });
  request.on("error", reject);
  request.end(body);
});
(async () => {
  const said = [await ask("GET", "/hello.html"), await ask("GET", "/large.bin")];
  const json = { "Content-Type": "application/json" };
  said.push((await ask("POST", "/upload", json, "[1]")).split(":")[0]);
  const many = Array.from({ length: 100 }, () => ask("GET", "/hello.html"));
  const all = await Promise.all(many);
  said.push(all.filter((one) => one.startsWith("200:13:")).length);
  agent.destroy();
  console.log(said.join(" "));
})();
`;

await toolTest("node", "keeps its connections in an agent", async ({ port }) => {
  const said = await run("node", "-e", NODE.replace("process.env", `{ port: ${port} }`));
  assertEquals(said, "200:13:false 200:3000000:true 201 100\n");
});

const PYTHON = `
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
said = []
def ask(method, path, body=None, headers={}):
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    said.append("%d:%d" % (answer.status, len(answer.read())))
ask("GET", "/hello.html")
ask("HEAD", "/large.bin")
ask("GET", "/large.bin")
ask("GET", "/large.bin", headers={"Range": "bytes=-5"})
json = {"Content-Type": "application/json"}
connection.request("POST", "/upload", b"[1]", json)
said.append(str(connection.getresponse().read().startswith(b'{"status":"success"')))
connection.request("POST", "/upload", iter([b"[1", b", 2]"]), json, encode_chunked=True)
said.append(str(connection.getresponse().read().startswith(b'{"status":"success"')))
ask("GET", "/missing")
print(" ".join(said))
`;

await toolTest("node", "asks by its fetch", async ({ port }) => {
  const said = await run(
    "node",
    "-e",
    `(async () => {
      const base = "http://127.0.0.1:${port}";
      const pages = await Promise.all([1, 2, 3].map(() => fetch(base + "/hello.html")));
      const headers = { "content-type": "application/json" };
      const stored = await fetch(base + "/upload", { method: "POST", headers, body: "[1]" });
      const back = await fetch(new URL(stored.headers.get("location"), base));
      console.log(...pages.map((page) => page.status), stored.status, await back.text());
    })()`,
  );
  assertEquals(said.trim(), "200 200 200 201 [1]");
});

await toolTest("python3", "asks by http.client", async ({ port }) => {
  const said = await run("python3", "-c", PYTHON, String(port));
  assertMatch(said, /^200:13 200:0 200:3000000 206:5 True True 404:\d+\n$/);
});

await toolTest("ab", "finds no failed request", async (_, base) => {
  for (const keepAlive of [[], ["-k"]]) {
    const said = await run("ab", "-q", "-n", "500", "-c", "8", ...keepAlive, `${base}/hello.html`);
    assertMatch(said, /^Complete requests: +500$/m);
    assertMatch(said, /^Failed requests: +0$/m);
    assertEquals(said.includes("Non-2xx"), false);
    if (keepAlive.length > 0) assertMatch(said, /^Keep-Alive requests: +500$/m);
  }
}, "-V");

await toolTest("wrk", "finds no socket error", async (_, base) => {
  const said = await run("wrk", "-t1", "-c8", "-d1s", `${base}/hello.html`);
  assertEquals([said.includes("Socket errors"), said.includes("Non-2xx")], [false, false], said);
  assert(Number(/(\d+) requests in/.exec(said)?.[1]) > 100, said);
}, "-v");

await toolTest("h2load", "finds no failed request", async (_, base) => {
  for (const pipelined of ["1", "8"]) {
    const load = ["--h1", "-n", "800", "-c", "8", "-m", pipelined];
    const said = await run("h2load", ...load, `${base}/hello.html`);
    assertStringIncludes(said, "800 done, 800 succeeded, 0 failed, 0 errored");
    assertMatch(said, /status codes: 800 2xx/);
  }
});
