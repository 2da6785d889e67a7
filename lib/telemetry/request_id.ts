/**
 * Names of requests, which their lines in this log and in that of a proxy in front have in common.
 *
 * @module
 */

/** Characters that are safe in a field value, in JSON, and between the spaces of a line. */
const WELL_FORMED = /^[A-Za-z0-9._~:@+/=-]{1,128}$/;

/** Whether a value from outside can name a request: 1 to 128 letters, digits and `._~:@+/=-`. */
export function isRequestId(value: unknown): value is string {
  return typeof value === "string" && WELL_FORMED.test(value);
}

/** Enough that no two workers that ever ran begin alike. */
const START_BYTES = 8;

/**
 * Names the requests of one worker: a random start, chosen once, and a number that counts up. That
 * tells requests apart and costs next to nothing; it is no secret, and whoever knows one name can
 * guess others.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const ids = new RequestIds("5f0c3a9e1b7d2468");
 * assertEquals(ids.of("abc-123"), "abc-123");
 * assertEquals(ids.of(undefined), "5f0c3a9e1b7d2468-1");
 * assertEquals(ids.of("a b\r\nSet-Cookie: x"), "5f0c3a9e1b7d2468-2");
 * ```
 */
export class RequestIds {
  readonly #start: string;
  #count = 0;

  /**
   * Begins to count.
   *
   * @param start What every name made here begins with. Default: 16 random hexadecimal digits.
   */
  constructor(start: string = randomStart()) {
    this.#start = `${start}-`;
  }

  /**
   * The name of a request.
   *
   * @param given Value of its `X-Request-Id` field. It is taken if it is a name, see
   * {@linkcode isRequestId}; otherwise one is made.
   */
  of(given: string | undefined): string {
    if (isRequestId(given)) return given;
    return this.#start + (++this.#count).toString(36);
  }
}

function randomStart(): string {
  const random = crypto.getRandomValues(new Uint8Array(START_BYTES));
  return Array.from(random, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
