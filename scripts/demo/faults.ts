// Faults: a thread dies in the middle of a request, and what that costs.

import type { Client } from "../../tests/integration/client.ts";
import { get } from "../../tests/integration/requests.ts";
import { DemoServer } from "./server.ts";
import type { Chapter, Step } from "./step.ts";
import { overviewOf } from "./watching.ts";

/** It has the real worker, and a name that makes it throw where nothing of ours catches it. */
const FAULTY = { module: "scripts/demo/faulty_server.ts", isLoud: false };

/** What has to be asked for. */
export const FAULT = "fault-throw.txt";

async function restartsOf(server: DemoServer): Promise<number> {
  const { workers } = await overviewOf(server);
  return workers.reduce((sum, { restarts }) => sum + restarts, 0);
}

async function status(client: Client, target: string): Promise<number> {
  return (await client.ask(get(target))).status;
}

async function loseOne(server: DemoServer): Promise<string> {
  const before = await restartsOf(server);
  using victim = await server.connect();
  await status(victim, "/");
  using bystander = await server.connect(); // goes to the worker with fewer connections
  await status(bystander, "/");
  const [own, other] = [await status(victim, `/${FAULT}`), await status(bystander, "/")];
  using newcomer = await server.connect();
  const after = `${await status(newcomer, "/")} for a new one, restarts ${before} -> `;
  return `${own} for its request, ${other} beside it, ${after}${await restartsOf(server)}`;
}

const killed: Step = {
  title: "one of two workers dies while it answers",
  expected: "500 for its request, 200 beside it, 200 for a new one, restarts 0 -> 1",
  async act({ folder }) {
    const server = await DemoServer.start(folder, ["--workers", "2"], FAULTY);
    try {
      return await loseOne(server);
    } finally {
      await server.end();
    }
  },
};

/** The chapter. */
export const FAULTS: Chapter = { title: "Faults", steps: [killed] };
