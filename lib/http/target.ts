/**
 * The four forms of a request target (RFC 9112 §3.2).
 *
 * @module
 */

import { HttpError } from "./errors.ts";

/** A request target, taken apart. */
export interface Target {
  /** Which form it had; authority-form is CONNECT's alone. */
  readonly form: "origin" | "absolute" | "asterisk" | "authority";
  /** The path as it came, percent-encoding and all; `*` for the asterisk form, empty for authority. */
  readonly path: string;
  /** What came after the first `?`, without it. */
  readonly query: string | undefined;
  /** The authority of an absolute-form or authority-form target; it overrides `Host` (§3.2.2). */
  readonly authority: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?]*)(.*)$/i;

/** Splits a path from its query. */
function origin(text: string): { path: string; query: string | undefined } {
  const mark = text.indexOf("?");
  if (mark < 0) return { path: text, query: undefined };
  return { path: text.slice(0, mark), query: text.slice(mark + 1) };
}

/**
 * Takes a target apart.
 *
 * @param text Visible ASCII without `#`, as the head parser lets through.
 * @throws {HttpError} 400 when it has none of the forms that `method` may use.
 */
export function parseTarget(method: string, text: string): Target {
  if (method === "CONNECT") {
    return { form: "authority", path: "", query: undefined, authority: text };
  }
  if (text.charCodeAt(0) === 0x2f) {
    return { form: "origin", authority: undefined, ...origin(text) };
  }
  if (text === "*") {
    if (method === "OPTIONS") {
      return { form: "asterisk", path: "*", query: undefined, authority: undefined };
    }
    throw new HttpError(400, "Cannot accept the target: the asterisk form is for OPTIONS");
  }
  const absolute = ABSOLUTE.exec(text);
  if (absolute === null) {
    throw new HttpError(400, "Cannot accept the target: it has no form that this method may use");
  }
  const [, authority = "", rest = ""] = absolute;
  // An http URI with an empty host is invalid, and userinfo in one is a disguise (RFC 9110 §4.2.1, §4.2.4).
  if (authority === "" || authority.includes("@")) {
    throw new HttpError(400, "Cannot accept the target: its authority is not a host");
  }
  const { path, query } = origin(rest);
  // OPTIONS for a whole server, sent in absolute form (§3.2.4).
  if (path === "" && query === undefined && method === "OPTIONS") {
    return { form: "asterisk", path: "*", query, authority };
  }
  return { form: "absolute", path: path === "" ? "/" : path, query, authority };
}
