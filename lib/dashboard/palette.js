// The colours of the style sheet, for charts: a canvas knows no custom properties.

const style = getComputedStyle(document.documentElement);
const names = ["ink", "soft", "line", "series-1", "series-2", "series-3"];
let colours = read();

function read() {
  return Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
}

/** A colour of the present theme, by the name of its custom property. */
export function colour(name) {
  return colours[name];
}

/** Calls back when the user changes the theme. */
export function onThemeChange(repaint) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    colours = read();
    repaint();
  });
}
