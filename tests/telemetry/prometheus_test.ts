import { assert, assertEquals } from "@std/assert";
import { allocateTelemetry, Observer } from "../../lib/telemetry/observer.ts";
import { exposition, type ExpositionForm } from "../../lib/telemetry/prometheus.ts";
import { ServerCounters } from "../../lib/telemetry/server_counters.ts";
import { WorkerCounters } from "../../lib/telemetry/worker_counters.ts";
import { isInstalled } from "../integration/tool.ts";

const FACTS = { version: '0"\\\n1', runtime: "2.9.6", ratePerSecond: 10, burst: 20 };

/** Two workers that did something. */
function written(form: ExpositionForm): string {
  const memory = allocateTelemetry(2);
  const server = new ServerCounters(memory.server);
  server.set("startedMs", 1_000);
  server.set("accepted", 7);
  server.setMember(0, "isAlive", 1);
  server.setMember(0, "restarts", 3);
  server.waited(2);
  for (const page of memory.workers) {
    const counters = new WorkerCounters(page);
    counters.requestBegan();
    counters.requestEnded("GET", 200, 0.05, 100);
    counters.requestBegan();
    counters.requestEnded("BREW", 501, 5, 10);
    counters.refused("traversal");
  }
  return exposition(new Observer(memory, FACTS).observe(61_000), form);
}

/** Lines that must be there. */
const LINES: readonly string[] = [
  'sluice_build_info{version="0\\"\\\\\\n1",runtime="2.9.6"} 1',
  "sluice_uptime_seconds 60",
  'sluice_http_requests_total{method="GET",status="2xx"} 2',
  'sluice_http_requests_total{method="other",status="5xx"} 2',
  'sluice_http_responses_total{code="501"} 2',
  'sluice_http_request_duration_seconds_bucket{le="0.000064"} 2',
  'sluice_http_request_duration_seconds_bucket{le="+Inf"} 4',
  "sluice_http_request_duration_seconds_count 4",
  "sluice_http_sent_bytes_total 220",
  "sluice_connections_accepted_total 7",
  "sluice_queue_wait_seconds_count 1",
  "sluice_workers_alive 1",
  'sluice_worker_state{worker="1",state="lost"} 1',
  'sluice_worker_restarts_total{worker="0"} 3',
  'sluice_security_events_total{kind="traversal"} 2',
];

for (const line of LINES) {
  Deno.test(`exposition() writes ${line}`, () => {
    for (const form of ["prometheus", "openmetrics"] as const) {
      assert(written(form).split("\n").includes(line), `${form} must have the line`);
    }
  });
}

const SAMPLE =
  /^[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"(,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+$/;

Deno.test("exposition() announces every metric once, in front of its samples", () => {
  const announced = new Set<string>();
  let current = "";
  for (const line of written("prometheus").trimEnd().split("\n")) {
    const [, type, name = ""] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
    if (type === "HELP") {
      assert(!announced.has(name), `${name} is announced twice`);
      announced.add(current = name);
    } else if (type === undefined) {
      assert(SAMPLE.test(line), line);
      assert(line.startsWith(current), `${line} stands under ${current}`);
    }
  }
});

Deno.test("exposition() ends OpenMetrics as it must end, and announces counters without _total", () => {
  const text = written("openmetrics");
  assert(text.endsWith("\n# EOF\n"));
  assert(text.includes("# TYPE sluice_uploads counter\n"));
  assertEquals(written("prometheus").includes("# EOF"), false);
});

const hasPromtool = await isInstalled("promtool");

Deno.test({
  name: `promtool finds nothing wrong${hasPromtool ? "" : " (ignored: promtool is not installed)"}`,
  ignore: !hasPromtool,
  async fn() {
    const tool = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = tool.stdin.getWriter();
    await writer.write(new TextEncoder().encode(written("prometheus")));
    await writer.close();
    const { code, stdout, stderr } = await tool.output();
    const said = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
    assertEquals([code, said], [0, ""]);
  },
});
