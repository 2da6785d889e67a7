// The runtime's inspector: one connection to the main thread, which passes on to its workers.

/** Frames of the protocol that are read here. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly sessionId?: string;
    readonly message?: string;
    readonly workerInfo?: { readonly title: string };
  };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** How long a thread may take to answer, in milliseconds: one that sleeps looks up once a second. */
const ANSWER_MS_MAX = 15_000;

/** A thread that can be asked. */
export interface Thread {
  readonly name: string;
  /** Calls a method of the protocol. @throws {Error} When it is refused, or not answered in time. */
  call<T>(method: string, params?: Record<string, unknown>): Promise<T>;
}

/** Calls that wait for their answers. */
class Calls {
  #id = 0;
  readonly #waiting = new Map<number, (message: Message) => void>();

  /** Sends a call by `post` and waits for its answer. */
  async make<T>(
    method: string,
    params: Record<string, unknown>,
    post: (text: string) => void,
  ): Promise<T> {
    const id = ++this.#id;
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(() => reject(new Error(`No answer to ${method}`)), ANSWER_MS_MAX);
    post(JSON.stringify({ id, method, params }));
    try {
      const { error, result } = await promise;
      if (error !== undefined) throw new Error(`Cannot call ${method}: ${error.message}`);
      return result as T;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  answered(message: Message): void {
    if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
  }
}

/** A connection to a process's inspector. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  readonly #main = new Calls();
  readonly #workers = new Map<string, { readonly name: string; readonly calls: Calls }>();

  #attached: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
  }

  /**
   * Connects to the process that said `said` when it started.
   *
   * @throws {Error} When it said no address.
   */
  static async connect(said: string): Promise<Inspector> {
    const address = /ws:\/\/\S+/.exec(said)?.[0];
    if (address === undefined) throw new Error("Cannot profile: the process named no inspector");
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot connect to the inspector at ${address}`));
    });
    return new Inspector(socket);
  }

  /**
   * The main thread and its workers, once all of them have reported.
   *
   * @param workers How many there are.
   */
  async threads(workers: number): Promise<Thread[]> {
    const main: Thread = {
      name: "main thread",
      call: (method, params = {}) =>
        this.#main.make(method, params, (text) => this.#socket.send(text)),
    };
    await main.call("NodeWorker.enable", { waitForDebuggerOnStart: false });
    while (this.#workers.size < workers) {
      await new Promise<void>((resolve) => this.#attached = resolve);
    }
    const others = [...this.#workers].map(([sessionId, { name, calls }]): Thread => ({
      name,
      call: (method, params = {}) =>
        calls.make(method, params, (message) => {
          void main.call("NodeWorker.sendMessageToWorker", { sessionId, message });
        }),
    }));
    return [main, ...others];
  }

  /** Disconnects. */
  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #take(message: Message): void {
    const { method, params } = message;
    const sessionId = params?.sessionId ?? "";
    if (method === "NodeWorker.attachedToWorker") {
      const name = params?.workerInfo?.title ?? `worker ${sessionId}`;
      this.#workers.set(sessionId, { name, calls: new Calls() });
      this.#attached?.();
    } else if (method === "NodeWorker.receivedMessageFromWorker") {
      this.#workers.get(sessionId)?.calls.answered(JSON.parse(params?.message ?? "{}"));
    } else {
      this.#main.answered(message);
    }
  }
}
