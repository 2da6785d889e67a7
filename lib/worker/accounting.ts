/**
 * What the accounts of all connections of a worker go by.
 *
 * @module
 */

import { RequestIds } from "../telemetry/request_id.ts";

/** Which of it is wanted; it is posted to a worker, so it is plain data. */
export interface AccountingSettings {
  /** Whether requests have names. */
  readonly requestIds: boolean;
  /** Whether answers say how long they took to make. */
  readonly serverTiming: boolean;
  /** From how many milliseconds on a request is worth a warning; 0 is never. */
  readonly slowMs: number;
  /** Whether access lines tell of `Referer` and `User-Agent`. */
  readonly agents: boolean;
}

/** Bounds and names. */
export class Accounting {
  /** Names the requests, if they have names. */
  readonly requestIds: RequestIds | undefined;
  /** Whether answers carry `Server-Timing`. */
  readonly serverTiming: boolean;
  /** From how many milliseconds on a request is slow. */
  readonly slowMs: number;
  /** Whether `Referer` and `User-Agent` are read. */
  readonly agents: boolean;

  /** Whether every answer is told apart from every other. */
  get isPersonal(): boolean {
    return this.requestIds !== undefined || this.serverTiming;
  }

  /** Goes by `settings`. */
  constructor({ requestIds, serverTiming, slowMs, agents }: AccountingSettings) {
    this.requestIds = requestIds ? new RequestIds() : undefined;
    this.serverTiming = serverTiming;
    this.slowMs = slowMs > 0 ? slowMs : Infinity;
    this.agents = agents;
  }
}
