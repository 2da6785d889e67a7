// One tile for each worker: what it does, how much of the work is its own, how full its rings are.

import { bytes, count, counted, duration, rate } from "./figures.js";
import { KeyedList, make, mark, page, write } from "./elements.js";
import { Meter } from "./meter.js";

/** A worker that is busy with one thing for this long holds up its other connections. */
const STUCK_SECONDS = 5;
const FIGURES = ["requests/s", "answered", "in flight", "heap", "restarts"];

function createTile({ worker }) {
  const name = `Worker ${worker}`;
  const state = make("strong", { class: "chip" });
  const since = make("span", { class: "since" });
  const meters = ["connections", "ring in", "ring out"].map((gauge) => new Meter(gauge, name));
  const figures = FIGURES.map(() => make("dd"));
  const terms = FIGURES.map((term, at) => make("div", {}, make("dt", {}, term), figures[at]));
  const element = make(
    "li",
    { class: "worker" },
    make("div", { class: "worker-head" }, make("h3", {}, name), state, since),
    make("dl", { class: "worker-figures" }, ...terms),
    make("div", { class: "meters" }, ...meters.map((meter) => meter.element)),
  );
  return { element, state, since, meters, figures };
}

function updateTile({ element, state, since, meters, figures }, { worker, seconds, perSecond }) {
  const isStuck = worker.state !== "idle" && worker.state !== "lost" && seconds >= STUCK_SECONDS;
  write(state, worker.state);
  mark(state, "data-state", worker.state);
  write(since, `${isStuck ? "held up " : ""}for ${duration(Math.max(0, seconds))}`);
  mark(element, "data-tone", worker.state === "lost" ? "bad" : isStuck ? "warn" : "good");
  const told = [
    rate(perSecond),
    count(worker.requests),
    count(worker.inFlight),
    bytes(worker.heapUsedBytes),
    count(worker.restarts),
  ];
  for (const [at, text] of told.entries()) write(figures[at], text);
  const [connections, ringIn, ringOut] = meters;
  const slots = `${count(worker.connections)} of ${counted(worker.slots, "slot")}`;
  connections.show(worker.connections, worker.slots, slots);
  showRing(ringIn, worker.ringIn);
  showRing(ringOut, worker.ringOut);
}

function showRing(meter, { usedBytes, peakBytes, capacityBytes }) {
  const text = `${bytes(usedBytes)}, peak ${bytes(peakBytes)} of ${bytes(capacityBytes)}`;
  meter.show(usedBytes, capacityBytes, text, peakBytes);
}

/** The tiles of all workers. */
export class Workers {
  #list = new KeyedList(page.workers, ({ worker }) => createTile(worker), updateTile);

  /** Shows a snapshot. */
  show({ workers, timeMs }, history) {
    const rates = history.samples.at(-1)?.workers ?? new Map();
    const items = workers.map((worker) => ({
      worker,
      seconds: (timeMs - worker.sinceMs) / 1000,
      perSecond: rates.get(worker.worker) ?? null,
    }));
    this.#list.show(items, ({ worker }) => worker.worker);
  }
}
