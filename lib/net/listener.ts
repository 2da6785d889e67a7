/**
 * The accept loop. It hands every connection on and looks at none.
 *
 * @module
 */

/** Longest pause after a failed accept, in milliseconds: out of descriptors is over by then, or not. */
const BACKOFF_MS_MAX = 1_000;

/** Where to listen, and with which certificate. */
export interface ListenOptions {
  /** Host name or IP literal. */
  readonly host: string;
  /** 0 to 65535; 0 takes a free one. */
  readonly port: number;
  /** PEM text of the certificate chain and its key, for HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** What a listener tells the room above it. */
export interface ListenerEvents {
  /**
   * A connection was accepted.
   *
   * @returns Milliseconds to leave the others to the system before the next one is, if any.
   */
  accepted(conn: Deno.TcpConn | Deno.TlsConn): number | void;
  /** Accepting failed; the listener pauses and tries again. */
  failed(error: unknown, pauseMs: number): void;
}

/** A listening socket and its loop. */
export class Listener {
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #events: ListenerEvents;
  #resume: (() => void) | undefined;
  #isClosed = false;

  /**
   * Binds the address.
   *
   * @throws {Deno.errors.AddrInUse} When somebody else listens there.
   * @throws {Error} When the address is not ours to bind, or the certificate does not fit its key.
   */
  constructor({ host, port, tls }: ListenOptions, events: ListenerEvents) {
    this.#listener = tls === undefined
      ? Deno.listen({ hostname: host, port })
      : Deno.listenTls({ hostname: host, port, ...tls });
    this.#events = events;
  }

  /** Where it listens: the port is the one really bound. */
  get address(): Deno.NetAddr {
    return this.#listener.addr;
  }

  /** Accepts until {@linkcode close}. */
  async run(): Promise<void> {
    let pauseMs = 0;
    while (!this.#isClosed) {
      try {
        const conn = await this.#listener.accept();
        pauseMs = 0;
        // TLS connections have no such switch.
        if ("setNoDelay" in conn) conn.setNoDelay(true); // without it, pipelined answers wait for delayed acknowledgements
        const restMs = this.#events.accepted(conn) ?? 0;
        if (restMs > 0) await this.#pause(restMs);
      } catch (error) {
        if (this.#isClosed) return;
        // A peer that reset before it was accepted costs nothing; running out of descriptors
        // would spin the loop.
        pauseMs = Math.min(BACKOFF_MS_MAX, Math.max(5, pauseMs * 2));
        this.#events.failed(error, pauseMs);
        await this.#pause(pauseMs);
      }
    }
  }

  /** Stops listening; connections that were accepted go on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
    this.#resume?.();
  }

  #pause(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#resume?.(), pauseMs);
      this.#resume = () => {
        clearTimeout(timer);
        this.#resume = undefined;
        resolve();
      };
    });
  }
}
