/**
 * The worker's entry. It runs with no network, no environment, and the files of the served folders
 * alone; see the permissions in the pool.
 *
 * @module
 */

import { Reactor } from "./reactor.ts";
import type { WorkerStart } from "./settings.ts";

let reactor: Reactor | undefined;

globalThis.addEventListener("message", async (event) => {
  if (!(event instanceof MessageEvent)) return;
  const start: WorkerStart = event.data;
  if (reactor !== undefined) return reactor.renewed(start.settings);
  reactor = new Reactor(start);
  await reactor.run();
  self.close();
});
