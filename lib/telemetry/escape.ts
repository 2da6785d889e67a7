/**
 * Text from strangers made fit for a log: it stays on its line, inside its field, and no terminal
 * obeys it. All three functions escape as JSON does, so that one rule reads every output back.
 *
 * @module
 */

// Cc ends lines and starts terminal escapes, in seven bits (ESC) as in eight (CSI, U+009B). Cf
// holds the direction overrides, which make a terminal show another text than the one logged. Zl
// and Zp are line ends to some readers of JSON.
const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Longest escape of one UTF-16 code unit: `\u001b`. */
export const ESCAPE_CHARS_MAX = 6;

/** What stands for a UTF-16 code unit that must not stand for itself: at most six characters of ASCII. */
export type EscapeStyle = (unit: number) => string;

/** As in a JSON string. */
export const JSON_ESCAPES: EscapeStyle = (unit): string => {
  if (unit === 0x22) return '\\"';
  if (unit === 0x5c) return "\\\\";
  return `\\u${hex(unit, 4)}`;
};

/** As nginx does, `\xHH`, quotes and backslashes too; what no octet can be is escaped as in JSON. */
export const HEX_ESCAPES: EscapeStyle = (unit): string =>
  unit <= 0xff ? `\\x${hex(unit, 2).toUpperCase()}` : `\\u${hex(unit, 4)}`;

function hex(unit: number, digits: number): string {
  return unit.toString(16).padStart(digits, "0");
}

/**
 * Escapes what could act and leaves everything readable as it is, for free text such as a message.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(escapeActive('a "b"\n\u001b[2J'), 'a "b"\\u000a\\u001b[2J');
 * ```
 */
export function escapeActive(text: string): string {
  return text.replace(ACTIVE, unicodeEscape);
}

/**
 * Renders a JSON string, quotes included, that holds nothing a terminal would act on.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quote('say "x"\u009b'), '"say \\"x\\"\\u009b"');
 * assertEquals(JSON.parse(quote("\u2028\u007f")), "\u2028\u007f");
 * ```
 */
export function quote(text: string): string {
  return escapeActive(JSON.stringify(text));
}

/**
 * Escapes down to ASCII, `"` and `\` included, and stops before the result would outgrow
 * `charsMax`. Nothing is cut inside an escape.
 *
 * @param lowest The lowest code unit that stands for itself: 0x20 keeps spaces, 0x21 does not.
 * @returns The escaped text, and whether all of `text` is in it.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(escapeToAscii("/é b", 100), { text: "/\\u00e9\\u0020b", isWhole: true });
 * assertEquals(escapeToAscii("/éé", 8), { text: "/\\u00e9", isWhole: false });
 * ```
 */
export function escapeToAscii(
  text: string,
  charsMax: number,
  lowest = 0x21,
  style: EscapeStyle = JSON_ESCAPES,
): { text: string; isWhole: boolean } {
  let escaped = "";
  let from = 0;
  // Runs of plain characters are copied whole: a long target is rarely made of escapes. What lies
  // beyond `charsMax` cannot fit, so it is not even looked at.
  const end = Math.min(text.length, charsMax);
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= lowest && unit < 0x7f && unit !== 0x22 && unit !== 0x5c) continue;
    const run = text.slice(from, at);
    const escape = style(unit);
    if (escaped.length + run.length + escape.length > charsMax) {
      return { text: (escaped + run).slice(0, charsMax), isWhole: false };
    }
    escaped += run + escape;
    from = at + 1;
  }
  const rest = text.slice(from);
  const roomChars = charsMax - escaped.length;
  return { text: escaped + rest.slice(0, roomChars), isWhole: rest.length <= roomChars };
}

/** JSON knows code units only, so a character beyond U+FFFF becomes two escapes. */
function unicodeEscape(character: string): string {
  let escaped = "";
  for (let at = 0; at < character.length; at++) escaped += JSON_ESCAPES(character.charCodeAt(at));
  return escaped;
}
