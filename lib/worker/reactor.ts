/**
 * A worker's round: take frames, let connections act, keep their time, sleep.
 *
 * @module
 */

import { BlockPool, SendPool } from "../channel/buffers.ts";
import { WorkerEnd } from "../channel/channel.ts";
import type { Repeated, ToWorker } from "../channel/frames.ts";
import type { Moment } from "../handlers/moment.ts";
import { HeadParsers } from "../http/head_parsers.ts";
import { HeadWriter } from "../http/response.ts";
import { UploadClaims } from "../security/upload_claims.ts";
import { AccessLog } from "../telemetry/access_log.ts";
import { WorkerCounters, WorkerState } from "../telemetry/worker_counters.ts";
import { Accounting } from "./accounting.ts";
import { LogCourier } from "./courier.ts";
import { Exchange } from "./exchange.ts";
import { Gate } from "./gate.ts";
import { IdleConnections } from "./idle_connections.ts";
import { ReadyAnswers } from "./ready_answers.ts";
import { RepeatedAnswers } from "./repeated_answers.ts";
import { routerOf } from "./routes.ts";
import type { Service } from "./service.ts";
import type { WorkerSettings, WorkerStart } from "./settings.ts";

/** How often deadlines are looked at, in milliseconds: they are counted in seconds. */
const TICK_MS = 250;

/** How long a waiting access line may wait for company, in milliseconds. */
const LOG_DELAY_MS = 50;

/** How often a worker looks at its own memory, in milliseconds. */
const GAUGE_MS = 1_000;

/** An idle worker wakes this often, in milliseconds, so that it shows that it lives, and can be ended. */
const IDLE_MS = 1_000;

/** The worker's clock: it stands still within a round. */
class Round implements Moment {
  round = 0;
  epochMs = Date.now();
  nowMs = performance.now();

  /** Goes on to the next round. */
  begin(): void {
    this.round++;
    this.epochMs = Date.now();
    this.nowMs = performance.now();
  }
}

/** RFC 6797 §6.1. */
function hstsField(seconds: number): string {
  return seconds === 0 ? "" : `Strict-Transport-Security: max-age=${seconds}\r\n`;
}

/** The part of the service that the settings decide; the rest stays as long as the worker. */
type Practice = Pick<
  Service,
  "router" | "gate" | "heads" | "accessLog" | "accounting" | "limits" | "parsers" | "timeouts"
>;

/** Waits until the event loop has delivered what is due. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** One worker's connections and their time. */
export class Reactor implements ToWorker {
  readonly #end: WorkerEnd;
  readonly #service: Service;
  readonly #counters: WorkerCounters | undefined;
  readonly #claims: UploadClaims; // a new one would end those of uploads under way
  readonly #exchanges: (Exchange | undefined)[];
  readonly #round = new Round();
  readonly #courier: LogCourier;
  #active = 0;
  #pending = 0;
  #nextTickMs = 0;
  #nextGaugeMs = 0;
  #nextLogMs = 0;
  #renewalsDue = 0;
  #isDraining = false;
  #isStopped = false;

  /** Takes the worker's end of the channel. */
  constructor({ worker, memory, settings }: WorkerStart) {
    const end = this.#end = new WorkerEnd(memory);
    this.#exchanges = new Array<Exchange | undefined>(memory.slots).fill(undefined);
    const round = this.#round;
    const { isCounting, memory: { workers } } = settings.telemetry;
    const page = isCounting ? workers[worker] : undefined;
    this.#claims = new UploadClaims(settings.uploadClaims, settings.gate.seed, worker);
    const counters = this.#counters = page && new WorkerCounters(page);
    const courier = this.#courier = new LogCourier(end.send, () => round.nowMs);
    const blocks = new BlockPool(end.buffers);
    this.#service = {
      worker,
      moment: round,
      get roundMs() {
        return round.nowMs;
      },
      send: end.send,
      buffers: end.buffers,
      sends: new SendPool(end.buffers),
      blocks,
      ready: new ReadyAnswers(end.buffers, blocks),
      repeated: new RepeatedAnswers(end.repeats, end.gauges),
      gauges: end.gauges,
      idle: new IdleConnections(memory.slots),
      counters,
      scheme: settings.gate.defaultPort === 443 ? "https" : "http",
      ...this.#practice(worker, settings),
      event: (event) => courier.event(event),
      record: (record) => courier.record(record),
      flush: () => end.flush(),
      pending: (change) => this.#pending += change,
    };
  }

  #practice(worker: number, settings: WorkerSettings): Practice {
    return {
      router: routerOf(settings, this.#claims, this.#counters),
      gate: new Gate(settings.gate),
      heads: new HeadWriter(
        settings.timeouts.keepAliveMs,
        settings.limits.requestsMax,
        hstsField(settings.hstsSeconds),
      ),
      accessLog: new AccessLog({
        worker,
        ...settings.access,
        flush: (form, lines) => this.#courier.access(form, lines),
      }),
      accounting: new Accounting(settings.accounting),
      limits: settings.limits,
      parsers: new HeadParsers(settings.limits),
      timeouts: settings.timeouts,
    };
  }

  /** Serves until it is stopped. */
  async run(): Promise<void> {
    const { counters } = this.#service;
    while (!this.#isStopped) {
      this.#round.begin();
      this.#service.repeated.begin(this.#round.nowMs);
      counters?.since(this.#round.epochMs);
      this.#end.receive(this);
      this.#giveUpIdle();
      counters?.rings(this.#end.incoming, this.#end.outgoing);
      this.#tick(this.#round.nowMs);
      this.#flushLog(this.#round.nowMs);
      this.#end.flush();
      counters?.enter(WorkerState.Idle);
      while (this.isWaiting) await nextTurn();
      await this.#end.sleep(this.#sleepMs(), this.#pending === 0);
    }
  }

  renew(): void {
    this.#renewalsDue++;
  }

  /** Whether settings are on their way: what was sent behind them is served by them. */
  get isWaiting(): boolean {
    return this.#renewalsDue > 0;
  }

  /**
   * Goes on by other settings. A request under way ends by what it has asked already; a connection
   * keeps the bounds that it began with, so each closes after its next answer.
   */
  renewed(settings: WorkerSettings): void {
    this.#renewalsDue--;
    this.#service.accessLog.flush();
    this.#service.router.close();
    this.#service.repeated.forget();
    Object.assign(this.#service, this.#practice(this.#service.worker, settings));
    for (let slot = 0; slot < this.#exchanges.length; slot++) {
      this.#act(slot, (exchange) => exchange.retire());
    }
  }

  opened(slot: number, client: string, local: string): void {
    const exchange = new Exchange(this.#service, slot, client, local, this.#round.nowMs);
    this.#exchanges[slot] = exchange;
    this.#service.idle.opened(slot, this.#round.nowMs);
    this.#active++;
    if (this.#isDraining) exchange.drain();
  }

  received(slot: number, byteLength: number): void {
    this.#act(slot, (exchange) => exchange.received(byteLength));
  }

  written(slot: number): void {
    this.#act(slot, (exchange) => exchange.written());
  }

  repeated(slot: number, { place, sentBytes, durationUs, epochMs }: Repeated): void {
    const answer = this.#service.repeated.settle(place);
    // Of the time only the lower 32 bits came: it is the latest with those that is not to come.
    const timeMs = this.#round.epochMs - Math.max(0, (this.#round.epochMs - epochMs) | 0);
    this.#exchanges[slot]?.repeated(answer, sentBytes, durationUs / 1000, timeMs);
  }

  failed(slot: number): void {
    this.#act(slot, (exchange) => exchange.release());
  }

  closed(slot: number, unwrittenBytes: number): void {
    this.#exchanges[slot]?.closed(unwrittenBytes);
    this.#exchanges[slot] = undefined;
    this.#active--;
    this.#reportDrained();
  }

  drain(): void {
    this.#isDraining = true;
    for (let slot = 0; slot < this.#exchanges.length; slot++) {
      this.#act(slot, (exchange) => exchange.drain());
    }
    this.#reportDrained();
  }

  stop(): void {
    this.#isStopped = true;
    // Whatever was not finished in time leaves nothing behind.
    for (let slot = 0; slot < this.#exchanges.length; slot++) {
      this.#act(slot, (exchange) => exchange.release());
      this.#exchanges[slot]?.closed(); // nobody will report it any more
    }
    this.#sendLog();
    this.#end.send.left();
  }

  /** Closes connections that are idle while others wait for a slot, the longest idle first. */
  #giveUpIdle(): void {
    const { gauges, idle } = this.#service;
    const wanted = gauges.waiting;
    if (wanted === 0) return;
    for (let slot = idle.giveUp(wanted, this.#round.nowMs); slot !== undefined;) {
      this.#act(slot, (exchange) => exchange.closeIfIdle());
      slot = idle.giveUp(wanted, this.#round.nowMs);
    }
  }

  /** Lets a connection act. What it throws is a fault of ours and costs this connection alone. */
  #act(slot: number, action: (exchange: Exchange) => void): void {
    const exchange = this.#exchanges[slot];
    if (exchange === undefined || exchange.isOver) return; // over before this frame arrived
    try {
      action(exchange);
    } catch (error) {
      this.#service.record({
        level: "error",
        category: "worker",
        message: "Cannot go on with a connection",
        properties: { worker: this.#service.worker, error },
      });
      exchange.release();
    }
  }

  #reportDrained(): void {
    if (!this.#isDraining || this.#active > 0) return;
    this.#sendLog();
    this.#end.send.drained();
  }

  #tick(nowMs: number): void {
    if (nowMs < this.#nextTickMs) return;
    this.#nextTickMs = nowMs + TICK_MS;
    this.#gauge(nowMs);
    this.#service.router.tidy(this.#round);
    this.#service.ready.tidy();
    this.#service.repeated.tidy();
    if (this.#active === 0) return;
    for (let slot = 0; slot < this.#exchanges.length; slot++) {
      if (this.#exchanges[slot] !== undefined) this.#act(slot, (it) => it.expire(nowMs));
    }
  }

  #gauge(nowMs: number): void {
    const { counters } = this.#service;
    if (counters === undefined || nowMs < this.#nextGaugeMs) return;
    this.#nextGaugeMs = nowMs + GAUGE_MS;
    counters.memory(Deno.memoryUsage());
  }

  /** Lets access lines go that have waited for company long enough. */
  #flushLog(nowMs: number): void {
    if (nowMs < this.#nextLogMs) return;
    this.#nextLogMs = nowMs + LOG_DELAY_MS;
    this.#sendLog();
  }

  #sendLog(): void {
    this.#service.accessLog.flush();
    this.#courier.reportLoss();
  }

  /** How long nothing needs to be done. Access lines that nobody adds to go out first. */
  #sleepMs(): number {
    const { accessLog } = this.#service;
    if (!accessLog.isEmpty) return LOG_DELAY_MS;
    return this.#active > 0 ? TICK_MS : IDLE_MS;
  }
}
