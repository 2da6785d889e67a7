// Connections: how long they live, how many there may be, and how they end.

import { get, uploadHead } from "../../tests/integration/requests.ts";
import { DemoServer } from "./server.ts";
import type { Chapter, Step } from "./step.ts";

/** Requests on one connection that the demo's server answers. */
export const REQUESTS_MAX = 5;

const keepAlive: Step = {
  title: `one connection, ${REQUESTS_MAX} requests, a polite end`,
  expected: "max=5, max=5, max=5, max=5, close, closed",
  async act({ server }) {
    using client = await server.connect();
    const seen: string[] = [];
    for (let count = 0; count < REQUESTS_MAX; count++) {
      const { fields } = await client.ask(get("/"));
      const [, max] = /max=(\d+)/.exec(fields.get("keep-alive") ?? "") ?? [];
      seen.push(max === undefined ? fields.get("connection") ?? "nothing" : `max=${max}`);
    }
    return [...seen, await client.isEnded() ? "closed" : "open"].join(", ");
  },
};

const pipelining: Step = {
  title: "three requests at once, answered in order",
  expected: "200, 404, 206",
  async act({ server }) {
    using client = await server.connect();
    await client.send(get("/") + get("/missing") + get("/long.bin", "Range: bytes=0-0"));
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) statuses.push((await client.answer()).status);
    return statuses.join(", ");
  },
};

const closing: Step = {
  title: "Connection: close",
  expected: "close, closed",
  async act({ server }) {
    using client = await server.connect();
    const answer = await client.ask(get("/", "Connection: close"));
    const end = await client.isEnded() ? "closed" : "open";
    return `${answer.fields.get("connection")}, ${end}`;
  },
};

const slowHead: Step = {
  title: "a head that never ends",
  expected: "408, closed",
  async act({ server }) {
    using client = await server.connect();
    await client.send("GET / HTTP/1.1\r\nHost: localh");
    const answer = await client.answer();
    return `${answer.status}, ${await client.isEnded() ? "closed" : "open"}`;
  },
};

/** The first holds the only slot, the second the only place in the queue. */
const saturation: Step = {
  title: "one slot, one place to wait, three clients",
  expected: "200, 503 with Retry-After: 1, and 200 for the one that waited",
  async act({ folder }) {
    const flags = ["--workers", "1", "--connections", "1", "--queue", "1"];
    const server = await DemoServer.start(folder, flags);
    try {
      using first = await server.connect();
      const served = await first.ask(get("/"));
      using second = await server.connect();
      await second.send(get("/"));
      using third = await server.connect();
      const refused = await third.answer();
      first.close();
      const waited = await second.answer();
      const retry = refused.fields.get("retry-after");
      return `${served.status}, ${refused.status} with Retry-After: ${retry}, and ${waited.status} ` +
        "for the one that waited";
    } finally {
      await server.end();
    }
  },
};

/** What is uploaded while the server stops. */
const LATE = '{"late":true}';

/** The last chapter's last step: there is no server after it. */
const stopping: Step = {
  title: "SIGTERM in the middle of an upload",
  expected: "idle one closed, no new one, 201, close, exit code 0",
  async act({ server }) {
    using idle = await server.connect();
    await idle.ask(get("/"));
    using busy = await server.connect();
    // The interim answer shows that the server has seen the request.
    const fields = [`Content-Length: ${LATE.length}`, "Expect: 100-continue"];
    await busy.send(uploadHead(...fields));
    await busy.answer();
    server.stop();
    const idleEnd = await idle.isEnded() ? "closed" : "open";
    const newcomer = await server.connect().then((client) => client.close(), () => "no");
    await busy.send(LATE);
    const last = await busy.answer();
    const code = await server.ended();
    return `idle one ${idleEnd}, ${newcomer ?? "a"} new one, ${last.status}, ` +
      `${last.fields.get("connection")}, exit code ${code}`;
  },
};

/** The chapter. */
export const CONNECTIONS: Chapter = {
  title: "Connections",
  steps: [
    keepAlive,
    pipelining,
    closing,
    slowHead,
    saturation,
    // Windows has no signal that asks a process to stop.
    ...(Deno.build.os === "windows" ? [] : [stopping]),
  ],
};
