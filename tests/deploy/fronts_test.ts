// The examples for nginx, Caddy and HAProxy, adapted to free ports and otherwise as they are: each is
// judged by its own program, and then stands in front of a running server.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { selfSigned } from "../integration/certificate.ts";
import { type Ground, HELLO, type TestServer, withServer } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { run } from "../integration/tool.ts";
import { adapted, read, toolTest } from "./deployment.ts";
import { freePort, Front } from "./front.ts";

const HOST = "files.example.org";
const certificate = await selfSigned();

/** As the comment at the head of each example says, and a log to read. */
const GROUND: Ground = {
  flags: (folder) => [
    ...["--trust-proxy", "loopback", "--allowed-host", HOST, "--max-requests", "1000000"],
    ...["--json-log-file", join(folder, "access.json")],
  ],
  files: { "root/large.bin": new Uint8Array(3_000_000).fill(7) },
};

/** Where things are for one test. */
interface Place {
  readonly folder: string;
  readonly server: number;
  readonly plain: number;
  readonly secure: number;
}

/** One front: its example made fit for a test, and its program. */
interface Kind {
  readonly program: string;
  /** Writes the configuration. @returns Its path. */
  readonly configure: (place: Place) => Promise<string>;
  readonly check: (config: string) => readonly string[];
  readonly start: (config: string) => readonly string[];
}

async function written(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await Deno.writeTextFile(path, text);
  return path;
}

const NGINX: Kind = {
  program: "nginx",
  configure({ folder, server, plain, secure }) {
    const site = adapted(read("front/nginx.conf"), {
      "127.0.0.1:8080": `127.0.0.1:${server}`,
      "listen 80;": `listen 127.0.0.1:${plain};`,
      "listen 443 ssl": `listen 127.0.0.1:${secure} ssl`,
      [`/etc/ssl/${HOST}/fullchain.pem`]: join(folder, "cert.pem"),
      [`/etc/ssl/${HOST}/privkey.pem`]: join(folder, "key.pem"),
    });
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
      `${name}_temp_path ${folder}/${name};`
    );
    const around = `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http { access_log off; ${temporary.join(" ")}
${site} }`;
    return written(folder, "nginx.conf", around);
  },
  check: (config) => ["-t", "-q", "-c", config],
  start: (config) => ["-c", config],
};

const CADDY: Kind = {
  program: "caddy",
  configure({ folder, server, plain, secure }) {
    const site = adapted(read("front/Caddyfile"), {
      "127.0.0.1:8080": `127.0.0.1:${server}`,
      [`\n${HOST} {`]: `\nhttps://${HOST}:${secure} {\nbind 127.0.0.1\n` +
        `tls ${join(folder, "cert.pem")} ${join(folder, "key.pem")}`,
    });
    const around = `{\nadmin off\nstorage file_system ${folder}\nhttp_port ${plain}\n` +
      `auto_https disable_redirects\n}\n${site}`;
    return written(folder, "Caddyfile", around);
  },
  check: (config) => ["validate", "--config", config, "--adapter", "caddyfile"],
  start: (config) => ["run", "--config", config, "--adapter", "caddyfile"],
};

const HAPROXY: Kind = {
  program: "haproxy",
  async configure({ folder, server, secure }) {
    const both = `${certificate?.cert ?? ""}${certificate?.key ?? ""}`;
    const site = adapted(read("front/haproxy.cfg"), {
      "127.0.0.1:8080": `127.0.0.1:${server}`,
      "bind :443": `bind 127.0.0.1:${secure}`,
      [`/etc/haproxy/certs/${HOST}.pem`]: await written(folder, "both.pem", both),
    });
    return written(folder, "haproxy.cfg", site);
  },
  check: (config) => ["-c", "-q", "-f", config],
  start: (config) => ["-db", "-f", config],
};

/** Requests in one go, over as many connections outside as curl likes: one. */
const PAGES = 40;

/** Whom the requests come from: another address of loopback than everything else here. */
const CLIENT = "127.0.0.2";

/** What a client says who would like to be somebody else. */
const FORGED = ["-H", "X-Forwarded-For: 6.6.6.6", "-H", "Forwarded: for=6.6.6.6"];

function curl(port: number, ...args: readonly string[]): Promise<string> {
  const where = ["--resolve", `${HOST}:${port}:127.0.0.1`, "--interface", CLIENT];
  const how = ["-sS", "-k", "--max-time", "20", "-H", `Host: ${HOST}`];
  return run("curl", ...how, ...where, ...FORGED, ...args);
}

async function accepted(server: TestServer): Promise<number> {
  return JSON.parse((await server.ask(get("/metrics?format=json"))).text).connections.accepted;
}

async function stands(server: TestServer, secure: number): Promise<void> {
  const base = `https://${HOST}:${secure}`;
  assertEquals(await curl(secure, "-w", "[%{http_code}]", `${base}/hello.html`), `${HELLO}[200]`);
  const heads = await curl(secure, "-I", `${base}/hello.html`);
  assertMatch(heads, /^strict-transport-security: max-age=31536000\r$/mi);

  const before = await accepted(server);
  const pages = Array.from({ length: PAGES }, () => `${base}/hello.html`);
  assertEquals(await curl(secure, ...pages), HELLO.repeat(PAGES));
  const opened = await accepted(server) - before;
  assert(opened < PAGES / 2, `${opened} connections for ${PAGES} requests`);

  const json = join(server.folder, "upload.json");
  await Deno.writeTextFile(json, JSON.stringify("x".repeat(2_000_000)));
  const post = ["-H", "Content-Type: application/json", "--data-binary", `@${json}`];
  for (const how of [[], ["-H", "Expect: 100-continue"], ["--http1.1", "-T", json, "-X", "POST"]]) {
    const said = await curl(
      secure,
      ...post.slice(0, how.length > 2 ? 2 : 4),
      ...how,
      `${base}/upload`,
    );
    assertMatch(said, /^\{"status":"success".*"size":2000002\}\n$/);
  }
  const range = ["-r", "1000000-1999999", "-o", join(server.folder, "part"), "-w", "%{http_code}"];
  assertEquals(await curl(secure, ...range, `${base}/large.bin`), "206");
  assertEquals((await Deno.stat(join(server.folder, "part"))).size, 1_000_000);
  const refused = ["-o", join(server.folder, "refused"), "-w", "%{http_code}"];
  assertEquals(await curl(secure, ...refused, `${base}/.env`), "403");
}

/** Whoever asked for something through the front is in the log by their own address. */
async function clientsOf(server: TestServer): Promise<Set<unknown>> {
  await server.stop();
  const lines = (await Deno.readTextFile(join(server.folder, "access.json"))).trim().split("\n");
  const records = lines.map((line) => JSON.parse(line)).filter(({ target = "" }) =>
    /^\/(hello|large|upload)/.test(target)
  );
  assert(records.length > PAGES);
  return new Set(records.map(({ client }) => client));
}

for (const { program, configure, check, start } of [NGINX, CADDY, HAPROXY]) {
  const tools = [program, "curl", "openssl"];
  await toolTest(
    `deployment: ${program} stands in front of the server`,
    tools,
    () =>
      withServer(GROUND, async (server) => {
        const { folder } = server;
        await written(folder, "cert.pem", certificate?.cert ?? "");
        await written(folder, "key.pem", certificate?.key ?? "");
        const place = { folder, server: server.port, plain: freePort(), secure: freePort() };
        const config = await configure(place);
        await run(program, ...check(config));
        {
          await using _front = await Front.start([program, ...start(config)], place.secure);
          await stands(server, place.secure);
        }
        assertEquals([...await clientsOf(server)], [CLIENT]);
      }),
  );
}
