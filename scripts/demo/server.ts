// A server as an operator starts it: a process of its own, in its sandbox, on a free port.

import { fromFileUrl, join } from "@std/path";
import { describeOptions } from "../../lib/config.ts";
import { Client } from "../../tests/integration/client.ts";

const PROJECT = fromFileUrl(import.meta.resolve("../../"));

/** Settings of whoever runs the demo do not count: an empty variable is none. */
const NO_SETTINGS = Object.fromEntries(
  describeOptions({ root: "", uploads: "" }).map((option) => [option.environment, ""])
    .filter(([name]) => name !== ""),
);

/** Which program is started. */
export interface Program {
  /** The module, from the project's folder. Default: `main.ts`. */
  readonly module?: string;
  /** Whether what it complains of is shown. Default: it is. */
  readonly isLoud?: boolean;
}

/** A running server. */
export class DemoServer {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  readonly #process: Deno.ChildProcess;
  readonly #rest: Promise<unknown>;

  private constructor(process: Deno.ChildProcess, port: number, rest: Promise<unknown>) {
    this.#process = process;
    this.port = port;
    this.#rest = rest;
  }

  /**
   * Starts a server over `folder`, whose `site` it serves and whose `uploads` it fills.
   *
   * @throws {Error} When it does not start.
   */
  static async start(
    folder: string,
    flags: readonly string[],
    { module = "main.ts", isLoud = true }: Program = {},
  ): Promise<DemoServer> {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "-P=start"],
        ...[`--allow-read=${PROJECT},${folder}`, `--allow-write=${folder}`],
        ...[module, "--port", "0", "--root", join(folder, "site")],
        ...["--uploads", join(folder, "uploads"), "--log-file", join(folder, "log")],
        ...["--download", "txt", ...flags],
      ],
      cwd: PROJECT,
      env: { ...NO_SETTINGS, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: isLoud ? "inherit" : "null",
    }).spawn();
    const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!said.includes("Press Ctrl+C")) {
      const { value, done } = await output.read();
      if (done) throw new Error("Cannot start the server: it ended at once");
      said += value;
    }
    const rest = drain(output);
    return new DemoServer(process, Number(/:(\d+)\n/.exec(said)?.[1]), rest);
  }

  /** Opens a connection. */
  connect(): Promise<Client> {
    return Client.connect(this.port);
  }

  /** Asks it to stop, as a service manager does. */
  stop(): void {
    this.#process.kill(Deno.build.os === "windows" ? "SIGKILL" : "SIGTERM");
  }

  /** Waits for its end. @returns Its exit code. */
  async ended(): Promise<number> {
    await this.#rest;
    return (await this.#process.status).code;
  }

  /** Ends it, whatever it does. */
  async end(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.ended();
  }
}

async function drain(output: ReadableStreamDefaultReader<string>): Promise<void> {
  for (let step = await output.read(); !step.done; step = await output.read());
}
