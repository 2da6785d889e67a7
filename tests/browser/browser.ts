// Chromium, driven by playwright-core: a page that has to come through without a complaint. What a
// test looks at is left as a picture in dist/screenshots/.
//
// Playwright asks for more of the system than a permission set with bounds can grant, so that these
// tests have a set, a configuration and a lock of their own, and the program's stay small.

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { withDeadline } from "../integration/deadline.ts";
import { axe, type BrowserContextOptions, chromium, type Page } from "./packages.ts";

const SCREENSHOTS = fromFileUrl(import.meta.resolve("../../dist/screenshots/"));
const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGUMENTS = [
  "--no-sandbox", // as root it starts no other way
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

const executable = EXECUTABLES.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** How a page is looked at. */
export interface Look {
  /** In a picture's name. */
  readonly name: string;
  readonly options: BrowserContextOptions;
}

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Both themes, on a desk and on a phone. */
export const LOOKS: readonly Look[] = (["light", "dark"] as const).flatMap((colorScheme) => [
  { name: `${colorScheme}-desktop`, options: { colorScheme, viewport: DESKTOP } },
  { name: `${colorScheme}-phone`, options: { colorScheme, viewport: PHONE } },
]);

/** One page, and what it complained of. */
export class Sight {
  readonly page: Page;
  readonly #origin: string;
  readonly #complaints: string[] = [];

  constructor(page: Page, origin: string) {
    this.page = page;
    this.#origin = origin;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.#complaints.push(`${message.type()}: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.#complaints.push(`uncaught: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.#complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin) this.#complaints.push(`request elsewhere: ${url}`);
    });
  }

  /** Goes to a path of the server. */
  async open(path: string): Promise<void> {
    await this.page.goto(this.#origin + path);
  }

  /**
   * Nothing in the console, no policy broken, nobody else asked, no dialog.
   *
   * @param isExpected Complaints that the test provoked.
   */
  assertCalm(isExpected: (complaint: string) => boolean = () => false): void {
    assertEquals(this.#complaints.filter((complaint) => !isExpected(complaint)), []);
  }

  /** Nothing that axe-core finds against WCAG 2.2 AA and its own best practices. */
  async assertAccessible(): Promise<void> {
    // By way of the debugger, as the page's policy lets in no script from outside.
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`),
      }));
    });
    assertEquals(found, []);
  }

  /** Nothing is wider than the window. */
  async assertFits(): Promise<void> {
    const beyond = await this.page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assertEquals(beyond, 0, "the page scrolls sideways");
  }

  /** Leaves a picture of the whole page. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }
}

/** Opens a window on the server at `origin`, for as long as `look` lasts. */
export type Viewer = (
  origin: string,
  options: BrowserContextOptions,
  look: (sight: Sight) => Promise<void>,
) => Promise<void>;

/** What is looked at through one browser. */
export type Scenes = Readonly<Record<string, (view: Viewer) => Promise<void>>>;

/** Declares a test with a step for each scene; without Chromium it is ignored by its name. */
export function browserTest(name: string, scenes: Scenes): void {
  Deno.test({
    name: `${name} in Chromium`,
    ignore: executable === undefined,
    fn: ({ step }) =>
      withBrowser(async (view) => {
        for (const [scene, look] of Object.entries(scenes)) {
          await step(scene, () => withDeadline(() => look(view)));
        }
      }),
  });
}

/** The same scene in every look. */
export function inEveryLook(
  scene: string,
  look: (view: Viewer, look: Look) => Promise<void>,
): Scenes {
  return Object.fromEntries(
    LOOKS.map((one) => [`${scene}, ${one.name}`, (view: Viewer) => look(view, one)]),
  );
}

async function withBrowser(test: (view: Viewer) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: executable ?? "", args: ARGUMENTS });
  try {
    await test(async (origin, options, look) => {
      const context = await browser.newContext({ timezoneId: "UTC", ...options });
      try {
        await look(new Sight(await context.newPage(), origin));
      } finally {
        await context.close();
      }
    });
  } finally {
    await browser.close();
  }
}
