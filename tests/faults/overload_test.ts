// Ten times as many clients as there is room for: who gets in is served, who does not is told so, and
// when it is over all is as before. How long anything takes is not judged here.

import { assert, assertEquals } from "@std/assert";
import { HELLO, serverTest } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { outcomeOf, Tally } from "./load.ts";

const SLOTS = 8;
const PLACES = 8;
const CLIENTS = 10 * (2 * SLOTS + PLACES);
const ROUNDS = 5;

serverTest("ten times as many clients as places", {
  flags: [
    ...["--workers", "2", "--connections", String(SLOTS), "--queue", String(PLACES)],
    ...["--per-client", "0", "--rate", "0"],
  ],
}, async (server) => {
  const tally = new Tally();
  await Promise.all(Array.from({ length: CLIENTS }, async (_, index) => {
    for (let round = 0; round < ROUNDS; round++) {
      using client = await server.connect();
      // Every other one stays for a second request, if it is let in.
      const isBrief = (index + round) % 2 === 0;
      const request = get("/hello.html", isBrief ? "Connection: close" : "X-Stay: yes");
      const outcome = await outcomeOf(client, request);
      tally.add(outcome);
      if (outcome === 200 && !isBrief) tally.add(await outcomeOf(client, get("/hello.html")));
    }
  }));
  assert(tally.of(200) > 0, "some were let in");
  assert(tally.of(503) > 0, "some were not");
  // "ended" is a connection that was idle when another one waited, or one too many even to refuse.
  assertEquals(tally.kinds.filter((kind) => ![200, 503, "ended", "reset"].includes(kind)), []);
  let status = 503;
  while (status === 503) status = (await server.ask(get("/hello.html"))).status;
  for (let round = 0; round < 50; round++) {
    assertEquals((await server.ask(get("/hello.html", "Connection: close"))).text, HELLO);
  }
});
