/** What the server sends to the page, once a second: times are milliseconds since 1970 or seconds. */
export interface Snapshot {
  /** Version of the server. */
  readonly version: string;
  /** When the snapshot was taken. */
  readonly timeMs: number;
  /** When the server started: another value means another server. */
  readonly startedMs: number;
  /** Time since then. */
  readonly uptimeSeconds: number;
  /** How the server is. */
  readonly status: "ok" | "degraded" | "draining";
  /** Requests that were answered. */
  readonly requests: {
    readonly total: number;
    readonly perSecond: number;
    readonly byMethod: Readonly<Record<string, number>>;
    readonly byClass: Readonly<Record<string, number>>;
    readonly byStatus: Readonly<Record<string, number>>;
  };
  /** Bytes of requests and of answers. */
  readonly bytes: { readonly received: number; readonly sent: number };
  /** Time to answer, since the start. */
  readonly latency: Times;
  /** Time to answer, since the snapshot before. */
  readonly recentLatency: Times;
  /** Time to the first byte of an answer. */
  readonly firstByte: Times;
  /** Connections, and those turned away by reason. */
  readonly connections: {
    readonly open: number;
    readonly accepted: number;
    readonly refused: Readonly<Record<"saturated" | "crowded" | "banned", number>>;
  };
  /** Connections that wait for a worker. */
  readonly queue: { readonly length: number; readonly capacity: number; readonly wait: Times };
  /** Every worker. */
  readonly workers: readonly WorkerState[];
  /** What broke a rule. */
  readonly security: {
    readonly byKind: Readonly<Record<string, number>>;
    readonly events: readonly SecurityEvent[];
    readonly offenders: readonly Offender[];
  };
  /** The rate limit; without one `ratePerSecond` is null. */
  readonly rateLimit: {
    readonly limited: number;
    readonly ratePerSecond: number | null;
    readonly burst: number | null;
    readonly tracked: number;
    readonly capacity: number;
    readonly banned: number;
  };
  /** Stored uploads. */
  readonly uploads: { readonly stored: number; readonly bytes: number };
  /** Memory of the process. */
  readonly memory: {
    readonly rssBytes: number;
    readonly heapUsedBytes: number;
    readonly heapTotalBytes: number;
    readonly externalBytes: number;
  };
  /** How late the main thread's timers are. */
  readonly eventLoopLagSeconds: number;
  /** Log lines that were dropped rather than waited for. */
  readonly logLinesDropped: number;
}

/** A distribution of durations. */
export interface Times {
  /** How many durations it is made of. */
  readonly count: number;
  /** Their mean. */
  readonly meanSeconds: number;
  /** The median. */
  readonly p50Seconds: number;
  /** Nine of ten are at most this. */
  readonly p90Seconds: number;
  /** All but one of a hundred. */
  readonly p99Seconds: number;
  /** All but one of a thousand. */
  readonly p999Seconds: number;
  /** The longest. */
  readonly maxSeconds: number;
}

/** Bytes in a ring between the main thread and a worker. */
export interface RingState {
  /** Now. */
  readonly usedBytes: number;
  /** At most so far. */
  readonly peakBytes: number;
  /** What it can hold. */
  readonly capacityBytes: number;
}

/** One worker. */
export interface WorkerState {
  /** Its number. */
  readonly worker: number;
  /** What it does. */
  readonly state: "idle" | "parsing" | "handling" | "writing" | "lost";
  /** Since when. */
  readonly sinceMs: number;
  /** Connections it serves. */
  readonly connections: number;
  /** Connections it can serve. */
  readonly slots: number;
  /** Requests it answered. */
  readonly requests: number;
  /** Requests it is answering. */
  readonly inFlight: number;
  /** How often it was replaced. */
  readonly restarts: number;
  /** Its heap. */
  readonly heapUsedBytes: number;
  /** The ring that leads to it. */
  readonly ringIn: RingState;
  /** The ring that leads back. */
  readonly ringOut: RingState;
}

/** Something that broke a rule; the like of it within a short time are one event. */
export interface SecurityEvent {
  /** What was tried. */
  readonly kind: string;
  /** The rule that was broken. */
  readonly rule: string;
  /** Address of the client. */
  readonly client: string;
  /** The request's target, as the client wrote it: hostile. */
  readonly target: string;
  /** Status of the answer, 0 if there was none. */
  readonly status: number;
  /** The worker that answered. */
  readonly worker: number;
  /** The first of them. */
  readonly timeMs: number;
  /** The last of them. */
  readonly lastMs: number;
  /** How many. */
  readonly count: number;
}

/** A client with many events. */
export interface Offender {
  /** Its address. */
  readonly client: string;
  /** How many events, at most. */
  readonly count: number;
  /** By how much `count` may be too high. */
  readonly overcount: number;
  /** The last of them. */
  readonly lastMs: number;
}
