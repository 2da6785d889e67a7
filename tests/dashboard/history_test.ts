import { assertEquals } from "@std/assert";
import { History, SAMPLES_MAX, sum } from "../../lib/dashboard/history.js";
import { snapshotOf } from "./snapshot.ts";

Deno.test("History knows no rate of the first snapshot", () => {
  const history = new History();
  assertEquals(history.push(snapshotOf(7)), false);
  const [sample] = history.samples;
  assertEquals(sample?.requests, null);
  assertEquals(sample?.p99, null);
  assertEquals(sample?.rssBytes, snapshotOf(7).memory.rssBytes);
});

Deno.test("History turns counters into rates", () => {
  const history = new History();
  history.push(snapshotOf(10));
  history.push(snapshotOf(12));
  const sample = history.samples.at(-1);
  assertEquals(sample?.requests, 1000);
  assertEquals(sample?.answered, 900);
  assertEquals(sample?.refused, 100);
  assertEquals(sample?.failed, 0);
  assertEquals(sample?.received, 900_000);
  assertEquals(sample?.sent, 21_000_000);
  assertEquals(sample?.events, 1);
  assertEquals(sample?.p99, snapshotOf(12).recentLatency.p99Seconds);
  assertEquals([...sample?.workers ?? []], [[0, 500], [1, 500]]);
});

Deno.test("History has no quantiles of a second without requests", () => {
  const history = new History();
  history.push(snapshotOf(1));
  const { recentLatency } = snapshotOf(2);
  history.push(snapshotOf(2, { recentLatency: { ...recentLatency, count: 0 } }));
  assertEquals(history.samples.at(-1)?.p50, null);
  assertEquals(history.samples.at(-1)?.requests, 1000);
});

Deno.test("History leaves a gap where it saw nothing", () => {
  const history = new History();
  history.push(snapshotOf(1));
  history.push(snapshotOf(60));
  assertEquals(history.samples.at(-1)?.requests, null);
});

Deno.test("History takes a worker that counts anew for one that did nothing yet", () => {
  const history = new History();
  history.push(snapshotOf(10));
  const { workers } = snapshotOf(11);
  history.push(snapshotOf(11, { workers: workers.map((one) => ({ ...one, requests: 3 })) }));
  assertEquals([...history.samples.at(-1)?.workers ?? []], [[0, 0], [1, 0]]);
});

Deno.test("History forgets one server when another answers", () => {
  const history = new History();
  history.push(snapshotOf(10));
  history.push(snapshotOf(11));
  assertEquals(history.push({ ...snapshotOf(1), startedMs: 1 }), true);
  assertEquals(history.samples.length, 1);
  assertEquals(history.growth(60, ({ requests }) => requests.total), 0);
});

Deno.test("History is bounded", () => {
  const history = new History();
  for (let second = 1; second <= SAMPLES_MAX + 50; second++) history.push(snapshotOf(second));
  assertEquals(history.samples.length, SAMPLES_MAX);
  assertEquals(history.samples[0]?.timeSeconds, snapshotOf(51).timeMs / 1000);
});

Deno.test("History tells growth within a time, as far as it was watched", () => {
  const history = new History();
  assertEquals(history.growth(60, () => 5), 0);
  for (let second = 1; second <= 100; second++) history.push(snapshotOf(second));
  assertEquals(history.growth(60, ({ security }) => sum(security.byKind)), 60);
  assertEquals(history.growth(1000, ({ security }) => sum(security.byKind)), 99);
});
