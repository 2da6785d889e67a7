// Packages that only the tests of the browser use. They stand here and not in deno.json, since
// everything in the program's import map ends up in its lock, and with that in its binary.

export { default as axe } from "npm:axe-core@4.14.1";
export { chromium } from "npm:playwright-core@1.65.1";
export type { BrowserContextOptions, Page } from "npm:playwright-core@1.65.1";
