// Bytes whose every neighbourhood is its own, so that a shifted, doubled or lost span is seen.

/** `byteLength` bytes, the same for the same `salt`. */
export function pattern(byteLength: number, salt = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(byteLength / 4));
  let word = Math.imul(salt, 0x9e3779b9) | 1;
  for (let index = 0; index < words.length; index++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[index] = word;
  }
  return new Uint8Array(words.buffer).subarray(0, byteLength);
}

/** Where two rows of bytes first differ, in value or in length; -1 when they are the same. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at;
  return one.length === other.length ? -1 : length;
}
