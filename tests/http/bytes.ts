// Octets as text and back, one character each: the form in which tests write them down.

/** The octets of `text`, whose characters go up to 0xff. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The octets as text. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}

/** `bytes` in pieces that end at `cuts`, which may come in any order and any number. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  let start = 0;
  return ends.toSorted((a, b) => a - b).map((end) => bytes.subarray(start, start = end));
}
