// The worker of channel_test.ts: answers every read with a turn that carries what was read, plus
// one, and leaves when told to stop.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { type ChannelMemory, WorkerEnd } from "../../lib/channel/channel.ts";
import { Next, type ToWorker } from "../../lib/channel/frames.ts";

/** What the worker is started with. */
export interface EchoOrder {
  readonly memory: ChannelMemory;
  /** Whether it sleeps by blocking its thread. */
  readonly blocking: boolean;
}

/** Longer than the deadline of the test: it must be the doorbell that ends a sleep. */
const SLEEP_MS = 600_000;

/** Answers frames, and nothing else. */
class Echo implements ToWorker {
  readonly #end: WorkerEnd;
  readonly #buffers: DataView;
  #isStopped = false;

  constructor(memory: ChannelMemory) {
    this.#end = new WorkerEnd(memory);
    this.#buffers = new DataView(memory.buffers);
  }

  async run(blocking: boolean) {
    while (!this.#isStopped) {
      await this.#end.sleep(SLEEP_MS, blocking);
      this.#end.receive(this);
    }
  }

  received(slot: number, byteLength: number) {
    const { send, buffers } = this.#end;
    const readOffset = buffers.receiveOffset(slot);
    const writeOffset = buffers.sendOffset(slot);
    this.#buffers.setUint32(writeOffset, this.#buffers.getUint32(readOffset) + 1);
    send.turn(slot, writeOffset, byteLength, Next.Read, readOffset, 4);
  }

  stop() {
    this.#isStopped = true;
    this.#end.send.left();
  }

  opened() {}
  written() {}
  repeated() {}
  failed() {}

  closed() {}
  drain() {}
  renew() {}
}

self.onmessage = ({ data }: MessageEvent<EchoOrder>) => {
  new Echo(data.memory).run(data.blocking);
};
