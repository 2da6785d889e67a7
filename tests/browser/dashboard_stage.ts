// The dashboard's page over a stream that the test plays: every snapshot comes when it is told to.

import type { Snapshot } from "../../lib/dashboard/snapshot.d.ts";
import { DASHBOARD_PAGE, loadDashboard } from "../../lib/server/dashboard.ts";
import { SECURITY_EVENT_KINDS } from "../../lib/telemetry/security_kind.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const PATH = "/security-dashboard";
const STARTED_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MB = 1024 * 1024;

type Event = Snapshot["security"]["events"][number];

/** An attack; `number` sets it apart from others. */
export function eventOf(number: number, change: Partial<Event> = {}): Event {
  const timeMs = STARTED_MS + number * 1000;
  return {
    kind: "traversal",
    rule: "backslash",
    client: `192.0.2.${number % 250}`,
    target: `/..%5c${number}`,
    status: 403,
    worker: 0,
    timeMs,
    lastMs: timeMs,
    count: 1,
    ...change,
  };
}

function spread(count: number, scale = 1) {
  return {
    count,
    meanSeconds: 0.0009 * scale,
    p50Seconds: 0.0004 * scale,
    p90Seconds: 0.0011 * scale,
    p99Seconds: 0.0052 * scale,
    p999Seconds: 0.021 * scale,
    maxSeconds: 0.043 * scale,
  };
}

function workerOf(worker: number, second: number): Snapshot["workers"][number] {
  const states = ["idle", "parsing", "handling", "writing"];
  const ring = { usedBytes: 4096 * (second % 7), peakBytes: 0.4 * MB, capacityBytes: MB };
  return {
    worker,
    state: states[(second + worker) % states.length] ?? "idle",
    sinceMs: STARTED_MS + second * 1000 - 120,
    connections: 20 + 7 * worker,
    slots: 1024,
    requests: 500 * second,
    inFlight: second % 3,
    restarts: worker,
    heapUsedBytes: 14 * MB,
    ringIn: ring,
    ringOut: { ...ring, usedBytes: 0.8 * MB },
  };
}

/** What a server has to tell after so many seconds. */
export function snapshotOf(second: number, change: Partial<Snapshot> = {}): Snapshot {
  const total = 1000 * second;
  const byKind = Object.fromEntries(SECURITY_EVENT_KINDS.map((kind) => [kind, 0]));
  return {
    version: "1.2.3",
    timeMs: STARTED_MS + second * 1000,
    startedMs: STARTED_MS,
    uptimeSeconds: second,
    status: "ok",
    requests: {
      total,
      perSecond: 1000,
      byMethod: { GET: 0.9 * total, HEAD: 0, POST: 0.1 * total, OPTIONS: 0, other: 0 },
      byClass: { "1xx": 0, "2xx": 0.8 * total, "3xx": 0.1 * total, "4xx": 0.1 * total, "5xx": 0 },
      byStatus: { "200": 0.8 * total, "304": 0.1 * total, "403": 0.1 * total },
    },
    bytes: { received: 900 * total, sent: 21_000 * total },
    latency: spread(total),
    recentLatency: spread(1000, 1 + (second % 5) / 4),
    firstByte: spread(total, 0.5),
    connections: {
      open: 64,
      accepted: 64 + second,
      refused: { saturated: 12, crowded: 3, banned: 88 },
    },
    queue: { length: 3, capacity: 256, wait: spread(120, 3) },
    workers: [0, 1].map((worker) => workerOf(worker, second)),
    security: { byKind: { ...byKind, traversal: 10 + second }, events: [], offenders: [] },
    rateLimit: {
      limited: 640,
      ratePerSecond: 50,
      burst: 100,
      tracked: 1311,
      capacity: 65_536,
      banned: 2,
    },
    uploads: { stored: 31, bytes: 12 * MB },
    memory: {
      rssBytes: (180 + second % 9) * MB,
      heapUsedBytes: 41 * MB,
      heapTotalBytes: 64 * MB,
      externalBytes: 37 * MB,
    },
    eventLoopLagSeconds: 0.0006,
    logLinesDropped: 0,
    ...change,
  };
}

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
