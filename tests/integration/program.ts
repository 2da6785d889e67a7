// The program as an operator starts it: a process with arguments, output and an exit code.

import { fromFileUrl, join } from "@std/path";

const PROJECT = fromFileUrl(import.meta.resolve("../../"));
const MAIN = fromFileUrl(import.meta.resolve("../../main.ts"));

/** Flags for V8 that `deno task start` of a source tree has: they decide what it takes of memory. */
export function v8Flags(project = PROJECT): string[] {
  const manifest: { readonly tasks: { readonly start: string } } = JSON.parse(
    Deno.readTextFileSync(join(project, "deno.json")),
  );
  return manifest.tasks.start.split(" ").filter((flag) => flag.startsWith("--v8-flags="));
}

/** How a process ended, and all it said. */
export interface Ending {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that serves. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #stdout: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #heard = "";

  /**
   * Starts it with exactly these arguments; settings of whoever runs the tests do not count.
   *
   * @param wrapper A program and its arguments that start what follows them.
   */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    wrapper: readonly string[] = [],
  ) {
    const [program = "", ...rest] = [
      ...wrapper,
      ...[Deno.execPath(), "run", ...v8Flags(), "-A", "--quiet", "--no-check", MAIN, ...args],
    ];
    this.#process = new Deno.Command(program, {
      args: rest,
      env: { NO_COLOR: "1", LOG_LEVEL: "", LOG_FILE: "", JSON_LOG_FILE: "", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stdout = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = new Response(this.#process.stderr).text();
  }

  /** The process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Waits until it has said what it serves. @returns What it said, and its port. */
  async started(): Promise<{ said: string; port: number }> {
    await this.says("Press Ctrl+C");
    return { said: this.#heard, port: Number(/:(\d+)\n/.exec(this.#heard)?.[1]) };
  }

  /** Waits until it has said this on its standard output. */
  async says(text: string): Promise<void> {
    while (!this.#heard.includes(text)) await this.#hear();
  }

  /** Waits until it has said something like this on its standard output. @returns The match. */
  async saysLike(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      const match = pattern.exec(this.#heard);
      if (match !== null) return match;
      await this.#hear();
    }
  }

  async #hear(): Promise<void> {
    const { value, done } = await this.#stdout.read();
    if (done) throw new Error(`Cannot hear the program any longer: ${await this.#stderr}`);
    this.#heard += value;
  }

  /** Sends a signal; a process that is gone takes none. */
  kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended by itself.
    }
  }

  /** Waits until it has ended. */
  async ended(): Promise<Ending> {
    for (let step = await this.#stdout.read(); !step.done; step = await this.#stdout.read()) {
      this.#heard += step.value;
    }
    const { code, signal } = await this.#process.status;
    return { code, signal, stdout: this.#heard, stderr: await this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.ended();
  }
}
