import { assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import { isHiddenBelow, isInside } from "../../lib/security/containment.ts";

const ROWS = [
  ["takes the root itself", "/www", "/www", "/", true],
  ["takes a child", "/www", "/www/a", "/", true],
  ["takes a grandchild", "/www", "/www/a/b.txt", "/", true],
  ["takes everything under the root of the system", "/", "/etc", "/", true],
  ["takes the root of the system in itself", "/", "/", "/", true],
  ["takes a root with a trailing separator", "/www/", "/www/a", "/", true],
  ["takes names with inner dots", "/www", "/www/a..b/..c", "/", true],
  ["refuses a sibling with the same prefix (CVE-2025-58751)", "/www", "/www-secret", "/", false],
  ["refuses a file in such a sibling", "/www", "/www-secret/a", "/", false],
  ["refuses a sibling with a dot", "/www", "/www.old", "/", false],
  ["refuses the parent", "/srv/www", "/srv", "/", false],
  ["refuses another tree", "/www", "/etc/passwd", "/", false],
  ["refuses the root deeper down", "/www", "/a/www/b", "/", false],
  ["refuses other case", "/www", "/WWW/a", "/", false],
  ["refuses a path that is not resolved", "/www", "/www/../etc", "/", false],
  ["refuses an unresolved end", "/www", "/www/a/..", "/", false],
  ["refuses an unresolved path under the root of the system", "/", "/..", "/", false],
  ["refuses a relative path", "/www", "www/a", "/", false],
  ["refuses an empty path", "/www", "", "/", false],
  ["refuses everything in an empty root", "", "/etc", "/", false],
  ["refuses even the empty path in an empty root", "", "", "/", false],
  ["takes a Windows child", "C:\\www", "C:\\www\\a", "\\", true],
  ["takes a child of a drive", "C:\\", "C:\\a", "\\", true],
  ["takes a child of a share", "\\\\host\\share", "\\\\host\\share\\a", "\\", true],
  ["refuses a Windows sibling", "C:\\www", "C:\\www-secret\\a", "\\", false],
  ["refuses another drive", "C:\\", "D:\\a", "\\", false],
  ["refuses an unresolved Windows path", "C:\\www", "C:\\www\\..\\a", "\\", false],
  ["takes no slash for a separator on Windows", "C:\\www", "C:\\www/a", "\\", false],
] as const;

for (const [rule, root, path, separator, verdict] of ROWS) {
  Deno.test(`isInside ${rule}`, () => {
    assertEquals(isInside(root, path, separator), verdict);
  });
}

Deno.test("isInside uses the separator of the system unless told", () => {
  const root = join(`${SEPARATOR}srv`, "www");
  assertEquals(isInside(root, join(root, "a")), true);
  assertEquals(isInside(root, `${root}-secret`), false);
});

/** Whether a link that leads there leads to something hidden. */
const HIDDEN_ROWS = [
  ["a plain file", "/www", "/www/a/b.txt", "/", false],
  ["the root itself", "/www", "/www", "/", false],
  ["a hidden file", "/www", "/www/.env", "/", true],
  ["a file in a hidden folder", "/www", "/www/a/.git/config", "/", true],
  ["a root that is hidden itself", "/home/.site", "/home/.site/a.txt", "/", false],
  ["the well-known folder (RFC 8615)", "/www", "/www/.well-known/security.txt", "/", false],
  ["a hidden file in it", "/www", "/www/.well-known/.key", "/", true],
  ["a well-known folder deeper down", "/www", "/www/a/.well-known/x", "/", true],
  ["a hidden file on a drive", "C:\\", "C:\\.env", "\\", true],
] as const;

for (const [what, root, path, separator, isHidden] of HIDDEN_ROWS) {
  Deno.test(`isHiddenBelow ${isHidden ? "finds" : "lets pass"} ${what}`, () => {
    assertEquals(isHiddenBelow(root, path, separator), isHidden);
  });
}
