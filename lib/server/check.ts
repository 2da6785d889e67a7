/**
 * A start that stops short of serving.
 *
 * @module
 */

import type { Config } from "../config.ts";
import { Listener } from "../net/listener.ts";
import { type Ground, prepare } from "./ground.ts";
import { listenError } from "./listen_error.ts";
import { StartError } from "./start_error.ts";

/**
 * Finds out whether a server with this configuration would start: folders, certificate, log files and
 * address are tried and given back. The upload folder and the log files are made if need be.
 *
 * @returns One line for the operator. A port in use is told of and is no fault: the usual reason to
 * ask is a server that runs already, and that is to take a changed file over.
 * @throws {StartError} When it would not start; its exit code is 2.
 */
export async function check(config: Config): Promise<string> {
  const ground = prepare(config);
  try {
    const note = tryAddress(config, ground) ? "" : "; the port is in use now";
    const scheme = ground.tls === undefined ? "http" : "https";
    const host = config.host.includes(":") ? `[${config.host}]` : config.host;
    return `everything is in order to serve ${scheme}://${host}:${config.port}${note}`;
  } finally {
    await ground.log.close();
  }
}

/** Listens for a moment. @returns Whether the port is free. */
function tryAddress(config: Config, { tls }: Ground): boolean {
  const { host, port } = config;
  try {
    new Listener({ host, port, tls }, { accepted: (conn) => conn.close(), failed() {} }).close();
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) return false;
    throw new StartError(listenError(config, cause).message, 2, { cause });
  }
}
