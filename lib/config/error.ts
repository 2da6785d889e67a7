/**
 * What the operator is told when the command line or the environment cannot be used.
 *
 * @module
 */

/** Characters of a refused value that a message repeats: enough to recognise it, still one line. */
const SHOWN_LENGTH_MAX = 60;

/**
 * A configuration that cannot be used. `message` is exactly one line that names the flag, argument
 * or environment variable and says what it must be.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const error = new ConfigError("--port", "must be 0 to 65535, current value is 70000");
 * assertEquals(error.message, "Cannot use --port: must be 0 to 65535, current value is 70000");
 * ```
 */
export class ConfigError extends Error {
  /** The class name, so that a log line tells it from other errors. */
  override readonly name = "ConfigError";

  /** Builds the message from who is to blame and what is wanted of it. */
  constructor(source: string, wanted: string) {
    super(`Cannot use ${source}: ${wanted}`);
  }
}

/**
 * Renders text an operator typed so that it fits into a one-line message: as it is when it is plain,
 * otherwise in double quotes with blanks kept visible, control characters escaped and the end of a
 * very long text cut off.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shown("70000"), "70000");
 * assertEquals(shown("a\nb"), '"a\\u{a}b"');
 * assertEquals(shown(""), '""');
 * ```
 */
export function shown(text: string): string {
  const points = [...text];
  const head = points.slice(0, SHOWN_LENGTH_MAX).join("");
  const tail = points.length > SHOWN_LENGTH_MAX ? "..." : "";
  // \p{C} also covers the direction overrides, which could make a terminal show another value.
  if (/^[^\p{C}\p{Z}"\\]+$/u.test(head)) return head + tail;
  const escaped = head.replace(
    /[\p{C}\p{Zl}\p{Zp}"\\]/gu,
    (point) => point === '"' || point === "\\" ? `\\${point}` : unicodeEscape(point),
  );
  return `"${escaped}"${tail}`;
}

function unicodeEscape(point: string): string {
  return `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`;
}
