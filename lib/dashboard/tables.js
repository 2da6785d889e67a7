// Tables and gauges that are no list of events: who, how often, how long, how much.

import { ago, bytes, count, counted, duration, percent, rate } from "./figures.js";
import { FigureRows, foreign, KeyedList, make, mark, page, write } from "./elements.js";
import { Meter } from "./meter.js";

const MINUTE_SECONDS = 60;
const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const REFUSALS = [
  ["queue is full, 503", ({ connections }) => connections.refused.saturated],
  ["too many of one client, 503", ({ connections }) => connections.refused.crowded],
  ["banned client, 403", ({ connections }) => connections.refused.banned],
  ["above the rate limit, 429", ({ rateLimit }) => rateLimit.limited],
];

/** Queue, slots and the table of clients, and whom they turned away. */
export class Gate {
  #queue = new Meter("places in the queue");
  #slots = new Meter("slots of all workers");
  #clients = new Meter("clients told apart");
  #refusals = new FigureRows(page.refusals);

  constructor() {
    page["gate-meters"].append(this.#queue.element, this.#slots.element, this.#clients.element);
  }

  /** Shows a snapshot. */
  show(snapshot, history) {
    const { queue, workers, rateLimit } = snapshot;
    const [used, slots] = ["connections", "slots"].map((name) =>
      workers.reduce((total, worker) => total + worker[name], 0)
    );
    const of = (part, whole) => `${count(part)} of ${count(whole)}`;
    this.#queue.show(queue.length, queue.capacity, of(queue.length, queue.capacity));
    this.#slots.show(used, slots, of(used, slots));
    this.#clients.show(
      rateLimit.tracked,
      rateLimit.capacity,
      of(rateLimit.tracked, rateLimit.capacity),
    );
    this.#refusals.show(REFUSALS.map(([name, counter]) => {
      const lately = history.growth(MINUTE_SECONDS, counter);
      return {
        name,
        figures: [count(counter(snapshot)), count(lately)],
        tone: lately > 0 ? "warn" : "",
      };
    }));
    write(page["rate-rule"], ruleOf(rateLimit));
  }
}

function ruleOf({ ratePerSecond, burst, banned }) {
  const bans = `${counted(banned, "client")} banned now.`;
  if (ratePerSecond === null) return `No rate limit is set (--rate). ${bans}`;
  return `Each client may ask ${rate(ratePerSecond)} times a second, ${
    count(burst)
  } at once. ${bans}`;
}

/** The clients with the most events; choosing one filters the feed. */
export class Offenders {
  #list;

  /** `choose(client)` is called for the client that is chosen. */
  constructor(choose) {
    this.#list = new KeyedList(page.offenders, ({ client }) => {
      const cells = [make("td", { class: "number" }), make("td", { class: "number" })];
      const button = make("button", { "class": "client", "type": "button" }, foreign(client));
      button.title = "Show only this client in the attack feed";
      button.addEventListener("click", () => choose(client));
      return { element: make("tr", {}, make("th", { scope: "row" }, button), ...cells), cells };
    }, ({ cells: [events, last] }, { offender, nowMs }) => {
      const { count: most, overcount, lastMs } = offender;
      // Few counters watch many clients: one that was pushed out and came back is estimated.
      write(events, overcount > 0 ? `${count(most - overcount)} to ${count(most)}` : count(most));
      write(last, ago((nowMs - lastMs) / 1000));
    });
  }

  /** Shows a snapshot. */
  show({ security, timeMs }) {
    const items = security.offenders.map((offender) => ({
      offender,
      client: offender.client,
      nowMs: timeMs,
    }));
    this.#list.show(items, ({ client }) => client);
    const number = items.length;
    write(
      page["offenders-note"],
      number === 0 ? "Nobody yet." : `${counted(number, "client")}. Choose one to filter the feed.`,
    );
  }
}

/** How often each kind of event happened. */
export class Kinds {
  #rows = new FigureRows(page.kinds);

  /** Shows a snapshot. */
  show({ security: { byKind } }, history) {
    const seen = Object.entries(byKind).filter(([, total]) => total > 0)
      .sort(([, left], [, right]) => right - left);
    this.#rows.show(seen.map(([name, total]) => {
      const lately = history.growth(MINUTE_SECONDS, ({ security }) => security.byKind[name] ?? 0);
      return { name, figures: [count(total), count(lately)], tone: lately > 0 ? "warn" : "" };
    }));
    const unseen = Object.keys(byKind).filter((name) => byKind[name] === 0);
    write(page["kinds-note"], unseen.length === 0 ? "" : `Never: ${unseen.join(", ")}.`);
  }
}

/** The distributions of times. */
export class Times {
  #rows = new FigureRows(page.times);

  /** Shows a snapshot. */
  show({ latency, recentLatency, firstByte, queue }) {
    this.#rows.show([
      // The longest is known since the start only.
      rowOfTimes("answer, last second", { ...recentLatency, maxSeconds: undefined }),
      rowOfTimes("answer, since start", latency),
      rowOfTimes("first byte, since start", firstByte),
      rowOfTimes("wait in the queue, since start", queue.wait),
    ]);
  }
}

function rowOfTimes(name, times) {
  const { meanSeconds, p50Seconds, p90Seconds, p99Seconds, p999Seconds, maxSeconds } = times;
  const values = [meanSeconds, p50Seconds, p90Seconds, p99Seconds, p999Seconds, maxSeconds];
  const told = values.map((value) => times.count > 0 ? duration(value) : "–");
  return { name, figures: [count(times.count), ...told] };
}

/** The mix of statuses and methods. */
export class Mix {
  #statuses = new FigureRows(page.statuses);
  #methods = new FigureRows(page.methods);
  #parts = new Map(STATUS_CLASSES.map((name) => {
    const part = make("span", { "class": "part", "data-class": name });
    page.mix.append(part);
    return [name, part];
  }));

  /** Shows a snapshot. */
  show({ requests: { byClass, byStatus, byMethod } }) {
    const total = STATUS_CLASSES.reduce((sum, name) => sum + (byClass[name] ?? 0), 0);
    for (const [name, part] of this.#parts) part.style.flexGrow = String(byClass[name] ?? 0);
    const shares = STATUS_CLASSES.filter((name) => (byClass[name] ?? 0) > 0)
      .map((name) => `${name} ${percent(byClass[name], total)}`);
    mark(page.mix, "aria-label", shares.length === 0 ? "No answers yet" : shares.join(", "));
    const largest = (counts) =>
      Object.entries(counts).filter(([, number]) => number > 0)
        .sort(([, left], [, right]) => right - left)
        .map(([name, number]) => ({ name, figures: [count(number)] }));
    this.#statuses.show(largest(byStatus));
    this.#methods.show(largest(byMethod));
  }
}

/** What the server takes of the machine, and what it moved for it. */
export class Cost {
  #list = new KeyedList(page.cost, ({ name }) => {
    const figure = make("dd");
    return { element: make("div", {}, make("dt", {}, name), figure), figure };
  }, ({ element, figure }, { text, tone = "" }) => {
    write(figure, text);
    mark(element, "data-tone", tone);
  });

  /** Shows a snapshot. */
  show({ memory, eventLoopLagSeconds, logLinesDropped, uploads, bytes: moved, connections }) {
    const heap = `${bytes(memory.heapUsedBytes)} of ${bytes(memory.heapTotalBytes)}`;
    this.#list.show([
      { name: "resident memory", text: bytes(memory.rssBytes) },
      { name: "main thread behind", text: duration(eventLoopLagSeconds) },
      { name: "heap in use", text: heap },
      { name: "connections accepted", text: count(connections.accepted) },
      { name: "outside the heap", text: bytes(memory.externalBytes) },
      { name: "uploads stored", text: `${count(uploads.stored)}, ${bytes(uploads.bytes)}` },
      { name: "bytes received", text: bytes(moved.received) },
      { name: "bytes sent", text: bytes(moved.sent) },
      {
        name: "log lines dropped",
        text: count(logLinesDropped),
        tone: logLinesDropped > 0 ? "warn" : "",
      },
    ], ({ name }) => name);
  }
}
