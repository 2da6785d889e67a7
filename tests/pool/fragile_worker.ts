// The worker of pool_test.ts: it answers, keeps silent, or dies, as the bytes it gets say.

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { RECEIVE_BYTES } from "../../lib/channel/buffers.ts";
import { type ChannelMemory, WorkerEnd } from "../../lib/channel/channel.ts";
import { Next, type ToWorker } from "../../lib/channel/frames.ts";

/** What it is started with. */
export interface FragileOrder {
  readonly worker: number;
  readonly memory: ChannelMemory;
  /** What it answers `who` with. */
  readonly name: string;
}

/** How long it sleeps at most, in milliseconds: frames wake it, and so does the need to show life. */
const SLEEP_MS = 100;

/** Keeps the thread busy for ever. */
function hang(): never {
  while (true);
}

class Fragile implements ToWorker {
  readonly #end: WorkerEnd;
  readonly #name: string;
  readonly #open = new Set<number>();
  #isDraining = false;
  #isStopped = false;

  constructor({ memory, name }: FragileOrder) {
    this.#end = new WorkerEnd(memory);
    this.#name = name;
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      this.#end.receive(this);
      await this.#end.sleep(SLEEP_MS, false);
    }
  }

  opened(slot: number) {
    this.#open.add(slot);
  }

  received(slot: number, byteLength: number) {
    const { buffers } = this.#end;
    const start = buffers.receiveOffset(slot);
    const word = new TextDecoder().decode(buffers.bytes.slice(start, start + byteLength));
    switch (word) {
      case "who":
        return this.#answer(slot, this.#name);
      case "die":
        throw new Error("told to die");
      case "reject":
        return void Promise.reject(new Error("told to reject"));
      case "close":
        return self.close();
      case "leave":
        return this.stop(); // as if it had been told to
      case "hang":
        this.#answer(slot, "hanging");
        this.#end.flush();
        return hang();
      case "hang silently":
        return hang();
      case "": // the peer sends no more
        return this.failed(slot);
    }
  }

  failed(slot: number) {
    this.#end.send.turn(slot, 0, 0, Next.Abort, 0, 0);
  }

  closed(slot: number) {
    this.#open.delete(slot);
    this.#reportDrained();
  }

  drain() {
    this.#isDraining = true;
    this.#reportDrained();
  }

  stop() {
    this.#isStopped = true;
    this.#end.send.left();
  }

  written() {}
  repeated() {}
  renew() {}

  #answer(slot: number, text: string) {
    const { send, buffers } = this.#end;
    const answer = new TextEncoder().encode(text);
    const offset = buffers.sendOffset(slot);
    buffers.bytes.set(answer, offset);
    const readOffset = buffers.receiveOffset(slot);
    send.turn(slot, offset, answer.length, Next.Read, readOffset, RECEIVE_BYTES);
  }

  #reportDrained() {
    if (this.#isDraining && this.#open.size === 0) this.#end.send.drained();
  }
}

globalThis.addEventListener("message", async (event) => {
  if (!(event instanceof MessageEvent)) return;
  const order: FragileOrder = event.data;
  await new Fragile(order).run();
  self.close();
}, { once: true });
