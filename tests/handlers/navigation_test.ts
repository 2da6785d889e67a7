import { assertEquals } from "@std/assert";
import { isNavigation } from "../../lib/handlers/navigation.ts";
import { asked } from "./ground.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

/** A method, its Accept, and whether a person is behind it. */
const ROWS: readonly (readonly [method: string, accept: string | undefined, want: boolean])[] = [
  ["GET", BROWSER, true],
  ["HEAD", BROWSER, true],
  ["POST", BROWSER, false],
  ["OPTIONS", BROWSER, false],
  ["GET", "text/html", true],
  ["GET", "text/*, application/json;q=0.5", false],
  ["GET", undefined, false],
  ["GET", "*/*", false],
  ["GET", "application/json", false],
  ["GET", "application/json, text/html", false],
  ["GET", "text/html, application/json;q=0.9", true],
  ["GET", "text/html;q=0", false],
  ["GET", "image/avif,image/webp,*/*;q=0.8", false],
  ["GET", "nonsense", false],
];

for (const [method, accept, want] of ROWS) {
  Deno.test(`isNavigation says ${want} of ${method} with ${accept}`, () => {
    const fields = accept === undefined ? [] : [`Accept: ${accept}`];
    assertEquals(isNavigation(asked(`${method} /`, ...fields)), want);
  });
}
