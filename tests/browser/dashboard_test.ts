// The dashboard's page in a real browser, over snapshots that the test plays.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { browserTest, inEveryLook, type Sight, type Viewer } from "./browser.ts";
import { eventOf, snapshotOf } from "../dashboard/snapshot.ts";
import { Stage } from "./dashboard_stage.ts";
import type { Snapshot } from "../../lib/dashboard/snapshot.d.ts";

const HOSTILE = "/<img src=x onerror=alert(1)>\u202egnp\x1b[31m\u200b</td>";
const LONG = `/${"a".repeat(500)}`;

const EVENTS = [
  eventOf(5, { target: HOSTILE, kind: "protocol", rule: "control", status: 400 }),
  eventOf(4, { target: LONG, client: "2001:db8:5:77:1:2:3:4", kind: "limit", rule: "path-length" }),
  eventOf(3, { count: 12, target: "", kind: "banned", rule: "banned", worker: undefined }),
  ...Array.from({ length: 40 }, (_, number) => eventOf(2 - number)),
];

/** A minute, with attacks at its end. */
function minute(change: Partial<Snapshot> = {}): Snapshot[] {
  return Array.from({ length: 60 }, (_, second) => snapshotOf(second + 1)).concat(busy(61, change));
}

function busy(second: number, change: Partial<Snapshot> = {}): Snapshot {
  const { security } = snapshotOf(second);
  const offenders = [
    { client: "192.0.2.17", count: 120, overcount: 0, lastMs: Date.UTC(2026, 0, 2, 3, 5, 0) },
    {
      client: "2001:db8:5:77:1:2:3:4",
      count: 31,
      overcount: 4,
      lastMs: Date.UTC(2026, 0, 2, 3, 4, 9),
    },
  ];
  return snapshotOf(second, { security: { ...security, events: EVENTS, offenders }, ...change });
}

/** Opens the page, plays a minute to it and waits until it shows it. */
async function withDashboard(
  view: Viewer,
  options: Parameters<Viewer>[1],
  look: (sight: Sight, stage: Stage) => Promise<void>,
): Promise<void> {
  await using stage = new Stage();
  await view(stage.origin, options, async (sight) => {
    await sight.open("/security-dashboard");
    await stage.listener();
    stage.play(...minute());
    await sight.page.waitForSelector("#feed tr");
    await look(sight, stage);
  });
}

browserTest("dashboard", {
  ...inEveryLook(
    "is sound",
    (view, { name, options }) =>
      withDashboard(view, { ...options, reducedMotion: "reduce" }, async (sight) => {
        await sight.page.waitForSelector("#version:has-text('1.2.3')");
        await sight.assertFits();
        await sight.picture(`dashboard-${name}`);
        await sight.assertAccessible();
        sight.assertCalm();
      }),
  ),

  "tells what the server does, who attacks and what it costs": (view) =>
    withDashboard(view, {}, async ({ page }) => {
      const headline = await page.textContent("#headline") ?? "";
      assertStringIncludes(headline, "1,000 requests a second on 2 workers, p99 6.5 ms");
      assertStringIncludes(headline, "60 security events in the last minute, mostly traversal");
      assertStringIncludes(headline, "187 MB of memory");
      assertEquals(await page.locator(".worker").count(), 2);
      assertStringIncludes(await page.textContent(".worker") ?? "", "20 of 1,024 slots");
      assertEquals(await page.locator("#offenders tr").count(), 2);
      assertStringIncludes(await page.textContent("#offenders") ?? "", "27 to 31");
      assertStringIncludes(await page.textContent("#kinds") ?? "", "traversal7160");
      assertStringIncludes(
        await page.getAttribute("#traffic .plot", "aria-label") ?? "",
        "answered: now 900, at most 900; refused 4xx: now 100",
      );
    }),

  "shows hostile targets as text, with what is unseen named": (view) =>
    withDashboard(view, {}, async (sight) => {
      const { page } = sight;
      const [first = "", second = ""] = await page.locator("#feed .target").allTextContents();
      assertEquals(first, "/<img src=x onerror=alert(1)>U+202Egnp\\x1B[31mU+200B</td>");
      assertEquals(await page.locator("#feed img").count(), 0);
      assertEquals(await page.locator("#feed .named").count(), 3);
      assertStringIncludes(second, "… 501 characters");
      const full = page.locator("#feed details > bdi");
      assertEquals(await full.isVisible(), false);
      await page.locator("#feed summary").focus();
      await page.keyboard.press("Enter");
      assertEquals(await full.isVisible(), true);
      assertEquals(await full.textContent(), LONG);
      sight.assertCalm();
    }),

  "keeps an opened row and the focus while events come": (view) =>
    withDashboard(view, {}, async ({ page }, stage) => {
      await page.locator("#feed summary").focus();
      await page.keyboard.press("Enter");
      const next = busy(62);
      const events = [eventOf(200, { target: "/newest" }), ...EVENTS];
      stage.play({ ...next, security: { ...next.security, events } });
      await page.waitForSelector("#feed tr:first-child:has-text('/newest')");
      assertEquals(await page.locator("#feed details").getAttribute("open"), "");
      assertEquals(await page.evaluate("document.activeElement.tagName"), "SUMMARY");
    }),

  "is worked by keyboard alone": (view) =>
    withDashboard(view, {}, async ({ page }) => {
      const reached: string[] = [];
      for (let press = 0; press < 14; press++) {
        await page.keyboard.press("Tab");
        reached.push(
          await page.evaluate(() => {
            const { activeElement: active } = document;
            const outline = active === null ? "" : getComputedStyle(active).outlineStyle;
            return `${active?.id || active?.className || active?.tagName} ${outline}`;
          }),
        );
      }
      assertEquals(reached.filter((stop) => !/ (solid|auto)$/.test(stop)), [], "focus is unseen");
      assertEquals(reached[0], "skip solid");
      for (const stop of ["pause", "filter-kind", "filter-client", "scroll", "client"]) {
        assert(reached.some((name) => name.startsWith(`${stop} `)), `${stop}: ${reached}`);
      }
      await page.locator("#offenders button").first().press("Enter");
      assertEquals(await page.inputValue("#filter-client"), "192.0.2.17");
      assertStringIncludes(await page.textContent("#feed-note") ?? "", "1 of 43 events");
      await page.locator("#offenders button").first().press("Enter");
      await page.selectOption("#filter-kind", "limit");
      assertEquals(await page.locator("#feed tr").count(), 1);
    }),

  "stands still while it is paused, and catches up": (view) =>
    withDashboard(view, {}, async ({ page }, stage) => {
      await page.press("#pause", "Space");
      assertEquals(await page.getAttribute("#pause", "aria-pressed"), "true");
      stage.play(snapshotOf(62, { status: "draining" }));
      await page.waitForSelector("#banner:has-text('Paused, 1 update behind')");
      assertEquals(await page.textContent("#status"), "ok");
      await page.press("#pause", "Space");
      await page.waitForSelector("#status:has-text('draining')");
      assertEquals(await page.isVisible("#banner"), false);
    }),

  "says that the stream is lost, and comes back by itself": (view) =>
    withDashboard(view, {}, async (sight, stage) => {
      const asked = sight.page.waitForResponse((response) => response.status() === 503);
      stage.fall();
      await sight.page.waitForSelector("#banner:has-text('Connection lost')");
      assertEquals(await sight.page.textContent("#announcer"), "Connection lost, reconnecting.");
      await asked; // a browser that is answered so gives up: the page itself has to ask again
      stage.rise();
      await stage.listener();
      stage.play(snapshotOf(70));
      await sight.page.waitForSelector("#banner", { state: "hidden" });
      assertEquals(await sight.page.textContent("#announcer"), "Connected again.");
      sight.assertCalm((complaint) => /status of 503|ERR_/.test(complaint));
    }),

  "notices another server and another version": (view) =>
    withDashboard(view, {}, async ({ page }, stage) => {
      const young = snapshotOf(62);
      stage.play({ ...young, startedMs: young.timeMs - 500, version: "1.3.0" });
      await page.waitForSelector("#banner:has-text('The server now is 1.3.0: reload this page')");
      assertEquals(await page.textContent("#announcer"), "The server was started anew.");
      assertStringIncludes(await page.textContent("#headline") ?? "", "No security events");
    }),

  "does not talk all the time": (view) =>
    withDashboard(view, {}, async ({ page }, stage) => {
      await page.evaluate(() => {
        const told: (string | null)[] = [];
        Object.assign(globalThis, { told });
        const region = document.querySelector("#announcer");
        if (region === null) throw new Error("Cannot find the live region");
        new MutationObserver(() => told.push(region.textContent))
          .observe(region, { childList: true, characterData: true, subtree: true });
      });
      for (let second = 62; second < 90; second++) stage.play(busy(second));
      stage.play(busy(90, { status: "degraded", uptimeSeconds: 777 }));
      await page.waitForSelector("#uptime:has-text('12 min 57 s')");
      // Attacks were told when the page began; since then only the state has changed.
      assertEquals(await page.evaluate("told"), ["The server is degraded."]);
      assertEquals(await page.locator("[aria-live], [role=status], [role=alert]").count(), 1);
    }),

  "moves nothing for those who asked for that": (view) =>
    withDashboard(view, { reducedMotion: "reduce" }, async ({ page }) => {
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll("*")].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return transitionDuration !== "0s" || animationName !== "none";
        }).length
      );
      assertEquals(moving, 0);
    }),

  "gives each chart's figures as a table": (view) =>
    withDashboard(view, {}, async ({ page }) => {
      await page.locator("#traffic summary").click();
      assertEquals(await page.locator("#traffic tbody tr").count(), 7);
      const [first = ""] = await page.locator("#traffic tbody tr").allTextContents();
      assertStringIncludes(first, "9001000");
    }),
});
