/**
 * Is this real path inside that real root? Lexical on purpose: both come from `Deno.realPath`, so
 * links and dots are resolved already, and this only has to compare without a mistake.
 *
 * @module
 */

import { SEPARATOR } from "@std/path";
import { WELL_KNOWN } from "./segment_rules.ts";

/**
 * Whether `path` is `root` itself or lies below it. The comparison takes in the separator, so that
 * `/www` never admits `/www-secret` (CVE-2025-58751), and it is exact in case: where the file
 * system folds case, `Deno.realPath` has already chosen one.
 *
 * A path that is not resolved after all (it still holds a `..` component) is outside, and nothing
 * is inside an empty root.
 *
 * @param root Real, absolute path of the folder.
 * @param path Real, absolute path to judge.
 * @param separator Separator of both paths; default is that of the running system.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isInside("/www", "/www/index.html", "/"), true);
 * assertEquals(isInside("/www", "/www-secret", "/"), false);
 * ```
 */
export function isInside(
  root: string,
  path: string,
  separator: "/" | "\\" = SEPARATOR,
): boolean {
  if (root === "") return false;
  if (path === root) return true;
  // `/` and `C:\` end in their separator already.
  const prefix = root.endsWith(separator) ? root : root + separator;
  if (!path.startsWith(prefix)) return false;
  // The search is a fast first look; names such as `a..b` are common enough to be let through.
  return !path.includes("..", prefix.length) ||
    !path.slice(prefix.length).split(separator).includes("..");
}

/**
 * Whether something between a root and a path inside of it is hidden, as names of requests must not
 * be: a link may lead to where its own name says nothing of.
 *
 * @param root Real, absolute path of the folder.
 * @param path Real, absolute path inside of it.
 * @param separator Separator of both paths; default is that of the running system.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isHiddenBelow("/www", "/www/.git/config", "/"), true);
 * assertEquals(isHiddenBelow("/home/.site", "/home/.site/.well-known/security.txt", "/"), false);
 * ```
 */
export function isHiddenBelow(
  root: string,
  path: string,
  separator: "/" | "\\" = SEPARATOR,
): boolean {
  const segments = path.slice(root.length).split(separator).filter((segment) => segment !== "");
  return segments.some((name, at) => name.startsWith(".") && !(at === 0 && name === WELL_KNOWN));
}
