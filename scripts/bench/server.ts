// A peer that runs.

import { join } from "@std/path";
import { freePort, type Ground } from "./ground.ts";
import type { Peer } from "./peer.ts";

/** How long a server may take to answer for the first time, in milliseconds. */
const START_MS_MAX = 20_000;

/** Pause between two looks, in milliseconds. */
const LOOK_MS = 50;

const MORE_FILES = "ulimit -n $(ulimit -Hn)";

/** A running server. */
export class Server implements AsyncDisposable {
  /** What it is. */
  readonly peer: Peer;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** The file that holds what it says. */
  readonly log: string;
  readonly #process: Deno.ChildProcess;

  private constructor(peer: Peer, port: number, log: string, process: Deno.ChildProcess) {
    this.peer = peer;
    this.port = port;
    this.log = log;
    this.#process = process;
  }

  /**
   * Starts a server and waits for its first answer.
   *
   * @throws {Error} When it does not come up; the message says where its complaint lies.
   */
  static async start(peer: Peer, ground: Ground): Promise<Server> {
    const port = freePort();
    const { program, args, cwd, env } = await peer.prepare(ground, port);
    const log = join(ground.folder, `${peer.name.replaceAll(/[^\w]/g, "_")}.err`);
    const process = new Deno.Command("sh", {
      // As many descriptors as one may have, since some reserve several for a connection. `exec`, so
      // that the process is the server; its words go to a file, as pipes would fill.
      args: ["-c", `${MORE_FILES}; exec "$@" >"$0" 2>&1`, log, program, ...args],
      cwd: cwd ?? ground.folder,
      ...(env === undefined ? {} : { env }),
      stdin: "null",
    }).spawn();
    const server = new Server(peer, port, log, process);
    try {
      await server.#answers();
    } catch (cause) {
      await server[Symbol.asyncDispose]();
      const complaint = (await Deno.readTextFile(log)).trim().split("\n").at(-1);
      throw new Error(`Cannot start ${peer.name}: ${complaint}`, { cause });
    }
    return server;
  }

  /** The root of its process tree. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The URL of a file of the site. */
  url(path: string): string {
    return `http://127.0.0.1:${this.port}/${path}`;
  }

  /** Ends it and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await this.#process.status;
  }

  async #answers(): Promise<void> {
    let ended = false;
    void this.#process.status.then(() => ended = true);
    for (let waitedMs = 0; waitedMs < START_MS_MAX && !ended; waitedMs += LOOK_MS) {
      try {
        const answer = await fetch(this.url("1K.bin"));
        const { byteLength } = await answer.arrayBuffer();
        if (answer.status !== 200 || byteLength !== 1024) {
          throw new Error(`not the file: ${answer.status}`);
        }
        return;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it answers, but wrongly
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    }
    throw new Error(ended ? "it ended at once" : "it does not answer");
  }
}
