/**
 * The secret that opens what only the operator may see.
 *
 * @module
 */

/** Shorter ones can be guessed: 16 random characters of base64 are 96 bits. */
const TOKEN_CHARS_MIN = 16;

/** Characters that every comparison goes through. */
const TOKEN_CHARS_MAX = 256;

/** Longest field that is looked at: a user name in front of the token, in base64. */
const FIELD_CHARS_MAX = 1024;

// RFC 6750 §2.1, b64token: what fits a Bearer field. Without a colon it is a password as well.
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

// RFC 9110 §11.4: the scheme is case-insensitive, one space or more follow (RFC 6750: just one).
const CREDENTIALS = /^(bearer|basic) +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * A token, compared in a time that does not depend on it. Every comparison with a candidate of up to
 * 256 characters goes through 256 characters of both and looks at the outcome once at the end. What
 * can be measured is the candidate's own length and form, which its sender knows. Whether it is
 * right, how much of it is right and how long the right one is make no difference.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const token = AdminToken.fromText("c2VjcmV0LXNlY3JldA");
 * assertEquals(token.accepts("Bearer c2VjcmV0LXNlY3JldA"), true);
 * assertEquals(token.accepts(`Basic ${btoa("admin:c2VjcmV0LXNlY3JldA")}`), true);
 * assertEquals(token.accepts("Bearer guessed"), false);
 * ```
 */
export class AdminToken {
  readonly #codes = new Uint16Array(TOKEN_CHARS_MAX);
  readonly #length: number;

  private constructor(text: string) {
    this.#length = text.length;
    for (let at = 0; at < text.length; at++) this.#codes[at] = text.charCodeAt(at);
  }

  /**
   * Takes the token as the operator gave it.
   *
   * @param text 16 to 256 letters, digits and `-._~+/`, with `=` at the end only.
   * @throws {TypeError} When it is not; the message does not tell the text, as logs are read.
   */
  static fromText(text: string): AdminToken {
    if (text.length >= TOKEN_CHARS_MIN && text.length <= TOKEN_CHARS_MAX && TOKEN.test(text)) {
      return new AdminToken(text);
    }
    throw new TypeError(
      `Cannot use the admin token: must be ${TOKEN_CHARS_MIN} to ${TOKEN_CHARS_MAX} letters, ` +
        `digits and -._~+/, with = at the end only, current value has ${text.length} characters`,
    );
  }

  /**
   * Whether the field carries the token: as Bearer (RFC 6750 §2.1), or as the password of Basic
   * (RFC 7617 §2) under any user name, which is what browsers can be made to ask for.
   *
   * @param authorization Value of the Authorization field; `undefined` when absent.
   */
  accepts(authorization: string | undefined): boolean {
    if (authorization === undefined || authorization.length > FIELD_CHARS_MAX) return false;
    const [, scheme = "", credentials = ""] = CREDENTIALS.exec(authorization) ?? [];
    if (scheme === "") return false;
    const candidate = scheme.toLowerCase() === "basic" ? passwordOf(credentials) : credentials;
    return candidate !== undefined && this.#equals(candidate);
  }

  #equals(candidate: string): boolean {
    if (candidate.length > TOKEN_CHARS_MAX) return false;
    let difference = candidate.length ^ this.#length;
    for (let at = 0; at < TOKEN_CHARS_MAX; at++) {
      const code = at < candidate.length ? candidate.charCodeAt(at) : 0;
      difference |= code ^ (this.#codes[at] ?? 0);
    }
    return difference === 0;
  }
}

/** What stands behind the first colon: a user name holds none (RFC 7617 §2). */
function passwordOf(credentials: string): string | undefined {
  try {
    const pair = atob(credentials);
    const colon = pair.indexOf(":");
    return colon === -1 ? undefined : pair.slice(colon + 1);
  } catch {
    return undefined; // a DOMException: not base64
  }
}
