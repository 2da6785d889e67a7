import { assertEquals } from "@std/assert";
import { brokenSegmentRule, utf8Length } from "../../lib/security/segment_rules.ts";

// What no target can carry alone, or where the order of the rules decides. The rest is covered by
// target_path_test.ts, through the door.
const ROWS = [
  ["prefers NUL to traversal", "..\0", true, "nul"],
  ["prefers traversal to backslash", "..\\a", true, "traversal"],
  ["prefers traversal to the dot-file", "..", true, "traversal"],
  ["prefers the escaped slash to the dot-file", ".a/b", true, "encoded-slash"],
  ["takes .well-known first", ".well-known", true, undefined],
  ["refuses .well-known later", ".well-known", false, "dot-file"],
  ["refuses .well-known with something invisible in it", ".well\u200c-known", true, "dot-file"],
  ["takes parameters without dots", ";..a", true, undefined],
  ["takes a leading space", " a", true, undefined],
  ["takes a lone surrogate half as text", "a\ud800b", true, undefined],
] as const;

for (const [rule, segment, isFirst, verdict] of ROWS) {
  Deno.test(`brokenSegmentRule ${rule}`, () => {
    assertEquals(brokenSegmentRule(segment, { isFirst, system: "posix" }), verdict);
  });
}

Deno.test("utf8Length counts bytes", () => {
  for (const text of ["", "abc", "\x7f", "\u0080", "é", "€", "😀"]) {
    assertEquals(utf8Length(text), new TextEncoder().encode(text).length);
  }
});
