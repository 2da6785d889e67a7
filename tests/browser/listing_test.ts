// A listing in a real browser: sound in every look, without a script, and no matter what files are
// called.

import { assertEquals, assertMatch } from "@std/assert";
import { type TestServer, withServer } from "../integration/harness.ts";
import { browserTest, inEveryLook, type Sight, type Viewer } from "./browser.ts";

const HOSTILE = [
  "<img src=x onerror=alert(1)>.txt",
  '"><script>alert(1)</script>',
  "' onclick='alert(1)",
  "\u202egnp.exe",
  "a b&#60;?x=%41",
];

const FILES: Readonly<Record<string, string>> = {
  "root/list/large.bin": "x".repeat(3_000_000),
  "root/list/small.txt": "x",
  "root/list/middle.json": '"'.padEnd(2_000),
  [`root/list/${"long".repeat(60)}.txt`]: "long",
  "root/list/sub/deep/page.html": "<!doctype html><title>page</title>",
  ...Object.fromEntries(HOSTILE.map((name) => [`root/list/${name.replaceAll("/", "")}`, name])),
};

/** Opens a path of a server that lists. */
async function withListing(
  view: Viewer,
  path: string,
  options: Parameters<Viewer>[1],
  look: (sight: Sight, server: TestServer) => Promise<void>,
): Promise<void> {
  await withServer(
    { files: FILES, flags: ["--listing", "on", "--download", "none"] },
    (server) =>
      view(`http://127.0.0.1:${server.port}`, options, async (sight) => {
        await sight.open(path);
        await look(sight, server);
        sight.assertCalm();
      }),
  );
}

/** What the rows are called, from top to bottom, the parent left out. */
async function names({ page }: Sight): Promise<readonly string[]> {
  return (await page.locator("tbody th").allTextContents()).slice(1);
}

browserTest("listing", {
  ...inEveryLook(
    "is sound",
    (view, { name, options }) =>
      withListing(view, "/list/", options, async (sight) => {
        const font = await sight.page.evaluate("getComputedStyle(document.body).maxWidth");
        assertEquals(font, "1152px", "the policy must let the style in");
        await sight.assertFits();
        await sight.assertAccessible();
        await sight.picture(`listing-${name}`);
      }),
  ),

  "is sorted by its links, without a script": (view) =>
    withListing(view, "/list/", { javaScriptEnabled: false }, async (sight) => {
      const { page } = sight;
      assertEquals((await names(sight))[0], "sub/");
      await page.click("thead a:text('Size')");
      assertEquals((await names(sight)).slice(0, 3), ["sub/", "large.bin", "middle.json"]);
      assertEquals(await page.getAttribute("th.size", "aria-sort"), "descending");
      await page.click("thead a:text('Size')");
      assertEquals((await names(sight)).at(-1), "large.bin");
      assertEquals(await page.getAttribute("th.size", "aria-sort"), "ascending");
    }),

  "leads down, up and to files whatever they are called": (view) =>
    withListing(view, "/list/", {}, async (sight) => {
      const { page } = sight;
      for (const name of HOSTILE.map((text) => text.replaceAll("/", ""))) {
        const link = page.locator("tbody a", { hasText: name });
        assertEquals(await link.textContent(), name);
        const href = await link.evaluate((element) => element.getAttribute("href"));
        assertMatch(href ?? "", /^\.\/[!-~]+$/);
      }
      await page.click('a[href="./sub/"]');
      await page.click('a[href="./deep/"]');
      assertMatch(page.url(), /\/list\/sub\/deep\/$/);
      await page.click("h1 a >> text=list");
      assertMatch(page.url(), /\/list\/$/);
      await page.click("a >> text=Parent folder");
      assertEquals(await page.title(), "/");
    }),
});
