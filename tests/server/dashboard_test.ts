// The files of the dashboard page: all there, of a known type, and the library in them unaltered.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { DASHBOARD_PAGE, loadDashboard } from "../../lib/server/dashboard.ts";

const FILES = loadDashboard();
const decoder = new TextDecoder();

function text(name: string): string {
  return decoder.decode(FILES.get(name)?.bytes);
}

Deno.test("loadDashboard finds the page and gives each file its type", () => {
  assertEquals(FILES.get(DASHBOARD_PAGE)?.mediaType, "text/html; charset=utf-8");
  assertEquals(FILES.get("page.css")?.mediaType, "text/css; charset=utf-8");
  assertEquals(FILES.get("icon.svg")?.mediaType, "image/svg+xml");
  assertEquals(FILES.get("dashboard.js")?.mediaType, "text/javascript; charset=utf-8");
});

Deno.test("loadDashboard leaves out what no browser asks for", () => {
  assertEquals([...FILES.keys()].filter((name) => !/\.(html|css|js|svg)$/.test(name)), []);
});

Deno.test("every file that the page loads is there, and every file is loaded", () => {
  const reached = new Set<string>([DASHBOARD_PAGE]);
  const visit = (name: string, links: Iterable<RegExpMatchArray>): void => {
    for (const [, link = ""] of links) {
      assert(FILES.has(link), `${name} loads ${link}, which is not there`);
      if (reached.has(link)) continue;
      reached.add(link);
      visit(link, text(link).matchAll(/^(?:import|\} from|import .*? from) "\.\/([^"]+)";/gm));
    }
  };
  const page = text(DASHBOARD_PAGE);
  visit(DASHBOARD_PAGE, page.matchAll(/(?:href|src)="security-dashboard\/([^"]+)"/g));
  assertEquals([...FILES.keys()].filter((name) => !reached.has(name)), []);
});

Deno.test("the page has nothing that its policy blocks", () => {
  const page = text(DASHBOARD_PAGE);
  assertEquals([...page.matchAll(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/g)], []);
  for (const [, link = ""] of page.matchAll(/(?:href|src)="([^"]+)"/g)) {
    assert(/^(#|security-dashboard\/)/.test(link), `${link} leads elsewhere`);
  }
  assertEquals(/@import|url\(/.exec(text("page.css")), null);
});

Deno.test("the page's modules write text, never markup", () => {
  const own = [...FILES.keys()].filter((name) => /^[^/]+\.js$/.test(name));
  const markup = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/;
  assertEquals(own.filter((name) => markup.test(text(name))), []);
});

for (const name of ["uPlot.iife.min.js", "uPlot.min.css"]) {
  Deno.test(`vendor/${name} is that of the pinned package`, () => {
    const original = fromFileUrl(import.meta.resolve(`uplot/dist/${name}`));
    assert(text(`vendor/${name}`) === Deno.readTextFileSync(original), `copy ${name} anew`);
  });
}
