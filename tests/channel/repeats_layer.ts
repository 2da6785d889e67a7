// The worker of `repeats_threads_test.ts`: it lays answers down as fast as it can, each made of one octet
// over and over, and takes back the uses that it is told of.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { RECEIVE_BYTES } from "../../lib/channel/buffers.ts";
import { type ChannelMemory, WorkerEnd } from "../../lib/channel/channel.ts";
import { NO_PLACE } from "../../lib/channel/repeats.ts";
import { WorkerCalls } from "./calls.ts";

/** Octets of each answer. */
export const ANSWER_BYTES = 4096;

/** What all ask: as long as can be, so that comparing it takes a while, in which much can happen. */
export const REQUEST: Uint8Array = new Uint8Array(RECEIVE_BYTES).fill(97);

/** Lays until it is told to stop. @returns How many answers it laid down. */
function layAll(memory: ChannelMemory): number {
  const end = new WorkerEnd(memory);
  const { buffers, gauges, repeats } = end;
  const calls = new WorkerCalls();
  const exchanged = {
    realm: 1,
    requestOffset: buffers.receiveOffset(0),
    requestBytes: REQUEST.length,
    answerOffset: buffers.blockOffset(0),
    answerBytes: ANSWER_BYTES,
  };
  const { answerOffset, answerBytes } = exchanged;
  buffers.bytes.set(REQUEST, exchanged.requestOffset);
  for (let laid = 0;;) {
    buffers.bytes.fill(laid & 0xff, answerOffset, answerOffset + answerBytes);
    if (repeats.lay(exchanged, gauges.clockMs) !== NO_PLACE) laid++;
    end.receive(calls);
    for (const call of calls.calls.splice(0)) {
      if (call[0] === "repeated") repeats.settle(call[2].place);
      if (call[0] === "stop") return laid;
    }
  }
}

self.onmessage = ({ data }: MessageEvent<ChannelMemory>) => self.postMessage(layAll(data));
