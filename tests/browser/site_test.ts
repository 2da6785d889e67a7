// The site that is served by default, by a real server, in a real browser.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { siteFolder } from "../../lib/server.ts";
import { type TestServer, withServer } from "../integration/harness.ts";
import { browserTest, inEveryLook, type Sight, type Viewer } from "./browser.ts";

const PAGES = ["index.html", "about.html", "contact.html", "404.html", "50x.html"];
const FLAGS = ["--root", siteFolder(), "--workers", "1"];

function withSite(
  view: Viewer,
  options: Parameters<Viewer>[1],
  look: (sight: Sight, server: TestServer) => Promise<void>,
): Promise<void> {
  return withServer(
    { flags: FLAGS },
    (server) => view(`http://127.0.0.1:${server.port}`, options, (sight) => look(sight, server)),
  );
}

/** Presses a prepared request and waits for what came back. */
async function press({ page }: Sight, name: string): Promise<string> {
  await page.getByRole("button", { name, exact: false }).first().click();
  await page.waitForSelector("#send:not([disabled])");
  await page.waitForSelector("#answer:not([hidden])");
  return await page.textContent("#outcome") ?? "";
}

browserTest("site", {
  ...inEveryLook(
    "every page is sound",
    (view, look) =>
      withSite(view, look.options, async (sight) => {
        for (const name of PAGES) {
          await sight.open(`/${name}`);
          if (name === "index.html") await sight.page.waitForSelector("#live:not([hidden])");
          await sight.assertFits();
          await sight.picture(`${name.replace(".html", "")}-${look.name}`);
          await sight.assertAccessible();
        }
        sight.assertCalm();
      }),
  ),

  "home shows live figures of the server": (view) =>
    withSite(view, {}, async (sight) => {
      await sight.open("/");
      await sight.page.waitForSelector("#live:not([hidden])");
      assertEquals(await sight.page.textContent("#live-status"), "ok");
      assertEquals(await sight.page.textContent("#live-workers"), "1 of 1");
      assertEquals(await sight.page.textContent("#live-version"), "0.1.0");
      assert(/^\d+\.\d ms$/.test(await sight.page.textContent("#live-time") ?? ""));
      sight.assertCalm();
    }),

  "home is whole without an answer from /health": (view) =>
    withSite(view, {}, async (sight) => {
      await sight.page.route("**/health", (route) => route.abort());
      const failed = sight.page.waitForEvent("requestfailed");
      await sight.open("/");
      await failed;
      assertEquals(await sight.page.isVisible("#live"), false);
      sight.assertCalm((complaint) => complaint.includes("ERR_FAILED"));
    }),

  "tester shows status, fields, body and time": (view) =>
    withSite(view, {}, async (sight) => {
      await sight.open("/contact.html");
      assertStringIncludes(await press(sight, "GET /sample.json"), "200 OK ✓ as it should be");
      const { page } = sight;
      assertStringIncludes(await page.textContent("#response-fields") ?? "", "application/json");
      assertStringIncludes(await page.textContent("#response-body") ?? "", "{");
      assert(/answered in \d+\.\d ms/.test(await page.textContent("#timing") ?? ""));
      await sight.picture("contact-answered");
      await sight.assertAccessible();
      sight.assertCalm();
    }),

  "tester's attacks meet the status that their buttons announce": (view) =>
    withSite(view, {}, async (sight) => {
      const { page } = sight;
      await sight.open("/contact.html");
      const attacks = page.locator(".group", { hasText: "Attacks" }).locator(".pick");
      const names = await attacks.allTextContents();
      assert(names.length >= 12 && names.filter((name) => name.endsWith(" 403")).length >= 9);
      for (const [at, name] of names.entries()) {
        const answered = page.waitForResponse((response) => response.status() >= 400);
        await attacks.nth(at).click();
        assertEquals(String((await answered).status()), name.slice(-3), name);
        await page.waitForSelector("#send:not([disabled])");
        assertStringIncludes(await page.textContent("#outcome") ?? "", "✓ as it should be", name);
      }
      await sight.picture("contact-refused");
      sight.assertCalm((complaint) =>
        complaint.includes("the server responded with a status of 4")
      );
    }),

  "tester uploads, and fetches what it has uploaded": (view) =>
    withSite(view, {}, async (sight) => {
      await sight.open("/contact.html");
      assertStringIncludes(await press(sight, "JSON 201"), "201 Created ✓ as it should be");
      await sight.page.click("#follow-button");
      await sight.page.waitForSelector("#status:has-text('200 OK')");
      assertStringIncludes(await sight.page.textContent("#response-body") ?? "", "north");
      sight.assertCalm();
    }),

  "tester sends what is typed, by keyboard": (view) =>
    withSite(view, {}, async (sight) => {
      const { page } = sight;
      await sight.open("/contact.html");
      await page.fill("#target", "/sample.txt");
      await page.fill("#fields", "Range: bytes=0-9");
      await page.press("#target", "Enter");
      await page.waitForSelector("#status:has-text('206 Partial Content')");
      assertStringIncludes(await page.textContent("#body-note") ?? "", "10 bytes");
      sight.assertCalm();
    }),
});
