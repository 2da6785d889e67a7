// @ts-check
// Numbers as people read them. What is not there, such as a quantile of nothing, is a dash.

const NOTHING = "–";
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const TENTH = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
const THREE = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, useGrouping: false });
/** Above this the digits matter less than the room they take. */
const WRITTEN_OUT_MAX = 9_999_999;

/** @param {unknown} value @returns {value is number} */
function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/** A number of things. @param {number | null | undefined} value @returns {string} */
export function count(value) {
  if (!isNumber(value)) return NOTHING;
  return value > WRITTEN_OUT_MAX ? COMPACT.format(value) : WHOLE.format(value);
}

/** Things a second, or a mean. @param {number | null | undefined} value @returns {string} */
export function rate(value) {
  if (!isNumber(value)) return NOTHING;
  if (value > 0 && value < 0.05) return "< 0.1";
  return Number.isInteger(value) || value >= 100 ? count(value) : TENTH.format(value);
}

/** Bytes, by 1024. @param {number | null | undefined} value @returns {string} */
export function bytes(value) {
  if (!isNumber(value)) return NOTHING;
  let rest = value;
  for (const unit of ["B", "KB", "MB", "GB", "TB"]) {
    // Not 1024: three digits and a unit are enough, and 1023 would become "1020".
    if (rest < 1000 || unit === "TB") return `${THREE.format(rest)} ${unit}`;
    rest /= 1024;
  }
  return NOTHING;
}

/** A short time in seconds, with the unit that fits. @param {number | null | undefined} value @returns {string} */
export function duration(value) {
  if (!isNumber(value)) return NOTHING;
  if (value === 0) return "0 ms";
  if (value < 0.000_999_5) return `${THREE.format(value * 1e6)} µs`;
  if (value < 0.999_5) return `${THREE.format(value * 1e3)} ms`;
  return value < 120 ? `${THREE.format(value)} s` : span(value);
}

/** A long time in seconds, in its two largest units. @param {number | null | undefined} value @returns {string} */
export function span(value) {
  if (!isNumber(value)) return NOTHING;
  const seconds = Math.max(0, Math.floor(value));
  const parts = /** @type {const} */ ([
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ]);
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return "0 s";
  return parts.slice(first, first + 2).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** A share of a whole. @param {number} part @param {number} whole @returns {string} */
export function percent(part, whole) {
  if (!isNumber(part) || !isNumber(whole) || whole <= 0) return NOTHING;
  const value = 100 * part / whole;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value === 0 || value >= 10 ? WHOLE.format(value) : TENTH.format(value)} %`;
}

/** `1 event`, `2 events`. @param {number} value @param {string} one @param {string} [many] @returns {string} */
export function counted(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** How many seconds ago. @param {number} seconds @returns {string} */
export function ago(seconds) {
  return seconds < 2 ? "now" : `${span(seconds)} ago`;
}
