// Calls on the two ends as plain values: what was said, what was heard, and saying it again.

import type {
  LogForm,
  Next,
  Repeated,
  ToMain,
  ToMainFrames,
  ToWorker,
} from "../../lib/channel/frames.ts";

/** One call of a {@linkcode ToWorker}. */
export type WorkerCall =
  | ["opened", number, string, string]
  | ["received" | "closed", number, number]
  | ["written" | "failed", number]
  | ["repeated", number, Repeated]
  | ["drain" | "renew" | "stop"];

/** One call of a {@linkcode ToMain}; the bytes of a log are numbers, copied out. */
export type MainCall =
  | ["turn", number, number, number, Next, number, number]
  | ["log", LogForm, number[]]
  | ["drained" | "left"];

/** A worker that notes what it is told. */
export class WorkerCalls implements ToWorker {
  readonly calls: WorkerCall[] = [];

  opened(slot: number, client: string, local: string) {
    this.calls.push(["opened", slot, client, local]);
  }

  received(slot: number, byteLength: number) {
    this.calls.push(["received", slot, byteLength]);
  }

  written(slot: number) {
    this.calls.push(["written", slot]);
  }

  repeated(slot: number, repeat: Repeated) {
    this.calls.push(["repeated", slot, repeat]);
  }

  failed(slot: number) {
    this.calls.push(["failed", slot]);
  }

  closed(slot: number, unwrittenBytes: number) {
    this.calls.push(["closed", slot, unwrittenBytes]);
  }

  drain() {
    this.calls.push(["drain"]);
  }

  renew() {
    this.calls.push(["renew"]);
  }

  stop() {
    this.calls.push(["stop"]);
  }

  /** Makes a call. */
  static replay(call: WorkerCall, to: ToWorker) {
    if (call[0] === "opened") to.opened(call[1], call[2], call[3]);
    else if (call[0] === "received" || call[0] === "closed") to[call[0]](call[1], call[2]);
    else if (call[0] === "repeated") to.repeated(call[1], call[2]);
    else if (call[0] === "written" || call[0] === "failed") to[call[0]](call[1]);
    else to[call[0]]();
  }
}

/** A main thread that notes what it is told. */
export class MainCalls implements ToMain {
  readonly calls: MainCall[] = [];

  turn(
    slot: number,
    writeOffset: number,
    writeBytes: number,
    next: Next,
    readOffset: number,
    readBytes: number,
  ) {
    this.calls.push(["turn", slot, writeOffset, writeBytes, next, readOffset, readBytes]);
  }

  log(form: LogForm, bytes: Uint8Array) {
    this.calls.push(["log", form, [...bytes]]);
  }

  drained() {
    this.calls.push(["drained"]);
  }

  left() {
    this.calls.push(["left"]);
  }

  /** Makes a call. */
  static replay(call: MainCall, to: ToMainFrames) {
    if (call[0] === "turn") to.turn(call[1], call[2], call[3], call[4], call[5], call[6]);
    else if (call[0] === "log") to.log(call[1], Uint8Array.from(call[2]));
    else to[call[0]]();
  }
}
