// A gauge: how much of a bounded thing is in use, as a bar and in words.

import { make, mark, write } from "./elements.js";

/** From here on a bound is near. */
const WARN_SHARE = 0.7;
const BAD_SHARE = 0.9;

/** How worrying a share is. */
export function toneOfShare(share) {
  return share >= BAD_SHARE ? "bad" : share >= WARN_SHARE ? "warn" : "good";
}

/** One gauge with its name and figure. */
export class Meter {
  /** To be put into the page. */
  element;
  #bar;
  #fill;
  #peak;
  #figure;

  /** `context` tells screen readers whose gauge it is, where several have the same name. */
  constructor(name, context = "") {
    this.#fill = make("span", { class: "fill" });
    this.#peak = make("span", { class: "peak" });
    this.#bar = make(
      "div",
      {
        "class": "bar-track",
        "role": "meter",
        "aria-label": context === "" ? name : `${context}: ${name}`,
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-valuenow": "0",
      },
      this.#fill,
      this.#peak,
    );
    this.#figure = make("span", { class: "meter-figure" });
    this.element = make(
      "div",
      { class: "meter" },
      make("span", { class: "meter-name" }, name),
      this.#figure,
      this.#bar,
    );
  }

  /** Shows `used` of `capacity`; `text` says it in words, `peak` is the most so far. */
  show(used, capacity, text, peak = 0) {
    const share = shareOf(used, capacity);
    // Set on the element, which the policy allows, unlike a style attribute in the page.
    this.#fill.style.inlineSize = `${(100 * share).toFixed(1)}%`;
    this.#peak.style.insetInlineStart = `${(100 * shareOf(peak, capacity)).toFixed(1)}%`;
    this.#peak.hidden = peak <= 0;
    mark(this.#bar, "data-tone", toneOfShare(share));
    mark(this.#bar, "aria-valuenow", String(Math.round(100 * share)));
    mark(this.#bar, "aria-valuetext", text);
    write(this.#figure, text);
  }
}

function shareOf(part, whole) {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}
