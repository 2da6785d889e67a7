/**
 * Why a connection is turned away before a byte of it is read, and what it is told.
 *
 * @module
 */

/** Why a connection is turned away. */
export type RefusalReason =
  /** Every slot is taken and the queue is full, or there is no descriptor to spare. */
  | "saturated"
  /** It waited in the queue for too long. */
  | "expired"
  /** No worker is alive, and the next one starts only after a pause. */
  | "unattended"
  /** The server shuts down. */
  | "closing"
  /** Its client holds too many already. */
  | "crowded"
  /** Its client sent too many bad requests. */
  | "banned";

/** Seconds a refused client is asked to wait, in `Retry-After` (RFC 9110 §10.2.3). */
const RETRY_AFTER_S = 1;

/** A whole answer, ready to be written by a thread that parses nothing. */
export function readyAnswer(statusLine: string, content: string, fields: string): Uint8Array {
  return new TextEncoder().encode(
    `HTTP/1.1 ${statusLine}\r\nServer: Sluice\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${content.length}\r\n${fields}Connection: close\r\n\r\n${content}`,
  );
}

function unavailable(why: string): Uint8Array {
  const content = `Cannot take the connection: ${why}\n`;
  return readyAnswer("503 Service Unavailable", content, `Retry-After: ${RETRY_AFTER_S}\r\n`);
}

/** The answer to each reason. */
export const REFUSALS: Readonly<Record<RefusalReason, Uint8Array>> = {
  saturated: unavailable("every worker is busy and the queue is full"),
  expired: unavailable("every worker was busy for too long"),
  unattended: unavailable("no worker is there at the moment"),
  closing: unavailable("the server shuts down"),
  crowded: unavailable("this client holds too many"),
  banned: readyAnswer(
    "403 Forbidden",
    "Cannot serve this client for now: too many bad requests\n",
    "",
  ),
};
