// What a name costs a request: making it, answering it, logging it. A thousand requests per iteration,
// so that the difference between the two, in microseconds, is nanoseconds per request.

import { AccessLog, type AccessRecord } from "../../lib/telemetry/access_log.ts";
import { RequestIds } from "../../lib/telemetry/request_id.ts";

const REQUESTS = 1000;
const FIELDS = 'Content-Type: text/html; charset=utf-8\r\nETag: "k2x9-400"\r\n';

const head = new Uint8Array(4096);
const encoder = new TextEncoder();
let handedBytes = 0;

function recordOf(requestId: string): AccessRecord {
  return {
    timeMs: Date.UTC(2026, 10, 23),
    client: "203.0.113.77",
    method: "GET",
    target: "/index.html",
    minorVersion: 1,
    status: 200,
    contentBytes: 1024,
    durationMs: 0.312,
    isCut: false,
    requestId,
    traceId: "",
    parentId: "",
    referer: "",
    userAgent: "",
  };
}

function run(ids: RequestIds | undefined): () => void {
  const log = new AccessLog({
    worker: 1,
    text: true,
    json: true,
    flush: (_form, lines) => handedBytes += lines.length,
  });
  return () => {
    for (let count = 0; count < REQUESTS; count++) {
      const id = ids === undefined ? "" : ids.of(undefined);
      const added = id === "" ? "" : `X-Request-Id: ${id}\r\n`;
      const text = `HTTP/1.1 200 OK\r\n${FIELDS}${added}\r\n`;
      handedBytes += encoder.encodeInto(text, head).written;
      log.record(recordOf(id));
    }
  };
}

Deno.bench({ name: "without a name", group: "requests", baseline: true, fn: run(undefined) });
Deno.bench({ name: "with a name", group: "requests", fn: run(new RequestIds()) });
