/**
 * A failure the peer is told about. `message` goes out verbatim, so it names the rule and never the
 * bytes, a path or an address; `cause` is for the log.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new HttpError(431, "Cannot accept the fields: limit is 16384 bytes").status, 431);
 * ```
 */
export class HttpError extends Error {
  /** Status to answer with: 4xx blames the peer, 5xx blames us. */
  readonly status: number;
  /** Builds the error; `options.cause` carries what only the log may see. */
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
  }
}
