/**
 * Which name inside the root does this request target ask for? Text in, verdict out; no file is
 * looked at. The verdict is the first wall only: where a link of that name leads is judged again, on
 * the real path, by whoever opens it.
 *
 * @module
 */

import { SEPARATOR } from "@std/path";
import {
  brokenSegmentRule,
  type NameSystem,
  SEGMENT_BYTES_MAX,
  type SegmentRule,
  utf8Length,
} from "./segment_rules.ts";

/** What a path can break: first four of the text as a whole, then the rules of one segment. */
export type PathRule =
  | "not-absolute"
  | "path-length"
  | "unescaped-byte"
  | "malformed-escape"
  | "invalid-utf8"
  | SegmentRule;

/** A name inside the root. */
export interface PathAccepted {
  /** Marks acceptance. */
  readonly ok: true;
  /** Decoded names from the root down; none is empty, `.`, `..`, or holds `/`, `\`, `:` or NUL. */
  readonly segments: readonly string[];
  /** The segments behind a slash each; `/` for the root. Decoded: escape it before sending it. */
  readonly path: string;
  /** Whether the target ended in `/`, that is, asked for a folder. */
  readonly trailingSlash: boolean;
}

/** A target that is not served, and why. */
export interface PathRefused {
  /** Marks refusal. */
  readonly ok: false;
  /** 400 when the text is no path at all, 403 when it is one that nobody gets. */
  readonly status: 400 | 403;
  /** The rule it breaks. */
  readonly rule: PathRule;
}

/** The answer about one target. */
export type PathVerdict = PathAccepted | PathRefused;

/** Most bytes of a decoded path: PATH_MAX of Linux, beyond which no system call would take it. */
const PATH_BYTES_MAX = 4096;

/** An escape spends three characters on one byte. */
const PATH_CHARS_MAX = 3 * PATH_BYTES_MAX;

const HOST_SYSTEM: NameSystem = SEPARATOR === "\\" ? "windows" : "posix";

/** Built once: a flood of refused requests allocates nothing here. */
const REFUSED: Readonly<Record<PathRule, PathRefused>> = {
  "not-absolute": refuse(400, "not-absolute"),
  "path-length": refuse(400, "path-length"),
  "unescaped-byte": refuse(400, "unescaped-byte"),
  "malformed-escape": refuse(400, "malformed-escape"),
  "invalid-utf8": refuse(400, "invalid-utf8"),
  "nul": refuse(400, "nul"),
  "control": refuse(400, "control"),
  "traversal": refuse(403, "traversal"),
  "encoded-slash": refuse(403, "encoded-slash"),
  "backslash": refuse(403, "backslash"),
  "double-encoding": refuse(403, "double-encoding"),
  "colon": refuse(403, "colon"),
  "dot-file": refuse(403, "dot-file"),
  "trailing-dot-or-space": refuse(403, "trailing-dot-or-space"),
  // No file system holds such a name: not a policy, the request cannot be meant.
  "segment-length": refuse(400, "segment-length"),
  "windows-name": refuse(403, "windows-name"),
};

/**
 * Decodes and judges the path of an origin-form target (RFC 9112 §3.2.1), without its query.
 *
 * Escapes are decoded once, as strict UTF-8; rules are applied to the decoded text; empty segments
 * collapse. `..` and `.` are refused, never resolved: a client has resolved them (RFC 3986 §5.2.4)
 * or is up to something. The whole text is checked first, then the segments from left to right;
 * the first broken rule is the answer. It never throws.
 *
 * @param path Raw path, one character per byte, beginning with `/`.
 * @param system Whose file naming applies; default is that of the running system. Device and
 * 8.3 names are refused for `windows` only: elsewhere `aux.c` is just a file.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(resolveTargetPath("/a//caf%C3%A9/"), {
 *   ok: true,
 *   segments: ["a", "café"],
 *   path: "/a/café",
 *   trailingSlash: true,
 * });
 * assertEquals(resolveTargetPath("/a/%2e%2e/b"), { ok: false, status: 403, rule: "traversal" });
 * ```
 */
export function resolveTargetPath(path: string, system: NameSystem = HOST_SYSTEM): PathVerdict {
  // Windows has rules about plain names too, so there every path takes the thorough way.
  const plain = system === "posix" ? resolvePlainPath(path) : undefined;
  return plain ?? resolveAnyPath(path, system);
}

/**
 * The fast way, which only ever accepts: letters, digits, `-`, `_`, `~` and inner dots break no
 * rule and need no decoding. Everything else, and every doubt, is `undefined`.
 */
function resolvePlainPath(path: string): PathAccepted | undefined {
  const length = path.length;
  if (length > PATH_BYTES_MAX || path.charCodeAt(0) !== SLASH) return undefined;
  const segments: string[] = [];
  let start = 1;
  let isCollapsed = false;
  for (let at = 1; at <= length; at++) {
    const code = at === length ? SLASH : path.charCodeAt(at);
    if (code !== SLASH) {
      if (IS_PLAIN[code] !== 1) return undefined;
      continue;
    }
    if (at > start) {
      if (path.charCodeAt(start) === DOT || path.charCodeAt(at - 1) === DOT) return undefined;
      if (at - start > SEGMENT_BYTES_MAX) return undefined;
      segments.push(path.slice(start, at));
    } else if (at < length) {
      isCollapsed = true;
    }
    start = at + 1;
  }
  const trailingSlash = path.charCodeAt(length - 1) === SLASH;
  if (isCollapsed) return accept(segments, trailingSlash);
  const normalized = trailingSlash && length > 1 ? path.slice(0, -1) : path;
  return { ok: true, segments, path: normalized, trailingSlash };
}

const SLASH = 0x2f;
const DOT = 0x2e;

/** By character code: 1 for what {@linkcode resolvePlainPath} takes inside a segment. */
const IS_PLAIN = Uint8Array.from(
  { length: 128 },
  (_, code) => /[A-Za-z0-9_\-~.]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** The thorough way: every rule, in the order in which the verdict names them. */
function resolveAnyPath(path: string, system: NameSystem): PathVerdict {
  const broken = brokenTextRule(path);
  if (broken !== undefined) return REFUSED[broken];
  const segments: string[] = [];
  // Split before decoding: an escaped slash is a byte of a name, never a separator.
  for (const raw of path.split("/")) {
    if (raw === "") continue;
    const segment = decodeSegment(raw);
    if (segment === undefined) return REFUSED["invalid-utf8"];
    const rule = brokenSegmentRule(segment, { isFirst: segments.length === 0, system });
    if (rule !== undefined) return REFUSED[rule];
    segments.push(segment);
  }
  const accepted = accept(segments, path.endsWith("/"));
  return utf8Length(accepted.path) > PATH_BYTES_MAX ? REFUSED["path-length"] : accepted;
}

/** The rule that the text as a whole breaks before anything is decoded. */
function brokenTextRule(path: string): PathRule | undefined {
  if (!path.startsWith("/")) return "not-absolute";
  if (path.length > PATH_CHARS_MAX) return "path-length";
  // RFC 3986 §2.1: what is not printable ASCII travels escaped. `?` and `#` end a path (§3.3).
  if (/[^\x21-\x7e]|[?#]/.test(path)) return "unescaped-byte";
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return "malformed-escape";
  return undefined;
}

/** Decodes once; `undefined` for overlong, surrogate or cut UTF-8, which the engine refuses. */
function decodeSegment(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined; // a URIError: the escapes are well-formed, so their bytes are not UTF-8
  }
}

function accept(segments: readonly string[], trailingSlash: boolean): PathAccepted {
  return { ok: true, segments, path: `/${segments.join("/")}`, trailingSlash };
}

function refuse(status: 400 | 403, rule: PathRule): PathRefused {
  return Object.freeze({ ok: false, status, rule });
}
