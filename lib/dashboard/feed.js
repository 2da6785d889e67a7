// The attack feed. All of it was written by attackers: it is set as text and nothing else.

import { clock } from "./chart.js";
import { count, counted } from "./figures.js";
import { foreign, KeyedList, make, mark, page, write } from "./elements.js";
import { startOf } from "./visible_text.js";

/** More than this of a target pushes everything else off the screen. */
const TARGET_CHARACTERS_MAX = 80;

function timeOf(milliseconds) {
  return make(
    "time",
    { datetime: new Date(milliseconds).toISOString() },
    clock(milliseconds / 1000),
  );
}

/** A target in full, or its start with the rest behind it. */
function targetOf(target) {
  if (target === "") return make("span", { class: "nothing" }, "none");
  const start = startOf(target, TARGET_CHARACTERS_MAX);
  if (start === target) return foreign(target);
  const rest = make("span", { class: "cut" }, `… ${count(target.length)} characters`);
  return make("details", {}, make("summary", {}, foreign(start), " ", rest), foreign(target));
}

function createRow({ event }) {
  const times = make("td", { "role": "cell", "class": "number", "data-name": "Times" });
  const until = make("span", { class: "until" });
  const kind = make("strong", { class: "kind" }, event.kind);
  const rule = event.rule === event.kind ? "" : make("span", { class: "rule" }, event.rule);
  const element = make(
    "tr",
    { role: "row" },
    make("td", { "role": "cell", "data-name": "Time" }, timeOf(event.timeMs), until),
    make("td", { "role": "cell", "data-name": "Kind" }, kind, " ", rule),
    make("td", { "role": "cell", "data-name": "Client" }, foreign(event.client)),
    make(
      "td",
      { "role": "cell", "data-name": "Target", "class": "target" },
      targetOf(event.target),
    ),
    make(
      "td",
      { "role": "cell", "data-name": "Status" },
      event.status > 0 ? `${event.status}` : "none",
    ),
    times,
    make(
      "td",
      { "role": "cell", "class": "number", "data-name": "Worker" },
      String(event.worker ?? "main"),
    ),
  );
  return { element, times, until };
}

function updateRow({ element, times, until }, { event }) {
  const isOne = event.count <= 1;
  write(times, count(event.count));
  write(until, isOne ? "" : `to ${clock(event.lastMs / 1000)}`);
  mark(element, "data-many", String(!isOne));
}

/** The same attack twice within a millisecond gets a number of its own. */
function keyed(events) {
  const seen = new Map();
  return events.map((event) => {
    const { kind, rule, client, target, status, worker, timeMs } = event;
    const same = JSON.stringify([kind, rule, client, target, status, worker, timeMs]);
    const number = seen.get(same) ?? 0;
    seen.set(same, number + 1);
    return { event, key: `${number} ${same}` };
  });
}

/** The feed and its filter. */
export class Feed {
  #list = new KeyedList(page.feed, createRow, updateRow);
  #events = [];

  constructor() {
    page.filter.addEventListener("input", () => this.#refresh());
    page.filter.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Shows a snapshot. */
  show({ security }) {
    this.#events = security.events;
    this.#offerKinds(Object.keys(security.byKind));
    this.#refresh();
  }

  /** Shows only what this client did; nobody in particular if it is shown already. */
  filterBy(client) {
    const field = page["filter-client"];
    field.value = field.value === client ? "" : client;
    this.#refresh();
  }

  #offerKinds(kinds) {
    const select = page["filter-kind"];
    if (select.options.length > 1) return;
    select.append(...kinds.map((kind) => make("option", { value: kind }, kind)));
  }

  #refresh() {
    const kind = page["filter-kind"].value;
    const client = page["filter-client"].value.trim();
    const shown = this.#events.filter((event) =>
      (kind === "" || event.kind === kind) && event.client.includes(client)
    );
    this.#list.show(keyed(shown), ({ key }) => key);
    write(page["feed-note"], noteOf(shown.length, this.#events.length));
  }
}

function noteOf(shown, kept) {
  if (kept === 0) return "Nothing yet.";
  const all = `${counted(kept, "event")}, the newest first`;
  return shown === kept
    ? `${all}. Like ones within a short time are one.`
    : `${count(shown)} of ${all}.`;
}
