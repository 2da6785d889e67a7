// The program, killed at random moments while clients upload, and started again, over and over: what
// was acknowledged is there, what is there is whole, and what was cut off is cleared away.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { bytesOf } from "../integration/answer.ts";
import { Client } from "../integration/client.ts";
import { firstDifference } from "../integration/pattern.ts";
import { Program } from "../integration/program.ts";
import { chunk, upload, uploadHead } from "../integration/requests.ts";

/** Clients that upload at one time. */
const CLIENTS = 6;

/** Longest pause between the first acknowledged upload of a life and its end, in milliseconds. */
const LIFE_MS_MAX = 150;

/** Bytes that texts are filled up with: less than a segment, several blocks, many flushes of a pipe. */
const FILLS = [0, 1_000, 20_000, 300_000];

/** What a series of kills came to. */
export interface KillReport {
  kills: number;
  /** Uploads that were answered with 201. */
  acknowledged: number;
  /** Uploads stored whose answer was lost. */
  unheard: number;
  /** Uploads with a key that were sent again after a kill, and found to be stored once. */
  repeated: number;
  /** Files that kills left half written, all of which a start removed. */
  leftovers: number;
}

/** A text that its number tells everything about. */
function textOf(id: number): string {
  const fill = String(Math.imul(id, 0x9e3779b9) >>> 0);
  return `{"id": ${id}, "fill": "${fill.repeat((FILLS[id % FILLS.length] ?? 0) / 10)}"}`;
}

function requestOf(id: number, ...fields: readonly string[]): string {
  const text = textOf(id);
  if (id % 3 > 0) return upload(text, ...fields);
  const middle = text.length >> 1;
  return uploadHead("Transfer-Encoding: chunked", ...fields) + chunk(text.slice(0, middle)) +
    chunk(text.slice(middle)) + "0\r\n\r\n";
}

/** Every other upload has a key, and is sent again when its answer is lost. */
function keyOf(id: number): string | undefined {
  return id % 2 === 0 ? `Idempotency-Key: "upload ${id}"` : undefined;
}

/** Lives and deaths of one program over one folder. */
export class KillSeries {
  readonly report: KillReport = {
    kills: 0,
    acknowledged: 0,
    unheard: 0,
    repeated: 0,
    leftovers: 0,
  };
  readonly #folder: string;
  readonly #uploads: string;
  readonly #acknowledged = new Map<string, number>(); // names and numbers
  readonly #lost = new Set<number>(); // numbers with a key, sent and not answered
  #nextId = 0;

  /** Nothing was uploaded into `folder` yet. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#uploads = join(folder, "uploads");
  }

  /** One life: starts, uploads, kills, looks at what is left. */
  async kill(): Promise<void> {
    await using program = await this.#start();
    const { port } = await program.started();
    await this.#checkFolder("after a start");
    await this.#repeatLost(port);
    const first = Promise.withResolvers<void>();
    const clients = Array.from({ length: CLIENTS }, () => this.#upload(port, first));
    await Promise.race([first.promise, Promise.all(clients)]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LIFE_MS_MAX));
    program.kill("SIGKILL");
    assertEquals((await program.ended()).signal, "SIGKILL");
    await Promise.all(clients);
    this.report.kills++;
    this.report.leftovers += await this.#checkFolder("after a kill");
  }

  /** A last life, in which nothing is uploaded: reads every upload that was ever acknowledged. */
  async finish(): Promise<KillReport> {
    await using program = await this.#start();
    const { port } = await program.started();
    await this.#repeatLost(port);
    assertEquals(await this.#checkFolder("at the end"), 0);
    for (const [name, id] of this.#acknowledged) await this.#checkFile(name, id);
    this.report.acknowledged = this.#acknowledged.size;
    return this.report;
  }

  async #start(): Promise<Program> {
    await Deno.mkdir(join(this.#folder, "root"), { recursive: true });
    return new Program([
      ...["0", "127.0.0.1", "2", "--root", join(this.#folder, "root")],
      ...["--uploads", this.#uploads, "--upload-rate", "0", "--rate", "0"],
      ...["--log-level", "warn", "--max-requests", "1000000"],
    ]);
  }

  /** Uploads until the program is gone. */
  async #upload(port: number, first: PromiseWithResolvers<void>): Promise<void> {
    try {
      using client = await Client.connect(port);
      while (true) {
        await this.#send(client, this.#nextId++);
        first.resolve();
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #send(client: Client, id: number): Promise<void> {
    const key = keyOf(id);
    if (key !== undefined) this.#lost.add(id);
    const { status, fields, text } = await client.ask(
      requestOf(id, ...(key === undefined ? [] : [key])),
    );
    assertEquals(status, 201, text);
    this.#lost.delete(id);
    this.#acknowledged.set((fields.get("location") ?? "").replace("/uploads/", ""), id);
  }

  /** A client that heard nothing sends once more, as its key lets it. */
  async #repeatLost(port: number): Promise<void> {
    using client = await Client.connect(port);
    for (const id of [...this.#lost]) {
      await this.#send(client, id);
      this.report.repeated++;
    }
  }

  /**
   * Every file that can be seen is whole, every acknowledged one is there, and no key has two.
   *
   * @returns Files that cannot be seen and are half written.
   */
  async #checkFolder(when: string): Promise<number> {
    const names = await this.#names();
    const visible = names.filter((name) => !name.startsWith("."));
    const hidden = names.filter((name) => name.startsWith(".") && name !== ".upload_secret");
    if (when !== "after a kill") assertEquals(hidden, [], `left behind ${when}`);
    const ids = new Set<number>();
    for (const name of visible) {
      const id = this.#acknowledged.get(name) ?? await this.#idOf(name);
      assert(!ids.has(id), `stored twice ${when}: upload ${id}`);
      ids.add(id);
    }
    for (const name of this.#acknowledged.keys()) {
      assert(visible.includes(name), `gone ${when}: ${name}`);
    }
    this.report.unheard = visible.length - this.#acknowledged.size;
    return hidden.length;
  }

  async #names(): Promise<string[]> {
    return await Array.fromAsync(Deno.readDir(this.#uploads), ({ name }) => name);
  }

  /** Which upload a file is that nobody was told of. */
  async #idOf(name: string): Promise<number> {
    const text = await Deno.readTextFile(join(this.#uploads, name));
    const id = Number(/^\{"id": (\d+),/.exec(text)?.[1]);
    assert(text === textOf(id), `not whole: ${name}`);
    return id;
  }

  async #checkFile(name: string, id: number): Promise<void> {
    const stored = await Deno.readFile(join(this.#uploads, name));
    assertEquals(firstDifference(stored, bytesOf(textOf(id))), -1, name);
  }
}

/** Whether an error means that the other end of the connection is no more. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionRefused || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Error && error.message.startsWith("Cannot read an answer");
}
