import { assertEquals } from "@std/assert";
import { allocateChannel, MainEnd, WorkerEnd } from "../../lib/channel/channel.ts";
import { LogForm, Next } from "../../lib/channel/frames.ts";
import { MainCalls, WorkerCalls } from "./calls.ts";
import type { EchoOrder } from "./channel_echo.ts";
import { withDeadline } from "./deadline.ts";
import { type EchoPlan, EchoTraffic } from "./echo_traffic.ts";

/** Both ends of a fresh channel, in one thread. */
function bothEnds(slots: number): { main: MainEnd; worker: WorkerEnd } {
  const memory = allocateChannel(slots);
  return { main: new MainEnd(memory), worker: new WorkerEnd(memory) };
}

/** A worker that waits after `renew`. */
class WaitingCalls extends WorkerCalls {
  isWaiting = false;

  override renew() {
    super.renew();
    this.isWaiting = true;
  }
}

/** The frames that wait for the worker. */
function heardBy(worker: WorkerEnd): WorkerCalls["calls"] {
  const receiver = new WorkerCalls();
  worker.receive(receiver);
  return receiver.calls;
}

/** The frames that wait for the main thread. */
function heardByMain(main: MainEnd): MainCalls["calls"] {
  const receiver = new MainCalls();
  main.receive(receiver);
  return receiver.calls;
}

Deno.test("MainEnd and WorkerEnd share one memory of buffers", () => {
  const { main, worker } = bothEnds(3);
  main.buffers.bytes[main.buffers.receiveOffset(2)] = 42;
  assertEquals(worker.buffers.bytes[worker.buffers.receiveOffset(2)], 42);
  assertEquals(main.buffers.bytes.buffer, worker.buffers.bytes.buffer);
});

Deno.test("MainEnd's frames are seen after flush, in order and once", () => {
  const { main, worker } = bothEnds(2);
  main.send.opened(1, "127.0.0.1", "[::1]");
  main.send.received(1, 99);
  assertEquals(heardBy(worker), []);
  main.flush();
  main.send.written(1);
  assertEquals(heardBy(worker), [["opened", 1, "127.0.0.1", "[::1]"], ["received", 1, 99]]);
  main.flush();
  main.flush();
  assertEquals(heardBy(worker), [["written", 1]]);
  assertEquals(heardBy(worker), []);
});

Deno.test("WorkerEnd's frames are seen after flush, in order and once", () => {
  const { main, worker } = bothEnds(2);
  worker.send.turn(1, 2, 3, Next.Report, 4, 5);
  worker.send.log(LogForm.Text, Uint8Array.of(6));
  assertEquals(heardByMain(main), []);
  worker.flush();
  worker.send.drained();
  assertEquals(heardByMain(main), [["turn", 1, 2, 3, Next.Report, 4, 5], ["log", 0, [6]]]);
  worker.flush();
  assertEquals(heardByMain(main), [["drained"]]);
  assertEquals(heardByMain(main), []);
});

Deno.test("WorkerEnd publishes what a batch was answered with", () => {
  const { main, worker } = bothEnds(2);
  const receiver = new WorkerCalls();
  receiver.received = (slot) => worker.send.turn(slot, 0, 0, Next.Close, 0, 0);
  main.send.received(0, 1);
  main.send.received(1, 1);
  main.flush();
  worker.receive(receiver);
  assertEquals(heardByMain(main).map(([kind, slot]) => [kind, slot]), [["turn", 0], ["turn", 1]]);
});

Deno.test("MainEnd flushes soon, once for all that is ready", async () => {
  const { main, worker } = bothEnds(4);
  for (let round = 0; round < 2; round++) {
    for (let slot = 0; slot < 4; slot++) {
      main.send.written(slot);
      main.flushSoon();
    }
    assertEquals(heardBy(worker), []);
    await Promise.resolve();
    assertEquals(heardBy(worker).length, 4);
  }
});

Deno.test("WorkerEnd does not sleep while a frame waits", async () => {
  const { main, worker } = bothEnds(1);
  const never = () => worker.sleep(600_000, false);
  main.send.drain();
  main.flush();
  await withDeadline(never, "The worker sleeps although a frame waits");
  await worker.sleep(600_000, true); // would hang the thread
  assertEquals(heardBy(worker), [["drain"]]);
});

Deno.test("WorkerEnd keeps what lies behind a frame that its receiver waits after", async () => {
  const { main, worker } = bothEnds(1);
  const calls = new WaitingCalls();
  main.send.received(0, 1);
  main.send.renew();
  main.send.received(0, 2);
  main.flush();
  worker.receive(calls);
  assertEquals(calls.calls, [["received", 0, 1], ["renew"]]);
  worker.receive(calls);
  await worker.sleep(600_000, true); // would hang the thread
  calls.isWaiting = false;
  worker.receive(calls);
  assertEquals(calls.calls.slice(2), [["received", 0, 2]]);
});

Deno.test("WorkerEnd sleeps no longer than it is told", async () => {
  const { worker } = bothEnds(1);
  await worker.sleep(1, true);
  await withDeadline(() => worker.sleep(1, false), "The worker oversleeps");
});

for (const slots of [1, 2, 15, 16, 17, 112, 4000]) {
  Deno.test(`Channel of ${slots} slots holds all that its slots can ask of it at once`, () => {
    const { main, worker } = bothEnds(slots);
    const line = new Uint8Array(997);
    const [client, local] = ["c".repeat(64), "l".repeat(64)];
    for (let round = 0; round < 5; round++) {
      const logsMax = worker.send.logDropped;
      let logs = 0;
      while (worker.send.logDropped === logsMax) {
        worker.send.log(LogForm.Json, line.subarray(logs++ % 8));
      }
      for (let slot = 0; slot < slots; slot++) {
        main.send.opened(slot, client, local);
        main.send.received(slot, 4096);
        main.send.failed(slot);
        worker.send.turn(slot, 0, 4096, Next.Read, 4096, 4096);
        worker.send.turn(slot, 0, 0, Next.Abort, 0, 0);
      }
      main.send.drain();
      main.send.stop();
      worker.send.drained();
      worker.send.left();
      main.flush();
      worker.flush();
      assertEquals(heardBy(worker).length, slots * 3 + 2);
      assertEquals(heardByMain(main).length, logs - 1 + slots * 2 + 2);
    }
  });
}

for (const slots of [1, 16, 112, 240]) {
  // A worker publishes its answers in the middle of a round, so the main thread may give a slot to
  // the next connection while the frames of the last one still take up the ring.
  Deno.test(`Channel of ${slots} slots has room when each changes hands within a round`, () => {
    const { main, worker } = bothEnds(slots);
    const address = "2001:db8:85a3:8d3:1319:8a2e:370:7348"; // and some zones are longer
    const connect = (slot: number) => {
      main.send.opened(slot, address, address);
      main.send.received(slot, 1);
      main.send.failed(slot);
    };
    const mainReceiver = new MainCalls();
    mainReceiver.turn = connect;
    const workerReceiver = new WorkerCalls();
    workerReceiver.failed = (slot) => {
      worker.send.turn(slot, 0, 0, Next.Abort, 0, 0);
      worker.flush();
      main.receive(mainReceiver);
    };
    for (let slot = 0; slot < slots; slot++) connect(slot);
    main.flush();
    worker.receive(workerReceiver);
    main.flush();
    assertEquals(heardBy(worker).length, slots * 3);
  });
}

Deno.test("MainEnd runs until it is closed, asleep or not", async () => {
  const { main, worker } = bothEnds(1);
  const receiver = new MainCalls();
  receiver.drained = () => main.close();
  const failure = "The loop does not end when closed";
  const asleep = bothEnds(1).main;
  await withDeadline(async () => {
    const end = asleep.run(receiver);
    asleep.close();
    await end;
  }, failure);
  worker.send.drained();
  worker.flush();
  await withDeadline(() => main.run(receiver), failure);
  await withDeadline(() => main.run(receiver), failure);
});

/** Rejects when the worker's thread ends with an error. */
function failureOf(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
}

const PLANS: readonly (EchoPlan & { blocking: boolean })[] = [
  { slots: 1, roundTrips: 20_000, flushesEach: false, blocking: true },
  { slots: 7, roundTrips: 30_000, flushesEach: true, blocking: true },
  { slots: 64, roundTrips: 50_000, flushesEach: false, blocking: true },
  { slots: 1, roundTrips: 5000, flushesEach: false, blocking: false },
  { slots: 64, roundTrips: 20_000, flushesEach: true, blocking: false },
];
for (const { blocking, ...plan } of PLANS) {
  const manner = blocking ? "blocks" : "waits";
  const name = `Channel carries ${plan.roundTrips} round trips of ${plan.slots} slots, ` +
    `the worker ${manner} and leaves on stop`;
  Deno.test(name, async () => {
    const memory = allocateChannel(plan.slots);
    const main = new MainEnd(memory);
    const traffic = new EchoTraffic(main, plan);
    const href = new URL("./channel_echo.ts", import.meta.url).href;
    const worker = new Worker(href, { type: "module" });
    try {
      const order: EchoOrder = { memory, blocking };
      worker.postMessage(order);
      await withDeadline(
        () => Promise.race([traffic.run(), failureOf(worker)]),
        "Lost wake-up: an answer never came",
      );
      assertEquals(traffic.answeredCount, plan.roundTrips);
    } finally {
      main.send.stop(); // ends a worker that still blocks, when the test fails
      main.flush();
      worker.terminate();
    }
  });
}
