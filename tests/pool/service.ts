// The network's rooms over a pool of fragile workers: a server without HTTP.

import type { MainEnd } from "../../lib/channel/channel.ts";
import { Admission } from "../../lib/net/admission.ts";
import { Line } from "../../lib/net/line.ts";
import { cutLingering } from "../../lib/net/linger.ts";
import { Listener } from "../../lib/net/listener.ts";
import { readyAnswer } from "../../lib/net/refusal.ts";
import { Pool } from "../../lib/pool/pool.ts";
import { Client } from "../integration/client.ts";
import { withDeadline } from "../integration/deadline.ts";
import type { FragileOrder } from "./fragile_worker.ts";

/** What a peer gets whose worker was lost before it answered. */
export const LOST = readyAnswer("500 Internal Server Error", "gone\n", "");

/** One loss as the pool told it. */
export interface Loss {
  readonly worker: number;
  readonly reason: string;
  readonly pauseMs: number;
  /** Connections it had. */
  readonly connections: number;
}

/** A pool, and sockets in front of it. */
export class Service implements AsyncDisposable {
  readonly pool: Pool;
  readonly losses: Loss[] = [];
  readonly #admission: Admission;
  readonly #listener: Listener;
  readonly #lines = new Map<number, Line>();
  readonly #ends = new Map<number, MainEnd>();
  readonly #clients: Client[] = [];
  #starts = 0;
  #drained = Promise.withResolvers<void>();
  #lost = Promise.withResolvers<void>();

  /** @param module File name of the workers' module. */
  constructor(
    { workers = 1, slots = 8, queue = 0, quietMs = 0, module = "./fragile_worker.ts" }: {
      workers?: number;
      slots?: number;
      queue?: number;
      quietMs?: number;
      module?: string;
    } = {},
  ) {
    this.#admission = new Admission({
      queueMax: queue,
      queueMs: 600_000,
      perClientMax: 0,
      clientOf: () => undefined,
      isRefused: () => false,
    }, { refused: () => {}, waited: () => {} });
    this.#listener = new Listener({ host: "127.0.0.1", port: 0 }, {
      accepted: (conn) => this.#admission.admit(conn),
      failed: (error) => {
        throw error;
      },
    });
    this.pool = new Pool({
      workers,
      slots,
      quietMs,
      permissions: { net: false, read: false, write: false, env: false, run: false, import: false },
      module: import.meta.resolve(module),
      start: (worker, memory): FragileOrder => ({
        worker,
        memory,
        name: `start ${this.#starts++}`,
      }),
    }, {
      started: (worker, end) => {
        const line = new Line(end, slots, {
          isWelcome: () => true,
          freed: () => this.#admission.advance(),
          log: () => {},
          drained: () => this.#drained.resolve(),
          left: () => this.pool.noteLeft(worker),
        });
        this.#lines.set(worker, line);
        this.#ends.set(worker, end);
        this.#admission.add(line);
        return line;
      },
      lost: (worker, reason, pauseMs) => this.#noteLoss(worker, reason, pauseMs),
    });
    void this.#listener.run();
  }

  /** Opens a connection. */
  async connect(): Promise<Client> {
    const client = await Client.connect(this.#listener.address.port);
    this.#clients.push(client);
    return client;
  }

  /** Asks a worker for its name on a connection. */
  async who(client: Client): Promise<string> {
    await client.send("who");
    return new TextDecoder().decode(await client.read() ?? new Uint8Array(0));
  }

  /** What a worker showed last. */
  pulse(worker: number): number {
    return this.#ends.get(worker)?.gauges.pulse ?? 0;
  }

  /** Waits until so many workers were lost since the start. */
  async lossesReach(count: number): Promise<void> {
    while (this.losses.length < count) await this.#lost.promise;
  }

  /** Waits for the first worker that has finished what it had. */
  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  #noteLoss(worker: number, reason: string, pauseMs: number): void {
    const line = this.#lines.get(worker);
    if (line === undefined) throw new Error("Cannot lose a worker twice");
    this.#lines.delete(worker);
    this.#admission.remove(line, pauseMs === 0);
    this.losses.push({ worker, reason, pauseMs, connections: line.fail(LOST) });
    this.#lost.resolve();
    this.#lost = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    this.#listener.close();
    this.#admission.refuseWaiting();
    await this.pool.stop();
    for (const line of this.#lines.values()) line.fail(LOST);
    cutLingering();
  }
}

/** Declares a test against a service of its own, with a deadline and leak checks. */
export function serviceTest(
  name: string,
  options: ConstructorParameters<typeof Service>[0],
  test: (service: Service) => Promise<void>,
): void {
  Deno.test({
    name,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: () =>
      withDeadline(async () => {
        await using service = new Service(options);
        await test(service);
      }),
  });
}
