// Watching: what the server tells of itself, before and after something happens to it.

import type { Overview } from "../../lib/telemetry/overview.ts";
import { get, upload } from "../../tests/integration/requests.ts";
import type { DemoServer } from "./server.ts";
import { ask, type Chapter, type Step } from "./step.ts";

/** Everything the dashboard shows, as JSON. */
export async function overviewOf(server: DemoServer): Promise<Overview> {
  using client = await server.connect();
  return JSON.parse((await client.ask(get("/security-dashboard?format=json"))).text);
}

/** Does something between two looks at the dashboard. @returns What changed. */
async function watched(
  server: DemoServer,
  act: () => Promise<void>,
  change: (before: Overview, after: Overview) => string,
): Promise<string> {
  const before = await overviewOf(server);
  await act();
  return change(before, await overviewOf(server));
}

/** What has grown, and by how much. */
function increase(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Map<string, number> {
  const grown = Object.entries(after).map(([key, count]) =>
    [key, count - (before[key] ?? 0)] as const
  );
  return new Map(grown.filter(([, more]) => more > 0));
}

async function send(server: DemoServer, ...requests: readonly string[]): Promise<void> {
  for (const request of requests) {
    using client = await server.connect();
    await client.ask(request);
  }
}

const counting: Step = {
  title: "two pages, one that is missing, one upload",
  expected: "+3 of 2xx, +1 of 4xx, +1 upload of 9 bytes",
  act: ({ server }) =>
    watched(
      server,
      () => send(server, get("/"), get("/"), get("/missing"), upload('{"at": 1}')),
      (before, after) => {
        const more = increase(before.requests.byClass, after.requests.byClass);
        const fine = (more.get("2xx") ?? 0) - 1; // the first look is counted before the second
        const { stored, bytes } = after.uploads;
        return `+${fine} of 2xx, +${more.get("4xx")} of 4xx, +${
          stored - before.uploads.stored
        } upload of ` +
          `${bytes - before.uploads.bytes} bytes`;
      },
    ),
};

const attacked: Step = {
  title: "three attacks, by kind",
  expected: "+2 traversal, +1 hidden-file",
  act: ({ server }) =>
    watched(
      server,
      () => send(server, get("/../etc/passwd"), get("/..%5cboot.ini"), get("/.git/config")),
      (before, after) =>
        [...increase(before.security.byKind, after.security.byKind)]
          .map(([kind, more]) => `+${more} ${kind}`).join(", "),
    ),
};

/** The chapter. */
export const WATCHING: Chapter = {
  title: "Watching",
  steps: [
    ask(
      "/health, for whoever balances load",
      get("/health"),
      "200, ok, 2 of 2 workers",
      (answer) => {
        const { status, workers } = JSON.parse(answer.text);
        return `${answer.status}, ${status}, ${workers.alive} of ${workers.total} workers`;
      },
    ),
    ask("/metrics, for Prometheus", get("/metrics"), "200, more than 100 series", (answer) => {
      const series = answer.text.split("\n").filter((line) =>
        /^sluice_\w+(\{| )/.test(line)
      ).length;
      return `${answer.status}, ${series > 100 ? "more than 100" : series} series`;
    }),
    counting,
    attacked,
  ],
};
