// Contrast between the colours that a style sheet names once for each theme.

import { assert } from "@std/assert";

/** The custom properties of each theme: the first `:root` is light, the second dark. */
export function themesOf(css: string): [theme: "light" | "dark", block: string][] {
  const [light = "", dark = ""] = [...css.matchAll(/:root \{([^}]+)\}/g)].map(([, block]) => block);
  return [["light", light], ["dark", dark]];
}

/** WCAG 2.2, "contrast ratio": 1 to 21. */
export function contrast(block: string, paint: string, ground: string): number {
  const [darker = 0, lighter = 0] = [luminance(block, paint), luminance(block, ground)].toSorted(
    (a, b) => a - b,
  );
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(block: string, name: string): number {
  const [, red = "", green = "", blue = ""] = new RegExp(`--${name}: #(..)(..)(..);`).exec(block) ??
    [];
  assert(blue !== "", `--${name} is no colour of six digits`);
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((digits) => {
    const value = Number.parseInt(digits, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
