// A server whose workers can be made to fail: the real one, with another module for its threads. It
// takes the flags of main.ts, and says where it listens as main.ts does.

import { parseConfig } from "../../lib/config.ts";
import { serve } from "../../lib/server.ts";

const command = parseConfig(Deno.args, () => undefined, { root: ".", uploads: "uploads" });
if (command.kind !== "serve") throw new Error("Cannot start: flags of a server are needed");
const workerModule = import.meta.resolve("../../tests/faults/faulty_worker.ts");
const { address: { port } } = serve(command.config, { workerModule });
console.log(`http://127.0.0.1:${port}\nPress Ctrl+C`);
