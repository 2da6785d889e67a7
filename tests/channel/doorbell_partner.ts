// The other thread of the doorbell's bench: rings back as often as it is rung.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { Doorbell, DOORBELL_BYTES } from "../../lib/channel/doorbell.ts";

/** What the partner is started with. */
export interface PartnerOrder {
  /** Its own doorbell, then the other thread's. */
  readonly memory: SharedArrayBuffer;
  /** Times it is rung. */
  readonly roundTrips: number;
}

self.onmessage = ({ data: { memory, roundTrips } }: MessageEvent<PartnerOrder>) => {
  const ownBell = new Doorbell(memory, 0);
  const otherBell = new Doorbell(memory, DOORBELL_BYTES);
  ownBell.lieDown();
  self.postMessage("ready");
  for (let count = 0; count < roundTrips; count++) {
    ownBell.waitBlocking(60_000);
    ownBell.lieDown(); // before it rings: the answer may come at once
    otherBell.ring();
  }
};
