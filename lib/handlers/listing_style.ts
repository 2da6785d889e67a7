/**
 * The style of listings. It stands in the page itself, as a served folder need not hold the site's
 * sheet and no path of it shall be taken away; the page's policy allows this one text by its hash.
 * Colours and fonts are those of `resources/style.css`.
 *
 * @module
 */

/** Content of the page's one `style` element. */
export const LISTING_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #faf9f5;
  --panel: #ffffff;
  --sunken: #eef1ee;
  --line: #d6d9d2;
  --ink: #13252c;
  --soft: #4b5d64;
  --link: #0a6477;
  --warm: #9a4a0c;
  --warm-ground: #fdf1e2;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d171b;
    --panel: #142228;
    --sunken: #0a1215;
    --line: #2a3b42;
    --ink: #e7eeec;
    --soft: #a8b9bd;
    --link: #7dd1df;
    --warm: #f4ae5f;
    --warm-ground: #2b2114;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%/1.6 var(--sans); color: var(--ink); background: var(--ground); }
body { margin: 0 auto; max-width: 72rem; padding: 0 clamp(1rem, 4vw, 2.5rem); }
h1 {
  font-size: clamp(1.35rem, 1.1rem + 1vw, 1.75rem);
  letter-spacing: -0.015em;
  line-height: 1.4;
  margin: 1.5rem 0 1rem;
  overflow-wrap: anywhere;
}
h1 a { display: inline-block; min-width: 1.5rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--warm); outline-offset: 2px; border-radius: 4px; }
.notice {
  padding: 0.7rem 1rem;
  border-left: 4px solid var(--warm);
  background: var(--warm-ground);
}
.list {
  padding: 0.25rem clamp(0.75rem, 3vw, 1.5rem);
  background: var(--panel);
  border: 1px solid var(--line);
  border-radius: 12px;
}
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0 0 0 1rem; border-bottom: 1px solid var(--line); text-align: left; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--sunken); }
thead a { color: var(--soft); font-size: 0.9rem; font-weight: 600; }
th:first-child { padding-left: 0; width: 100%; font-weight: 400; }
th a { display: block; padding: 0.5rem 0; }
tbody th a { overflow-wrap: anywhere; }
tbody .folder { font-weight: 600; }
.size, .time { white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; }
.size { text-align: right; }
footer { padding: 1rem 0 2rem; color: var(--soft); font-size: 0.9rem; }
@media (max-width: 34rem) { .clock { display: none; } }
`;

/** Its hash, as a `Content-Security-Policy` names it. */
export const LISTING_STYLE_HASH = "sha256-FNFRESwzh1waq/Jz3VaDY1Wu87N+mRL+T4qny0CqRr8=";
