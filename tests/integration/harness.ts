// A real server on a free port, over a folder of its own, for as long as one test lasts.

import { assert } from "@std/assert";
import { dirname, join } from "@std/path";
import { type Config, parseConfig } from "../../lib/config.ts";
import { serve, type Server } from "../../lib/server.ts";
import type { Answer } from "./answer.ts";
import { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";

/** What a server is started over, and how. */
export interface Ground {
  /** Flags as on the command line. One worker, unless they say otherwise. */
  readonly flags?: readonly string[] | ((folder: string) => readonly string[]);
  /** Files by their path in the test's folder: `root/` is served, what lies beside it is not. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Changes that no flag can make. */
  readonly config?: Partial<Config>;
  /** What workers run instead of the real module. */
  readonly workerModule?: string;
}

/** The file that every root has. */
export const HELLO = "<p>hello</p>\n";

/** A running server and everything that belongs to it. */
export class TestServer {
  /** The server itself. */
  readonly server: Server;
  /** What it was started with. */
  readonly config: Config;
  /** The test's folder, with `root`, `uploads` and `log` in it. */
  readonly folder: string;
  /** The served folder. */
  readonly root: string;
  /** Where uploads land. */
  readonly uploads: string;
  readonly #clients: Client[] = [];

  constructor(folder: string, ground: Ground) {
    this.folder = folder;
    this.root = join(folder, "root");
    this.uploads = join(folder, "uploads");
    const { flags = [] } = ground;
    const given = typeof flags === "function" ? flags(folder) : flags;
    this.config = { ...configOf(folder, given), ...ground.config };
    const { workerModule } = ground;
    this.server = serve(this.config, workerModule === undefined ? {} : { workerModule });
  }

  /** The port. */
  get port(): number {
    return this.server.address.port;
  }

  /** Opens a connection; it is closed at the test's end at the latest. */
  async connect(): Promise<Client> {
    const client = await Client.connect(this.port);
    this.#clients.push(client);
    return client;
  }

  /** Asks on a connection of its own. */
  async ask(request: string | Uint8Array): Promise<Answer> {
    using client = await this.connect();
    return await client.ask(request);
  }

  /** Writes a file into the served folder. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    await writeFile(join(this.root, name), content);
  }

  /** Stops the server. @returns Whether everything under way was finished in time. */
  stop(): Promise<boolean> {
    return this.server.shutdown();
  }

  /** Stops the server. @returns All it logged. */
  async stopAndReadLog(): Promise<string> {
    this.#leave();
    await this.stop();
    return await Deno.readTextFile(join(this.folder, "log"));
  }

  /** Closes every client and stops the server. */
  async close(): Promise<void> {
    this.#leave();
    await this.stop();
  }

  #leave(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }
}

function configOf(folder: string, flags: readonly string[]): Config {
  const site = { root: join(folder, "root"), uploads: join(folder, "uploads") };
  const log = ["--log-file", join(folder, "log")]; // keeps the terminal quiet
  const workers = flags.includes("--workers") ? [] : ["--workers", "1"];
  const bans = flags.includes("--ban-errors") ? [] : ["--ban-errors", "0"]; // most tests misbehave
  const given = ["0", ...workers, ...log, ...bans, ...flags];
  const command = parseConfig(given, () => undefined, site);
  assert(command.kind === "serve");
  return command.config;
}

/** Writes a file, and the folders it lies in. */
export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(path, bytes);
}

/** Lends a folder that is gone afterwards. */
export async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice_" }));
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `test` with a server over `ground`, and clears everything away. */
export function withServer(
  ground: Ground,
  test: (server: TestServer) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const files = { "root/hello.html": HELLO, ...ground.files };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    const server = new TestServer(folder, ground);
    try {
      await withDeadline(() => test(server));
    } finally {
      await server.close();
    }
  });
}

/** Leak checks are off by default in the runtime. */
export const SANITIZED = { sanitizeOps: true, sanitizeResources: true } as const;

/** Declares a test against a server of its own. */
export function serverTest(
  name: string,
  ground: Ground,
  test: (server: TestServer, step: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name,
    ...SANITIZED,
    fn: (context) => withServer(ground, (server) => test(server, context)),
  });
}
