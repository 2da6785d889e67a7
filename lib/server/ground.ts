/**
 * What must be in order before anything is started: folders, certificate, log. Everything wrong here
 * is one line that names the flag.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import type { Config, FolderMount } from "../config.ts";
import { Listener, type ListenOptions } from "../net/listener.ts";
import { RedirectTable } from "../security/redirect_table.ts";
import { removeLeftovers } from "../storage/leftovers.ts";
import { probeName } from "../storage/upload_name.ts";
import { Log, type LogOptions } from "../telemetry/log.ts";
import { StartError } from "./start_error.ts";

/** What a server stands on. */
export interface Ground {
  /** Real path of the served root. */
  readonly root: string;
  /** Real path of the upload folder. */
  readonly uploads: string;
  /** Further folders, by their real paths. */
  readonly mounts: readonly FolderMount[];
  /** Certificate and key, for HTTPS. */
  readonly tls: ListenOptions["tls"];
  /** Lets whoever knows it see metrics and dashboard. */
  readonly adminToken: string | undefined;
  /** The open log. */
  readonly log: Log;
}

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
    const probe = join(real, probeName());
    Deno.createSync(probe).close();
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

/** Lets no redirect pass that could only end in a browser's complaint. */
function requireEnds({ redirects }: Config): void {
  const circle = new RedirectTable(redirects).circle;
  if (circle === undefined) return;
  throw new StartError(
    `Cannot use --redirect: must lead out of the redirects, current value is ${circle.from}=` +
      `${circle.status} ${circle.to}`,
    2,
  );
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

/** What RFC 6750 §2.1 can carry, and long enough that nobody guesses it. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{16,512}=*$/;

function readToken(path: string): string {
  let token: string | undefined;
  try {
    token = Deno.readTextFileSync(path).trim();
  } catch {
    // Said below: what matters is what it must be.
  }
  if (token !== undefined && TOKEN.test(token)) return token;
  throw new StartError(
    "Cannot use --admin-token-file: must be a file that can be read, with 16 to 512 characters " +
      `of A-Z a-z 0-9 - . _ ~ + / in it, current value is ${path}`,
    2,
  );
}

function tlsOf({ tlsCert, tlsKey }: Config): ListenOptions["tls"] {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readPem("--tls-cert", tlsCert), key: readPem("--tls-key", tlsKey) };
}

/** A socket of its own tells whether certificate and key fit: nothing else here reads them. */
function checkCertificate({ host }: Config, tls: ListenOptions["tls"]): void {
  try {
    new Listener({ host, port: 0, tls }, { accepted: (conn) => conn.close(), failed() {} }).close();
  } catch (cause) {
    const wanted = "must be a certificate chain to which --tls-key is the key";
    throw new StartError(`Cannot use --tls-cert: ${wanted}`, 2, { cause });
  }
}

function logOptions(config: Config): LogOptions {
  return {
    level: config.logLevel,
    file: config.logFile,
    jsonFile: config.jsonLogFile,
    auditFile: config.auditFile,
    fileBytesMax: config.logBytesMax,
    filesKept: config.logFilesKept,
  };
}

function openLog(config: Config, exported: LogOptions["exported"]): Log {
  try {
    return Log.open({ ...logOptions(config), exported });
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), 2, { cause });
  }
}

/** Clears away what a killed process left, before any worker of ours writes there. */
function sweep(uploads: string, log: Log): void {
  const { removed, kept, failure } = removeLeftovers(uploads, Date.now());
  if (removed > 0) log.info("Removed leftovers of uploads that were cut off", { removed });
  if (kept > 0) log.info("Left uploads alone that another server is receiving", { kept });
  if (failure === undefined) return;
  const reason = failure instanceof Error ? failure.message : String(failure);
  log.warn("Cannot remove all leftovers of uploads", { reason });
}

function survey(config: Config): Omit<Ground, "log"> {
  requireEnds(config);
  return {
    root: realFolder("--root", config.root),
    uploads: uploadFolder(config.uploads),
    mounts: config.mounts.map(({ urlPath, folder }) => ({
      urlPath,
      folder: realFolder("--mount", folder),
    })),
    tls: tlsOf(config),
    adminToken: config.adminTokenFile === undefined ? undefined : readToken(config.adminTokenFile),
  };
}

/**
 * Finds out what a server will stand on.
 *
 * @param exported Takes what is logged, besides the log.
 * @throws {StartError} When something is not in order.
 */
export function prepare(config: Config, exported?: LogOptions["exported"]): Ground {
  const ground = { ...survey(config), log: openLog(config, exported) };
  sweep(ground.uploads, ground.log);
  return ground;
}

/**
 * Finds out what a running server will stand on from now on. Its log goes on, with other outputs.
 *
 * @throws {Error} When something is not in order; then nothing has changed.
 */
export async function prepareAnew(config: Config, log: Log): Promise<Ground> {
  const ground = { ...survey(config), log };
  if (ground.tls !== undefined) checkCertificate(config, ground.tls);
  await log.redirect(logOptions(config));
  return ground;
}
