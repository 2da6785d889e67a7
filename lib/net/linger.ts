/**
 * The lingering close (RFC 9112 §9.6): a server that closes while the peer still sends makes the
 * peer's system throw the answer away with a reset. So it stops sending, goes on discarding for a
 * bounded while, and then closes.
 *
 * @module
 */

/** Longest linger in milliseconds: a peer that reads its answer at all has read it by then. */
export const LINGER_MS = 5_000;

/**
 * How long a peer that is silent may keep the memory of a read that is under way, in milliseconds: the
 * read cannot be taken back without closing, and the slot that the memory belongs to waits for it. A
 * peer that reads its answer closes within a round trip.
 */
export const SILENT_LINGER_MS = 500;

/** Most bytes discarded for one connection: a peer in the middle of a 10 MB body still reads its 413. */
export const LINGER_BYTES_MAX = 16 * 1024 * 1024;

/** Connections lingering at one time; beyond it they are closed at once. */
export const LINGERING_MAX = 512;

/** Discarded bytes land here; nobody reads it. */
const sink = new Uint8Array(64 * 1024);

/** Every lingering connection, so that shutdown can cut them. */
const lingering = new Set<Deno.Conn>();

/** Connections that linger now. */
export function lingeringCount(): number {
  return lingering.size;
}

/** Closes every lingering connection at once. */
export function cutLingering(): void {
  for (const conn of lingering) close(conn);
}

/** Closes a socket that may be closed already. */
export function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed before: by the peer's reset, by a deadline, or by shutdown.
  }
}

/**
 * Stops sending, discards what the peer still sends until it ends, then closes.
 *
 * @param pendingRead A read that is under way on the same socket, waited for first.
 * @returns When the socket is closed; it never rejects.
 */
export async function lingeringClose(
  conn: Deno.Conn,
  pendingRead?: Promise<unknown>,
): Promise<void> {
  if (lingering.size >= LINGERING_MAX) return close(conn);
  await ending(conn, () => lingerOut(conn, pendingRead));
}

/**
 * Writes `answer`, the last there is, and closes as {@linkcode lingeringClose} does; a peer that takes
 * nothing of it is cut. How many may do so at one time is the caller's to bound.
 *
 * @returns When the socket is closed; it never rejects.
 */
export async function closeWith(
  conn: Deno.Conn,
  answer: Uint8Array,
  pendingRead?: Promise<unknown>,
): Promise<void> {
  await ending(conn, async () => {
    for (let at = 0; at < answer.length;) at += await conn.write(answer.subarray(at));
    await lingerOut(conn, pendingRead);
  });
}

/** Gives a connection's end its time, and closes it. */
async function ending(conn: Deno.Conn, act: () => Promise<void>): Promise<void> {
  lingering.add(conn);
  const deadline = setTimeout(() => close(conn), LINGER_MS);
  try {
    await act();
  } catch {
    // The peer reset the connection, or the deadline closed it: either way it is over.
  } finally {
    clearTimeout(deadline);
    lingering.delete(conn);
    close(conn);
  }
}

async function lingerOut(conn: Deno.Conn, pendingRead?: Promise<unknown>): Promise<void> {
  const silence = pendingRead && setTimeout(() => close(conn), SILENT_LINGER_MS);
  try {
    await conn.closeWrite();
    await pendingRead;
  } finally {
    clearTimeout(silence);
  }
  let discardedBytes = 0;
  while (discardedBytes < LINGER_BYTES_MAX) {
    const byteLength = await conn.read(sink);
    if (byteLength === null) break;
    discardedBytes += byteLength;
  }
}
