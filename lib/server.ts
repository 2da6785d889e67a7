/**
 * The server: the network's rooms and the workers' pool, put together, started, drained and stopped
 * in that order. The only place where they meet.
 *
 * @module
 */

import { fromFileUrl, resolve, toFileUrl } from "@std/path";
import { LogForm } from "./channel/frames.ts";
import type { Config } from "./config.ts";
import { Admission, readyAnswer } from "./net/admission.ts";
import { Line } from "./net/line.ts";
import { cutLingering } from "./net/linger.ts";
import { Listener, type ListenOptions } from "./net/listener.ts";
import { workerPermissions } from "./pool/permissions.ts";
import { defaultWorkers, Pool } from "./pool/pool.ts";
import { Log } from "./telemetry/log.ts";
import { decodeRecord } from "./telemetry/log_record.ts";
import type { WorkerSettings, WorkerStart } from "./worker/settings.ts";

/** A server that cannot start; `message` is one line that says why and what to do. */
export class StartError extends Error {
  /** What the process exits with: 2 for a wrong flag, 1 for anything else. */
  readonly exitCode: 1 | 2;
  /** Builds the error. */
  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
    this.exitCode = exitCode;
  }
}

/** A running server. */
export interface Server {
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
}

const WORKER_MODULE = import.meta.resolve("./worker/worker.ts");

const WORKER_LOST = readyAnswer(
  "500 Internal Server Error",
  "Cannot finish the request: its worker is gone\n",
  "",
);

/** The real path of a folder that must be there. */
function realFolder(flag: string, path: string): string {
  try {
    const real = Deno.realPathSync(resolve(path));
    if (!Deno.statSync(real).isDirectory) throw new Deno.errors.NotADirectory();
    return real;
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotCapable
      ? "this process may not read it, add it to --allow-read"
      : "must be a folder that can be read";
    throw new StartError(`Cannot use ${flag}: ${why}, current value is ${path}`, 2, { cause });
  }
}

/** The real path of the upload folder, made if need be, and found writable. */
function uploadFolder(path: string): string {
  try {
    Deno.mkdirSync(path, { recursive: true });
    const real = realFolder("--uploads", path);
    const probe = Deno.makeTempFileSync({ dir: real, prefix: ".upload_", suffix: ".probe" });
    Deno.removeSync(probe);
    return real;
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(
      `Cannot use --uploads: must be a folder that can be written, current value is ${path}`,
      2,
      { cause },
    );
  }
}

function readPem(flag: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new StartError(
      `Cannot use ${flag}: must be a PEM file that can be read, current value is ${path}`,
      2,
      { cause },
    );
  }
}

function tlsOf({ tlsCert, tlsKey }: Config): ListenOptions["tls"] {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readPem("--tls-cert", tlsCert), key: readPem("--tls-key", tlsKey) };
}

function openLog({ logLevel, logFile, jsonLogFile }: Config): Log {
  try {
    return Log.open({ level: logLevel, file: logFile, jsonFile: jsonLogFile });
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), 2, { cause });
  }
}

/** Names what kept the listener from starting. */
function listenError(config: Config, cause: unknown): StartError {
  const where = `${config.host}:${config.port}`;
  if (cause instanceof Deno.errors.AddrInUse) {
    return new StartError(`Cannot listen on ${where}: the port is in use, choose another`, 1, {
      cause,
    });
  }
  const detail = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  const flag = config.tlsCert === undefined ? "" : " (check --tls-cert and --tls-key too)";
  return new StartError(`Cannot listen on ${where}${flag}: ${detail}`, 1, { cause });
}

/**
 * Starts a server.
 *
 * @throws {StartError} When it cannot.
 */
export function serve(config: Config): Server {
  const root = realFolder("--root", config.root);
  const uploads = uploadFolder(config.uploads);
  const tls = tlsOf(config);
  const log = openLog(config);
  try {
    return new RunningServer(config, { root, uploads, tls, log });
  } catch (error) {
    void log.close();
    throw error;
  }
}

/** What {@linkcode serve} found out before anything was started. */
interface Ground {
  readonly root: string;
  readonly uploads: string;
  readonly tls: ListenOptions["tls"];
  readonly log: Log;
}

class RunningServer implements Server {
  readonly address: Deno.NetAddr;
  readonly scheme: "http" | "https";
  readonly root: string;
  readonly uploads: string;
  readonly workers: number;
  readonly #config: Config;
  readonly #log: Log;
  readonly #listener: Listener;
  readonly #admission: Admission;
  readonly #pool: Pool;
  readonly #lines = new Map<number, Line>();
  #shutdown: Promise<boolean> | undefined;
  #drained: (() => void) | undefined;

  constructor(config: Config, { root, uploads, tls, log }: Ground) {
    this.#config = config;
    this.#log = log;
    this.root = root;
    this.uploads = uploads;
    this.scheme = tls === undefined ? "http" : "https";
    this.workers = config.workers ?? defaultWorkers(navigator.hardwareConcurrency);
    this.#admission = new Admission(config.queueMax);
    this.#listener = this.#listen(tls);
    this.address = this.#listener.address;
    this.#pool = this.#startPool();
    void this.#listener.run();
    log.info("Listening", { address: this.address.hostname, port: this.address.port });
  }

  shutdown(): Promise<boolean> {
    return this.#shutdown ??= this.#stop();
  }

  #listen(tls: ListenOptions["tls"]): Listener {
    const { host, port } = this.#config;
    try {
      return new Listener({ host, port, tls }, {
        accepted: (conn) => this.#admission.admit(conn),
        failed: (error, pauseMs) =>
          this.#log.child("net").warn("Cannot accept a connection", { error, pauseMs }),
      });
    } catch (cause) {
      throw listenError(this.#config, cause);
    }
  }

  #startPool(): Pool {
    const settings = this.#workerSettings();
    return new Pool({
      workers: this.workers,
      slots: this.#config.connectionsPerWorkerMax,
      permissions: workerPermissions(this.root, this.uploads),
      module: WORKER_MODULE,
      start: (worker, memory): WorkerStart => ({ worker, memory, settings }),
    }, {
      started: (worker, end) => {
        const line = new Line(end, this.#config.connectionsPerWorkerMax, {
          freed: () => this.#admission.advance(),
          log: (form, bytes) => this.#writeLog(form, bytes),
          drained: () => this.#noteDrained(),
          left: () => this.#pool.noteLeft(worker),
        });
        this.#lines.set(worker, line);
        this.#admission.add(line);
        return line;
      },
      lost: (worker, reason, pauseMs) => this.#noteLoss(worker, reason, pauseMs),
    });
  }

  #workerSettings(): WorkerSettings {
    const { config, root, uploads } = {
      config: this.#config,
      root: this.root,
      uploads: this.uploads,
    };
    return {
      root,
      uploads,
      downloadExtensions: config.downloadExtensions,
      compression: config.compression === "on",
      allowedHosts: config.allowedHosts,
      port: this.address.port,
      defaultPort: this.scheme === "https" ? 443 : 80,
      limits: {
        headBytesMax: config.headBytesMax,
        targetBytesMax: config.targetBytesMax,
        fieldsMax: config.fieldsMax,
        bodyBytesMax: config.bodyBytesMax,
        requestsMax: config.requestsPerConnectionMax,
      },
      timeouts: {
        headTimeoutMs: config.headTimeoutMs,
        bodyTimeoutMs: config.bodyTimeoutMs,
        writeTimeoutMs: config.writeTimeoutMs,
        keepAliveMs: config.keepAliveMs,
      },
      access: { text: this.#log.wantsText, json: this.#log.wantsJson },
    };
  }

  #writeLog(form: number, bytes: Uint8Array): void {
    if (form === LogForm.Text) return this.#log.access(bytes);
    if (form === LogForm.Json) return this.#log.accessJson(bytes);
    const record = decodeRecord(bytes.slice()); // out of shared memory, where it could still change
    if (record !== undefined) this.#log.record(record);
  }

  #noteLoss(worker: number, reason: string, pauseMs: number): void {
    const line = this.#lines.get(worker);
    this.#lines.delete(worker);
    if (line === undefined) return;
    this.#admission.remove(line);
    const connections = line.fail(WORKER_LOST);
    this.#log.child("pool").error("Lost a worker", { worker, reason, connections, pauseMs });
    this.#noteDrained();
  }

  #noteDrained(): void {
    for (const line of this.#lines.values()) if (line.activeCount > 0) return;
    this.#drained?.();
  }

  async #stop(): Promise<boolean> {
    this.#listener.close();
    this.#admission.refuseWaiting();
    const inTime = await this.#drain();
    await this.#pool.stop();
    for (const line of this.#lines.values()) line.fail(WORKER_LOST);
    cutLingering();
    this.#log.info("Stopped", { finishedInTime: inTime });
    await this.#log.close();
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
    });
  }
}

/** The folder of the site that comes with the program: in its source tree, or inside its binary. */
export function siteFolder(): string {
  return fromFileUrl(new URL("../resources/", toFileUrl(fromFileUrl(import.meta.url))));
}
