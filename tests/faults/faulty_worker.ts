// The real worker with faults in it: opening a file whose name says so makes the thread go wrong.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import "../../lib/worker/worker.ts";

/** The names of the faults, and what each does to the thread. */
const FAULTS: Readonly<Record<string, () => void>> = {
  hang() {
    while (true);
  },
  throw() {
    // Where the worker publishes its answers, nothing of ours catches it.
    Atomics.store = () => {
      throw new Error("told to throw");
    };
  },
  close() {
    self.close();
  },
  exit() {
    Deno.exit(3);
  },
};

const openSync = Deno.openSync;
Deno.openSync = (path, options) => {
  FAULTS[/fault-(\w+)\.txt$/.exec(String(path))?.[1] ?? ""]?.();
  return openSync(path, options);
};
