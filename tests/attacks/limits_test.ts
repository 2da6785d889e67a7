// Clients that ask too much, or too much that is bad, and say that they are somebody else.

import { assert, assertEquals } from "@std/assert";
import { type Ground, HELLO, serverTest } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { countsOf, incidentsOf } from "./security_log.ts";

/** Requests at once; in the time of a test hardly one more comes in. */
const BURST = 5;
const OFFENCES = 5;

const RATED: Ground = {
  flags: ["--rate", "1", "--burst", String(BURST), "--ban-errors", "0"],
};
const GUARDED: Ground = { flags: ["--rate", "0", "--ban-errors", String(OFFENCES)] };

/** Fields by which a client claims an address, with another one every time. */
const CLAIMS: readonly ((index: number) => string)[] = [
  (index) => `X-Forwarded-For: 203.0.113.${index}`,
  (index) => `Forwarded: for=203.0.113.${index}`,
  (index) => `X-Real-IP: 203.0.113.${index}`,
  () => "X-Forwarded-For: 127.0.0.2, 10.0.0.1",
];

serverTest("a claimed address buys no rate (traefik#7067, tfdrift-falco#344)", RATED, async (
  server,
) => {
  const statuses = [];
  for (let index = 0; index < 200; index++) {
    const claim = CLAIMS[index % CLAIMS.length]?.(index) ?? "";
    const { status, fields } = await server.ask(get("/hello.html", claim));
    if (status === 429) assert(Number(fields.get("retry-after")) >= 1);
    statuses.push(status);
  }
  assertEquals(statuses.slice(0, BURST), Array(BURST).fill(200));
  const limited = statuses.filter((status) => status === 429).length;
  assert(limited > 100, `only ${limited} of 200 were too many`);
  const incidents = incidentsOf(await server.stopAndReadLog());
  assertEquals(countsOf(incidents), { "rate-limit": limited });
  for (const { client } of incidents) assertEquals(client, "127.0.0.1");
});

serverTest("a client that tries too much is refused, whoever it claims to be", GUARDED, async (
  server,
) => {
  assertEquals((await server.ask(get("/hello.html"))).text, HELLO);
  const statuses = [];
  for (let index = 0; index < 3 * OFFENCES; index++) {
    const claim = CLAIMS[index % CLAIMS.length]?.(index) ?? "";
    statuses.push((await server.ask(get("/../secret.html", claim))).status);
  }
  assertEquals(new Set(statuses), new Set([403]));
  for (const claim of CLAIMS) {
    const { status, text } = await server.ask(get("/hello.html", claim(1)));
    assertEquals([status, text === HELLO], [403, false]);
  }
  const incidents = incidentsOf(await server.stopAndReadLog());
  assert(incidents.some(({ kind }) => kind === "banned"), "the log tells of the ban");
  for (const { client } of incidents) assertEquals(client, "127.0.0.1");
});
