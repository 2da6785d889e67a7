// The six figures at the top: what an operator looks at first.

import { bytes, count, counted, duration, percent, rate } from "./figures.js";
import { lastMinute } from "./headline.js";
import { make, mark, page, write } from "./elements.js";
import { toneOfShare } from "./meter.js";

/** A main thread this late answers everybody late. */
const LAG_WARN_SECONDS = 0.05;
const LAG_BAD_SECONDS = 0.5;
const MINUTE_SECONDS = 60;

/** Every tile: its name, and `{ figure, note, tone }` of a snapshot. */
const TILES = [
  ["Requests a second", ({ requests, bytes: { sent } }) => ({
    figure: rate(requests.perSecond),
    note: `${count(requests.total)} so far, ${bytes(sent)} sent`,
    tone: "good",
  })],
  ["99 of 100 answered within", ({ recentLatency, latency }) => {
    const times = recentLatency.count > 0 ? recentLatency : latency;
    return {
      figure: times.count > 0 ? duration(times.p99Seconds) : "–",
      note: times.count > 0
        ? `half within ${duration(times.p50Seconds)}${times === latency ? ", since start" : ""}`
        : "no requests yet",
      tone: "good",
    };
  }],
  ["Failed, last minute", (_, history) => {
    const failed = history.growth(MINUTE_SECONDS, ({ requests }) => requests.byClass["5xx"] ?? 0);
    const total = history.growth(MINUTE_SECONDS, ({ requests }) => requests.total);
    return {
      figure: count(failed),
      note: `${percent(failed, total)} of ${counted(total, "answer")}`,
      tone: failed > 0 ? "bad" : "good",
    };
  }],
  ["Open connections", ({ connections, queue }) => ({
    figure: count(connections.open),
    note: `${count(queue.length)} of ${count(queue.capacity)} places in the queue`,
    tone: toneOfShare(queue.capacity > 0 ? queue.length / queue.capacity : 0),
  })],
  ["Security events, last minute", ({ security }, history) => {
    const { total, kind } = lastMinute(security.byKind, history);
    const clients = counted(security.offenders.length, "client");
    return {
      figure: count(total),
      note: kind === undefined ? `${clients} on record` : `mostly ${kind}, ${clients} on record`,
      tone: total > 0 ? "warn" : "good",
    };
  }],
  ["Memory", ({ memory, eventLoopLagSeconds: lag }) => ({
    figure: bytes(memory.rssBytes),
    note: `main thread ${duration(lag)} behind`,
    tone: lag >= LAG_BAD_SECONDS ? "bad" : lag >= LAG_WARN_SECONDS ? "warn" : "good",
  })],
];

/** The row of tiles. */
export class Tiles {
  #tiles = TILES.map(([name, read]) => {
    const [figure, note] = [
      make("dd", { class: "tile-figure" }, "–"),
      make("dd", { class: "tile-note" }),
    ];
    const element = make("div", { class: "tile" }, make("dt", {}, name), figure, note);
    page.tiles.append(element);
    return { element, figure, note, read };
  });

  /** Shows a snapshot. */
  show(snapshot, history) {
    for (const tile of this.#tiles) {
      const { figure, note, tone } = tile.read(snapshot, history);
      write(tile.figure, figure);
      write(tile.note, note);
      mark(tile.element, "data-tone", tone);
    }
  }
}
