/** One exchange, as the worker that answered it saw it. */
export interface AccessRecord {
  /** Epoch time in milliseconds at the end of the exchange. */
  readonly timeMs: number;
  /** Address of the client. */
  readonly client: string;
  /** Method as sent, or empty if the request line could not be parsed. */
  readonly method: string;
  /** Target as sent, or empty if the request line could not be parsed; any character may be in it. */
  readonly target: string;
  /** Minor version of HTTP/1 that the client speaks. */
  readonly minorVersion: 0 | 1;
  /** Status of the answer. */
  readonly status: number;
  /** Bytes of content sent to the client. */
  readonly contentBytes: number;
  /** From the first byte of the request to the last of the answer. */
  readonly durationMs: number;
  /** Whether the connection ended before the answer did. */
  readonly isCut: boolean;
  /** What the exchange is called: visible ASCII, at most 128 characters; empty if it has no name. */
  readonly requestId: string;
  /** The trace it belongs to: 32 hexadecimal digits, or empty. */
  readonly traceId: string;
  /** The span of the trace that caused it: 16 hexadecimal digits, or empty. */
  readonly parentId: string;
  /** Value of `Referer`, or empty; any character may be in it. */
  readonly referer: string;
  /** Value of `User-Agent`, or empty; any character may be in it. */
  readonly userAgent: string;
}
