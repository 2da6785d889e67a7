// Workers are watched, replaced and stopped; what a loss costs is its own connections, no more.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { defaultWorkers } from "../../lib/pool/pool.ts";
import { serviceTest } from "./service.ts";

Deno.test("defaultWorkers takes a worker a core, within bounds", () => {
  const rows = [[1, 1], [2, 2], [3, 3], [8, 8], [9, 8], [128, 8]] as const;
  for (const [cores, workers] of rows) assertEquals(defaultWorkers(cores), workers);
});

serviceTest("every worker serves", { workers: 3, slots: 1 }, async (service) => {
  assertEquals(service.pool.aliveCount, 3);
  const names = new Set<string>();
  for (let index = 0; index < 3; index++) names.add(await service.who(await service.connect()));
  assertEquals([...names].sort(), ["start 0", "start 1", "start 2"]);
});

serviceTest("a lost worker is replaced, and service goes on", {}, async (service) => {
  const victim = await service.connect();
  assertEquals(await service.who(victim), "start 0");
  await victim.send("die");
  await service.lossesReach(1);
  const [loss] = service.losses;
  assertEquals([loss?.worker, loss?.pauseMs, loss?.connections], [0, 0, 1]);
  assertMatch(loss?.reason ?? "", /told to die/);
  const next = await service.connect();
  // Until the replacement is there, a connection is refused or closed: try until one is served.
  let name = await service.who(next).catch(() => "");
  while (name !== "start 1") {
    const another = await service.connect();
    name = await service.who(another).catch(() => "");
  }
  assertEquals(service.pool.aliveCount, 1);
});

/** Ways to end, and what the pool says of each. */
const ENDS: readonly (readonly [order: string, reason: RegExp])[] = [
  ["die", /told to die/],
  ["reject", /told to reject/],
  ["leave", /^It left by itself$/],
  ["close", /^No sign of life for \d+ ms$/],
  ["hang silently", /^No sign of life for \d+ ms$/],
];
for (const [order, reason] of ENDS) {
  serviceTest(`a worker that is told "${order}" is replaced, and its peer hears of it`, {
    queue: 1,
    quietMs: 1_000,
  }, async (service) => {
    const victim = await service.connect();
    assertEquals(await service.who(victim), "start 0");
    await victim.send(order);
    const { status, text } = await victim.answer();
    assertEquals([status, text], [500, "gone\n"]);
    await service.lossesReach(1);
    const [loss] = service.losses;
    assertEquals([loss?.worker, loss?.pauseMs, loss?.connections], [0, 0, 1]);
    assertMatch(loss?.reason ?? "", reason);
    assertEquals(await service.who(await service.connect()), "start 1");
    assertEquals(service.pool.states, [{ isAlive: true, restarts: 1 }]);
  });
}

serviceTest("a worker that hangs costs the others nothing", {
  workers: 2,
  quietMs: 2_000,
}, async (service) => {
  const [one, other] = [await service.connect(), await service.connect()];
  const names = [await service.who(one), await service.who(other)];
  assertEquals(names.toSorted(), ["start 0", "start 1"]);
  await one.send("hang silently");
  for (let round = 0; service.losses.length === 0; round++) {
    assertEquals(await service.who(other), names[1]);
  }
  assertEquals((await one.answer()).status, 500);
  assertEquals(await service.who(other), names[1]);
});

serviceTest("a worker without anything to do shows that it lives", {}, async (service) => {
  const pulses = new Set<number>();
  while (pulses.size < 5) {
    pulses.add(service.pulse(0));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(service.losses, []);
});

serviceTest("while no worker is there, nobody waits for one", {
  module: "./broken_worker.ts",
  queue: 8,
}, async (service) => {
  await service.lossesReach(3); // the pause is a second by now
  const { status, fields } = await (await service.connect()).answer();
  assertEquals([status, fields.get("retry-after")], [503, "1"]);
  assertEquals(service.pool.states.map(({ isAlive }) => isAlive), [false]);
});

serviceTest("a loss ends the connections of that worker, each as far as it was", {
  workers: 2,
  slots: 4,
}, async (service) => {
  // The least loaded worker gets the next connection, so they alternate.
  const clients = [];
  for (let index = 0; index < 6; index++) clients.push(await service.connect());
  const names: string[] = [];
  for (const client of clients) names.push(await service.who(client));
  const [victim, ...others] = clients.filter((_, index) => names[index] === "start 0");
  const strangers = clients.filter((_, index) => names[index] === "start 1");
  assertEquals([others.length, strangers.length], [2, 3]);
  const [waiting, idle] = others;
  assert(victim !== undefined && waiting !== undefined && idle !== undefined);
  await waiting.send("a request without an answer");
  // The order in which the worker gets the two is not ours: it must have the first before.
  await service.who(idle);
  await victim.send("die");
  const { status, text, fields } = await waiting.answer();
  assertEquals([status, text, fields.get("connection")], [500, "gone\n", "close"]);
  assert(await idle.isEnded());
  for (const stranger of strangers) assertEquals(await service.who(stranger), "start 1");
  assertEquals(service.losses.map(({ connections }) => connections), [3]);
});

serviceTest("who waits in the queue is served by the replacement", {
  slots: 1,
  queue: 4,
}, async (service) => {
  const victim = await service.connect();
  assertEquals(await service.who(victim), "start 0");
  const waiting = await service.connect();
  const name = service.who(waiting);
  await victim.send("die");
  assertEquals(await name, "start 1");
});

serviceTest("a worker that cannot start is tried less and less often", {
  module: "./broken_worker.ts",
}, async (service) => {
  await service.lossesReach(3);
  assertEquals(service.losses.map(({ pauseMs }) => pauseMs), [0, 400, 800]);
  for (const { reason } of service.losses) assertMatch(reason, /cannot start/);
  assertEquals(service.pool.aliveCount, 0); // and stopping now leaves no timer behind
});

serviceTest("a drain ends when the last connection has left", {}, async (service) => {
  const client = await service.connect();
  assertEquals(await service.who(client), "start 0");
  service.pool.drain();
  assertEquals(await service.who(client), "start 0"); // what is under way goes on
  client.close();
  await service.drained;
});

serviceTest("a drain gives a worker up that hangs", { quietMs: 60_000 }, async (service) => {
  const client = await service.connect();
  assertEquals(await service.who(client), "start 0");
  await client.send("hang");
  assert(await client.read() !== null); // its last word
  service.pool.drain();
  await service.lossesReach(1); // in a fraction of the minute
  assertEquals(service.pool.aliveCount, 0);
});

serviceTest("a worker that hangs does not keep the pool from stopping", {}, async (service) => {
  const client = await service.connect();
  assertEquals(await service.who(client), "start 0");
  await client.send("hang");
  assert(await client.read() !== null); // its last word
  await service.pool.stop();
  assertEquals(service.pool.aliveCount, 0);
});
