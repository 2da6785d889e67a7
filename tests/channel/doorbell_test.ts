// One thread's view; ring_threads_test.ts and channel_test.ts prove the wake-ups between two.

import { assert, assertEquals } from "@std/assert";
import { Doorbell, DOORBELL_BYTES } from "../../lib/channel/doorbell.ts";
import { withDeadline } from "./deadline.ts";

/** A bell in memory that nothing rings, and a wait on it that must be rung. */
function bell(): Doorbell {
  return new Doorbell(new SharedArrayBuffer(2 * DOORBELL_BYTES), DOORBELL_BYTES);
}

/** Longer than any test runs: a wait that is not rung hangs, and is seen. */
const NEVER_MS = 60_000;

/** A test that waits on the event loop, and fails when the wait never ends. */
function waitTest(name: string, act: () => Promise<void>) {
  Deno.test(name, () => withDeadline(act, "Lost wake-up: the wait never ended"));
}

Deno.test("Doorbell rung before the wait ends it at once", () => {
  const doorbell = bell();
  doorbell.lieDown();
  doorbell.ring();
  doorbell.waitBlocking(NEVER_MS);
  assertEquals(doorbell.waitAsync(NEVER_MS), undefined);
});

Deno.test("Doorbell lets nobody sleep who is up", () => {
  const doorbell = bell();
  doorbell.waitBlocking(NEVER_MS);
  doorbell.lieDown();
  doorbell.getUp();
  doorbell.waitBlocking(NEVER_MS);
  assertEquals(doorbell.waitAsync(NEVER_MS), undefined);
});

waitTest("Doorbell rung in vain is not rung for the next sleep", async () => {
  const doorbell = bell();
  doorbell.ring();
  doorbell.lieDown();
  const rung = doorbell.waitAsync(NEVER_MS);
  assert(rung !== undefined, "the consumer sleeps");
  doorbell.ring();
  await rung;
});

waitTest("Doorbell resolves an armed wait when rung through another half", async () => {
  const memory = new SharedArrayBuffer(DOORBELL_BYTES);
  const [consumer, producer] = [new Doorbell(memory, 0), new Doorbell(memory, 0)];
  for (let count = 0; count < 100; count++) {
    consumer.lieDown();
    const rung = consumer.waitAsync(NEVER_MS);
    assert(rung !== undefined);
    producer.ring();
    await rung;
    consumer.getUp();
  }
});

waitTest("Doorbell arms one wait at a time", async () => {
  const doorbell = bell();
  doorbell.lieDown();
  const rung = doorbell.waitAsync(NEVER_MS);
  assert(rung !== undefined);
  assert(doorbell.waitAsync(NEVER_MS) === rung, "an armed wait is given again");
  doorbell.getUp(); // something else woke the consumer
  doorbell.lieDown();
  assert(doorbell.waitAsync(NEVER_MS) === rung, "the same wait serves the next sleep");
  doorbell.ring();
  await rung;
  doorbell.lieDown();
  const again = doorbell.waitAsync(NEVER_MS);
  assert(again !== undefined && again !== rung, "a wait that is over is armed anew");
  doorbell.ring();
  await again;
});

waitTest("Doorbell gives up a wait whose time is over", async () => {
  const doorbell = bell();
  doorbell.lieDown();
  doorbell.waitBlocking(1);
  await doorbell.waitAsync(1);
});

Deno.test("Doorbell leaves its neighbours' memory alone", () => {
  const memory = new SharedArrayBuffer(3 * DOORBELL_BYTES);
  const doorbell = new Doorbell(memory, DOORBELL_BYTES);
  doorbell.lieDown();
  const bytes = [...new Uint8Array(memory)];
  const changed = bytes.flatMap((byte, index) => byte === 0 ? [] : [index]);
  assert(changed.every((index) => index >= DOORBELL_BYTES && index < DOORBELL_BYTES + 4));
});
