import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { BytesContent } from "../../lib/http/content.ts";

Deno.test("BytesContent gives its octets in spans of any length, then none", () => {
  const spans = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), spans, (bytes, spans) => {
    const content = new BytesContent(bytes);
    assertEquals(content.byteLength, bytes.length);
    const given: number[] = [];
    for (let turn = 0;; turn++) {
      const into = new Uint8Array(spans[turn % spans.length] ?? 1);
      const byteLength = content.read(into);
      if (byteLength === 0) break;
      given.push(...into.subarray(0, byteLength));
    }
    assertEquals(new Uint8Array(given), bytes);
    assertEquals(content.read(new Uint8Array(9)), 0);
    content.close();
  }));
});
