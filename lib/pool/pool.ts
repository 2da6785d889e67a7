/**
 * The workers: started, watched, replaced, stopped.
 *
 * @module
 */

import { allocateChannel, type ChannelMemory, MainEnd } from "../channel/channel.ts";
import type { ToMain } from "../channel/frames.ts";
import { Backoff } from "./backoff.ts";
import { Pulse } from "./pulse.ts";

/** How long a stopped worker may take to leave, in milliseconds, before it is ended. */
const LEAVE_MS = 1_500;

/** Looks at a worker's pulse within the time that it may be quiet. */
const LOOKS = 10;

/** Longest pause between two looks, in milliseconds. */
const LOOK_MS_MAX = 1_000;

/**
 * How long a worker may be quiet while it drains, in milliseconds: an idle one wakes every second, and
 * nobody should have to wait for one that hangs.
 */
const DRAIN_QUIET_MS = 3_000;

/** A worker's life as the pool tells it. */
export interface PoolEvents {
  /** A worker starts; what is returned is told of its frames. */
  started(worker: number, end: MainEnd): ToMain;
  /** A worker is lost; it will be replaced after `pauseMs`, or not at all while the pool drains. */
  lost(worker: number, reason: string, pauseMs: number): void;
}

/** How workers are made. */
export interface PoolOptions {
  /** Workers: 1 to 64. */
  readonly workers: number;
  /** Connection slots of each: 1 to 16384. */
  readonly slots: number;
  /** How long a worker may show no sign of life, in milliseconds; 0 is for ever. */
  readonly quietMs: number;
  /** What each may do. */
  readonly permissions: Deno.PermissionOptionsObject;
  /** The worker's module. */
  readonly module: string;
  /** What is posted to a worker to start it, and again to have it go on by other settings. */
  readonly start: (worker: number, memory: ChannelMemory) => unknown;
}

/** How one worker fares. */
export interface WorkerState {
  /** Whether its thread runs. */
  readonly isAlive: boolean;
  /** How often it was replaced since the start. */
  readonly restarts: number;
}

/** Workers for this many cores when nobody said how many; see "How many workers" in `resources/docs/operations.md`. */
export function defaultWorkers(cores: number): number {
  return Math.max(1, Math.min(cores, 8));
}

/** One thread and its channel. */
interface Member {
  readonly thread: Worker;
  readonly end: MainEnd;
  readonly memory: ChannelMemory;
  readonly pulse: Pulse;
  readonly startedMs: number;
  isGone: boolean;
  /** Set while the pool waits for it to leave. */
  left?: () => void;
}

/** A worker's place, which outlives its threads. */
interface Seat {
  readonly backoff: Backoff;
  member: Member | undefined;
  restart: ReturnType<typeof setTimeout> | undefined;
  restarts: number;
}

/** A fixed number of workers. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #events: PoolEvents;
  readonly #seats: readonly Seat[];
  readonly #watch: ReturnType<typeof setInterval> | undefined;
  readonly #lookMs: number;
  #quietMs: number;
  #isEnding = false;

  /** Starts every worker. */
  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options;
    this.#events = events;
    this.#seats = Array.from({ length: options.workers }, () => ({
      backoff: new Backoff(),
      member: undefined,
      restart: undefined,
      restarts: 0,
    }));
    this.#quietMs = options.quietMs;
    this.#lookMs = Math.min(LOOK_MS_MAX, this.#quietMs / LOOKS);
    if (this.#quietMs > 0) this.#watch = setInterval(() => this.#look(), this.#lookMs);
    for (const [worker, seat] of this.#seats.entries()) this.#start(worker, seat);
  }

  /** Workers alive now. */
  get aliveCount(): number {
    return this.#seats.filter(({ member }) => member !== undefined).length;
  }

  /** How each worker fares, by its number. */
  get states(): readonly WorkerState[] {
    return this.#seats.map(({ member, restarts }) => ({ isAlive: member !== undefined, restarts }));
  }

  /**
   * Asks every worker to finish what is under way; each reports `drained`. From now on none is
   * replaced, and one that is quiet is given up sooner.
   */
  drain(): void {
    this.#endRestarts();
    this.#quietMs = Math.min(this.#quietMs, DRAIN_QUIET_MS);
    for (const { member } of this.#seats) {
      member?.end.send.drain();
      member?.end.flush();
    }
  }

  /** Posts to every worker anew what starts one. One that is being replaced starts by it anyway. */
  renew(): void {
    for (const [worker, { member }] of this.#seats.entries()) {
      if (member === undefined) continue;
      member.thread.postMessage(this.#options.start(worker, member.memory));
      member.end.send.renew();
      member.end.flush();
    }
  }

  /** Told of a worker's last frame: it was stopped, or leaves by itself, which it never should. */
  noteLeft(worker: number): void {
    const seat = this.#seats[worker];
    const member = seat?.member;
    if (seat === undefined || member === undefined) return;
    if (member.left !== undefined) return member.left();
    this.#lose(worker, seat, member, "It left by itself");
  }

  /** Stops every worker and waits until they are gone. */
  async stop(): Promise<void> {
    this.#endRestarts();
    await Promise.all(this.#seats.map((seat) => seat.member && this.#leave(seat, seat.member)));
    clearInterval(this.#watch);
  }

  #start(worker: number, seat: Seat): void {
    const { slots, permissions, module, start } = this.#options;
    const memory = allocateChannel(slots);
    const thread = new Worker(module, {
      type: "module",
      name: `sluice-worker-${worker}`,
      deno: { permissions },
    });
    const end = new MainEnd(memory);
    const startedMs = performance.now();
    const member: Member = { thread, end, memory, pulse: new Pulse(), startedMs, isGone: false };
    seat.member = member;
    thread.addEventListener("error", (event) => {
      event.preventDefault(); // otherwise the whole process ends
      this.#lose(worker, seat, member, event.message);
    });
    thread.postMessage(start(worker, memory));
    const receiver = this.#events.started(worker, end);
    end.run(receiver).catch((error: unknown) => {
      this.#lose(worker, seat, member, error instanceof Error ? error.message : String(error));
    });
  }

  /** Gives up who has shown no sign of life for too long: it hangs, or its thread has ended. */
  #look(): void {
    for (const [worker, seat] of this.#seats.entries()) {
      const { member } = seat;
      if (member === undefined) continue;
      const quietMs = member.pulse.look(member.end.gauges.pulse, this.#lookMs);
      if (!member.pulse.exceeds(this.#quietMs)) continue;
      this.#lose(worker, seat, member, `No sign of life for ${Math.round(quietMs)} ms`);
    }
  }

  /** Replaces a worker, later and later while it is lost soon after each start. */
  #lose(worker: number, seat: Seat, member: Member, reason: string): void {
    if (member.isGone) return;
    this.#end(seat, member);
    const pauseMs = seat.backoff.pauseMs(performance.now() - member.startedMs);
    if (!this.#isEnding) {
      seat.restart = setTimeout(() => {
        seat.restart = undefined;
        seat.restarts++;
        this.#start(worker, seat);
      }, pauseMs);
    }
    this.#events.lost(worker, reason, pauseMs);
  }

  #end(seat: Seat, member: Member): void {
    member.isGone = true;
    member.thread.terminate();
    member.end.close();
    seat.member = undefined;
    member.left?.();
  }

  #endRestarts(): void {
    this.#isEnding = true;
    for (const { restart } of this.#seats) clearTimeout(restart);
  }

  /** Lets a worker leave by itself; one that does not is ended. */
  async #leave(seat: Seat, member: Member): Promise<void> {
    member.end.send.stop();
    member.end.flush();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LEAVE_MS);
      member.left = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (!member.isGone) this.#end(seat, member);
  }
}
