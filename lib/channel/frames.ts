/**
 * What travels between the main thread and a worker, and how it lies in a ring record.
 *
 * The main thread is a transfer engine: the worker says what to write, from where, and what to do
 * next; the main thread says what came of it. One {@linkcode Next} a turn keeps a request at one
 * frame each way. Records are words (32-bit, the machine's own byte order) and, where text is
 * carried, bytes after them. No atomics here: publishing is the ring's.
 *
 * @module
 */

import { invariant } from "./invariant.ts";
import { EMPTY, NO_ROOM, type RingReader, type RingWriter } from "./ring.ts";

/** What the main thread does with a socket once a turn's bytes are written. */
export const Next = {
  /** Read into the span that the turn names, then report `received`. */
  Read: 0,
  /** Report `written`. */
  Report: 1,
  /** Close so that the peer can read what was sent: stop sending, discard for a while, close. */
  Linger: 2,
  /** Close: the peer has sent all it was going to. */
  Close: 3,
  /** Close at once, whatever is under way, take the slot back, and report `closed`. */
  Abort: 4,
  /**
   * A turn beside the one that is under way: if that one still waits for the peer's next octet, close
   * and report `failed`. If octets came meanwhile, they are on their way to the worker, and nothing
   * is done.
   */
  CloseIdle: 5,
} as const;

/** One value of {@linkcode Next}. */
export type Next = typeof Next[keyof typeof Next];

/** What a worker's log frame carries. */
export const LogForm = {
  /** Finished access lines for people. */
  Text: 0,
  /** Finished access lines as JSON. */
  Json: 1,
  /** One structured record, encoded by the telemetry room. */
  Record: 2,
  /** One security event, encoded by the telemetry room. */
  Event: 3,
  /** How many lines, records and events found no room since the last such frame: one word. */
  Lost: 4,
} as const;

/** One value of {@linkcode LogForm}. */
export type LogForm = typeof LogForm[keyof typeof LogForm];

const OPEN = 1;
const RECEIVED = 2;
const WRITTEN = 3;
const FAILED = 4;
const DRAIN = 5;
const STOP = 6;
const TURN = 7;
const LOG = 8;
const DRAINED = 9;
const LEFT = 10;
const CLOSED = 11;
const RENEW = 12;
const REPEATED = 13;

/** Longest text of an address in an `open` frame, in bytes: an IPv6 literal with a zone. */
const ADDRESS_BYTES_MAX = 64;

/** Longest payload of a `log` frame, in bytes; a writer of longer text cuts it before. */
export const LOG_BYTES_MAX = 16 * 1024;

/**
 * Bytes of ring a slot may need at one time towards the worker: open, one repeat that was begun, one
 * report, one failure (232 bytes), and that twice: the worker publishes in the middle of a round, so a
 * slot may go to the next connection before the round's frames are released.
 */
export const TO_WORKER_BYTES_PER_SLOT = 512;

/**
 * Bytes of ring a slot may need at one time towards the main thread: a close if idle that crosses with
 * what was read, one turn, another close if idle, and an abort (160 bytes).
 */
export const TO_MAIN_BYTES_PER_SLOT = 192;

/** What came of a repeat. */
export interface Repeated {
  /** Where request and answer lie: from now on not in use by it any more. */
  readonly place: number;
  /** Octets of the answer that the operating system took. */
  readonly sentBytes: number;
  /** How long it took, in microseconds. */
  readonly durationUs: number;
  /** When it was done, in milliseconds since 1970: the lower 32 bits. */
  readonly epochMs: number;
}

/** What the worker is told. */
export interface ToWorker {
  /** A connection took `slot`; its first read is under way. */
  opened(slot: number, client: string, local: string): void;
  /** `byteLength` bytes lie in the span the last turn named; 0 means the peer sends no more. */
  received(slot: number, byteLength: number): void;
  /** A turn's bytes are with the operating system. */
  written(slot: number): void;
  /** A request was answered by a repeat, and the read of the last turn was done once more. */
  repeated(slot: number, repeat: Repeated): void;
  /** The connection broke; the worker answers with an abort turn, which frees the slot. */
  failed(slot: number): void;
  /**
   * An abort turn is done: nothing touches the slot's memory any more. Of the span that was to be
   * written last, `unwrittenBytes` did not get to the operating system.
   */
  closed(slot: number, unwrittenBytes: number): void;
  /** Finish what is under way, take nothing new on any connection. */
  drain(): void;
  /** Go on by other settings, which a message brings: let the event loop deliver it. */
  renew(): void;
  /** Whether the receiver waits for that message, and takes no frame before. */
  readonly isWaiting?: boolean;
  /** Leave the thread. */
  stop(): void;
}

/** What the main thread is told. */
export interface ToMain {
  /** Write a span (it may be empty) of `slot`'s connection, then do `next`. */
  turn(
    slot: number,
    writeOffset: number,
    writeBytes: number,
    next: number,
    readOffset: number,
    readBytes: number,
  ): void;
  /** Something for the log; `bytes` is valid during the call only. */
  log(form: number, bytes: Uint8Array): void;
  /** Every connection of this worker is finished, after a `drain`. */
  drained(): void;
  /** The worker's last frame, after a `stop`: it leaves its thread. */
  left(): void;
}

/** An address as text and as bytes. The last one is kept: most connections arrive at one address. */
class AddressText {
  #text = "";
  #bytes: Uint8Array = new Uint8Array(0);

  /** The bytes of `text`, as many as a frame takes. */
  encode(text: string): Uint8Array {
    if (text !== this.#text) {
      this.#bytes = encoder.encode(text).subarray(0, ADDRESS_BYTES_MAX);
      this.#text = text;
    }
    return this.#bytes;
  }

  /** The text of those bytes, copied out: a decoder takes no view on shared memory. */
  decode(bytes: Uint8Array, start: number, byteLength: number): string {
    if (!this.#isLast(bytes, start, byteLength)) {
      this.#bytes = bytes.slice(start, start + byteLength);
      this.#text = decoder.decode(this.#bytes);
    }
    return this.#text;
  }

  #isLast(bytes: Uint8Array, start: number, byteLength: number): boolean {
    if (this.#bytes.length !== byteLength) return false;
    for (let at = 0; at < byteLength; at++) {
      if (this.#bytes[at] !== bytes[start + at]) return false;
    }
    return true;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What {@linkcode takeToWorker} read last. */
const lastClient = new AddressText();
const lastLocal = new AddressText();

/** Reserves a control frame; the rings are sized so that one always fits. */
function reserveControl(ring: RingWriter, payloadBytes: number): number {
  const at = ring.reserve(payloadBytes);
  invariant(at !== NO_ROOM, "a ring has room for the control frames of all its slots");
  return at;
}

/** Writes a frame of one or two words and nothing else. */
function writeWords(ring: RingWriter, kind: number, a: number, b: number): void {
  const word = reserveControl(ring, 12) >>> 2;
  ring.words[word] = kind;
  ring.words[word + 1] = a;
  ring.words[word + 2] = b;
  ring.commit();
}

/** The main thread's frames, written into the ring towards a worker. */
export class ToWorkerFrames implements ToWorker {
  readonly #ring: RingWriter;
  readonly #client = new AddressText();
  readonly #local = new AddressText();

  /** Writes into `ring`; nothing is seen before the channel publishes. */
  constructor(ring: RingWriter) {
    this.#ring = ring;
  }

  opened(slot: number, client: string, local: string): void {
    const from = this.#client.encode(client);
    const at = this.#local.encode(local);
    const offset = reserveControl(this.#ring, 16 + from.length + at.length);
    const { words, bytes } = this.#ring;
    words[offset >>> 2] = OPEN;
    words[(offset >>> 2) + 1] = slot;
    words[(offset >>> 2) + 2] = from.length;
    words[(offset >>> 2) + 3] = at.length;
    bytes.set(from, offset + 16);
    bytes.set(at, offset + 16 + from.length);
    this.#ring.commit();
  }

  received(slot: number, byteLength: number): void {
    writeWords(this.#ring, RECEIVED, slot, byteLength);
  }

  written(slot: number): void {
    writeWords(this.#ring, WRITTEN, slot, 0);
  }

  repeated(slot: number, { place, sentBytes, durationUs, epochMs }: Repeated): void {
    const word = reserveControl(this.#ring, 24) >>> 2;
    const { words } = this.#ring;
    words[word] = REPEATED;
    words[word + 1] = slot;
    words[word + 2] = place;
    words[word + 3] = sentBytes;
    words[word + 4] = durationUs;
    words[word + 5] = epochMs | 0;
    this.#ring.commit();
  }

  failed(slot: number): void {
    writeWords(this.#ring, FAILED, slot, 0);
  }

  closed(slot: number, unwrittenBytes: number): void {
    writeWords(this.#ring, CLOSED, slot, unwrittenBytes);
  }

  drain(): void {
    writeWords(this.#ring, DRAIN, 0, 0);
  }

  renew(): void {
    writeWords(this.#ring, RENEW, 0, 0);
  }

  stop(): void {
    writeWords(this.#ring, STOP, 0, 0);
  }
}

/** A worker's frames, written into the ring towards the main thread. */
export class ToMainFrames implements ToMain {
  readonly #ring: RingWriter;
  readonly #reserveBytes: number;

  /** Log frames dropped because they would have taken the room of control frames. */
  logDropped = 0;

  /**
   * Writes into `ring`; nothing is seen before the channel publishes.
   *
   * @param slots How many slots' control frames must always find room.
   */
  constructor(ring: RingWriter, slots: number) {
    this.#ring = ring;
    this.#reserveBytes = slots * TO_MAIN_BYTES_PER_SLOT;
  }

  turn(
    slot: number,
    writeOffset: number,
    writeBytes: number,
    next: Next,
    readOffset: number,
    readBytes: number,
  ): void {
    const word = reserveControl(this.#ring, 28) >>> 2;
    const { words } = this.#ring;
    words[word] = TURN;
    words[word + 1] = slot;
    words[word + 2] = writeOffset;
    words[word + 3] = writeBytes;
    words[word + 4] = next;
    words[word + 5] = readOffset;
    words[word + 6] = readBytes;
    this.#ring.commit();
  }

  /**
   * Carries at most {@linkcode LOG_BYTES_MAX} bytes; dropped and counted when the ring is short.
   *
   * @returns Whether it is on its way.
   */
  log(form: LogForm, bytes: Uint8Array): boolean {
    const text = bytes.subarray(0, LOG_BYTES_MAX);
    const needBytes = 2 * (text.length + 32); // twice: a skip may come before it
    if (this.#ring.freeBytes < this.#reserveBytes + needBytes) {
      this.logDropped++;
      return false;
    }
    const offset = reserveControl(this.#ring, 8 + text.length);
    this.#ring.words[offset >>> 2] = LOG;
    this.#ring.words[(offset >>> 2) + 1] = form;
    this.#ring.bytes.set(text, offset + 8);
    this.#ring.commit();
    return true;
  }

  drained(): void {
    writeWords(this.#ring, DRAINED, 0, 0);
  }

  left(): void {
    writeWords(this.#ring, LEFT, 0, 0);
  }
}

/**
 * Takes one frame off the ring towards the worker.
 *
 * @returns Whether there was one.
 */
export function takeToWorker(ring: RingReader, receiver: ToWorker): boolean {
  const at = ring.next();
  if (at === EMPTY) return false;
  const { words } = ring;
  const slot = words[(at >>> 2) + 1] ?? 0;
  const second = words[(at >>> 2) + 2] ?? 0;
  switch (words[at >>> 2]) {
    case RECEIVED:
      receiver.received(slot, second);
      break;
    case WRITTEN:
      receiver.written(slot);
      break;
    case REPEATED:
      receiver.repeated(slot, {
        place: second,
        sentBytes: words[(at >>> 2) + 3] ?? 0,
        durationUs: words[(at >>> 2) + 4] ?? 0,
        epochMs: words[(at >>> 2) + 5] ?? 0,
      });
      break;
    case OPEN: {
      const third = words[(at >>> 2) + 3] ?? 0;
      const client = lastClient.decode(ring.bytes, at + 16, second);
      receiver.opened(slot, client, lastLocal.decode(ring.bytes, at + 16 + second, third));
      break;
    }
    case FAILED:
      receiver.failed(slot);
      break;
    case CLOSED:
      receiver.closed(slot, second);
      break;
    case DRAIN:
      receiver.drain();
      break;
    case RENEW:
      receiver.renew();
      break;
    case STOP:
      receiver.stop();
      break;
    default:
      invariant(false, "a frame to a worker has a known kind");
  }
  return true;
}

/**
 * Takes one frame off the ring towards the main thread.
 *
 * @returns Whether there was one.
 */
export function takeToMain(ring: RingReader, receiver: ToMain): boolean {
  const at = ring.next();
  if (at === EMPTY) return false;
  const { words } = ring;
  const word = at >>> 2;
  switch (words[word]) {
    case TURN:
      receiver.turn(
        words[word + 1] ?? 0,
        words[word + 2] ?? 0,
        words[word + 3] ?? 0,
        words[word + 4] ?? 0,
        words[word + 5] ?? 0,
        words[word + 6] ?? 0,
      );
      break;
    case LOG:
      receiver.log(
        words[word + 1] ?? 0,
        ring.bytes.subarray(at + 8, at + ring.payloadBytes),
      );
      break;
    case DRAINED:
      receiver.drained();
      break;
    case LEFT:
      receiver.left();
      break;
    default:
      invariant(false, "a frame to the main thread has a known kind");
  }
  return true;
}
