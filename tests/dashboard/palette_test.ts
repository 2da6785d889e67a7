// The colours of the dashboard, and that it has the colours of the site.

import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { contrast, themesOf } from "../contrast.ts";

const CSS = read("../../lib/dashboard/page.css");
const SITE_CSS = read("../../resources/style.css");
const SHARED = ["panel", "ink", "soft", "link", "warm", "good"];

const TEXT_PAIRS = [
  ...["ground", "panel", "sunken"].flatMap((ground) =>
    ["ink", "soft", "link", "warm", "bad"].map((paint) => [paint, ground] as const)
  ),
  ["warm", "warm-ground"],
  ["bad", "bad-ground"],
  ["good", "good-ground"],
] as const;

/** What is no text but has to be seen: lines of charts, fills of gauges, edges of fields. */
const EDGE_PAIRS = [
  ["series-1", "panel"],
  ["series-2", "panel"],
  ["series-3", "panel"],
  ["link", "line"],
  ["warm", "line"],
  ["bad", "line"],
  ["edge", "panel"],
] as const;

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, import.meta.url));
}

function colour(block: string, name: string): string | undefined {
  return new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(block)?.[1];
}

for (const [at, [theme, block]] of themesOf(CSS).entries()) {
  Deno.test(`dashboard's ${theme} theme has the contrast of WCAG 2.2 AA`, () => {
    for (const [paint, ground] of TEXT_PAIRS) {
      assertGreaterOrEqual(contrast(block, paint, ground), 4.5, `${paint} on ${ground}`);
    }
    for (const [paint, ground] of EDGE_PAIRS) {
      assertGreaterOrEqual(contrast(block, paint, ground), 3, `${paint} on ${ground}`);
    }
  });

  Deno.test(`dashboard's ${theme} theme is that of the site`, () => {
    const [, site = ""] = themesOf(SITE_CSS)[at] ?? [];
    for (const name of SHARED) {
      assertEquals(colour(block, name), colour(site, name), name);
    }
  });
}
