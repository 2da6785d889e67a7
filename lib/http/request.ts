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
import { parseTarget, type Target } from "./target.ts";

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
  /** The authority asked for: of an absolute-form target, or of `Host`; absent in HTTP/1.0 only. */
  readonly host: string | undefined;
  /** How long the content is. */
  readonly content: ContentFraming;
  /** Whether the client keeps the connection (RFC 9112 §9.3). */
  readonly persistent: boolean;
  /** Whether the client waits for a 100 before it sends the content (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
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

function methodAt(bytes: Uint8Array, start: number, end: number): string {
  for (const method of METHODS) {
    if (method.length !== end - start || method.charCodeAt(0) !== bytes[start]) continue;
    let at = 1;
    while (at < method.length && method.charCodeAt(at) === bytes[start + at]) at++;
    if (at === method.length) return method;
  }
  return latin1(bytes, start, end);
}

/** The options of a `Connection` field, in lower case (RFC 9110 §7.6.1). */
function connectionOptions(fields: Fields): readonly string[] {
  const value = fields.get("connection");
  if (value === undefined) return [];
  return value.toLowerCase().split(",").map((option) => option.trim());
}

/** RFC 9112 §3.2: exactly one in HTTP/1.1, at most one in HTTP/1.0, and never an invalid one. */
function hostField(fields: Fields, minorVersion: number): string | undefined {
  const count = fields.count("host");
  if (count > 1) throw new HttpError(400, "Cannot tell the host: Host is there more than once");
  if (count === 0 && minorVersion > 0) {
    throw new HttpError(400, "Cannot tell the host: Host is missing");
  }
  return fields.get("host");
}

/** RFC 9110 §10.1.1: 100-continue is the only expectation there is; HTTP/1.0 has none. */
function expectation(fields: Fields, minorVersion: number): boolean {
  const value = minorVersion === 0 ? undefined : fields.get("expect");
  if (value === undefined) return false;
  if (value.toLowerCase() === "100-continue") return true;
  throw new HttpError(417, "Cannot meet the expectation: 100-continue is the only one known");
}

/**
 * Reads the request out of a parser that has just completed its head.
 *
 * @param bytes The octets that the parser's offsets count in.
 * @throws {HttpError} 400, 413, 417 or 501: the message is complete, but not to be trusted or not
 * to be met.
 */
export function readRequest(parser: HeadParser, bytes: Uint8Array): Request {
  const { fields } = parser;
  const minorVersion = parser.minorVersion === 0 ? 0 : 1;
  const content = contentFraming(fields, minorVersion);
  const method = methodAt(bytes, parser.methodStart, parser.methodEnd);
  const rawTarget = latin1(bytes, parser.targetStart, parser.targetEnd);
  const target = parseTarget(method, rawTarget);
  const host = hostField(fields, minorVersion);
  const options = connectionOptions(fields);
  return {
    method,
    rawTarget,
    target,
    minorVersion,
    fields,
    host: target.authority ?? host,
    content,
    persistent: !options.includes("close") &&
      (minorVersion === 1 || options.includes("keep-alive")),
    expectsContinue: expectation(fields, minorVersion) && content !== 0,
  };
}
