import { assertEquals } from "@std/assert";
import { headlineOf, lastMinute } from "../../lib/dashboard/headline.js";
import { History } from "../../lib/dashboard/history.js";
import type { Snapshot } from "../../lib/dashboard/snapshot.d.ts";
import { eventOf, snapshotOf } from "./snapshot.ts";

function headline(snapshots: readonly Snapshot[]): string {
  const history = new History();
  for (const snapshot of snapshots) history.push(snapshot);
  const last = snapshots.at(-1);
  return last === undefined ? "" : headlineOf(last, history);
}

const FIRST = snapshotOf(1);
const QUIET = { ...FIRST.requests, perSecond: 0 };
const LOST = FIRST.workers.map((worker) => ({ ...worker, state: "lost" }));
const COST = "181 MB of memory, main thread 600 µs behind.";
const PEACE = "No security events in the last minute.";

const ROWS: [rule: string, change: Partial<Snapshot>, expected: string][] = [
  [
    "tells of work",
    { queue: { ...FIRST.queue, length: 0 } },
    `1,000 requests a second on 2 workers, p99 6.5 ms. ${PEACE} ${COST}`,
  ],
  [
    "tells of those who wait",
    { queue: { ...FIRST.queue, length: 1 } },
    `1,000 requests a second on 2 workers, p99 6.5 ms, 1 connection waiting. ${PEACE} ${COST}`,
  ],
  [
    "tells of rest, and of workers that are lost",
    { requests: QUIET, workers: LOST.slice(0, 1).concat(FIRST.workers.slice(1)) },
    `No requests right now, 1 of 2 workers up, 3 connections waiting. ${PEACE} ${COST}`,
  ],
  [
    "tells of the end",
    { requests: QUIET, status: "draining", queue: { ...FIRST.queue, length: 0 } },
    `Draining: No requests right now, 2 workers up. ${PEACE} ${COST}`,
  ],
];

for (const [rule, change, expected] of ROWS) {
  Deno.test(`headline ${rule}`, () => assertEquals(headline([{ ...FIRST, ...change }]), expected));
}

Deno.test("headline tells of attacks, what most of them are and who was the last", () => {
  const { security } = snapshotOf(3);
  const attacked = snapshotOf(3, {
    security: { ...security, events: [eventOf(17)] },
    queue: { ...FIRST.queue, length: 0 },
  });
  const [, attacks] = headline([FIRST, attacked]).split(". ");
  assertEquals(
    attacks,
    "2 security events in the last minute, mostly traversal, the latest by 192.0.2.17",
  );
});

Deno.test("lastMinute names no kind when none makes up more than half", () => {
  const history = new History();
  const { byKind } = FIRST.security;
  history.push(FIRST);
  const mixed = { ...byKind, traversal: (byKind["traversal"] ?? 0) + 2, host: 2 };
  history.push(snapshotOf(2, { security: { byKind: mixed, events: [], offenders: [] } }));
  assertEquals(lastMinute(mixed, history), { total: 4, kind: undefined });
});
