// An OpenTelemetry collector that takes what it is sent as JSON, and lets a test wait for it.

/** One log record, as far as tests look at it (https://opentelemetry.io/docs/specs/otlp/). */
export interface CollectedLog {
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly traceId: string;
  readonly spanId: string;
}

/** One span. */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string; readonly intValue?: string };
  }[];
}

interface LogExport {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly CollectedLog[] }[];
  }[];
}

interface SpanExport {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[];
  }[];
}

/** Listens on a free port of this machine. */
export class Collector implements AsyncDisposable {
  readonly logs: CollectedLog[] = [];
  readonly spans: CollectedSpan[] = [];
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => this.#take(request),
  );
  #arrival = Promise.withResolvers<void>();

  /** Variables that make a runtime export to it, and at once. */
  get variables(): Readonly<Record<string, string>> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_BLRP_SCHEDULE_DELAY: "50",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    };
  }

  /** Waits for a log record. */
  async log(isWanted: (log: CollectedLog) => boolean): Promise<CollectedLog> {
    return await this.#wait(() => this.logs.find(isWanted));
  }

  /** Waits for a span. */
  async span(isWanted: (span: CollectedSpan) => boolean): Promise<CollectedSpan> {
    return await this.#wait(() => this.spans.find(isWanted));
  }

  async #wait<T>(find: () => T | undefined): Promise<T> {
    while (true) {
      const found = find();
      if (found !== undefined) return found;
      await this.#arrival.promise;
    }
  }

  async #take(request: Request): Promise<Response> {
    const content = await request.text();
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/logs") {
      const { resourceLogs }: LogExport = JSON.parse(content);
      for (const { scopeLogs } of resourceLogs) {
        for (const { logRecords } of scopeLogs) this.logs.push(...logRecords);
      }
    } else if (pathname === "/v1/traces") {
      const { resourceSpans }: SpanExport = JSON.parse(content);
      for (const { scopeSpans } of resourceSpans) {
        for (const { spans } of scopeSpans) this.spans.push(...spans);
      }
    }
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
    return Response.json({});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
