/**
 * The workers: started, watched, replaced, stopped.
 *
 * @module
 */

import { allocateChannel, type ChannelMemory, MainEnd } from "../channel/channel.ts";
import type { ToMain } from "../channel/frames.ts";

/** Longest pause before a lost worker is replaced, in milliseconds: a worker that dies at once must not spin. */
const RESTART_MS_MAX = 10_000;

/** A worker that lived this long, in milliseconds, is replaced at once: its loss is no storm. */
const STEADY_MS = 30_000;

/** How long a stopped worker may take to leave, in milliseconds, before it is ended. */
const LEAVE_MS = 1_500;

/** A worker's life as the pool tells it. */
export interface PoolEvents {
  /** A worker starts; what is returned is told of its frames. */
  started(worker: number, end: MainEnd): ToMain;
  /** A worker is lost; it will be replaced after `pauseMs`. */
  lost(worker: number, reason: string, pauseMs: number): void;
}

/** How workers are made. */
export interface PoolOptions {
  /** Workers: 1 to 64. */
  readonly workers: number;
  /** Connection slots of each: 1 to 16384. */
  readonly slots: number;
  /** What each may do. */
  readonly permissions: Deno.PermissionOptionsObject;
  /** The worker's module. */
  readonly module: string;
  /** What is posted to a worker to start it. */
  readonly start: (worker: number, memory: ChannelMemory) => unknown;
}

/** Workers for this many cores when nobody said how many; see README, "How many workers". */
export function defaultWorkers(cores: number): number {
  return Math.max(1, Math.min(cores, 8));
}

/** One thread and its channel. */
interface Member {
  readonly thread: Worker;
  readonly end: MainEnd;
  readonly startedMs: number;
  isGone: boolean;
  /** Set while the pool waits for it to leave. */
  left?: () => void;
}

/** A fixed number of workers. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #events: PoolEvents;
  readonly #members: (Member | undefined)[] = [];
  readonly #restarts = new Set<ReturnType<typeof setTimeout>>();
  #failures = 0;
  #isStopping = false;

  /** Starts every worker. */
  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options;
    this.#events = events;
    for (let worker = 0; worker < options.workers; worker++) this.#start(worker);
  }

  /** Workers alive now. */
  get aliveCount(): number {
    return this.#members.filter((member) => member !== undefined).length;
  }

  /** Asks every worker to finish what is under way; each reports `drained`. */
  drain(): void {
    for (const member of this.#members) {
      member?.end.send.drain();
      member?.end.flush();
    }
  }

  /** Told of a worker's last frame. */
  noteLeft(worker: number): void {
    this.#members[worker]?.left?.();
  }

  /** Stops every worker and waits until they are gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    await Promise.all(
      this.#members.map((member, worker) => member && this.#leave(worker, member)),
    );
  }

  #start(worker: number): void {
    const { slots, permissions, module, start } = this.#options;
    const memory = allocateChannel(slots);
    const thread = new Worker(module, {
      type: "module",
      name: `sluice-worker-${worker}`,
      deno: { permissions },
    });
    const end = new MainEnd(memory);
    const member: Member = { thread, end, startedMs: performance.now(), isGone: false };
    this.#members[worker] = member;
    thread.addEventListener("error", (event) => {
      event.preventDefault(); // otherwise the whole process ends
      this.#lose(worker, member, event.message);
    });
    thread.postMessage(start(worker, memory));
    const receiver = this.#events.started(worker, end);
    end.run(receiver).catch((error: unknown) => {
      this.#lose(worker, member, error instanceof Error ? error.message : String(error));
    });
  }

  /** Replaces a worker, later and later while workers are lost soon after they start. */
  #lose(worker: number, member: Member, reason: string): void {
    if (member.isGone) return;
    this.#end(worker, member);
    const lived = performance.now() - member.startedMs;
    this.#failures = lived > STEADY_MS ? 0 : this.#failures + 1;
    const pauseMs = this.#failures <= 1 ? 0 : Math.min(RESTART_MS_MAX, 100 * 2 ** this.#failures);
    this.#events.lost(worker, reason, pauseMs);
    if (this.#isStopping) return;
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.#start(worker);
    }, pauseMs);
    this.#restarts.add(timer);
  }

  #end(worker: number, member: Member): void {
    member.isGone = true;
    member.thread.terminate();
    member.end.close();
    this.#members[worker] = undefined;
  }

  /** Lets a worker leave by itself; one that does not is ended. */
  async #leave(worker: number, member: Member): Promise<void> {
    member.end.send.stop();
    member.end.flush();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LEAVE_MS);
      member.left = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#end(worker, member);
  }
}
