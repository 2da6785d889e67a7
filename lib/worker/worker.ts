/**
 * The worker's entry. It runs with no network, no environment, and the files of the served folders
 * alone; see the permissions in the pool.
 *
 * @module
 */

import { Reactor } from "./reactor.ts";
import type { WorkerStart } from "./settings.ts";

globalThis.addEventListener("message", async (event) => {
  if (!(event instanceof MessageEvent)) return;
  const start: WorkerStart = event.data;
  await new Reactor(start).run();
  self.close();
}, { once: true });
