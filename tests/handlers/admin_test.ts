// The health of a server in every state it can be in.

import { assert, assertEquals } from "@std/assert";
import { AdminSurface } from "../../lib/handlers/admin.ts";
import { DashboardStreams } from "../../lib/handlers/dashboard_streams.ts";
import { AdminPolicy } from "../../lib/security/admin.ts";
import { allocateTelemetry, Observer } from "../../lib/telemetry/observer.ts";
import { ServerCounters } from "../../lib/telemetry/server_counters.ts";
import { asked, drained, Rounds } from "./ground.ts";

const FACTS = { version: "1", runtime: "2", ratePerSecond: undefined, burst: undefined };
const CALLER = { peer: "127.0.0.1", client: "127.0.0.1" };

/** Workers alive of two, whether the server drains, and what its health is then. */
const ROWS: readonly (readonly [alive: number, draining: boolean, status: number, word: string])[] =
  [
    [2, false, 200, "ok"],
    [1, false, 200, "degraded"],
    [0, false, 503, "degraded"],
    [2, true, 503, "draining"],
    [0, true, 503, "draining"],
  ];

for (const [alive, isDraining, status, word] of ROWS) {
  Deno.test(`health is ${status} ${word} with ${alive} of 2 workers${isDraining ? ", draining" : ""}`, () => {
    const memory = allocateTelemetry(2);
    const server = new ServerCounters(memory.server);
    server.set("isDraining", Number(isDraining));
    for (let worker = 0; worker < alive; worker++) server.setMember(worker, "isAlive", 1);
    const observer = new Observer(memory, FACTS);
    const surface = new AdminSurface({
      policy: new AdminPolicy({ allowed: [], token: undefined }),
      observer,
      isCounting: true,
      page: new Map(),
      streams: new DashboardStreams(observer, undefined),
    });
    const answer = surface.answer(asked("GET /health"), "/health", new Rounds().next(), CALLER);
    assert(answer?.content !== undefined);
    const value = JSON.parse(drained(answer.content));
    assertEquals([answer.status, value.status, value.workers], [status, word, { alive, total: 2 }]);
  });
}
