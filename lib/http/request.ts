/**
 * What a request asks, once its head is complete and its framing beyond doubt.
 *
 * @module
 */

import { HttpError } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { type ContentFraming, contentFraming } from "./framing.ts";
import type { HeadParser } from "./head_parser.ts";
import { latin1 } from "./octets.ts";
import { isAuthority, parseTarget, type Scheme, type Target } from "./target.ts";
import { TextTable } from "./text_table.ts";

/** What a client wants before it sends the content (RFC 9110 §10.1.1). */
export type Expectation =
  /** Nothing. */
  | "none"
  /** A 100. */
  | "continue"
  /** Something that nobody knows: 417. */
  | "unknown";

/** A request without its content. */
export interface Request {
  /** The method token as it came; methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string;
  /** The request target as it came, for the log. */
  readonly rawTarget: string;
  /** The request target, taken apart. */
  readonly target: Target;
  /** Minor version to answer by: 0 or 1; a higher one is treated as 1 (RFC 9110 §2.5). */
  readonly minorVersion: 0 | 1;
  /** The field lines; see {@linkcode Fields} for how long they can be read. */
  readonly fields: Fields;
  /** The authority asked for: of an absolute target, or of `Host`; absent in HTTP/1.0 only. */
  readonly host: string | undefined;
  /** How long the content is. */
  readonly content: ContentFraming;
  /** Whether the connection outlives the answer (RFC 9112 §9.3). */
  readonly persistent: boolean;
  /** What the client waits for. */
  readonly expectation: Expectation;
}

/** Methods as constants: the same text for every request, and no garbage for the common ones. */
const METHODS: readonly string[] = [
  "GET",
  "HEAD",
  "POST",
  "OPTIONS",
  "PUT",
  "DELETE",
  "PATCH",
  "TRACE",
  "CONNECT",
];

const targets = new TextTable();

function methodAt(bytes: Uint8Array, start: number, end: number): string {
  for (const method of METHODS) {
    if (method.length !== end - start || method.charCodeAt(0) !== bytes[start]) continue;
    let at = 1;
    while (at < method.length && method.charCodeAt(at) === bytes[start + at]) at++;
    if (at === method.length) return method;
  }
  return latin1(bytes, start, end);
}

/** A member of a `Connection` list; options are case-insensitive (RFC 9110 §7.6.1). */
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const KEEP_ALIVE = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;

/** RFC 9112 §9.3; and behind CONNECT nothing is HTTP any more, whatever became of it. */
function isPersistent(fields: Fields, minorVersion: number, method: string): boolean {
  if (method === "CONNECT") return false;
  const options = fields.get("connection");
  if (options === undefined) return minorVersion === 1;
  if (options === "keep-alive") return true; // what nearly every client says
  return !CLOSE.test(options) && (minorVersion === 1 || KEEP_ALIVE.test(options));
}

/** The last Host that passed: most clients name the same, and it need not be judged again. */
let soundHost: string | undefined;

/** RFC 9112 §3.2: exactly one in HTTP/1.1, at most one in HTTP/1.0, and never an invalid one. */
function hostField(fields: Fields, minorVersion: number): string | undefined {
  const host = fields.get("host");
  if (host === soundHost && host !== undefined) return host;
  if (host === undefined) {
    if (minorVersion === 0) return undefined;
    throw new HttpError(400, "Cannot tell the host: Host is missing");
  }
  // Two values have a space between them, so they are none of these.
  if (isAuthority(host)) return soundHost = host;
  throw new HttpError(400, "Cannot tell the host: Host is not one host with or without a port");
}

/** RFC 9110 §10.1.1: 100-continue is the only expectation there is; HTTP/1.0 has none. */
function expectationOf(fields: Fields, minorVersion: number): Expectation {
  const value = minorVersion === 0 ? undefined : fields.get("expect");
  if (value === undefined) return "none";
  return value.toLowerCase() === "100-continue" ? "continue" : "unknown";
}

/**
 * Reads the request out of a parser that has just completed its head.
 *
 * @param bytes The octets that the parser's offsets count in.
 * @param scheme The connection's own.
 * @throws {HttpError} 400 or 501: the message is complete, but not to be trusted.
 */
export function readRequest(parser: HeadParser, bytes: Uint8Array, scheme: Scheme): Request {
  const { fields } = parser;
  const minorVersion = parser.minorVersion === 0 ? 0 : 1;
  const content = contentFraming(fields, minorVersion);
  const method = methodAt(bytes, parser.methodStart, parser.methodEnd);
  const rawTarget = targets.read(bytes, parser.targetStart, parser.targetEnd);
  const target = parseTarget(method, rawTarget, scheme);
  const host = hostField(fields, minorVersion);
  return {
    method,
    rawTarget,
    target,
    minorVersion,
    fields,
    host: method === "CONNECT" ? host : target.authority ?? host,
    content,
    persistent: isPersistent(fields, minorVersion, method),
    expectation: expectationOf(fields, minorVersion),
  };
}
