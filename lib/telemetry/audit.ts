/**
 * The audit trail of the main thread: who tried what, told in few lines however often it is tried.
 *
 * @module
 */

import { EventFolds, type Fold } from "./event_folds.ts";
import { formatJson } from "./log_line.ts";
import { boundEvent, type SecurityEvent } from "./security_event.ts";
import type { SecurityEventKind } from "./security_kind.ts";
import { type TopClient, TopClients } from "./top_clients.ts";

/** The time an {@linkcode AuditTrail} lives in. */
export interface AuditClock {
  /** Epoch time in milliseconds. */
  nowMs(): number;
  /** Calls `act` once, `delayMs` from now, unless the function it gives is called before. */
  after(delayMs: number, act: () => void): () => void;
}

/** Where an {@linkcode AuditTrail} writes to. */
export interface AuditOptions {
  /** Takes each line, one JSON object and a newline; the bytes are its own. Default: nobody. */
  readonly write?: ((line: Uint8Array) => void) | undefined;
  /** Takes the same for the ordinary log, which escapes it. */
  readonly warn: (message: string, properties: Record<string, unknown>) => void;
  /** Default: the system's. */
  readonly clock?: AuditClock;
}

/** Identical events of one window, as they are remembered. */
export interface AuditEntry {
  /** The first of them: all had its kind, rule and client. */
  readonly event: SecurityEvent;
  /** How many there were, the first included. */
  readonly count: number;
  /** Epoch time in milliseconds of the last. */
  readonly lastMs: number;
}

/** Who watches sees an attack begin at once, and after that six times a minute how it goes on. */
const WINDOW_MS = 10_000;

/** A few screens of a dashboard, and at most 300 KiB. */
const HISTORY_MAX = 256;

/** Whoever causes more than one event in 64 is surely among them. */
const TOP_CLIENTS = 64;

const LOGGER = "sluice.audit";

const SYSTEM_CLOCK: AuditClock = {
  nowMs: () => Date.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
};

const encoder = new TextEncoder();

/**
 * Counts security events and writes them down. The first event opens a window of ten seconds; in it
 * the first of identical events (same kind, rule and client) is written at once, and how often it was
 * repeated in one line at its end. At most 999 lines come of a window, whatever happens in it: what
 * finds no room is counted in its last line. Every line has a `count`, and all of them add up to the
 * number of events.
 *
 * Nothing here waits or throws, memory is bounded, and no timer runs between windows.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const told: string[] = [];
 * const trail = new AuditTrail({
 *   warn: (message, { client, count }) => told.push(`${message}: ${client} ${count}`),
 * });
 * const event = { kind: "traversal", rule: "backslash", target: "/..\\", status: 403 } as const;
 * for (let times = 0; times < 3; times++) {
 *   trail.note({ ...event, client: "192.0.2.1", worker: 1, timeMs: Date.now() });
 * }
 * trail.close();
 * assertEquals(told, ["Security event: 192.0.2.1 1", "Security event repeated: 192.0.2.1 2"]);
 * assertEquals(trail.counts().traversal, 3);
 * ```
 */
export class AuditTrail {
  readonly #options: AuditOptions;
  readonly #clock: AuditClock;
  readonly #counts = noCounts();
  readonly #clients = new TopClients(TOP_CLIENTS);
  /** A ring: the oldest makes room. Folds of the open window still count. */
  readonly #history: Fold[] = [];
  #oldest = 0;
  #window: { readonly folds: EventFolds; readonly cancel: () => void } | undefined;
  #isClosed = false;

  /** Begins an empty trail. */
  constructor(options: AuditOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** Takes an event. After {@linkcode AuditTrail.close} it is ignored. */
  note(event: SecurityEvent): void {
    if (this.#isClosed) return;
    const bounded = boundEvent(event);
    this.#counts[bounded.kind]++;
    this.#clients.add(bounded.client, bounded.timeMs);
    this.#window ??= {
      folds: new EventFolds(),
      cancel: this.#clock.after(WINDOW_MS, () => this.#endWindow()),
    };
    const fold = this.#window.folds.add(bounded);
    if (fold?.count !== 1) return;
    this.#remember(fold);
    this.#write(bounded.timeMs, "Security event", { ...fieldsOf(bounded), count: 1 });
  }

  /** Events of each kind since the start. */
  counts(): Readonly<Record<SecurityEventKind, number>> {
    return { ...this.#counts };
  }

  /** The last 256 entries, newest first. Suppressed events are in none. */
  history(): AuditEntry[] {
    const inOrder = [
      ...this.#history.slice(this.#oldest),
      ...this.#history.slice(0, this.#oldest),
    ];
    return inOrder.reverse().map((fold) => ({ ...fold }));
  }

  /** The clients with the most events since the start, at most 64, most first. */
  topClients(): TopClient[] {
    return this.#clients.list();
  }

  /** Ends the open window, with what is still to be written, and takes no more events. */
  close(): void {
    this.#isClosed = true;
    this.#endWindow();
  }

  #endWindow(): void {
    const window = this.#window;
    if (window === undefined) return;
    this.#window = undefined;
    window.cancel();
    const nowMs = this.#clock.nowMs();
    for (const { event, count, lastMs } of window.folds.folds()) {
      if (count === 1) continue;
      const times = { first: timeText(event.timeMs), last: timeText(lastMs) };
      const fields = { ...fieldsOf(event), count: count - 1, ...times };
      this.#write(nowMs, "Security event repeated", fields);
    }
    const { suppressed } = window.folds;
    if (suppressed === undefined) return;
    const { count, kinds, firstMs, lastMs } = suppressed;
    const fields = { count, first: timeText(firstMs), last: timeText(lastMs), ...kinds };
    this.#write(nowMs, "Security events suppressed", fields);
  }

  #remember(fold: Fold): void {
    if (this.#history.length < HISTORY_MAX) {
      this.#history.push(fold);
      return;
    }
    this.#history[this.#oldest] = fold;
    this.#oldest = (this.#oldest + 1) % HISTORY_MAX;
  }

  #write(timeMs: number, message: string, properties: Record<string, unknown>): void {
    const entry = { timeMs, level: "warn", logger: LOGGER, message, properties } as const;
    this.#options.write?.(encoder.encode(formatJson(entry)));
    this.#options.warn(message, properties);
  }
}

function noCounts(): Record<SecurityEventKind, number> {
  return {
    "traversal": 0,
    "hidden-file": 0,
    "symlink": 0,
    "host": 0,
    "protocol": 0,
    "limit": 0,
    "timeout": 0,
    "rate-limit": 0,
    "banned": 0,
    "upload": 0,
    "admin": 0,
    "cors": 0,
  };
}

function fieldsOf({ kind, rule, client, target, status, worker, requestId }: SecurityEvent) {
  const fields = { kind, rule, client, target, status, worker };
  return requestId === undefined ? fields : { ...fields, requestId };
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
