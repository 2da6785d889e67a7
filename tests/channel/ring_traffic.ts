// What the two threads of ring_threads_test.ts agree on: where things lie, and what each frame is.

import { DOORBELL_BYTES } from "../../lib/channel/doorbell.ts";
import { RECORD_HEADER_BYTES, type RingSpan, ringSpanBytes } from "../../lib/channel/ring.ts";
import { chance } from "./traffic.ts";

/** So small that a million frames fill and empty it tens of thousands of times. */
const CAPACITY_BYTES = 4096;

/** Longest payload in ordinary frames; one frame in 256 may take half the ring. */
const ORDINARY_BYTES_MAX = 96;
const LONGEST_BYTES = CAPACITY_BYTES / 2 - RECORD_HEADER_BYTES;

/** Frames written in one manner before the other takes over. */
const SPELL_FRAMES = 1000;

/** Rung by the producer: a record waits. */
export const RECORD_BELL = 0;

/** Rung by the consumer: there is room. */
export const ROOM_BELL = DOORBELL_BYTES;

/** A wait that lasts this long was not rung: a thousand times more than a slow machine needs. */
export const WAIT_MS_MAX = 20_000;

/** What the producer is asked for. */
export interface ProducerOrder {
  readonly memory: SharedArrayBuffer;
  readonly frames: number;
}

/** What the producer went through. */
export interface ProducerReport {
  /** Times the ring was full. */
  fullCount: number;
  /** Times it was still full on the second look, so that the thread blocked. */
  sleepCount: number;
}

/** Memory of two doorbells and the ring. */
export function allocate(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * DOORBELL_BYTES + ringSpanBytes(CAPACITY_BYTES));
}

/** The ring in that memory. */
export function ringOf(memory: SharedArrayBuffer): RingSpan {
  return { memory, offset: 2 * DOORBELL_BYTES, capacityBytes: CAPACITY_BYTES };
}

/** Length of a frame. */
export function payloadBytesOf(sequence: number): number {
  const isLong = chance(sequence, 3, 255) === 0;
  return chance(sequence, 4, isLong ? LONGEST_BYTES : ORDINARY_BYTES_MAX);
}

/**
 * Whether the frame belongs to a spell in which the producer publishes only when the ring is full:
 * then every fill is a wait on both sides, whatever the speed of the threads. In the spells between,
 * it publishes small batches and the two sides meet at any point.
 */
export function isGreedy(sequence: number): boolean {
  return Math.floor(sequence / SPELL_FRAMES) % 2 === 0;
}
