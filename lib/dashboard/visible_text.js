// @ts-check
// Text that an attacker wrote, made safe to look at. It is only ever set as text, so markup in it is
// inert; but characters that are not seen, or that turn the reading direction, could still make one
// target look like another. They are taken out and named.

/**
 * A piece of a text: shown as it is, or the name of a character that would not be seen.
 *
 * @typedef {{ readonly text: string, readonly isNamed: boolean }} Piece
 */

/** Control, format, private and unpaired characters, separators but the plain space, loose marks. */
const UNSEEN = /[\p{C}\p{M}\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/gu;

/** @param {string} character @returns {string} */
function nameOf(character) {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  return code < 0x100 ? `\\x${digits.padStart(2, "0")}` : `U+${digits.padStart(4, "0")}`;
}

/**
 * Splits a text into what can be shown and the names of what cannot.
 *
 * @param {string} text
 * @returns {Piece[]}
 */
export function piecesOf(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let shown = 0;
  for (const { 0: character, index } of text.matchAll(UNSEEN)) {
    if (index > shown) pieces.push({ text: text.slice(shown, index), isNamed: false });
    pieces.push({ text: nameOf(character), isNamed: true });
    shown = index + character.length;
  }
  if (shown < text.length) pieces.push({ text: text.slice(shown), isNamed: false });
  return pieces;
}

/**
 * The same as one string, for places that take no elements.
 *
 * @param {string} text
 * @returns {string}
 */
export function visibleText(text) {
  return piecesOf(text).map((piece) => piece.text).join("");
}

/**
 * The start of a text, cut between characters.
 *
 * @param {string} text
 * @param {number} charactersMax
 * @returns {string} all of it if it is no longer
 */
export function startOf(text, charactersMax) {
  if (text.length <= charactersMax) return text;
  return [...text.slice(0, charactersMax + 1)].slice(0, charactersMax).join("");
}
