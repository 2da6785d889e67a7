/**
 * The kinds of security events, and which broken rule is of which kind.
 *
 * @module
 */

/** Every kind, in the order in which counts are shown. */
export const SECURITY_EVENT_KINDS = [
  "traversal",
  "hidden-file",
  "symlink",
  "host",
  "protocol",
  "limit",
  "timeout",
  "rate-limit",
  "banned",
  "upload",
  "admin",
  "cors",
] as const;

/** What a client tried, in one word of a fixed vocabulary: fit for a counter's label. */
export type SecurityEventKind = typeof SECURITY_EVENT_KINDS[number];

/**
 * The rules that have a name of their own, by the name: those of target paths and of hosts. A test
 * compares it with the rules that there are.
 */
export const RULE_KINDS: ReadonlyMap<string, SecurityEventKind> = new Map([
  // No path at all: a broken client more often than an attacker.
  ["not-absolute", "protocol"],
  ["unescaped-byte", "protocol"],
  ["malformed-escape", "protocol"],
  ["invalid-utf8", "protocol"],
  ["control", "protocol"],
  ["path-length", "limit"],
  ["segment-length", "limit"],
  // Every way to name a place, or a file by another name than its own.
  ["nul", "traversal"],
  ["traversal", "traversal"],
  ["encoded-slash", "traversal"],
  ["backslash", "traversal"],
  ["double-encoding", "traversal"],
  ["colon", "traversal"],
  ["trailing-dot-or-space", "traversal"],
  ["windows-name", "traversal"],
  ["dot-file", "hidden-file"],
  ["host-malformed", "host"],
  ["host-unknown", "host"],
  ["host-port", "host"],
  ["symlink", "symlink"],
]);

/** What a status says when the rule says no more than that the protocol was broken. */
const STATUS_KINDS: ReadonlyMap<number, SecurityEventKind> = new Map([
  [408, "timeout"], // RFC 9110 §15.5.9
  [413, "limit"], // RFC 9110 §15.5.14
  [414, "limit"], // RFC 9110 §15.5.15
  [429, "rate-limit"], // RFC 6585 §4
  [431, "limit"], // RFC 6585 §5
]);

/** Whether a value from outside names a kind. */
export function isSecurityEventKind(value: unknown): value is SecurityEventKind {
  return SECURITY_EVENT_KINDS.some((kind) => kind === value);
}

/**
 * The kind of event that a request answered with `status` for a broken rule is. A rule without an
 * entry is of the kind it is named after, alone or before a hyphen, as in `upload-type`; any other is
 * told by the status, and in the end everything is a matter of `protocol`.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(kindOfRule("dot-file", 403), "hidden-file");
 * assertEquals(kindOfRule("upload-type", 415), "upload");
 * assertEquals(kindOfRule("protocol", 431), "limit");
 * assertEquals(kindOfRule("protocol", 400), "protocol");
 * ```
 */
export function kindOfRule(rule: string, status: number): SecurityEventKind {
  const known = RULE_KINDS.get(rule);
  if (known !== undefined) return known;
  const named = SECURITY_EVENT_KINDS.find((kind) => rule === kind || rule.startsWith(`${kind}-`));
  if (named !== undefined && named !== "protocol") return named;
  return STATUS_KINDS.get(status) ?? "protocol";
}
