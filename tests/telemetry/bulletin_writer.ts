// Publishes texts of one character each, as fast as it can, until it is told to stop.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { Bulletin } from "../../lib/telemetry/bulletin.ts";

self.onmessage = ({ data: { memory, stop } }) => {
  const bulletin = new Bulletin(memory);
  const isStopped = new Int32Array(stop);
  bulletin.publish("a");
  self.postMessage("ready");
  for (let count = 0; Atomics.load(isStopped, 0) === 0; count++) {
    bulletin.publish("abcdefgh".charAt(count % 8).repeat(1 + count * 97 % 4000));
  }
  self.postMessage("left");
};
