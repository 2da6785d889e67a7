// The worker's end of a channel, held by the test: it sees every frame and answers by hand.

import { RECEIVE_BYTES } from "../../lib/channel/buffers.ts";
import { allocateChannel, MainEnd, WorkerEnd } from "../../lib/channel/channel.ts";
import { Next, type Repeated, type ToWorker } from "../../lib/channel/frames.ts";
import { Line } from "../../lib/net/line.ts";
import { until } from "./sockets.ts";

/** One frame as text: its kind and its numbers. */
export type Seen = string;

/** A line, and the far end of its channel. */
export class FarEnd implements ToWorker {
  /** The line under test. */
  readonly line: Line;
  /** Frames that came, in order. */
  readonly seen: Seen[] = [];
  /** The time as the line knows it. */
  readonly clock = { nowMs: 1000, epochMs: 2000 };
  /** Whether clients may have repeats. */
  isWelcome = true;
  /** How often the line said that a slot came free. */
  freed = 0;
  /** How often a connection's end was told to who opened it, if the test counts them. */
  closings = 0;
  readonly #worker: WorkerEnd;
  readonly #main: MainEnd;

  constructor(slots: number) {
    const memory = allocateChannel(slots);
    this.#main = new MainEnd(memory);
    this.#worker = new WorkerEnd(memory);
    this.line = new Line(this.#main, slots, {
      isWelcome: () => this.isWelcome,
      freed: () => this.freed++,
      log: () => {},
      drained: () => {},
      left: () => {},
    }, this.clock);
  }

  /** Slots that the worker is asked for. */
  get waiting(): number {
    return this.#worker.gauges.waiting;
  }

  /** How often a part of what is written to a slot's peer was taken. */
  progress(slot: number): number {
    return this.#worker.gauges.progress(slot);
  }

  /** Waits until so many frames came since the start. @returns The last of them. */
  async frame(count: number): Promise<Seen | undefined> {
    await until(() => {
      this.#main.flush();
      this.#worker.receive(this);
      return this.seen.length >= count;
    });
    return this.seen[count - 1];
  }

  /** Sends a turn that writes `text` out of the slot's own buffer. */
  turn(slot: number, text: string, next: Next): void {
    const { buffers, send } = this.#worker;
    const bytes = new TextEncoder().encode(text);
    buffers.bytes.set(bytes, buffers.sendOffset(slot));
    const read = buffers.receiveOffset(slot);
    const room = next === Next.Read ? RECEIVE_BYTES : 0;
    send.turn(slot, buffers.sendOffset(slot), bytes.length, next, read, room);
    this.#worker.flush();
    this.#main.receive(this.line);
  }

  /** Sends a turn that writes all of the shared memory, far more than a peer's system holds. */
  turnOfAll(slot: number): void {
    const { buffers, send } = this.#worker;
    send.turn(slot, 0, buffers.bytes.length, Next.Report, 0, 0);
    this.#worker.flush();
    this.#main.receive(this.line);
  }

  /** Lays an answer down for what a slot received last, and allows so many repeats. */
  repeat(slot: number, requestBytes: number, answer: string, allowed: number): void {
    const { buffers, gauges, repeats } = this.#worker;
    const bytes = new TextEncoder().encode(answer);
    const answerOffset = buffers.blockOffset(0);
    buffers.bytes.set(bytes, answerOffset);
    const requestOffset = buffers.receiveOffset(slot);
    const answerBytes = bytes.length;
    repeats.lay(
      { realm: 1, requestOffset, requestBytes, answerOffset, answerBytes },
      this.clock.nowMs,
    );
    gauges.allow(slot, 1, allowed);
  }

  /** What the worker is shown of the line's clock. */
  get clockMs(): number {
    return this.#worker.gauges.clockMs;
  }

  /** Overwrites all of the shared memory. */
  fill(octet: number): void {
    this.#worker.buffers.bytes.fill(octet);
  }

  /** What lies at the start of a slot's receive buffer. */
  buffered(slot: number, byteLength: number): string {
    const { buffers } = this.#worker;
    const start = buffers.receiveOffset(slot);
    return new TextDecoder().decode(buffers.bytes.slice(start, start + byteLength));
  }

  opened(slot: number, client: string, local: string) {
    this.seen.push(`opened ${slot} ${client} ${local}`);
  }

  received(slot: number, byteLength: number) {
    this.seen.push(`received ${slot} ${byteLength}`);
  }

  written(slot: number) {
    this.seen.push(`written ${slot}`);
  }

  repeated(slot: number, { place, sentBytes, durationUs, epochMs }: Repeated) {
    this.#worker.repeats.settle(place);
    this.seen.push(`repeated ${slot} ${sentBytes} octets in ${durationUs} us at ${epochMs}`);
  }

  failed(slot: number) {
    this.seen.push(`failed ${slot}`);
  }

  closed(slot: number) {
    this.seen.push(`closed ${slot}`);
  }

  drain() {
    this.seen.push("drain");
  }

  renew() {
    this.seen.push("renew");
  }

  stop() {
    this.seen.push("stop");
  }
}
