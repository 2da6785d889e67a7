/**
 * What a client tried and was refused, on its way from the thread that saw it to the audit trail.
 *
 * @module
 */

import { shorten } from "./log_value.ts";
import { isRequestId } from "./request_id.ts";
import { isSecurityEventKind, type SecurityEventKind } from "./security_kind.ts";

export { kindOfRule, SECURITY_EVENT_KINDS, type SecurityEventKind } from "./security_kind.ts";

/** One refused attempt. */
export interface SecurityEvent {
  /** What was tried. */
  readonly kind: SecurityEventKind;
  /** The rule it broke, such as `dot-file`: lower case and hyphens, at most 32 characters. */
  readonly rule: string;
  /** Address of the client. */
  readonly client: string;
  /** Target as sent, or empty when there is none; any character may be in it. */
  readonly target: string;
  /** Status of the answer, or 0 when there was none. */
  readonly status: number;
  /** Number of the worker that saw it; `undefined` for the main thread. */
  readonly worker: number | undefined;
  /** Epoch time in milliseconds. */
  readonly timeMs: number;
  /** What the request is called, if it has a name: see {@linkcode isRequestId}. */
  readonly requestId?: string | undefined;
}

/** Most bytes of an encoded event: three full texts, each character in its worst encoding. */
export const EVENT_BYTES_MAX = 4096;

/** Longest IP address with a zone is 45 + 1 + 15 characters. */
const CLIENT_CHARS_MAX = 64;

/** Tells an attack by; what comes after it is in the access log. */
const TARGET_CHARS_MAX = 512;

const STATUS_MAX = 999;

/** 9999-12-31T23:59:59.999Z: every time up to it can be rendered in 24 characters. */
const TIME_MS_MAX = 253_402_300_799_999;

const RULE = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** Stands for a rule whose name breaks {@linkcode RULE}: the event matters more than the name. */
const OTHER_RULE = "other";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The same event within the bounds that a decoded one has: texts too long lose their end to `…`, a
 * malformed rule becomes `other`, numbers that cannot be meant become 0 or `undefined`.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const event = boundEvent({
 *   kind: "limit",
 *   rule: "path-length",
 *   client: "192.0.2.1",
 *   target: "/" + "x".repeat(9000),
 *   status: 400,
 *   worker: 1,
 *   timeMs: NaN,
 * });
 * assertEquals([event.target.length, event.timeMs], [513, 0]);
 * ```
 */
export function boundEvent(event: SecurityEvent): SecurityEvent {
  const { kind, rule, client, target, status, worker, timeMs, requestId } = event;
  return {
    kind,
    rule: RULE.test(rule) ? rule : OTHER_RULE,
    client: shorten(client, CLIENT_CHARS_MAX),
    target: shorten(target, TARGET_CHARS_MAX),
    status: isWhole(status, STATUS_MAX) ? status : 0,
    worker: isWhole(worker, Number.MAX_SAFE_INTEGER) ? worker : undefined,
    timeMs: timeMs > 0 ? Math.floor(Math.min(timeMs, TIME_MS_MAX)) : 0,
    ...(isRequestId(requestId) ? { requestId } : {}),
  };
}

/**
 * Renders an event, bounded by {@linkcode boundEvent}, as at most 4096 bytes of JSON.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const event: SecurityEvent = {
 *   kind: "hidden-file",
 *   rule: "dot-file",
 *   client: "192.0.2.1",
 *   target: "/.env",
 *   status: 403,
 *   worker: 1,
 *   timeMs: 1_795_406_637_123,
 * };
 * assertEquals(decodeEvent(encodeEvent(event)), event);
 * ```
 */
export function encodeEvent(event: SecurityEvent): Uint8Array {
  return encoder.encode(JSON.stringify(boundEvent(event)));
}

/**
 * Reads an event back. A worker that a client has taken over may send anything, so whatever is not a
 * well-formed event of a known kind within its bounds is `undefined`; it never throws. What a worker
 * says of its own number and of the time is worth as much: whoever knows better replaces both.
 */
export function decodeEvent(bytes: Uint8Array): SecurityEvent | undefined {
  if (bytes.length > EVENT_BYTES_MAX) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, rule, client, target, status, worker, timeMs, requestId }: Record<
    string,
    unknown
  > = { ...value };
  if (!isSecurityEventKind(kind)) return undefined;
  if (typeof rule !== "string" || !RULE.test(rule)) return undefined;
  if (!isText(client, CLIENT_CHARS_MAX) || !isText(target, TARGET_CHARS_MAX)) return undefined;
  if (!isWhole(status, STATUS_MAX) || !isWhole(timeMs, TIME_MS_MAX)) return undefined;
  if (worker !== undefined && !isWhole(worker, Number.MAX_SAFE_INTEGER)) return undefined;
  const event = { kind, rule, client, target, status, worker, timeMs };
  if (requestId === undefined) return event;
  return isRequestId(requestId) ? { ...event, requestId } : undefined;
}

/** A text of at most so many characters and the mark of a cut. */
function isText(value: unknown, charsMax: number): value is string {
  return typeof value === "string" && value.length <= charsMax + 1;
}

function isWhole(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
}
