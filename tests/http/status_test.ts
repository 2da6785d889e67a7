import { assertEquals, assertMatch } from "@std/assert";
import { reasonPhrase } from "../../lib/http/status.ts";

const LIB = new URL("../../lib/", import.meta.url);

/** Every status that stands in the sources below `folder`. */
function statusesIn(folder: URL): number[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return statusesIn(new URL(`${name}/`, folder));
    const source = Deno.readTextFileSync(new URL(name, folder));
    const found = source.matchAll(
      /(?:HttpError\(|Refusal\(|textAnswer\(|status: |refuse\()\s*([1-5]\d\d)\b/g,
    );
    return [...found].map(([, digits]) => Number(digits));
  });
}

const STATUSES = [...new Set(statusesIn(LIB))].toSorted();

Deno.test("the sources name statuses where this test looks for them", () => {
  const known = [200, 206, 304, 400, 403, 404, 405, 413, 414, 417, 431, 501, 505];
  assertEquals(known.filter((status) => !STATUSES.includes(status)), []);
});

for (const status of STATUSES) {
  Deno.test(`reasonPhrase has words for ${status}, which is sent`, () => {
    assertMatch(reasonPhrase(status), /^[A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*$/);
  });
}

Deno.test("reasonPhrase is empty for what is never sent, which the grammar allows", () => {
  assertEquals(reasonPhrase(299), "");
});
