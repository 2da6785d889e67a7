import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { socketsWithin, spareDescriptors } from "../../lib/server/descriptors.ts";

const FOLDER = fromFileUrl(import.meta.resolve("./"));

Deno.test({
  name: "spareDescriptors looks for no more than are wanted, and gives them back",
  sanitizeResources: true,
  fn: () => assertEquals([0, 1, 20].map((wanted) => spareDescriptors(FOLDER, wanted)), [0, 1, 20]),
});

Deno.test("spareDescriptors takes a folder that cannot be opened for no verdict", () => {
  assertEquals(spareDescriptors(`${FOLDER}missing`, 5), 5);
});

Deno.test("socketsWithin sets no bound where there is enough", () => {
  assertEquals(socketsWithin(FOLDER, 1, 10), Infinity);
});
