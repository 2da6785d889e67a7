// @ts-check
// The state of the server in three sentences: what it does, who attacks, what it costs.

import { bytes, count, counted, duration, rate } from "./figures.js";
import { sum } from "./history.js";

/** @typedef {import("./snapshot.d.ts").Snapshot} Snapshot */
/** @typedef {import("./history.js").History} History */

const MINUTE_SECONDS = 60;

/** @param {Snapshot} snapshot @param {History} history @returns {string} */
export function headlineOf(snapshot, history) {
  return [work(snapshot), attacks(snapshot, history), cost(snapshot)].join(" ");
}

/** @param {Snapshot} snapshot @returns {string} */
function work({ status, requests, workers, queue, recentLatency }) {
  const alive = workers.filter(({ state }) => state !== "lost").length;
  const hands = alive === workers.length
    ? counted(alive, "worker")
    : `${count(alive)} of ${counted(workers.length, "worker")}`;
  const waiting = queue.length > 0 ? `, ${counted(queue.length, "connection")} waiting` : "";
  const draining = status === "draining" ? "Draining: " : "";
  if (requests.perSecond === 0) return `${draining}No requests right now, ${hands} up${waiting}.`;
  const slow = recentLatency.count > 0 ? `, p99 ${duration(recentLatency.p99Seconds)}` : "";
  return `${draining}${rate(requests.perSecond)} requests a second on ${hands}${slow}${waiting}.`;
}

/** @param {Snapshot} snapshot @param {History} history @returns {string} */
function attacks({ security }, history) {
  const { total, kind } = lastMinute(security.byKind, history);
  if (total === 0) return "No security events in the last minute.";
  const mostly = kind === undefined ? "" : `, mostly ${kind}`;
  const last = security.events.at(0)?.client;
  const by = last === undefined ? "" : `, the latest by ${last}`;
  return `${counted(total, "security event")} in the last minute${mostly}${by}.`;
}

/** @param {Snapshot} snapshot @returns {string} */
function cost({ memory, eventLoopLagSeconds }) {
  return `${bytes(memory.rssBytes)} of memory, main thread ${
    duration(eventLoopLagSeconds)
  } behind.`;
}

/**
 * Security events of the last minute, and the kind that makes up more than half of them.
 *
 * @param {Readonly<Record<string, number>>} byKind
 * @param {History} history
 * @returns {{ total: number, kind: string | undefined }}
 */
export function lastMinute(byKind, history) {
  const total = history.growth(MINUTE_SECONDS, ({ security }) => sum(security.byKind));
  const kind = Object.keys(byKind).find((name) =>
    2 * history.growth(MINUTE_SECONDS, ({ security }) => security.byKind[name] ?? 0) > total
  );
  return { total, kind };
}
