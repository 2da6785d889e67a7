// The dashboard of a real server: attacked, it says so within moments.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { withServer } from "../integration/harness.ts";
import { browserTest, LOOKS } from "./browser.ts";

const ATTACK = "GET /..%5c<b>secret</b> HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
/** Snapshots come once a second: an attack is in the next one, or in the one after it. */
const SOON = { timeout: 10_000 };

browserTest(
  "dashboard of a real server",
  Object.fromEntries(LOOKS.map(({ name, options }) => [
    `shows an attack as it happens, ${name}`,
    (view) =>
      withServer(
        { flags: ["--workers", "2"] },
        (server) =>
          view(`http://127.0.0.1:${server.port}`, options, async (sight) => {
            const { page } = sight;
            await sight.open("/security-dashboard");
            await page.waitForSelector("#status:has-text('ok')", SOON);
            assertEquals(await page.locator("#feed tr").count(), 0);
            assertEquals(await page.locator(".worker").count(), 2);
            const answer = await server.ask(ATTACK);
            assertEquals(answer.status, 403);
            const row = page.locator("#feed tr", { hasText: "/..%5c<b>secret</b>" });
            await row.waitFor(SOON);
            assertStringIncludes(await row.textContent() ?? "", "traversal 127.0.0.1");
            assertStringIncludes(await page.textContent("#kinds") ?? "", "traversal1");
            assertStringIncludes(await page.textContent("#offenders") ?? "", "127.0.0.1");
            await sight.assertFits();
            await sight.picture(`live-${name}`);
            sight.assertCalm();
          }),
      ),
  ])),
);
