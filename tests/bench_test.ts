// What the comparison and the profile make of figures; the figures themselves are nothing to test.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CASES } from "../scripts/bench/cases.ts";
import { median, type Row } from "../scripts/bench/comparison.ts";
import { UsageError } from "../scripts/bench/flags.ts";
import { planOf } from "../scripts/bench/plan.ts";
import { json, markdown, type Report } from "../scripts/bench/report.ts";
import { topList } from "../scripts/profile/top_list.ts";

Deno.test("median is the middle, whatever the order", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
  assert(Number.isNaN(median([])));
});

const [ONE] = CASES;
assert(ONE !== undefined);

const ROW: Row = {
  case: ONE,
  results: [
    { peer: "sluice", values: [30_000, 10_000, 20_000], cpuUs: [30, 20, 25] },
    { peer: "nginx", values: [40_000, 40_000, 40_000], cpuUs: [12.34, 12.34, 12.34] },
    { peer: "caddy", values: [], cpuUs: [], failure: "it fell over" },
  ],
};

const REPORT: Report = {
  machine: "2 cores",
  command: "deno task bench",
  rounds: 3,
  seconds: 2,
  peers: ["sluice", "nginx", "caddy"].map((name) => ({ name, version: "1", what: "a server" })),
  missing: ["lighttpd is not here: apt-get install lighttpd"],
  rows: [ROW],
};

Deno.test("report gives medians with their bounds, ratios, CPU time, and what is missing", () => {
  const said = markdown(REPORT);
  assertStringIncludes(said, "| 20,000 (10,000-30,000) | 40,000 (40,000-40,000) | failed |");
  assertStringIncludes(said, "| 0.50 | - | >= 1 nginx, >= 4 deno |");
  assertStringIncludes(said, "| 25 | 12.3 | - |");
  assertStringIncludes(said, "- lighttpd is not here: apt-get install lighttpd");
  assertStringIncludes(said, `- ${ONE.name}, caddy: it fell over`);
});

Deno.test("report as JSON holds every figure", () => {
  const { rows: [row] } = JSON.parse(json(REPORT));
  assertEquals(row.results[0].values, [30_000, 10_000, 20_000]);
  assertEquals(row.results[0].median, 20_000);
});

Deno.test("plan takes what is named, and by default all but the extra cases", () => {
  const plan = planOf(["--cases", "304,1kb", "--rounds", "2", "--peers", "sluice,nginx"]);
  assertEquals(plan?.cases.map(({ name }) => name), ["304", "1kb"]);
  assertEquals(plan?.peers.map(({ name }) => name), ["sluice", "nginx"]);
  assertEquals(planOf([])?.cases, CASES.filter(({ isExtra }) => isExtra !== true));
  assertEquals(planOf(["--help"]), undefined);
  const names = planOf(["--baseline", "../before"])?.peers.map(({ name }) => name);
  assertEquals(names?.slice(0, 2), ["sluice", "baseline"]);
});

for (
  const [args, said] of [
    [["--cases", "2kb"], "Cannot use --cases"],
    [["--peers", "apache"], "Cannot use --peers"],
    [["--rounds", "0"], "Cannot use --rounds"],
    [["--seconds", "1.5"], "Cannot use --seconds"],
    [["--fast"], "Cannot use --fast"],
    [["fast"], "Cannot use fast"],
  ] as const
) {
  Deno.test(`plan refuses ${args.join(" ")}`, () => {
    assertThrows(() => planOf(args), UsageError, said);
  });
}

Deno.test("top list counts a function where it runs itself, and leaves out who waits", () => {
  const frame = (functionName: string, url = "") => ({ functionName, url, lineNumber: 6 });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame("(idle)") },
      { id: 2, callFrame: frame("parse", "file:///home/me/sluice/lib/http/head_parser.ts") },
      { id: 3, callFrame: frame("", "ext:core/01_core.js") },
      { id: 4, callFrame: frame("waitBlocking", "file:///x/lib/channel/doorbell.ts") },
      { id: 5, callFrame: frame("rare") },
    ],
    samples: [1, 2, 3, 2, 4, 5],
    timeDeltas: [100, 30, 20, 30, 300, 20],
  };
  assertEquals(
    topList("worker", profile, 2),
    "worker, busy 20 % of the time\n" +
      "  60.0 %  parse lib/http/head_parser.ts:7\n" +
      "  20.0 %  (anonymous) ext:core/01_core.js:7\n",
  );
});
