import { assert, assertEquals } from "@std/assert";
import { allocateBulletin, Bulletin } from "../../lib/telemetry/bulletin.ts";

Deno.test("Bulletin has nothing before it was published", () => {
  assertEquals(new Bulletin(allocateBulletin(8)).read(), undefined);
});

Deno.test("Bulletin gives the last text through any view of it", () => {
  const memory = allocateBulletin(64);
  const writer = new Bulletin(memory);
  for (const text of ["first", "a longer second", "", "Grüße"]) {
    assert(writer.publish(text));
    assertEquals(new Bulletin(memory).read(), text);
  }
});

Deno.test("Bulletin counts octets, not characters", () => {
  const bulletin = new Bulletin(allocateBulletin(4));
  assertEquals([bulletin.publish("€€"), bulletin.publish("€x")], [false, true]);
  assertEquals(bulletin.read(), "€x");
});

Deno.test("Bulletin is read whole while another thread writes", async () => {
  const memory = allocateBulletin(64 * 1024);
  const url = new URL("./bulletin_writer.ts", import.meta.url);
  const writer = new Worker(url, { type: "module", deno: { permissions: "none" } });
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const ready = new Promise((resolve) =>
    writer.addEventListener("message", resolve, { once: true })
  );
  writer.postMessage({ memory, stop: stop.buffer });
  await ready;
  const bulletin = new Bulletin(memory);
  let texts = 0;
  for (let look = 0; look < 20_000; look++) {
    const text = bulletin.read();
    if (text === undefined) continue; // the writer came by at every look: it does nothing else
    texts++;
    assertEquals(text, (text[0] ?? "").repeat(text.length));
  }
  const left = new Promise((resolve) =>
    writer.addEventListener("message", resolve, { once: true })
  );
  Atomics.store(stop, 0, 1);
  await left;
  writer.terminate();
  assert(texts > 0, "some looks must have seen a text");
});
