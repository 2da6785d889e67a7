/**
 * The four forms of a request target (RFC 9112 §3.2), and the authority that one of them and the Host
 * field share.
 *
 * @module
 */

import { HttpError } from "./errors.ts";

/** How the connection is secured, as a URI says it. */
export type Scheme = "http" | "https";

/** A request target, taken apart. */
export interface Target {
  /** Which form it had; authority-form is CONNECT's alone. */
  readonly form: "origin" | "absolute" | "asterisk" | "authority";
  /** The path as it came, percent-encoding and all; `*` for the asterisk form, empty for authority. */
  readonly path: string;
  /** What came after the first `?`, without it. */
  readonly query: string | undefined;
  /** The authority of an absolute-form or authority-form target. */
  readonly authority: string | undefined;
}

const ABSOLUTE = /^(https?):\/\/([^/?]*)(.*)$/i;

// RFC 3986 §3.2.2, without userinfo, which has no place here (RFC 9110 §4.2.4), and with a host, which
// http cannot do without (§4.2.1). What stands in brackets is looked at by whoever knows addresses.
const AUTHORITY =
  /^(?:\[[0-9A-Za-z:.\-_~!$&'()*+,;=]+\]|(?:[0-9A-Za-z\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::([0-9]{1,5}))?$/;

const PORT = /:[0-9]+$/;
const PORT_MAX = 65_535;

/**
 * Whether a text is a host with or without a port (RFC 9110 §7.2).
 *
 * @example Usage
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(isAuthority("[::1]:8080"));
 * assert(!isAuthority("user@localhost"));
 * assert(!isAuthority(":8080"));
 * ```
 */
export function isAuthority(text: string): boolean {
  const parts = AUTHORITY.exec(text);
  return parts !== null && Number(parts[1] ?? 0) <= PORT_MAX;
}

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
 * @param scheme The connection's own: no other can be served on it (RFC 9110 §7.4).
 * @throws {HttpError} 400 when it has none of the forms that `method` may use.
 */
export function parseTarget(method: string, text: string, scheme: Scheme): Target {
  if (method === "CONNECT") return authorityForm(text);
  if (text.charCodeAt(0) === 0x2f) {
    const { path, query } = origin(text);
    return { form: "origin", path, query, authority: undefined };
  }
  if (text === "*") {
    if (method === "OPTIONS") {
      return { form: "asterisk", path: "*", query: undefined, authority: undefined };
    }
    throw new HttpError(400, "Cannot accept the target: the asterisk form is for OPTIONS");
  }
  return absoluteForm(method, text, scheme);
}

function authorityForm(text: string): Target {
  if (!isAuthority(text) || !PORT.test(text)) {
    throw new HttpError(400, "Cannot accept the target: CONNECT wants a host and a port");
  }
  return { form: "authority", path: "", query: undefined, authority: text };
}

function absoluteForm(method: string, text: string, scheme: Scheme): Target {
  const absolute = ABSOLUTE.exec(text);
  if (absolute === null) {
    throw new HttpError(400, "Cannot accept the target: it has no form that this method may use");
  }
  const [, given = "", authority = "", rest = ""] = absolute;
  if (given.toLowerCase() !== scheme) {
    throw new HttpError(400, `Cannot accept the target: this connection is for ${scheme}`);
  }
  if (!isAuthority(authority)) {
    throw new HttpError(400, "Cannot accept the target: its authority is not a host");
  }
  const { path, query } = origin(rest);
  // OPTIONS for a whole server, sent in absolute form (§3.2.4).
  if (path === "" && query === undefined && method === "OPTIONS") {
    return { form: "asterisk", path: "*", query, authority };
  }
  return { form: "absolute", path: path === "" ? "/" : path, query, authority };
}
