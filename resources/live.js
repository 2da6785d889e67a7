// The figures on the home page: what the server says of itself, and how long it took to say so.

const INTERVAL_MS = 5000;

const page = Object.fromEntries(
  [...document.querySelectorAll("[id]")].map((element) => [element.id, element]),
);

/** A time in its two largest units. */
function span(seconds) {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = Math.min(parts.findIndex(([amount]) => amount > 0) >>> 0, 3);
  return parts.slice(first, first + 2).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** From the first octet of the last request for `url` to the first of its answer. */
function answerMs(url) {
  const timing = performance.getEntriesByName(url).at(-1);
  performance.clearResourceTimings(); // the browser keeps no more than a few hundred
  return timing === undefined ? NaN : timing.responseStart - timing.requestStart;
}

async function refresh() {
  if (document.hidden) return;
  // A server that drains says so with 503, and the same body.
  const response = await fetch("health", { cache: "no-store" });
  const { status, version, uptimeSeconds, workers } = await response.json();
  page.live.dataset.status = status;
  page["live-status"].textContent = status;
  page["live-workers"].textContent = `${workers.alive} of ${workers.total}`;
  page["live-uptime"].textContent = span(uptimeSeconds);
  page["live-time"].textContent = `${answerMs(response.url).toFixed(1)} ms`;
  page["live-version"].textContent = version;
  page.live.hidden = false;
}

/** Without an answer there is nothing to show, and the page is whole without it. */
function hide() {
  page.live.hidden = true;
}

refresh().catch(hide);
setInterval(() => refresh().catch(hide), INTERVAL_MS);
document.addEventListener("visibilitychange", () => refresh().catch(hide));
