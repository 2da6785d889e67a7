// What it costs to count a request: everything a worker writes down of one, and one look at the clock.

import { Histogram, HISTOGRAM_CELLS } from "../../lib/telemetry/histogram.ts";
import { allocateTelemetry, Observer } from "../../lib/telemetry/observer.ts";
import { exposition } from "../../lib/telemetry/prometheus.ts";
import { overviewOf } from "../../lib/telemetry/summary.ts";
import { WorkerCounters, WorkerState } from "../../lib/telemetry/worker_counters.ts";

const memory = allocateTelemetry(2);
const counters = new WorkerCounters(memory.workers[0] ?? new SharedArrayBuffer(0));

Deno.bench("count one request", () => {
  counters.received(120);
  counters.enter(WorkerState.Parsing);
  counters.enter(WorkerState.Handling);
  counters.requestBegan();
  counters.enter(WorkerState.Writing);
  counters.answerBegan(performance.now() % 1);
  counters.requestEnded("GET", 200, 0.05, 1024);
  counters.enter(WorkerState.Idle);
});

const histogram = new Histogram(new Float64Array(HISTOGRAM_CELLS));

Deno.bench("record one duration", () => histogram.record(0.25));

const facts = { version: "1", runtime: "2", ratePerSecond: undefined, burst: undefined };
const observer = new Observer(memory, facts);

Deno.bench("read and sum up everything", () => void overviewOf(observer.observe(1_000)));

Deno.bench("write everything for Prometheus", () => {
  exposition(observer.observe(1_000), "prometheus");
});
