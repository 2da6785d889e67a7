import { assertEquals } from "@std/assert";
import { isFingerprinted } from "../../lib/handlers/fingerprint.ts";

/** Names, and whether a build tool made them. */
const NAMES: readonly (readonly [name: string, want: boolean])[] = [
  ["app.3f2a1b9c.js", true],
  ["vendor-app-3f2a1b9c.js", true],
  ["app.3f2a1b9c.js.map", true],
  ["app.3f2a1b9c.min.css", true],
  ["application-908e25f4bf641868d8683022a5b62f54.css", true],
  ["main_0a1b2c3d4e5f.woff2", true],
  ["index-B7xyZ12a.css", true],
  ["my-cool-app-B7xyZ12a.js", true],
  ["chunk-4F7QK2XA.js", true],
  ["index-_7xyZ1-A.js", true],
  ["app.js", false],
  ["3f2a1b9c.js", false],
  ["app.3f2a1b9c", false],
  ["report-20240101.js", false],
  ["invoice.12345678.pdf", false],
  ["photo-Summer24.jpg", false],
  ["release-Version2.zip", false],
  ["mod-defaced.js", false],
  ["app-deadbeef.js", false],
  ["jquery-3.7.1.min.js", false],
  ["bootstrap.bundle.min.js", false],
  ["app.3f2a1b9.js", false],
  [`app.${"0a".repeat(33)}.js`, false],
  ["", false],
];

for (const [name, want] of NAMES) {
  Deno.test(`isFingerprinted says ${want} of ${name}`, () => {
    assertEquals(isFingerprinted(name), want);
  });
}
