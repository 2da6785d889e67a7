/**
 * What all connections of a worker share.
 *
 * @module
 */

import type { BlockPool, Buffers, SendPool } from "../channel/buffers.ts";
import type { ToMainFrames } from "../channel/frames.ts";
import type { Gauges } from "../channel/gauges.ts";
import type { Moment } from "../handlers/moment.ts";
import type { Router } from "../handlers/router.ts";
import type { HeadParsers } from "../http/head_parsers.ts";
import type { HeadWriter } from "../http/response.ts";
import type { SessionLimits } from "../http/session.ts";
import type { Scheme } from "../http/target.ts";
import type { AccessLog } from "../telemetry/access_log.ts";
import type { LogRecord } from "../telemetry/log_record.ts";
import type { SecurityEvent } from "../telemetry/security_event.ts";
import type { WorkerCounters } from "../telemetry/worker_counters.ts";
import type { Accounting } from "./accounting.ts";
import type { ReadyAnswers } from "./ready_answers.ts";
import type { RepeatedAnswers } from "./repeated_answers.ts";
import type { Gate } from "./gate.ts";
import type { IdleConnections } from "./idle_connections.ts";

/** How long a connection may stay in one place, in milliseconds. */
export interface Timeouts {
  /** From the first octet of a head, or from the connection's start, to the head's end. */
  readonly headTimeoutMs: number;
  /** Between two octets of a content. */
  readonly bodyTimeoutMs: number;
  /** Octets a second that a content must bring on the whole; 0 asks for none. */
  readonly bodyBytesPerSecond: number;
  /** For the peer to take some of an answer. */
  readonly writeTimeoutMs: number;
  /** Between two requests. */
  readonly keepAliveMs: number;
}

/** The worker's own things, lent to its connections. */
export interface Service {
  /** The worker's number, from 0. */
  readonly worker: number;
  /** The round that is under way. */
  readonly moment: Moment;
  /** When it began, on the worker's own clock. */
  readonly roundMs: number;
  /** Frames to the main thread. */
  readonly send: ToMainFrames;
  /** The shared memory that socket octets lie in. */
  readonly buffers: Buffers;
  /** Its send buffers. */
  readonly sends: SendPool;
  /** Its larger blocks. */
  readonly blocks: BlockPool;
  /** Answers that lie in some of them, and in long spans of their own. */
  readonly ready: ReadyAnswers;
  /** What the main thread answers by itself. */
  readonly repeated: RepeatedAnswers;
  /** How things stand at the main thread. */
  readonly gauges: Gauges;
  /** Connections that wait for their peer's next request. */
  readonly idle: IdleConnections;
  /** Finds handlers. */
  readonly router: Router;
  /** Lets requests in. */
  readonly gate: Gate;
  /** Writes answer heads. */
  readonly heads: HeadWriter;
  /** One line for each request. */
  readonly accessLog: AccessLog;
  /** Where everything is counted, unless telemetry is off. */
  readonly counters: WorkerCounters | undefined;
  /** What else is told of requests. */
  readonly accounting: Accounting;
  /** How connections are secured. */
  readonly scheme: Scheme;
  /** Bounds of each connection's requests. */
  readonly limits: SessionLimits;
  /** Parsers for those. */
  readonly parsers: HeadParsers;
  /** Bounds of its time. */
  readonly timeouts: Timeouts;
  /** Sends a security event to the log and the audit trail. */
  event(event: SecurityEvent): void;
  /** Sends a structured record to the log; of those with one message, no more than are of use. */
  record(record: LogRecord): void;
  /** Publishes frames that were sent outside of the worker's own round. */
  flush(): void;
  /** A handler began (+1) or ended (-1) work that the event loop has to finish. */
  pending(change: 1 | -1): void;
}
