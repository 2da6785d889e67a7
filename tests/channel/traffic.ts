// Frames whose length and every byte follow from their sequence number, so that two threads agree
// on what must arrive without telling each other, and a torn, lost or doubled frame is seen.

/** Scrambles 32 bits: neighbours in, strangers out. */
function scrambled(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The number that stands for chance: 0 to `max`, the same for the same `sequence` and `salt`. */
export function chance(sequence: number, salt: number, max: number): number {
  return scrambled(sequence + Math.imul(salt, 0x9e3779b9)) % (max + 1);
}

/** Fills one frame's payload. */
export function fill(bytes: Uint8Array, offset: number, byteLength: number, sequence: number) {
  let word = scrambled(sequence + 1);
  for (let index = 0; index < byteLength; index++) {
    bytes[offset + index] = word;
    word = (Math.imul(word, 1664525) + 1013904223) >>> 3;
  }
}

/** The first byte that is not what {@linkcode fill} wrote, or -1. */
export function firstWrong(
  bytes: Uint8Array,
  offset: number,
  byteLength: number,
  sequence: number,
): number {
  let word = scrambled(sequence + 1);
  for (let index = 0; index < byteLength; index++) {
    if (bytes[offset + index] !== (word & 0xff)) return index;
    word = (Math.imul(word, 1664525) + 1013904223) >>> 3;
  }
  return -1;
}
