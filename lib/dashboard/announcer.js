// What screen readers are told unasked: little, and never twice in a short time. Figures that change
// every second are there to be read, not to be read out.

import { counted } from "./figures.js";
import { sum } from "./history.js";
import { page, write } from "./elements.js";

/** Attacks are summed up this often at most. */
const ATTACKS_MS = 30_000;

/** Speaks through the page's live region. */
export class Announcer {
  #status;
  #events;
  #startedMs;
  #spokenMs = -Infinity;

  /** Says something now: a change of state that the user should know. */
  say(text) {
    write(page.announcer, text);
  }

  /** Looks for news in a snapshot. */
  notice({ status, security, startedMs }) {
    if (this.#status !== undefined && this.#status !== status) this.say(`The server is ${status}.`);
    this.#status = status;
    const events = sum(security.byKind);
    if (this.#startedMs !== startedMs) this.#events = events; // another server counts from zero
    this.#startedMs = startedMs;
    const nowMs = performance.now();
    if (events <= this.#events || nowMs - this.#spokenMs < ATTACKS_MS) return;
    const gained = counted(events - this.#events, "new security event");
    const last = security.events.at(0);
    this.say(last === undefined ? `${gained}.` : `${gained}, the latest ${last.kind}.`);
    this.#events = events;
    this.#spokenMs = nowMs;
  }
}
