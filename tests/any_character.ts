// Any character there is, for property tests. The library's own unit "binary" is the same, but takes
// seconds to get ready in every test file that uses it.

import fc from "fast-check";

const SURROGATES_START = 0xd800;
const SURROGATES = 0x800;

/** A code point that is no half of a surrogate pair, as text. */
export const anyCharacter = fc.integer({ min: 0, max: 0x10ffff - SURROGATES })
  .map((rank) => String.fromCodePoint(rank < SURROGATES_START ? rank : rank + SURROGATES));
