/**
 * Which trace a request belongs to, by the field that tracers agree on
 * (https://www.w3.org/TR/trace-context/).
 *
 * @module
 */

/** A trace, and the span in it that sent the request. */
export interface TraceParent {
  /** 32 hexadecimal digits in lower case, not all 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits in lower case, not all 0. */
  readonly parentId: string;
  /** Whether the caller recorded the trace. */
  readonly isSampled: boolean;
}

/** §3.2: version, trace id, parent id and flags; a later version may append a hyphen and more. */
const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-[^,]*)?$/;

/** Characters of a value of version 00, which has nothing behind the flags. */
const FIRST_VERSION_CHARS = 55;

/** §3.2.2.1: never a version. */
const NO_VERSION = "ff";

const NO_TRACE = "0".repeat(32);
const NO_PARENT = "0".repeat(16);

/** §3.2.2.5.1. */
const SAMPLED = 0x01;

/**
 * Reads a `traceparent` field. Several of them are none (§3.2.1).
 *
 * @returns `undefined` for a value that is not valid; it is then to be treated as absent (§3.2.2).
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
 * assertEquals(parseTraceParent(value), {
 *   traceId: "0af7651916cd43dd8448eb211c80319c",
 *   parentId: "b7ad6b7169203331",
 *   isSampled: true,
 * });
 * assertEquals(parseTraceParent(`${value}, ${value}`), undefined);
 * ```
 */
export function parseTraceParent(value: string): TraceParent | undefined {
  const [, version = NO_VERSION, traceId = "", parentId = "", flags = ""] =
    TRACE_PARENT.exec(value) ?? [];
  if (version === NO_VERSION || traceId === NO_TRACE || parentId === NO_PARENT) return undefined;
  if (version === "00" && value.length !== FIRST_VERSION_CHARS) return undefined;
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}
