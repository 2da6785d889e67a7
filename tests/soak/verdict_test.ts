import { assertEquals } from "@std/assert";
import { type Evidence, judge, type Sample } from "../../scripts/soak/verdict.ts";

/** A run of ten minutes, whose memory is what `rssKb` says. */
function samplesOf(rssKb: (atSeconds: number) => number): Sample[] {
  return Array.from({ length: 600 }, (_, atSeconds) => ({ atSeconds, rssKb: rssKb(atSeconds) }));
}

const GOOD: Evidence = {
  seconds: 600,
  samples: samplesOf(() => 100_000),
  descriptors: { before: 40, after: 40 },
  failures: 0,
  sent: { answered: 1_000, unheard: 10 },
  counted: 1_005,
  stored: { sent: 5, counted: 5 },
  exitCode: 0,
};

/** What is different from a good run, and how many rules that breaks. */
const ROWS: readonly (readonly [what: string, change: Partial<Evidence>, broken: number])[] = [
  ["nothing", {}, 0],
  ["memory that grows while it is warming up", {
    samples: samplesOf((at) => at < 300 ? 300 * at : 100_000),
  }, 0],
  ["memory that shrinks", { samples: samplesOf((at) => 200_000 - 100 * at) }, 0],
  ["memory that grows by 9 %", { samples: samplesOf((at) => at < 400 ? 100_000 : 109_000) }, 0],
  ["memory that grows by 11 %", { samples: samplesOf((at) => at < 400 ? 100_000 : 111_000) }, 1],
  ["one high look", { samples: samplesOf((at) => at === 590 ? 900_000 : 100_000) }, 0],
  ["no looks", { samples: [], descriptors: undefined }, 0],
  ["fewer descriptors", { descriptors: { before: 40, after: 39 } }, 0],
  ["a descriptor more", { descriptors: { before: 40, after: 41 } }, 1],
  ["a failure", { failures: 1 }, 1],
  ["all counted that was sent", { counted: 1_010 }, 0],
  ["more counted than was sent", { counted: 1_011 }, 1],
  ["fewer counted than were answered", { counted: 999 }, 1],
  ["an upload stored twice", { stored: { sent: 5, counted: 6 } }, 1],
  ["another exit code", { exitCode: 1 }, 1],
];

for (const [what, change, broken] of ROWS) {
  Deno.test(`a run with ${what} breaks ${broken} rules`, () => {
    const findings = judge({ ...GOOD, ...change });
    assertEquals(findings.filter(({ isKept }) => !isKept).length, broken, Deno.inspect(findings));
  });
}
