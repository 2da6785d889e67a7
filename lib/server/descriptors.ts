/**
 * How many sockets there may be at one time, so that descriptors never run out: without one to spare,
 * the runtime cannot start a worker in the place of a lost one, and the whole process ends.
 *
 * @module
 */

import { StartError } from "./start_error.ts";

/** Descriptors each worker takes for itself, and for the modules that it loads at one time. */
const PER_WORKER = 8;

/** Descriptors for what is not counted: the log and its rotation, a worker that is replaced. */
const RESERVE = 12;

/** A connection has a socket and may have a file; every fourth has another that is being refused. */
const PER_SOCKET = 2.25;

/** Most descriptors that are looked for, which takes 60 ms: whoever has so many has enough. */
const PROBES_MAX = 65_536;

/**
 * How many descriptors this process may still open, found by opening as many: nothing else tells a
 * program without the right to look into `/proc`.
 *
 * @param folder Something that can be opened.
 * @param wanted More than this are not looked for.
 * @returns `wanted` if there are at least so many, or if the folder cannot be opened at all.
 */
export function spareDescriptors(folder: string, wanted: number): number {
  const probes: Deno.FsFile[] = [];
  try {
    while (probes.length < wanted) probes.push(Deno.openSync(folder));
    return wanted;
  } catch {
    return probes.length === 0 ? wanted : probes.length;
  } finally {
    for (const probe of probes) probe.close();
  }
}

/**
 * How many sockets there may be at one time.
 *
 * @param folder Something that can be opened.
 * @param workers Workers that will be started.
 * @param wanted Sockets that the configuration allows.
 * @returns `Infinity` when there are descriptors for all of them.
 * @throws {StartError} When not even one connection could be served.
 */
export function socketsWithin(folder: string, workers: number, wanted: number): number {
  const own = PER_WORKER * workers + RESERVE;
  const probes = Math.min(PROBES_MAX, own + Math.ceil(PER_SOCKET * wanted));
  const spare = spareDescriptors(folder, probes);
  if (spare === probes) return Infinity;
  const sockets = Math.floor((spare - own) / PER_SOCKET);
  if (sockets >= 1) return sockets;
  throw new StartError(
    `Cannot start ${workers} workers: ${own + 3} more files must be allowed to be open, ` +
      `current limit leaves ${spare}; raise it with ulimit -n`,
    1,
  );
}
