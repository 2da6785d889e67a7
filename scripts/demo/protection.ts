// Protection: clients that want too much, and pages of other origins.

import { get, head, request } from "../../tests/integration/requests.ts";
import { DemoServer } from "./server.ts";
import type { Chapter, Step } from "./step.ts";

/** A step against a server of its own, started with these flags. */
export function guarded(
  title: string,
  flags: readonly string[],
  expected: string,
  act: (server: DemoServer) => Promise<string>,
): Step {
  return {
    title: `${flags.join(" ")}: ${title}`,
    expected,
    async act({ folder }) {
      const server = await DemoServer.start(folder, flags);
      try {
        return await act(server);
      } finally {
        await server.end();
      }
    },
  };
}

const hurried = guarded(
  "a client in a hurry",
  ["--rate", "1", "--burst", "2"],
  "200, 200, 429 with Retry-After: 1",
  async (server) => {
    using client = await server.connect();
    await client.send(get("/").repeat(3));
    const [first, second, third] = [
      await client.answer(),
      await client.answer(),
      await client.answer(),
    ];
    const retry = third.fields.get("retry-after");
    return `${first.status}, ${second.status}, ${third.status} with Retry-After: ${retry}`;
  },
);

const banned = guarded(
  "a client that tries things",
  ["--ban-errors", "3", "--ban", "10s"],
  "400, 403, 403, then 403 at the door",
  async (server) => {
    const seen: number[] = [];
    for (const attempt of [head("GET / HTTP/1.1"), get("/../secret"), get("/.env")]) {
      using client = await server.connect();
      seen.push((await client.ask(attempt)).status);
    }
    using client = await server.connect();
    const { status } = await client.answer(); // nothing was asked
    return `${seen.join(", ")}, then ${status} at the door`;
  },
);

const greedy = guarded(
  "a client with many connections",
  ["--per-client", "1"],
  "200, 503",
  async (server) => {
    using first = await server.connect();
    using second = await server.connect();
    return `${(await first.ask(get("/"))).status}, ${(await second.answer()).status}`;
  },
);

const ALLOWED = "access-control-allow-origin";

const pages = guarded(
  "pages of other origins",
  ["--cors", "https://app.example"],
  "https://app.example, preflight 204, nothing for others",
  async (server) => {
    using client = await server.connect();
    const ours = await client.ask(get("/long.bin", "Origin: https://app.example"));
    const fields = ["Origin: https://app.example", "Access-Control-Request-Method: POST"];
    const preflight = await client.ask(request("OPTIONS", "/upload", ...fields));
    const others = await client.ask(get("/long.bin", "Origin: https://other.example"));
    return `${ours.fields.get(ALLOWED)}, preflight ${preflight.status}, ` +
      `${others.fields.get(ALLOWED) ?? "nothing"} for others`;
  },
);

/** The chapter. */
export const PROTECTION: Chapter = {
  title: "Protection",
  steps: [hurried, banned, greedy, pages],
};
