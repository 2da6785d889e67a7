// The page: takes snapshots off the stream and shows them, unless somebody reads and has paused it.

import { Announcer } from "./announcer.js";
import { Charts } from "./charts.js";
import { Feed } from "./feed.js";
import { counted, span } from "./figures.js";
import { headlineOf } from "./headline.js";
import { History } from "./history.js";
import { mark, page, write } from "./elements.js";
import { Stream } from "./stream.js";
import { Cost, Gate, Kinds, Mix, Offenders, Times } from "./tables.js";
import { Tiles } from "./tiles.js";
import { Workers } from "./workers.js";

const STATUS_TONES = { ok: "good", degraded: "warn", draining: "warn" };
const AGE_MS = 1000;
/** Snapshots come once a second. */
const LATE_SECONDS = 4;

const history = new History();
const announcer = new Announcer();
const feed = new Feed();
const views = [
  new Tiles(),
  new Charts(),
  new Workers(),
  new Gate(),
  feed,
  new Offenders((client) => feed.filterBy(client)),
  new Kinds(),
  new Times(),
  new Mix(),
  new Cost(),
];

let isPaused = false;
let isLost = false;
let lostAtMs = 0;
let arrivedMs;
/** Snapshots that came while the page stood still. */
let missed = 0;
/** The version that this page came with: another one may send what it does not understand. */
let version;

function show() {
  const snapshot = history.latest;
  if (snapshot === undefined) return;
  missed = 0;
  write(page.status, snapshot.status);
  mark(page.status, "data-tone", STATUS_TONES[snapshot.status] ?? "warn");
  write(page.version, snapshot.version);
  write(page.uptime, span(snapshot.uptimeSeconds));
  write(page.headline, headlineOf(snapshot, history));
  for (const view of views) view.show(snapshot, history);
}

function take(snapshot) {
  arrivedMs = performance.now();
  version ??= snapshot.version;
  if (history.push(snapshot)) announcer.say("The server was started anew.");
  announcer.notice(snapshot);
  missed++;
  // A page that nobody sees keeps its history and draws nothing.
  if (!isPaused && !document.hidden) show();
  showAge();
}

function showAge() {
  const seconds = (performance.now() - (arrivedMs ?? NaN)) / 1000;
  const age = seconds < 2 ? "just now" : `${span(seconds)} ago`;
  mark(page.age, "data-tone", seconds < LATE_SECONDS ? "good" : "warn");
  write(page.age, arrivedMs === undefined ? "no figures yet" : `updated ${age}`);
  showBanner();
}

/** One thing that the user has to know; the stream comes first. */
function bannerText() {
  if (isLost) {
    const since = span((performance.now() - lostAtMs) / 1000);
    return ["bad", `Connection lost ${since} ago, reconnecting. These figures are old.`];
  }
  if (isPaused) return ["warn", `Paused, ${counted(missed, "update")} behind.`];
  const running = history.latest?.version;
  if (running !== version) return ["warn", `The server now is ${running}: reload this page.`];
  return undefined;
}

function showBanner() {
  const [tone, text] = bannerText() ?? ["good", ""];
  page.banner.hidden = text === "";
  mark(page.banner, "data-tone", tone);
  write(page.banner, text);
  document.body.classList.toggle("stale", isLost);
}

function pause(isNowPaused) {
  isPaused = isNowPaused;
  mark(page.pause, "aria-pressed", String(isPaused));
  announcer.say(isPaused ? "Paused." : "Live again.");
  if (!isPaused) show();
  showBanner();
}

page.pause.addEventListener("click", () => pause(!isPaused));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !isPaused) show();
});
setInterval(showAge, AGE_MS);

new Stream(new URL("events", import.meta.url), {
  snapshot: take,
  lost: () => {
    if (isLost) return;
    isLost = true;
    lostAtMs = performance.now();
    announcer.say("Connection lost, reconnecting.");
    showBanner();
  },
  regained: () => {
    if (!isLost) return;
    isLost = false;
    announcer.say("Connected again.");
    showBanner();
  },
});
