// The table of exchanges over real sockets, in front of one worker and of several.

import { assert, assertEquals } from "@std/assert";
import { EXCHANGES } from "../exchanges/all.ts";
import type { Exchange } from "../exchanges/exchange.ts";
import { NEXT } from "../exchanges/request.ts";
import { HOSTS, LIMITS, PORT, SITE, TEN } from "../exchanges/site.ts";
import type { Answer } from "./answer.ts";
import type { Client } from "./client.ts";
import { withDeadline } from "./deadline.ts";
import { type Ground, serverTest, type TestServer } from "./harness.ts";

/** A row whose answer never comes must not keep the others from being seen, in milliseconds. */
const ROW_DEADLINE_MS = 5_000;

const FILES = Object.fromEntries(
  Object.entries(SITE).map(([name, content]) => [`root/${name}`, content]),
);

function ground(workers: number): Ground {
  return {
    flags: [
      ...["--workers", String(workers), "--max-body", `${LIMITS.bodyBytesMax}B`],
      ...["--max-head", `${LIMITS.headBytesMax}B`, "--max-target", `${LIMITS.targetBytesMax}B`],
      ...["--max-fields", String(LIMITS.fieldsMax)],
    ],
    files: FILES,
    // What a port mapping in front of the server would do.
    config: { allowedHosts: [...HOSTS, ...HOSTS.map((host) => `${host}:${PORT}`)] },
  };
}

/** Methods of the requests whose final answer has no content, in the order they are answered. */
function isHeadAnswer(exchange: Exchange, index: number): boolean {
  const methods = exchange.send.match(/(?:^|\n|\})(?:HEAD|GET|POST|PUT|DELETE|OPTIONS) /g) ?? [];
  return methods[index]?.includes("HEAD") === true;
}

async function readAnswers(client: Client, exchange: Exchange): Promise<Answer | undefined> {
  let last: Answer | undefined;
  let finals = 0;
  for (const status of exchange.statuses) {
    last = await client.answer(isHeadAnswer(exchange, finals) ? "HEAD" : "GET");
    assertEquals(last.status, status);
    if (status >= 200) finals++;
  }
  return last;
}

function checkLast(last: Answer | undefined, { fields = {}, content }: Exchange): void {
  for (const [name, wanted] of Object.entries(fields)) {
    const value = last?.fields.get(name);
    if (typeof wanted === "boolean") assertEquals(value !== undefined, wanted, name);
    else assertEquals(value, wanted, name);
  }
  if (content !== undefined) assertEquals(last?.text, content);
}

async function checkAfter(client: Client, last: Answer | undefined, { after }: Exchange) {
  switch (after) {
    case "open": {
      const next = await client.ask(NEXT);
      return assertEquals([next.status, next.text], [200, TEN]);
    }
    case "closed":
      assertEquals(last?.fields.get("connection"), "close");
      return assert(await client.isEnded());
    case "waiting":
      await client.endSending();
      return assert(await client.isEnded());
  }
}

async function check(server: TestServer, exchange: Exchange): Promise<void> {
  using client = await server.connect();
  await client.send(exchange.send);
  const last = await readAnswers(client, exchange);
  checkLast(last, exchange);
  await checkAfter(client, last, exchange);
}

for (const workers of [1, 3]) {
  serverTest(`exchanges with ${workers} worker(s)`, ground(workers), async (server, context) => {
    for (const exchange of EXCHANGES) {
      await context.step(
        `${exchange.rule} (${exchange.section})`,
        () => withDeadline(() => check(server, exchange), ROW_DEADLINE_MS),
      );
    }
  });
}
