// Tries what a worker must not be able to do, and says what came of it. It is the worker of
// sandbox_test.ts, with the permissions of the real one.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/** Where the attempts are aimed. */
export interface Aims {
  readonly root: string;
  readonly uploads: string;
  /** A folder beside both, with a file `secret` in it. */
  readonly outside: string;
  /** A port of this machine where somebody listens. */
  readonly port: number;
}

type Attempt = (aims: Aims) => unknown;

/** What is refused. */
const FORBIDDEN: Readonly<Record<string, Attempt>> = {
  "connect": ({ port }) => Deno.connect({ hostname: "127.0.0.1", port }),
  "connect over TLS": ({ port }) => Deno.connectTls({ hostname: "127.0.0.1", port }),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  "fetch": ({ port }) => fetch(`http://127.0.0.1:${port}/`),
  "open a WebSocket": ({ port }) => new WebSocket(`ws://127.0.0.1:${port}/`),
  "resolve a name": () => Deno.resolveDns("localhost", "A"),
  "connect by node:net": async ({ port }) => {
    const { connect } = await import("node:net");
    await new Promise((resolve, reject) => {
      connect(port, "127.0.0.1", () => resolve(undefined)).on("error", reject);
    });
  },
  "read a variable": () => Deno.env.get("HOME"),
  "list the variables": () => Deno.env.toObject(),
  "set a variable": () => Deno.env.set("SLUICE_TEST", "1"),
  "run a program": () => new Deno.Command("true").outputSync(),
  "run a program by node:child_process": async () => {
    const { execFileSync } = await import("node:child_process");
    execFileSync("true");
  },
  "read outside": ({ outside }) => Deno.readTextFileSync(`${outside}/secret`),
  "read outside by node:fs": async ({ outside }) => {
    const { readFileSync } = await import("node:fs");
    readFileSync(`${outside}/secret`);
  },
  "read outside by way of the root": ({ root }) =>
    Deno.readTextFileSync(`${root}/../outside/secret`),
  "list outside": ({ outside }) => [...Deno.readDirSync(outside)],
  "stat outside": ({ outside }) => Deno.statSync(`${outside}/secret`),
  "read /etc/passwd": () => Deno.readTextFileSync("/etc/passwd"),
  "read the memory of the process": () => Deno.readFileSync("/proc/self/mem"),
  "read the variables in /proc": () => Deno.readFileSync("/proc/self/environ"),
  "write outside": ({ outside }) => Deno.writeTextFileSync(`${outside}/new`, "x"),
  "write into the root": ({ root }) => Deno.writeTextFileSync(`${root}/new.html`, "x"),
  "overwrite a file of the root": ({ root }) => Deno.writeTextFileSync(`${root}/page.html`, "x"),
  "remove a file of the root": ({ root }) => Deno.removeSync(`${root}/page.html`),
  "make a folder in the root": ({ root }) => Deno.mkdirSync(`${root}/new`),
  "move a file into the root": ({ root, uploads }) =>
    Deno.renameSync(`${uploads}/mine.json`, `${root}/mine.html`),
  "move a file out of the root": ({ root, uploads }) =>
    Deno.renameSync(`${root}/page.html`, `${uploads}/page.html`),
  "link out of the uploads": ({ outside, uploads }) =>
    Deno.symlinkSync(`${outside}/secret`, `${uploads}/link`),
  "hard-link out of the uploads": ({ outside, uploads }) =>
    Deno.linkSync(`${outside}/secret`, `${uploads}/hard`),
  "copy from outside": ({ outside, uploads }) =>
    Deno.copyFileSync(`${outside}/secret`, `${uploads}/copy`),
  "import from the network": ({ port }) => import(`http://127.0.0.1:${port}/module.js`),
  "import a file from outside": ({ outside }) => import(`file://${outside}/module.js`),
  "load a library": () => Deno.dlopen("libc.so.6", {}),
  "ask for the host name": () => Deno.hostname(),
  "ask for the memory of the machine": () => Deno.systemMemoryInfo(),
  "ask for the addresses of the machine": () => Deno.networkInterfaces(),
  "send a signal to another process": () => Deno.kill(Deno.ppid, "SIGCONT"),
  "start a worker with more rights": () =>
    new Worker(import.meta.url, {
      type: "module",
      deno: { permissions: { net: true, read: true, write: true } },
    }),
};

/** What the real worker needs; were it refused, the table above would prove nothing. */
const ALLOWED: Readonly<Record<string, Attempt>> = {
  "read a file of the root": ({ root }) => Deno.readTextFileSync(`${root}/page.html`),
  "list the root": ({ root }) => [...Deno.readDirSync(root)],
  "resolve a path of the root": ({ root }) => Deno.realPathSync(`${root}/page.html`),
  "write, move, read and remove an upload": ({ uploads }) => {
    Deno.writeTextFileSync(`${uploads}/.new.part`, "{}", { createNew: true });
    Deno.renameSync(`${uploads}/.new.part`, `${uploads}/new.json`);
    Deno.readTextFileSync(`${uploads}/new.json`);
    Deno.removeSync(`${uploads}/new.json`);
  },
};

/** Names of the attempts, for the test to declare. */
export const FORBIDDEN_NAMES = Object.keys(FORBIDDEN);
export const ALLOWED_NAMES = Object.keys(ALLOWED);

/** What came of every attempt: the name of the error, or `done`. */
export type Outcomes = Readonly<Record<string, string>>;

async function outcomes(aims: Aims): Promise<Outcomes> {
  const found: Record<string, string> = {};
  for (const [name, attempt] of Object.entries({ ...FORBIDDEN, ...ALLOWED })) {
    try {
      await attempt(aims);
      found[name] = "done";
    } catch (error) {
      found[name] = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
  return found;
}

// Loaded by the test as well, for the names: there nobody posts to it.
globalThis.addEventListener("message", async (event) => {
  if (event instanceof MessageEvent && "postMessage" in self) {
    self.postMessage(await outcomes(event.data));
  }
});
