// The page's charts: what each shows.

import { Chart } from "./chart.js";
import { bytes, duration, rate } from "./figures.js";
import { page } from "./elements.js";
import { onThemeChange } from "./palette.js";

const DASH = [6, 4];
const DOTS = [2, 3];

const CHARTS = [
  [page.traffic, {
    format: rate,
    series: [
      { name: "answered", value: (at) => at.answered, colour: "series-1", fill: true },
      { name: "refused 4xx", value: (at) => at.refused, colour: "series-2", dash: DASH },
      { name: "failed 5xx", value: (at) => at.failed, colour: "series-3", dash: DOTS },
    ],
  }],
  [page.latency, {
    format: duration,
    isLog: true,
    series: [
      { name: "p50", value: (at) => at.p50, colour: "series-1" },
      { name: "p90", value: (at) => at.p90, colour: "series-2", dash: DASH },
      { name: "p99", value: (at) => at.p99, colour: "series-3", dash: DOTS },
    ],
  }],
  [page.events, {
    format: rate,
    series: [{ name: "events", value: (at) => at.events, colour: "series-3", bars: true }],
  }],
  [page.memory, {
    format: bytes,
    isBinary: true,
    series: [
      { name: "resident", value: (at) => at.rssBytes, colour: "series-1", fill: true },
      { name: "heap in use", value: (at) => at.heapUsedBytes, colour: "series-2", dash: DASH },
    ],
  }],
  [page.bytes, {
    format: bytes,
    isBinary: true,
    series: [
      { name: "sent", value: (at) => at.sent, colour: "series-1", fill: true },
      { name: "received", value: (at) => at.received, colour: "series-2", dash: DASH },
    ],
  }],
];

/** All charts. */
export class Charts {
  #charts = CHARTS.map(([figure, options]) => new Chart(figure, options));

  constructor() {
    onThemeChange(() => {
      for (const chart of this.#charts) chart.repaint();
    });
  }

  /** Shows the last minutes. */
  show(_, history) {
    for (const chart of this.#charts) chart.show(history.samples);
  }
}
