/**
 * Which pages of other origins may read what is served here (Fetch standard, "CORS protocol").
 *
 * @module
 */

import { fieldBlock } from "../http/response.ts";
import { canonicalOrigin, NULL_ORIGIN } from "./origin.ts";

/** What a {@linkcode CorsPolicy} is built from. */
export interface CorsOptions {
  /**
   * Origins as `https://example.org:8443`; `null` among them means pages without one. `"*"` is
   * everybody, `"off"` answers as if CORS did not exist.
   */
  readonly origins: readonly string[] | "*" | "off";
  /** Whether browsers may send cookies and logins along, and show the answer all the same. */
  readonly credentials: boolean;
  /** How long browsers may remember the answer to a preflight: 0 to 86400 seconds. */
  readonly maxAgeSeconds: number;
  /** Methods allowed, in the case in which they are sent. */
  readonly methods: readonly string[];
  /** Names of fields that pages may read beside those that every page may. */
  readonly exposedFields: readonly string[];
}

/** The answer to a preflight. */
export interface Preflight {
  /** Finished field lines. */
  readonly fields: string;
}

/** Longest that browsers remember in any case (Firefox; Chrome remembers two hours). */
const MAX_AGE_SECONDS_MAX = 86_400;

/** Requested field names that are looked at; the answer repeats them, and its head is bounded. */
const REQUESTED_CHARS_MAX = 512;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A comma with white space on either side (RFC 9110 §5.6.1). */
const COMMA = /[\t ]*,[\t ]*/;

// The answer depends on these as well, should anything ever keep one: nothing should (RFC 9110
// §9.3.7), so they cost nothing.
const PREFLIGHT_VARY = "Access-Control-Request-Method, Access-Control-Request-Headers";

/**
 * The rule of one server.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const policy = new CorsPolicy({
 *   origins: ["https://app.example"],
 *   credentials: false,
 *   maxAgeSeconds: 600,
 *   methods: ["GET", "PUT"],
 *   exposedFields: [],
 * });
 * assertEquals(
 *   policy.actual("https://app.example"),
 *   "Access-Control-Allow-Origin: https://app.example\r\nVary: Origin\r\n",
 * );
 * assertEquals(policy.actual("https://evil.example"), "Vary: Origin\r\n");
 * assertEquals(policy.preflight("https://evil.example", "PUT", undefined), undefined);
 * ```
 */
export class CorsPolicy {
  readonly #origins: ReadonlySet<string> | "*" | "off";
  readonly #credentials: boolean;
  readonly #maxAgeSeconds: number;
  readonly #methods: ReadonlySet<string>;
  readonly #exposedFields: string | undefined;
  /** Finished blocks by canonical origin; as many as there are origins. */
  readonly #actualBlocks = new Map<string, string>();

  /**
   * Builds the policy.
   *
   * @throws {TypeError} When credentials are allowed together with `*` or `null`, which any page can
   * be; when a method or a field name is not a token.
   * @throws {SyntaxError} When an origin does not parse.
   * @throws {RangeError} When `maxAgeSeconds` is out of its range.
   */
  constructor({ origins, credentials, maxAgeSeconds, methods, exposedFields }: CorsOptions) {
    this.#origins = typeof origins === "string" ? origins : new Set(origins.map(parseEntry));
    if (credentials && (this.#origins === "*" || isListed(this.#origins, NULL_ORIGIN))) {
      throw new TypeError(
        "Cannot allow credentials to every page: origins must be listed, without * and null",
      );
    }
    if (!isWholeUpTo(maxAgeSeconds, MAX_AGE_SECONDS_MAX)) {
      throw new RangeError(
        `Cannot let preflights be remembered: seconds must be 0 to ${MAX_AGE_SECONDS_MAX}, ` +
          `current value is ${maxAgeSeconds}`,
      );
    }
    for (const name of [...methods, ...exposedFields]) checkToken(name);
    this.#credentials = credentials;
    this.#maxAgeSeconds = maxAgeSeconds;
    this.#methods = new Set(methods);
    this.#exposedFields = exposedFields.length === 0 ? undefined : exposedFields.join(", ");
    if (this.#origins === "off") return;
    for (const origin of this.#origins) this.#actualBlocks.set(origin, this.#actualBlock(origin));
  }

  /**
   * Field lines for the answer to any request but a preflight, whatever its status. Where the answer
   * depends on the origin it says so, also to those who are not allowed and to requests without one:
   * else a cache would hand the answer of one to the other.
   *
   * @param origin Value of the Origin field; `undefined` when absent.
   */
  actual(origin: string | undefined): string {
    if (this.#origins === "off") return "";
    const allowed = this.#allowed(origin);
    return allowed === undefined ? "Vary: Origin\r\n" : this.#actualBlocks.get(allowed) ?? "";
  }

  /**
   * Field lines for the answer to a preflight: an OPTIONS request with these fields.
   *
   * @param origin Value of the Origin field.
   * @param requestMethod Value of Access-Control-Request-Method.
   * @param requestHeaders Value of Access-Control-Request-Headers. Every name in it is allowed, since
   * what a request may do is decided when it comes; 512 characters at most, and only tokens.
   * @param isPrivateNetwork Whether Access-Control-Request-Private-Network is `true`: a public page
   * asks for a private address. It is allowed to listed origins, never to all.
   * @returns `undefined` when it is no preflight, or one that is not allowed: then OPTIONS is answered
   * as without CORS, and the browser keeps the request back.
   */
  preflight(
    origin: string | undefined,
    requestMethod: string | undefined,
    requestHeaders: string | undefined,
    isPrivateNetwork = false,
  ): Preflight | undefined {
    if (requestMethod === undefined || origin === undefined) return undefined;
    const allowed = this.#allowed(origin);
    if (allowed === undefined || !this.#methods.has(requestMethod)) return undefined;
    const names = requestedNames(requestHeaders);
    if (names === undefined) return undefined;
    const isListedOrigin = allowed !== "*";
    const fields = fieldBlock({
      "Access-Control-Allow-Origin": allowed,
      "Access-Control-Allow-Credentials": this.#credentials ? "true" : undefined,
      "Access-Control-Allow-Methods": [...this.#methods].join(", "),
      "Access-Control-Allow-Headers": names === "" ? undefined : names,
      "Access-Control-Allow-Private-Network": isPrivateNetwork && isListedOrigin
        ? "true"
        : undefined,
      "Access-Control-Max-Age": String(this.#maxAgeSeconds),
      "Vary": isListedOrigin ? `Origin, ${PREFLIGHT_VARY}` : PREFLIGHT_VARY,
    });
    return { fields };
  }

  /** What Access-Control-Allow-Origin says to this origin, or `undefined`. */
  #allowed(origin: string | undefined): string | undefined {
    if (this.#origins === "*") return "*";
    const canonical = origin === undefined ? undefined : canonicalOrigin(origin);
    return canonical !== undefined && isListed(this.#origins, canonical) ? canonical : undefined;
  }

  #actualBlock(allowed: string): string {
    return fieldBlock({
      "Access-Control-Allow-Origin": allowed,
      "Access-Control-Allow-Credentials": this.#credentials ? "true" : undefined,
      "Access-Control-Expose-Headers": this.#exposedFields,
      "Vary": allowed === "*" ? undefined : "Origin",
    });
  }
}

function isListed(origins: ReadonlySet<string> | "*" | "off", origin: string): boolean {
  return typeof origins !== "string" && origins.has(origin);
}

/** The names in one line and in lower case, `""` when none is asked for, `undefined` when broken. */
function requestedNames(requestHeaders: string | undefined): string | undefined {
  if (requestHeaders === undefined) return "";
  if (requestHeaders.length > REQUESTED_CHARS_MAX) return undefined;
  const names = requestHeaders.replaceAll(/^[\t ]+|[\t ]+$/g, "").split(COMMA)
    .filter((name) => name !== "");
  return names.every((name) => TOKEN.test(name)) ? names.join(", ").toLowerCase() : undefined;
}

function isWholeUpTo(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function checkToken(name: string): void {
  if (TOKEN.test(name)) return;
  throw new TypeError(
    `Cannot allow methods and fields: each must be a token, current value is ${
      JSON.stringify(name)
    }`,
  );
}

function parseEntry(entry: string): string {
  const origin = canonicalOrigin(entry);
  if (origin !== undefined) return origin;
  throw new SyntaxError(
    "Cannot allow an origin: must be SCHEME://HOST or SCHEME://HOST:PORT in ASCII (xn--) form, or " +
      `null: current value is ${JSON.stringify(entry)}`,
  );
}
