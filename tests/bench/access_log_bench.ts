// What one access line costs the worker that makes it. A thousand records per iteration, so that
// the time shown in microseconds is nanoseconds per record.

import { type AccessFormat, AccessLog, type AccessRecord } from "../../lib/telemetry/access_log.ts";

const RECORDS = 1000;
const START_MS = Date.UTC(2026, 10, 23);

const TARGETS = {
  "short target": "/index.html",
  "200 characters": `/${"assets/".repeat(28)}app.js`.slice(0, 200),
  "escaped target": '/search?q="é b"\u0000',
  "longer than a batch": `/${"a".repeat(32_000)}`,
};

let handedBytes = 0;

function run(
  text: boolean,
  json: boolean,
  target: string,
  format: AccessFormat = "default",
): () => void {
  const log = new AccessLog({
    worker: 1,
    text,
    json,
    format,
    flush: (_form, lines) => handedBytes += lines.length,
  });
  const record = {
    timeMs: START_MS,
    client: "203.0.113.77",
    method: "GET",
    target,
    minorVersion: 1 as const,
    status: 200,
    contentBytes: 10_240,
    durationMs: 0.312,
    isCut: false,
    requestId: "",
    traceId: "",
    parentId: "",
    referer: "https://files.example/index.html",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  };
  return () => {
    for (let count = 0; count < RECORDS; count++) {
      // A hundred exchanges a millisecond: one busy worker.
      if (count % 100 === 0) record.timeMs++;
      record.durationMs = count / 1000;
      log.record(record satisfies AccessRecord);
    }
  };
}

for (const [name, target] of Object.entries(TARGETS)) {
  Deno.bench({ name: `${name}, text`, group: name, fn: run(true, false, target) });
  Deno.bench({ name: `${name}, JSON`, group: name, fn: run(false, true, target) });
  Deno.bench({ name: `${name}, both`, group: name, fn: run(true, true, target) });
  Deno.bench({
    name: `${name}, combined`,
    group: name,
    fn: run(true, false, target, "combined"),
  });
}
