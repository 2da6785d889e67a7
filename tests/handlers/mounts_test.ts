import { assertEquals } from "@std/assert";
import { below, Mounts, segmentsOf } from "../../lib/handlers/mounts.ts";
import { named } from "./ground.ts";

const MOUNTS = new Mounts(
  ["/uploads", "/a", "/a/b/c", "/www"].map((urlPath) => ({ urlPath, handler: urlPath })),
);

/** A path, who answers for it, and what is left of it. */
const ROWS: readonly (readonly [path: string, handler: string | undefined, rest?: string])[] = [
  ["/", undefined],
  ["/x", undefined],
  ["/x/a", undefined],
  ["/uploads", "/uploads", "/"],
  ["/uploads/", "/uploads", "/"],
  ["/uploads/x.json", "/uploads", "/x.json"],
  ["/a", "/a", "/"],
  ["/a/b", "/a", "/b"],
  ["/a/b/cd", "/a", "/b/cd"],
  ["/a/b/c", "/a/b/c", "/"],
  ["/a/b/c/d/e", "/a/b/c", "/d/e"],
  ["/www-secret/x", undefined],
  ["/wwwx", undefined],
  ["/WWW/x", undefined],
  ["/www/x", "/www", "/x"],
];

for (const [path, handler, rest] of ROWS) {
  Deno.test(`Mounts gives ${path} to ${handler ?? "the root"}`, () => {
    const placed = MOUNTS.find(named(path));
    assertEquals([placed?.handler, placed?.name.path], [handler, rest]);
    assertEquals(placed?.name.trailingSlash, placed && path.endsWith("/"));
  });
}

Deno.test("below takes names apart one by one", () => {
  assertEquals(below(named("/app/x/"), segmentsOf("/app"))?.segments, ["x"]);
  assertEquals(below(named("/application/x"), segmentsOf("/app")), undefined);
  assertEquals(below(named("/"), segmentsOf("/app")), undefined);
  assertEquals(below(named("/x"), segmentsOf(""))?.path, "/x");
});
