// A front that runs for as long as a test lasts.

/** Looks again after this long, in milliseconds: a program says nowhere that it listens. */
const PAUSE_MS = 20;

/** How long it may take to listen, in milliseconds. */
const START_MS_MAX = 10_000;

/** A port nobody listens on; the system gives the same one out again only after many others. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** A running front. */
export class Front implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #said: Promise<string>;

  private constructor(process: Deno.ChildProcess, said: Promise<string>) {
    this.#process = process;
    this.#said = said;
  }

  /**
   * Starts a program that listens on `port` in the end.
   *
   * @throws {Error} With what it said, when it does not.
   */
  static async start(
    command: readonly string[],
    port: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Front> {
    const [program = "", ...args] = command;
    const process = new Deno.Command(program, {
      args,
      env: { ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const front = new Front(process, new Response(process.stderr).text());
    const giveUpMs = performance.now() + START_MS_MAX;
    while (!await isListening(port)) {
      if (performance.now() > giveUpMs) {
        await front[Symbol.asyncDispose]();
        throw new Error(`Cannot start ${program}: ${await front.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return front;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await this.#process.status;
    await this.#said;
  }
}
