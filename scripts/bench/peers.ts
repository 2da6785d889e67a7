// The servers that are compared, each set up the way its users set it up for speed.

import { fromFileUrl, join } from "@std/path";
import { describeOptions } from "../../lib/config.ts";
import { v8Flags } from "../../tests/integration/program.ts";
import type { Ground } from "./ground.ts";
import type { Peer, Start } from "./peer.ts";

const PROJECT = fromFileUrl(import.meta.resolve("../../"));
const FOLDER = fromFileUrl(import.meta.resolve("./"));

/** Connections that a server must be able to hold. */
const CONNECTIONS = 12_288;

/** Settings of whoever runs the comparison do not count: an empty variable is none. */
const NO_SETTINGS = Object.fromEntries(
  describeOptions({ root: "", uploads: "" }).map((option) => [option.environment, ""])
    .filter(([name]) => name !== ""),
);

async function write(ground: Ground, name: string, text: string): Promise<string> {
  const path = join(ground.folder, name);
  await Deno.writeTextFile(path, text);
  return path;
}

/**
 * Sluice from a source tree: logs to a file, every protection on but those that count a client's
 * requests and connections, since a load generator is one client.
 *
 * @param runtimeFlags Flags for Deno itself.
 */
export function sluice(
  name: string,
  project = PROJECT,
  runtimeFlags: readonly string[] = [],
): Peer {
  return {
    name,
    what: project === PROJECT ? "this source tree" : "another source tree of ours",
    install: "",
    probe: { program: Deno.execPath(), args: ["--version"] },
    holdsMany: true,
    takesUploads: true,
    prepare(ground, port): Promise<Start> {
      const { folder, site, workers } = ground;
      return Promise.resolve({
        program: Deno.execPath(),
        args: [
          ...["run", ...v8Flags(project), "--no-prompt", "-P=start", ...runtimeFlags],
          ...[`--allow-read=${project},${folder}`, `--allow-write=${folder}`, "main.ts"],
          ...["--port", `${port}`, "--workers", `${workers}`, "--root", site],
          ...["--uploads", join(folder, "uploads"), "--log-file", join(folder, "logs", name)],
          ...["--rate", "0", "--upload-rate", "0", "--per-client", "0"],
          ...["--max-requests", "1000000000", "--keep-alive", "10m"],
          ...["--connections", `${Math.min(16_384, Math.ceil(CONNECTIONS / workers))}`],
        ],
        cwd: project,
        env: NO_SETTINGS,
      });
    },
  };
}

const NGINX: Peer = {
  name: "nginx",
  what: "sendfile, open_file_cache, access log off",
  install: "apt-get install nginx",
  probe: { program: "nginx", args: ["-v"] },
  holdsMany: true,
  async prepare(ground, port) {
    const { folder, site, workers } = ground;
    const config = await write(
      ground,
      "nginx.conf",
      `worker_processes ${workers}; daemon off; pid ${folder}/nginx.pid;
       worker_rlimit_nofile ${2 * CONNECTIONS};
       events { worker_connections ${CONNECTIONS}; }
       http {
         access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
         keepalive_requests 1000000000; keepalive_timeout 600s;
         open_file_cache max=1000; etag on; default_type application/octet-stream;
         client_body_temp_path ${folder}/nginx_body; proxy_temp_path ${folder}/nginx_proxy;
         fastcgi_temp_path ${folder}/nginx_fastcgi; uwsgi_temp_path ${folder}/nginx_uwsgi;
         scgi_temp_path ${folder}/nginx_scgi;
         server { listen 127.0.0.1:${port} backlog=4096; root ${site}; }
       }`,
    );
    return { program: "nginx", args: ["-c", config, "-e", join(folder, "nginx.log")] };
  },
};

const LIGHTTPD: Peer = {
  name: "lighttpd",
  what: "one process, as Debian sets it up; access log off",
  install: "apt-get install lighttpd",
  probe: { program: "lighttpd", args: ["-v"] },
  holdsMany: true,
  async prepare(ground, port) {
    const config = await write(
      ground,
      "lighttpd.conf",
      `server.document-root = "${ground.site}"
       server.bind = "127.0.0.1"
       server.port = ${port}
       server.max-fds = ${2 * CONNECTIONS}
       server.max-connections = ${CONNECTIONS}
       server.max-keep-alive-requests = 1000000000
       server.max-keep-alive-idle = 600
       server.modules = ()
       mimetype.assign = ( "" => "application/octet-stream" )`,
    );
    return { program: "lighttpd", args: ["-D", "-f", config] };
  },
};

const CADDY: Peer = {
  name: "caddy",
  what: "file_server, log off",
  install: "apt-get install caddy",
  probe: { program: "caddy", args: ["version"] },
  holdsMany: true,
  async prepare(ground, port) {
    const config = await write(
      ground,
      "Caddyfile",
      `{
         admin off
         auto_https off
       }
       http://127.0.0.1:${port} {
         root * ${ground.site}
         file_server
       }`,
    );
    return {
      program: "caddy",
      args: ["run", "--config", config, "--adapter", "caddyfile"],
      env: { GOMAXPROCS: `${ground.workers}`, HOME: ground.folder },
    };
  },
};

const DENO: Peer = {
  name: "deno",
  what:
    "Deno.serve doing what serveDir of @std/http does for a file (that module does not load from npm)",
  install: "",
  probe: { program: Deno.execPath(), args: ["--version"] },
  holdsMany: true,
  prepare({ site }, port) {
    return Promise.resolve({
      program: Deno.execPath(),
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-config", `--allow-read=${site}`],
        ...["--allow-net=127.0.0.1", join(FOLDER, "peers", "deno_serve.ts"), site, `${port}`],
      ],
    });
  },
};

const SIRV: Peer = {
  name: "sirv",
  what: "node:http and sirv 3.0.2, one process",
  install: "apt-get install nodejs npm",
  probe: { program: "npm", args: ["--version"] },
  holdsMany: true,
  async prepare(ground, port) {
    const { code } = await new Deno.Command("npm", {
      args: ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", "sirv@3.0.2"],
      cwd: ground.folder,
      stdout: "null",
    }).output();
    if (code !== 0) throw new Error("Cannot start sirv: npm could not install it");
    const script = await write(
      ground,
      "sirv.cjs",
      await Deno.readTextFile(join(FOLDER, "peers", "sirv.cjs")),
    );
    return { program: "node", args: [script, ground.site, `${port}`] };
  },
};

const PYTHON: Peer = {
  name: "python",
  what: "http.server with ThreadingHTTPServer, HTTP/1.1, log off",
  install: "apt-get install python3",
  probe: { program: "python3", args: ["--version"] },
  holdsMany: false,
  prepare({ site }, port) {
    return Promise.resolve({
      program: "python3",
      args: [join(FOLDER, "peers", "threading_server.py"), site, `${port}`],
    });
  },
};

/** All of them, ours first. */
export const PEERS: readonly Peer[] = [
  sluice("sluice"),
  NGINX,
  LIGHTTPD,
  CADDY,
  DENO,
  SIRV,
  PYTHON,
];
