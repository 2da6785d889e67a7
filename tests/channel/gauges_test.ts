import { assertEquals, assertNotEquals } from "@std/assert";
import { allocateChannel, MainEnd, WorkerEnd } from "../../lib/channel/channel.ts";
import { Gauges } from "../../lib/channel/gauges.ts";

/** Both threads' gauges over one memory, with a line of memory before and behind. */
function gauges(slots: number) {
  const offset = 64;
  const memory = new SharedArrayBuffer(offset + Gauges.memoryBytes(slots) + 64);
  return {
    worker: new Gauges(memory, offset, slots),
    main: new Gauges(memory, offset, slots),
    around: () => [
      ...new Uint8Array(memory, 0, offset),
      ...new Uint8Array(memory, offset + Gauges.memoryBytes(slots)),
    ],
  };
}

Deno.test("Gauges show a worker's life from its first beat on, across every wrap", () => {
  const { worker, main } = gauges(1);
  assertEquals(main.pulse, 0);
  let before = main.pulse;
  for (let beat = 0; beat < 100; beat++) {
    worker.beat();
    assertNotEquals(main.pulse, before);
    before = main.pulse;
  }
});

Deno.test("Gauges are words of their own, each slot's progress among them", () => {
  const { worker, main, around } = gauges(3);
  main.waiting = 7;
  worker.beat();
  main.noteProgress(0);
  main.noteProgress(2);
  main.noteProgress(2);
  assertEquals([0, 1, 2].map((slot) => worker.progress(slot)), [1, 0, 2]);
  assertEquals([worker.waiting, main.pulse], [7, 1]);
  assertEquals(around().every((octet) => octet === 0), true);
});

Deno.test("MainEnd and WorkerEnd hold the same gauges", () => {
  const memory = allocateChannel(2);
  const main = new MainEnd(memory);
  const worker = new WorkerEnd(memory);
  worker.receive({
    opened() {},
    received() {},
    written() {},
    repeated() {},
    failed() {},
    closed() {},
    drain() {},
    renew() {},
    stop() {},
  });
  assertNotEquals(main.gauges.pulse, 0);
  main.showWaiting(3);
  assertEquals(worker.gauges.waiting, 3);
});
