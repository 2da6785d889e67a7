// The dashboard's page over a stream that the test plays: every snapshot comes when it is told to.

import type { Snapshot } from "../../lib/dashboard/snapshot.d.ts";
import { DASHBOARD_PAGE, loadDashboard } from "../../lib/server/dashboard.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const PATH = "/security-dashboard";

/** Serves the page and plays to whoever listens. */
export class Stage implements AsyncDisposable {
  readonly #files = loadDashboard();
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #opened: (() => void)[] = [];
  #isDown = false;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** Where it is served. */
  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Waits until somebody listens. */
  async listener(): Promise<void> {
    if (this.#streams.size > 0) return;
    await new Promise<void>((resolve) => this.#opened.push(resolve));
  }

  /** Sends snapshots to all who listen. */
  play(...snapshots: readonly Snapshot[]): void {
    const text = snapshots.map((snapshot) =>
      `event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`
    );
    const bytes = new TextEncoder().encode(text.join(""));
    for (const stream of this.#streams) stream.enqueue(bytes);
  }

  /** Ends all streams, and answers nobody for the time being. */
  fall(): void {
    this.#isDown = true;
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  /** Answers again. */
  rise(): void {
    this.#isDown = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fall();
    await this.#server.shutdown();
  }

  #answer(path: string): Response {
    if (this.#isDown) return new Response("down\n", { status: 503 });
    if (path === `${PATH}/events`) return this.#stream();
    const name = path === PATH ? DASHBOARD_PAGE : path.slice(PATH.length + 1);
    const file = this.#files.get(name);
    if (file === undefined) return new Response("not found\n", { status: 404 });
    const headers = { "Content-Type": file.mediaType, "Content-Security-Policy": POLICY };
    return new Response(file.bytes, { headers });
  }

  #stream(): Response {
    let own: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        controller.enqueue(new TextEncoder().encode("retry: 100\n\n"));
        this.#streams.add(controller);
        for (const opened of this.#opened.splice(0)) opened();
      },
      cancel: () => {
        if (own !== undefined) this.#streams.delete(own);
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }
}
