// The main thread's side of the echo: keeps a number of slots waiting for an answer, checks every
// answer, and stops the worker after the last.

import type { MainEnd } from "../../lib/channel/channel.ts";
import { Next, type ToMain } from "../../lib/channel/frames.ts";
import { chance } from "./traffic.ts";

/** How the traffic runs. */
export interface EchoPlan {
  /** Slots that wait for an answer at the same time. */
  readonly slots: number;
  /** Answers until the worker is stopped. */
  readonly roundTrips: number;
  /** Whether each frame is flushed by itself, instead of with its batch. */
  readonly flushesEach: boolean;
}

/** Sends reads and takes turns. */
export class EchoTraffic implements ToMain {
  readonly #main: MainEnd;
  readonly #plan: EchoPlan;
  readonly #buffers: DataView;
  readonly #waitsFor: (number | undefined)[];
  #sentCount = 0;
  answeredCount = 0;

  constructor(main: MainEnd, plan: EchoPlan) {
    this.#main = main;
    this.#plan = plan;
    const { buffer, byteOffset, byteLength } = main.buffers.bytes;
    this.#buffers = new DataView(buffer, byteOffset, byteLength);
    this.#waitsFor = new Array(plan.slots);
  }

  /** Runs until the worker has left. */
  async run() {
    for (let slot = 0; slot < this.#plan.slots; slot++) this.#send(slot);
    await this.#main.run(this);
  }

  turn(
    slot: number,
    writeOffset: number,
    writeBytes: number,
    next: number,
    readOffset: number,
    readBytes: number,
  ) {
    const { buffers, send } = this.#main;
    const sequence = this.#waitsFor[slot];
    const isRight = sequence !== undefined && writeOffset === buffers.sendOffset(slot) &&
      writeBytes === lengthOf(sequence) && next === Next.Read &&
      readOffset === buffers.receiveOffset(slot) && readBytes === 4 &&
      this.#buffers.getUint32(writeOffset) === sequence + 1;
    if (!isRight) throw new Error(`Turn of slot ${slot} does not answer frame ${sequence}`);
    this.#waitsFor[slot] = undefined;
    this.answeredCount++;
    if (this.#sentCount < this.#plan.roundTrips) return this.#send(slot);
    if (this.answeredCount < this.#plan.roundTrips) return;
    send.stop();
    this.#main.flushSoon();
  }

  left() {
    this.#main.close();
  }

  log() {
    throw new Error("The echo logs nothing");
  }

  drained() {
    throw new Error("The echo is never drained");
  }

  #send(slot: number) {
    const sequence = this.#sentCount++;
    this.#waitsFor[slot] = sequence;
    this.#buffers.setUint32(this.#main.buffers.receiveOffset(slot), sequence);
    this.#main.send.received(slot, lengthOf(sequence));
    if (this.#plan.flushesEach) this.#main.flush();
    else this.#main.flushSoon();
  }
}

/** The length a frame names. */
function lengthOf(sequence: number): number {
  return chance(sequence, 5, 4096);
}
