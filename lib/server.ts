/**
 * The server: the network's rooms and the workers' pool, put together, started, drained and stopped
 * in that order. The only place where they meet.
 *
 * @module
 */

import { join } from "@std/path";
import { LogForm } from "./channel/frames.ts";
import { type Config, configure, isComplete, type Settings, type Site } from "./config.ts";
import { Admission } from "./net/admission.ts";
import { Line } from "./net/line.ts";
import { cutLingering } from "./net/linger.ts";
import { Listener, type ListenOptions } from "./net/listener.ts";
import { readyAnswer } from "./net/refusal.ts";
import { workerPermissions } from "./pool/permissions.ts";
import { defaultWorkers, Pool } from "./pool/pool.ts";
import { AuditTrail } from "./telemetry/audit.ts";
import type { LogEntry } from "./telemetry/log_line.ts";
import { decodeLoss } from "./telemetry/loss_count.ts";
import { decodeRecord } from "./telemetry/log_record.ts";
import { decodeEvent } from "./telemetry/security_event.ts";
import { Observatory } from "./server/observatory.ts";
import { RateTable } from "./security/rate_table.ts";
import { amend, type Amendment } from "./server/amendment.ts";
import { socketsWithin } from "./server/descriptors.ts";
import { Doorman } from "./server/doorman.ts";
import { type Ground, prepare, prepareAnew } from "./server/ground.ts";
import { listenError } from "./server/listen_error.ts";
import { Refusals } from "./server/refusals.ts";
import { relisten } from "./server/relisten.ts";
import { siteFolder } from "./server/site.ts";
import { workerSettings } from "./server/worker_settings.ts";
import type { WorkerSettings, WorkerStart } from "./worker/settings.ts";

export { type Config, ConfigError, type Settings } from "./config.ts";
export { check } from "./server/check.ts";
export { siteFolder } from "./server/site.ts";
export { isExporting, openExporter } from "./telemetry/exporter.ts";
export { StartError } from "./server/start_error.ts";

/** A running server; at the end of an `await using` it is shut down. */
export interface Server extends AsyncDisposable {
  /** Where it listens; the port is the one really bound. */
  readonly address: Deno.NetAddr;
  /** `http` or `https`. */
  readonly scheme: "http" | "https";
  /** Real path of the served root. */
  readonly root: string;
  /** Real path of the upload folder. */
  readonly uploads: string;
  /** How many workers serve. */
  readonly workers: number;
  /**
   * Stops accepting, finishes what is under way for as long as the configured drain time, closes
   * idle connections, and stops the workers. Calling it again gives the same promise.
   *
   * @returns Whether everything under way was finished in time.
   */
  shutdown(): Promise<boolean>;
  /** Opens the log files anew, after somebody else moved them. */
  reopenLogs(): Promise<void>;
  /**
   * Does the same, and goes on by a new configuration, as far as that needs no restart. Requests under
   * way are not touched; connections close after their next answer. What is wrong with the new one is
   * logged, and the old one stays.
   *
   * @param read Gives the configuration; the message of what it throws is for the log.
   */
  reload(read: () => Config): Promise<void>;
}

/** What a server is given besides its configuration. */
export interface Surroundings {
  /** Takes what is logged, besides the log. */
  readonly exported?: ((entry: LogEntry) => void) | undefined;
  /** What workers run; another module than the default is for tests of their faults. */
  readonly workerModule?: string;
}

const WORKER_MODULE = import.meta.resolve("./worker/worker.ts");

const WORKER_LOST = readyAnswer(
  "500 Internal Server Error",
  "Cannot finish the request: its worker is gone\n",
  "",
);

/**
 * Starts a server. It listens when this returns.
 *
 * What the settings do not say has its default, as on the command line, but for the upload folder: that
 * is `uploads` in the served folder, made if need be. A whole {@linkcode Config}, as `parseConfig` gives
 * it, is taken as it is.
 *
 * The program that calls this needs `"unstable": ["worker-options"]` in its `deno.json`, and the
 * permission to listen, to read the served folder and to write the upload folder. Signals are its own.
 *
 * @param settings Any part of the configuration; sizes are in bytes, times in milliseconds.
 * @throws {ConfigError} When a setting breaks its rule; the message names the field.
 * @throws {StartError} When it cannot start; the message names the flag of the setting to change.
 *
 * @example Inside a test of another program
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/index.html`, "<p>hello</p>");
 * {
 *   await using server = serve({ root, port: 0, workers: 1, logLevel: "error" });
 *   const base = `http://127.0.0.1:${server.address.port}`;
 *   const page = await fetch(`${base}/`);
 *   assertEquals(await page.text(), "<p>hello</p>");
 *   const upload = { method: "POST", headers: { "content-type": "application/json" }, body: "[1]" };
 *   const stored = await fetch(`${base}/upload`, upload);
 *   assertEquals(stored.status, 201);
 *   await stored.body?.cancel();
 * }
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export function serve(settings: Settings = {}, surroundings: Surroundings = {}): Server {
  const config = isComplete(settings) ? settings : configure(settings, siteOf(settings));
  const { exported, workerModule = WORKER_MODULE } = surroundings;
  const ground = prepare(config, exported);
  try {
    return new RunningServer(config, ground, workerModule);
  } catch (error) {
    void ground.log.close();
    throw error;
  }
}

/** The folders of settings that do not name them. */
function siteOf({ root = siteFolder() }: Settings): Site {
  return { root, uploads: join(root, "uploads") };
}

class RunningServer implements Server {
  readonly address: Deno.NetAddr;
  readonly scheme: "http" | "https";
  readonly root: string;
  readonly uploads: string;
  readonly workers: number;
  readonly #socketsMax: number;
  readonly #admission: Admission;
  readonly #pool: Pool;
  readonly #audit: AuditTrail;
  readonly #refusals: Refusals;
  readonly #observatory: Observatory;
  readonly #lines = new Map<number, Line>();
  // What a reload replaces:
  #config: Config;
  #ground: Ground;
  #settings: WorkerSettings;
  #doorman: Doorman;
  #listener: Listener;
  #listening: Promise<void>;
  #reloading: Promise<void> = Promise.resolve();
  #shutdown: Promise<boolean> | undefined;
  #drained: (() => void) | undefined;

  constructor(config: Config, ground: Ground, workerModule: string) {
    this.#config = config;
    this.#ground = ground;
    this.root = ground.root;
    this.uploads = ground.uploads;
    this.scheme = ground.tls === undefined ? "http" : "https";
    this.workers = config.workers ?? defaultWorkers(navigator.hardwareConcurrency);
    this.#socketsMax = this.#boundSockets();
    this.#listener = this.#listen(config, ground.tls);
    this.address = this.#listener.address;
    this.#settings = workerSettings(config, ground, this.address.port, this.workers);
    this.#doorman = new Doorman(this.#settings.gate);
    this.#audit = this.#openAudit();
    this.#refusals = this.#openRefusals();
    this.#admission = this.#openAdmission();
    this.#pool = this.#startPool(workerModule);
    this.#observatory = this.#openObservatory();
    this.#listening = this.#listener.run();
    const { hostname: address, port } = this.address;
    ground.log.info("Listening", { address, port });
  }

  shutdown(): Promise<boolean> {
    return this.#shutdown ??= this.#stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  reopenLogs(): Promise<void> {
    return this.#ground.log.reopen();
  }

  /** Sockets that there may be at one time, by configuration and by the files that may be open. */
  #boundSockets(): number {
    const { connectionsPerWorkerMax, queueMax } = this.#config;
    const wanted = this.workers * connectionsPerWorkerMax + queueMax;
    const socketsMax = socketsWithin(this.root, this.workers, wanted);
    if (socketsMax < wanted) {
      const log = this.#ground.log.child("net");
      log.warn("Cannot take as many connections as allowed: too few open files are", {
        socketsMax,
        wanted,
      });
    }
    return socketsMax;
  }

  reload(read: () => Config): Promise<void> {
    return this.#reloading = this.#reloading.then(() => this.#reload(read));
  }

  async #reload(read: () => Config): Promise<void> {
    if (this.#shutdown !== undefined) return;
    const { log } = this.#ground;
    try {
      const amendment = amend(this.#config, read());
      await this.#follow(amendment);
      const [changed, postponed] = [amendment.changed.join(" "), amendment.postponed.join(" ")];
      if (postponed === "") log.info("Reloaded", { changed });
      else log.warn("Reloaded, but some options wait for a restart", { changed, postponed });
    } catch (error) {
      await log.reopen(); // whatever is wrong elsewhere, the files may have been moved
      const reason = error instanceof Error ? error.message : String(error);
      log.error("Cannot reload: the old configuration stays", { reason });
    }
  }

  /** @throws {Error} When something is not in order; then nothing has changed. */
  async #follow({ config }: Amendment): Promise<void> {
    const before = this.#ground;
    const ground = this.#ground = await prepareAnew(config, before.log);
    this.#config = config;
    const { port } = this.address;
    this.#settings = workerSettings(config, ground, port, this.workers, this.#settings);
    this.#doorman = new Doorman(this.#settings.gate);
    this.#pool.renew();
    const isSame = JSON.stringify(ground.tls) === JSON.stringify(before.tls);
    if (!isSame) await this.#relisten(ground.tls);
  }

  /** Closes the socket and opens it again: Deno has no other way to another certificate. */
  async #relisten(tls: ListenOptions["tls"]): Promise<void> {
    const startedMs = performance.now();
    this.#listener.close();
    await this.#listening; // only then does the system let go of the address
    const { port } = this.address;
    const { log } = this.#ground;
    const listener = await relisten(() => this.#listen({ ...this.#config, port }, tls), {
      isOver: () => this.#shutdown !== undefined,
      failing: (reason) => log.child("net").error("Cannot listen again yet", { reason }),
    });
    if (listener === undefined) return;
    this.#listener = listener;
    this.#listening = listener.run();
    const closedMs = Math.ceil(performance.now() - startedMs);
    log.info("Took a new certificate over", { closedMs });
  }

  #listen(config: Config, tls: ListenOptions["tls"]): Listener {
    const { host, port } = config;
    try {
      return new Listener({ host, port, tls }, {
        accepted: (conn) => this.#admission.admit(conn),
        failed: (error, pauseMs) => {
          // Not the stack: without descriptors to spare, the runtime falls over writing one.
          const reason = error instanceof Error ? error.message : String(error);
          this.#ground.log.child("net").warn("Cannot accept a connection", { reason, pauseMs });
          this.#admission.noteShortage();
        },
      });
    } catch (cause) {
      throw listenError(config, cause);
    }
  }

  #openAdmission(): Admission {
    return new Admission({
      queueMax: this.#config.queueMax,
      queueMs: this.#config.queueMs,
      socketsMax: this.#socketsMax,
      perClientMax: this.#config.connectionsPerClientMax,
      clientOf: (address) => this.#doorman.clientOf(address),
      isRefused: (address) => this.#doorman.isRefused(address),
    }, {
      refused: (reason, address) => this.#refusals.note(reason, address),
      waited: (waitedMs) => this.#observatory.counters.waited(waitedMs),
    });
  }

  #openRefusals(): Refusals {
    const log = this.#ground.log.child("net");
    return new Refusals({
      audit: (event) => {
        this.#observatory.counters.refused(event.kind);
        this.#audit.note(event);
      },
      warn: (reason, connections) => log.warn("Refused connections", { reason, connections }),
    });
  }

  #openAudit(): AuditTrail {
    const { log } = this.#ground;
    return new AuditTrail({
      write: (line) => log.audit(line), // it may get a file later
      warn: (message, properties) => log.child("security").warn(message, properties),
    });
  }

  #openObservatory(): Observatory {
    const { telemetry } = this.#settings;
    const { connectionsPerWorkerMax: slots, queueMax } = this.#config;
    return new Observatory(telemetry.memory, { slots, queueMax }, {
      connections: () => {
        const { accepted, refused: { crowded, banned, ...others } } = this.#admission.counts;
        const saturated = Object.values(others).reduce((sum, count) => sum + count, 0);
        return { accepted, saturated, crowded, banned };
      },
      queueLength: () => this.#admission.queueLength,
      members: () =>
        this.#pool.states.map((state, worker) => ({
          ...state,
          connections: this.#lines.get(worker)?.activeCount ?? 0,
        })),
      logLinesLost: () => this.#ground.log.lostLines,
      audit: this.#audit,
      rates: () => {
        const { requests, seed } = this.#settings.gate;
        return requests && new RateTable(requests.memory, seed);
      },
      offenders: () => this.#doorman.offenders,
    });
  }

  #startPool(module: string): Pool {
    return new Pool({
      workers: this.workers,
      slots: this.#config.connectionsPerWorkerMax,
      quietMs: this.#config.workerQuietMs,
      permissions: workerPermissions(
        [this.root, ...this.#ground.mounts.map(({ folder }) => folder)],
        this.uploads,
      ),
      module,
      start: (worker, memory): WorkerStart => ({ worker, memory, settings: this.#settings }),
    }, {
      started: (worker, end) => {
        const line = new Line(end, this.#config.connectionsPerWorkerMax, {
          isWelcome: (address) => this.#doorman.admits(address),
          freed: () => this.#admission.advance(),
          log: (form, bytes) => this.#writeLog(worker, form, bytes),
          drained: () => this.#noteDrained(),
          left: () => this.#pool.noteLeft(worker),
        });
        this.#lines.set(worker, line);
        this.#admission.add(line);
        this.#observatory?.write(); // not before it is there: the first workers start before it
        return line;
      },
      lost: (worker, reason, pauseMs) => this.#noteLoss(worker, reason, pauseMs),
    });
  }

  #writeLog(worker: number, form: number, bytes: Uint8Array): void {
    if (form === LogForm.Text) return this.#ground.log.access(bytes);
    if (form === LogForm.Json) return this.#ground.log.accessJson(bytes);
    const own = bytes.slice(); // out of shared memory, where it could still change
    if (form === LogForm.Lost) return this.#ground.log.noteLost(decodeLoss(own));
    if (form === LogForm.Event) return this.#noteEvent(worker, own);
    const record = decodeRecord(own);
    if (record !== undefined) this.#ground.log.record(record);
  }

  /** What a worker says of itself is not taken: its number and the time are known here. */
  #noteEvent(worker: number, bytes: Uint8Array): void {
    const event = decodeEvent(bytes);
    if (event !== undefined) this.#audit.note({ ...event, worker, timeMs: Date.now() });
  }

  #noteLoss(worker: number, reason: string, pauseMs: number): void {
    const line = this.#lines.get(worker);
    this.#lines.delete(worker);
    if (line === undefined) return;
    this.#admission.remove(line, pauseMs === 0 && this.#shutdown === undefined);
    this.#observatory.write();
    const connections = line.fail(WORKER_LOST);
    this.#ground.log.child("pool").error("Lost a worker", { worker, reason, connections, pauseMs });
    this.#noteDrained();
  }

  #noteDrained(): void {
    for (const line of this.#lines.values()) if (line.activeCount > 0) return;
    this.#drained?.();
  }

  async #stop(): Promise<boolean> {
    this.#listener.close();
    this.#observatory.drain();
    this.#admission.refuseWaiting();
    const inTime = await this.#drain();
    await this.#pool.stop();
    this.#refusals.close();
    for (const line of this.#lines.values()) line.fail(WORKER_LOST);
    cutLingering();
    await this.#reloading;
    this.#observatory.close();
    this.#audit.close();
    this.#ground.log.info("Stopped", { finishedInTime: inTime });
    await this.#ground.log.close();
    return inTime;
  }

  /** Gives what is under way its time. */
  #drain(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), this.#config.drainMs);
      this.#drained = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#pool.drain();
      this.#noteDrained(); // nobody reports it where no worker is alive
    });
  }
}
