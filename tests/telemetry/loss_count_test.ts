import { assertEquals } from "@std/assert";
import { decodeLoss, encodeLoss } from "../../lib/telemetry/loss_count.ts";

for (const lines of [0, 1, 255, 65_536, 2 ** 31, 2 ** 32 - 1]) {
  Deno.test(`a loss of ${lines} lines reads back`, () => {
    assertEquals(decodeLoss(encodeLoss(lines)), lines);
  });
}

Deno.test("a loss of more lines than fit is as many as fit", () => {
  assertEquals(decodeLoss(encodeLoss(2 ** 40)), 2 ** 32 - 1);
});

Deno.test("whatever is no count is none", () => {
  for (const byteLength of [0, 1, 3, 5, 4096]) {
    assertEquals(decodeLoss(new Uint8Array(byteLength).fill(0xff)), 0);
  }
});
