/**
 * Whether somebody knows a secret, told in a time that says nothing of how near a guess came.
 *
 * @module
 */

const encoder = new TextEncoder();

/** A secret to compare with. */
export class Secret {
  readonly #octets: Uint8Array;

  /** Keeps the secret; an empty one equals nothing. */
  constructor(text: string) {
    this.#octets = encoder.encode(text);
  }

  /** Whether `guess` is the secret. Every octet of it is looked at, whatever differs before. */
  equals(guess: string): boolean {
    const octets = encoder.encode(guess);
    let difference = octets.length ^ this.#octets.length;
    for (let at = 0; at < octets.length; at++) {
      // Round and round, so that the time hangs on the length of the guess alone.
      difference |= (octets[at] ?? 0) ^ (this.#octets[at % this.#octets.length] ?? 0);
    }
    return difference === 0 && this.#octets.length > 0;
  }
}
