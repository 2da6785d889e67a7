// Alerts, dashboard and autoscaler go by metrics that exist, in a language that is understood.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { get, upload } from "../integration/requests.ts";
import { serverTest, type TestServer, withFolder } from "../integration/harness.ts";
import { run } from "../integration/tool.ts";
import { pathOf, read, toolTest } from "./deployment.ts";

/** One line of `/metrics`: what is measured, of what. */
interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** One condition on a metric's label, as a query states it. */
interface Matcher {
  readonly metric: string;
  readonly label: string;
  readonly isPattern: boolean;
  readonly value: string;
}

const DASHBOARD: unknown = JSON.parse(read("grafana/dashboard.json"));

/** Labels that Prometheus adds when it scrapes. */
const SCRAPED = ["job", "instance", "namespace", "pod"];

/** Every text under the key `expr`, however deep. */
function queriesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "expr" && typeof inner === "string" ? [inner] : queriesIn(inner)
  );
}

const QUERIES = queriesIn(DASHBOARD);
const SOURCES: readonly (readonly [name: string, text: string])[] = [
  ["the dashboard", `${QUERIES.join("\n")}\n${read("grafana/dashboard.json")}`],
  ["the alerts", read("prometheus/alerts.yaml")],
  ["the autoscaler", read("kubernetes/sluice.yaml")],
  ["the autoscaler's adapter", read("kubernetes/adapter.yaml")],
];

function namesIn(text: string): string[] {
  return [...new Set(text.match(/\bsluice_[a-z_]+/g) ?? [])];
}

function matchersIn(text: string): Matcher[] {
  return [...text.matchAll(/\b(sluice_[a-z_]+)\{([^}]*)\}/g)].flatMap(([, metric = "", inside]) =>
    [...(inside ?? "").matchAll(/(\w+)\s*(=~|!~|!=|=)\s*\\?"([^"\\]*)\\?"/g)].map((
      [, label = "", operator = "", value = ""],
    ) => ({ metric, label, isPattern: operator.endsWith("~"), value }))
  );
}

async function samplesOf(server: TestServer): Promise<Sample[]> {
  const { text } = await server.ask(get("/metrics"));
  return text.split("\n").filter((line) => line.startsWith("sluice_")).map((line) => {
    const [, name = "", labels = ""] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)];
    return { name, labels: new Map(pairs.map(([, key = "", value = ""]) => [key, value])) };
  });
}

/** Whether some sample has the label, with each value that the condition names. */
function isMet({ metric, label, isPattern, value }: Matcher, samples: readonly Sample[]): boolean {
  const values = samples.filter(({ name }) => name === metric).map(({ labels }) =>
    labels.get(label)
  );
  if (!values.some((seen) => seen !== undefined)) return false;
  if (label === "code" || value.includes("$")) return true; // seen when it happens; chosen by a person
  const wanted = isPattern ? value.split("|") : [value];
  return wanted.every((text) => values.includes(text));
}

serverTest("deployment: every metric that is gone by exists", {}, async (server) => {
  await server.ask(get("/hello.html"));
  await server.ask(upload("[]"));
  const samples = await samplesOf(server);
  const known = new Set(samples.map(({ name }) => name));
  for (const [source, text] of SOURCES) {
    const names = namesIn(text);
    assert(names.length > 0, source);
    assertEquals(names.filter((name) => !known.has(name)), [], source);
    const conditions = matchersIn(text).filter(({ label }) => !SCRAPED.includes(label));
    assertEquals(conditions.filter((condition) => !isMet(condition, samples)), [], source);
  }
});

serverTest("deployment: the dashboard shows every metric", {}, async (server) => {
  await server.ask(get("/hello.html"));
  const families = (await server.ask(get("/metrics"))).text.matchAll(/^# TYPE (\S+) /gm);
  const shown = new Set(namesIn(QUERIES.join("\n")).map((name) => name.replace(/_bucket$/, "")));
  assertEquals([...families].map(([, name = ""]) => name).filter((name) => !shown.has(name)), []);
});

await toolTest("deployment: promtool reads the alerts", ["promtool"], async () => {
  await run("promtool", "check", "rules", pathOf("prometheus/alerts.yaml"));
  await run("promtool", "check", "config", pathOf("prometheus/prometheus.yaml"));
});

await toolTest(
  "deployment: alerts fire when they should, and only then",
  ["promtool"],
  async () => {
    await run("promtool", "test", "rules", fromFileUrl(import.meta.resolve("./alerts.test.yaml")));
  },
);

await toolTest(
  "deployment: promtool reads the dashboard's queries",
  ["promtool"],
  () =>
    withFolder(async (folder) => {
      const rules = QUERIES.map((query, index) => ({
        record: `query:${index}`,
        expr: query.replaceAll("$__rate_interval", "1m"),
      }));
      const path = join(folder, "rules.yaml"); // JSON is YAML
      await Deno.writeTextFile(path, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
      await run("promtool", "check", "rules", path);
    }),
);

Deno.test("deployment: every alert says what to do", () => {
  const alerts = read("prometheus/alerts.yaml");
  const recipes = [...alerts.matchAll(/runbook: operations\.md#([\w-]+)/g)].map(([, id]) => id);
  assertEquals(recipes.length, [...alerts.matchAll(/- alert: /g)].length);
  const guide = Deno.readTextFileSync(
    new URL("../../resources/docs/operations.md", import.meta.url),
  );
  const headings = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "").replaceAll(" ", "-")
  );
  assertEquals(recipes.filter((id) => !headings.includes(id ?? "")), []);
});
