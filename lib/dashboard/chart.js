// A chart of the last minutes: drawn by uPlot, told in words for those who do not see it, and given as
// a table for those who want the figures.

import { make, mark, write } from "./elements.js";
import { SAMPLES_MAX } from "./history.js";
import { colour } from "./palette.js";

const HEIGHT_PX = 150;
const FONT = "11px system-ui, sans-serif";
/** The table has a row for this many samples, the newest first. */
const TABLE_STEP = 10;
const TABLE_ROWS = 12;
const CLOCK = new Intl.DateTimeFormat("en", { timeStyle: "medium", hourCycle: "h23" });

/** Time of day. */
export function clock(seconds) {
  return CLOCK.format(seconds * 1000);
}

/** Steps between the lines of an axis of bytes: powers of two, so that 1024 of one unit are round. */
const BINARY_STEPS = Array.from({ length: 44 }, (_, exponent) => 2 ** exponent);

/** Lines at powers of ten only. */
function decades(_, splits) {
  return splits.map((at) => Number.isInteger(Math.log10(at)) ? at : null);
}

/** A young page shows a minute rather than five with nothing in them. */
function spanOf(seconds) {
  return Math.min(SAMPLES_MAX, Math.max(60, seconds || 0));
}

/** Values between two gaps are no line: each needs a point. */
function lonely(plot, series) {
  const values = plot.data[series];
  const isGap = (at) => values[at] === null || values[at] === undefined;
  const found = [];
  for (const at of values.keys()) {
    if (!isGap(at) && isGap(at - 1) && isGap(at + 1)) found.push(at);
  }
  return found;
}

function axis({ filter, ...options }) {
  return {
    stroke: () => colour("soft"),
    grid: { stroke: () => colour("line"), width: 1, ...(filter && { filter }) },
    ticks: { show: false },
    font: FONT,
    ...options,
  };
}

/** A chart in a `figure` that has a caption. */
export class Chart {
  #figure;
  #series;
  #format;
  #plot;
  #host;
  #legend;
  #rows;
  #samples = [];

  /**
   * `series` are `{ name, value(sample), colour, dash?, fill?, bars? }`; `format` writes a value;
   * `isLog` gives each power of ten the same room,
   * `isBinary` rounds the axis to powers of two.
   */
  constructor(figure, { series, format, isLog = false, isBinary = false }) {
    this.#figure = figure;
    this.#series = series;
    this.#format = format;
    this.#host = make("div", { class: "plot", role: "img" });
    this.#legend = series.map(({ colour, dash }) => ({
      figure: make("b"),
      key: make("span", {
        "class": "key",
        "data-colour": colour,
        "data-dash": String(Boolean(dash)),
      }),
    }));
    figure.append(this.#legendList(), this.#host, this.#table());
    this.#plot = new globalThis.uPlot(this.#options(isLog, isBinary), this.#columns(), this.#host);
    new ResizeObserver(() => this.#fit()).observe(this.#host);
  }

  /** Shows these samples. */
  show(samples) {
    this.#samples = samples;
    this.#plot.setData(this.#columns());
    this.#tell(samples.length - 1);
    mark(this.#host, "aria-label", this.#words());
    if (this.#rows.closest("details").open) this.#fillTable();
  }

  /** Draws again, in the colours of the theme. */
  repaint() {
    this.#plot.redraw(false, true);
  }

  #options(isLog, isBinary) {
    return {
      width: 320,
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        sync: { key: "sluice" },
        points: { size: 6 },
      },
      scales: {
        x: { range: (_, min, max) => [max - spanOf(max - min), max] },
        y: isLog ? { distr: 3 } : { range: (_, __, max) => [0, max > 0 ? max * 1.15 : 1] },
      },
      axes: [
        axis({ size: 24, space: 80, values: (_, splits) => splits.map((at) => clock(at)) }),
        axis({
          size: 62,
          space: 28,
          ...(isLog && { filter: decades }),
          ...(isBinary && { incrs: BINARY_STEPS }),
          values: (_, splits) => splits.map((at) => at === null ? "" : this.#format(at)),
        }),
      ],
      series: [{}, ...this.#series.map((series) => this.#drawn(series))],
      hooks: { setCursor: [({ cursor }) => this.#tell(cursor.idx ?? this.#samples.length - 1)] },
    };
  }

  #drawn({ name, colour: paint, dash, fill, bars }) {
    return {
      label: name,
      stroke: () => colour(paint),
      fill: fill === true ? () => `${colour(paint)}33` : undefined,
      width: 1.75,
      dash,
      points: { show: bars !== true, size: 4, filter: lonely },
      ...(bars === true && {
        paths: globalThis.uPlot.paths.bars({ size: [0.8, 12], align: -1 }),
        fill: () => colour(paint),
        width: 0,
      }),
    };
  }

  #columns() {
    const times = this.#samples.map(({ timeSeconds }) => timeSeconds);
    return [times, ...this.#series.map(({ value }) => this.#samples.map(value))];
  }

  #fit() {
    const width = Math.floor(this.#host.clientWidth);
    if (width > 0) this.#plot.setSize({ width, height: HEIGHT_PX });
  }

  /** Writes the figures of one moment beside the names. */
  #tell(index) {
    const sample = this.#samples[index];
    for (const [at, { value }] of this.#series.entries()) {
      write(this.#legend[at].figure, sample === undefined ? "–" : this.#format(value(sample)));
    }
  }

  /** Now and the most, of each series. */
  #words() {
    return this.#series.map(({ name, value }) => {
      const values = this.#samples.map(value).filter((known) => known !== null);
      if (values.length === 0) return `${name}: nothing yet`;
      const peak = this.#format(Math.max(...values));
      return `${name}: now ${this.#format(value(this.#samples.at(-1)))}, at most ${peak}`;
    }).join("; ");
  }

  #legendList() {
    const items = this.#series.map(({ name }, at) =>
      make("li", {}, this.#legend[at].key, `${name} `, this.#legend[at].figure)
    );
    return make("ul", { class: "legend" }, ...items);
  }

  #table() {
    const heads = ["Time", ...this.#series.map(({ name }) => name)];
    this.#rows = make("tbody");
    const table = make(
      "table",
      { "class": "plain", "aria-labelledby": `${this.#figure.id}-title` },
      make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)))),
      this.#rows,
    );
    const details = make("details", { class: "figures" }, make("summary", {}, "As a table"), table);
    details.addEventListener("toggle", () => this.#fillTable());
    return details;
  }

  #fillTable() {
    const last = this.#samples.length - 1;
    const chosen = this.#samples.filter((_, at) => (last - at) % TABLE_STEP === 0).reverse();
    this.#rows.replaceChildren(
      ...chosen.slice(0, TABLE_ROWS).map((sample) => {
        const cells = this.#series.map(({ value }) => make("td", {}, this.#format(value(sample))));
        return make("tr", {}, make("th", { scope: "row" }, clock(sample.timeSeconds)), ...cells);
      }),
    );
  }
}
