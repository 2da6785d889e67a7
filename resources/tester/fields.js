// @ts-check
// From lines of text to the fields that a browser may send.

/** The browser sets these itself and drops ours without a word (Fetch standard, "forbidden"). */
const FORBIDDEN = new Set([
  "accept-charset",
  "accept-encoding",
  "access-control-request-headers",
  "access-control-request-method",
  "connection",
  "content-length",
  "cookie",
  "cookie2",
  "date",
  "dnt",
  "expect",
  "host",
  "keep-alive",
  "origin",
  "referer",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** RFC 9110 §5.1 and §5.6.2: a token, a colon, a value. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Reads one `Name: value` a line; empty lines are skipped.
 *
 * @param {string} text
 * @returns {{ fields: [name: string, value: string][], forbidden: string[], broken: number[] }}
 * the fields to send, the names left out as the browser sets them, and the numbers of the lines
 * that are no fields, from 1
 */
export function parseFields(text) {
  /** @type {ReturnType<typeof parseFields>} */
  const parsed = { fields: [], forbidden: [], broken: [] };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [, name, value] = FIELD.exec(line) ?? [];
    // A value is bytes to the Fetch standard, so a character above U+00FF cannot be sent.
    if (name === undefined || value === undefined || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      parsed.broken.push(index + 1);
    } else if (isForbidden(name)) {
      parsed.forbidden.push(name);
    } else {
      parsed.fields.push([name, value]);
    }
  }
  return parsed;
}

/** @param {string} name */
function isForbidden(name) {
  return FORBIDDEN.has(name.toLowerCase()) || /^(?:proxy|sec)-/i.test(name);
}
