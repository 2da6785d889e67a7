/**
 * The entity tag (RFC 9110 §8.8.3): the name of one state of one representation.
 *
 * @module
 */

/** A tag that was read. */
export interface EntityTag {
  /** Whether it is marked `W/`: the same tag may then stand for other bytes of the same meaning. */
  readonly weak: boolean;
  /** What stands between the quotes, one character per byte. There are no escapes in it. */
  readonly opaque: string;
}

/** Extension of a stored variant, which marks the tag of that variant. */
export type CodingSuffix = "br" | "gz" | "zst";

/**
 * Most tags of a list. A cache sends the tags of the variants it holds, a handful; each costs a
 * comparison.
 */
const TAGS_MAX = 64;

/** RFC 9110 §8.8.3: `W` in this case only; any visible byte but the quote, and any beyond ASCII. */
const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;

const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;

/**
 * Reads one tag; `undefined` when the text is not exactly that.
 *
 * @param text The tag with its quotes, without white space around it.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEntityTag('W/"a"'), { weak: true, opaque: "a" });
 * assertEquals(parseEntityTag("a"), undefined);
 * ```
 */
export function parseEntityTag(text: string): EntityTag | undefined {
  const tag = entityTagAt(text, 0);
  return tag !== undefined && ENTITY_TAG.lastIndex === text.length ? tag : undefined;
}

/**
 * Reads the value of If-Match or If-None-Match: `*`, or a list of tags in which elements may be
 * empty (RFC 9110 §5.6.1.2), even all of them. `undefined` when the text is neither, or lists more
 * than 64 tags.
 *
 * @param text The field value; several field lines are joined by commas beforehand.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEntityTagList('"a,b", ,W/"c"'), [
 *   { weak: false, opaque: "a,b" },
 *   { weak: true, opaque: "c" },
 * ]);
 * assertEquals(parseEntityTagList("*"), "*");
 * assertEquals(parseEntityTagList('"a" "b"'), undefined);
 * ```
 */
export function parseEntityTagList(text: string): readonly EntityTag[] | "*" | undefined {
  if (text === "*") return "*";
  const tags: EntityTag[] = [];
  let isSeparated = true;
  let at = 0;
  // A tag may hold commas, so the list is walked and never split.
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === TAB || code === COMMA) {
      isSeparated ||= code === COMMA;
      at++;
      continue;
    }
    const tag = isSeparated && tags.length < TAGS_MAX ? entityTagAt(text, at) : undefined;
    if (tag === undefined) return undefined;
    tags.push(tag);
    isSeparated = false;
    at = ENTITY_TAG.lastIndex;
  }
  return tags;
}

/**
 * Strong comparison (RFC 9110 §8.8.3.2): the same bytes. A weak tag equals nothing, not even itself.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const weak = { weak: true, opaque: "a" };
 * assertEquals(isStrongMatch(weak, weak), false);
 * ```
 */
export function isStrongMatch(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque;
}

/**
 * Weak comparison (RFC 9110 §8.8.3.2): the same meaning, whichever tag is marked weak.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isWeakMatch({ weak: true, opaque: "a" }, { weak: false, opaque: "a" }), true);
 * ```
 */
export function isWeakMatch(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque;
}

/**
 * The tag of a file: strong, since whatever writes a file moves its time or its size. The exception
 * is two writes of equal length within one tick of the file system's clock.
 *
 * @param sizeBytes Size of the file without a coding applied.
 * @param mtimeMs Time of its last write in milliseconds since 1970; a fraction is cut off.
 * @param codingSuffix Names the stored variant: each coding is other bytes, so needs another tag
 * (RFC 9110 §8.8.3.3).
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fileEntityTag(10, 255), '"ff-a"');
 * assertEquals(fileEntityTag(10, 255, "gz"), '"ff-a-gz"');
 * ```
 */
export function fileEntityTag(
  sizeBytes: number,
  mtimeMs: number,
  codingSuffix?: CodingSuffix,
): string {
  const state = `${Math.floor(mtimeMs).toString(16)}-${sizeBytes.toString(16)}`;
  return codingSuffix === undefined ? `"${state}"` : `"${state}-${codingSuffix}"`;
}

/** The tag that begins at `at`; it ends at `ENTITY_TAG.lastIndex`. */
function entityTagAt(text: string, at: number): EntityTag | undefined {
  ENTITY_TAG.lastIndex = at;
  const match = ENTITY_TAG.exec(text);
  if (match === null) return undefined;
  return { weak: match[1] !== undefined, opaque: match[2] ?? "" };
}
