// A real browser: it pipelines nothing, reuses connections, asks for codings, and runs the site.

import { assertStringIncludes } from "@std/assert";
import { type Ground, serverTest } from "./harness.ts";
import { isInstalled, run } from "./tool.ts";

const hasChromium = await isInstalled("chromium");

const GROUND: Ground = {
  files: {
    "root/index.html":
      '<!doctype html><title>t</title><link rel="icon" href="data:,"><p id="p">before</p>' +
      '<script type="module" src="/page.js"></script>',
    "root/page.js":
      "const answers = await Promise.all([1, 2, 3].map((n) => fetch(`/data.json?${n}`)));" +
      'document.querySelector("#p").textContent = answers.map((a) => a.status).join() + ' +
      '(await answers[2].json()).word + (await fetch("/missing")).status;',
    "root/data.json": '{"word":" after "}',
  },
};

if (hasChromium) {
  serverTest("chromium runs a page that asks for more", GROUND, async (server) => {
    const profile = await Deno.makeTempDir({ prefix: "sluice_" });
    try {
      const dom = await run(
        "chromium",
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        ...[`--user-data-dir=${profile}`, "--virtual-time-budget=5000", "--dump-dom"],
        `http://127.0.0.1:${server.port}/`,
      );
      assertStringIncludes(dom, "200,200,200 after 404");
    } finally {
      await Deno.remove(profile, { recursive: true });
    }
  });
} else {
  Deno.test({ name: "chromium (ignored: not installed)", ignore: true, fn: () => {} });
}
