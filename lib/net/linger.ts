/**
 * The lingering close (RFC 9112 §9.6): a server that closes while the peer still sends makes the
 * peer's system throw the answer away with a reset. So it stops sending, goes on discarding for a
 * bounded while, and then closes.
 *
 * @module
 */

/** Longest linger in milliseconds: a peer that reads its answer at all has read it by then. */
export const LINGER_MS = 5_000;

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
  lingering.add(conn);
  const deadline = setTimeout(() => close(conn), LINGER_MS);
  try {
    await conn.closeWrite();
    await pendingRead;
    let discardedBytes = 0;
    while (discardedBytes < LINGER_BYTES_MAX) {
      const byteLength = await conn.read(sink);
      if (byteLength === null) break;
      discardedBytes += byteLength;
    }
  } catch {
    // The peer reset the connection, or the deadline closed it: either way it is over.
  } finally {
    clearTimeout(deadline);
    lingering.delete(conn);
    close(conn);
  }
}
