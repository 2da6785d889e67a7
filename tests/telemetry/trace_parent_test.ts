import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { parseTraceParent } from "../../lib/telemetry/trace_parent.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const VALID = `00-${TRACE}-${PARENT}-01`;

/** https://www.w3.org/TR/trace-context/#traceparent-header, and whether the caller recorded it. */
const VALUES: [what: string, value: string, isSampled: boolean | undefined][] = [
  ["takes a sampled trace", VALID, true],
  ["takes one that is not sampled", `00-${TRACE}-${PARENT}-00`, false],
  ["looks at the sampled flag alone (§3.2.2.5)", `00-${TRACE}-${PARENT}-fe`, false],
  ["takes a later version (§3.2.4)", `cc-${TRACE}-${PARENT}-01`, true],
  ["takes what a later version adds (§3.2.4)", `cc-${TRACE}-${PARENT}-01-what-will-be`, true],
  [
    "refuses what a later version adds without a hyphen",
    `cc-${TRACE}-${PARENT}-01.more`,
    undefined,
  ],
  ["refuses more in version 00", `${VALID}-more`, undefined],
  ["refuses a hyphen behind version 00", `${VALID}-`, undefined],
  ["refuses version ff (§3.2.2.1)", `ff-${TRACE}-${PARENT}-01`, undefined],
  ["refuses a trace of zeros (§3.2.2.3)", `00-${"0".repeat(32)}-${PARENT}-01`, undefined],
  ["refuses a parent of zeros (§3.2.2.4)", `00-${TRACE}-${"0".repeat(16)}-01`, undefined],
  ["refuses capital letters", `00-${TRACE.toUpperCase()}-${PARENT}-01`, undefined],
  ["refuses a capital version", `0A-${TRACE}-${PARENT}-01`, undefined],
  ["refuses a short trace", `00-${TRACE.slice(1)}-${PARENT}-01`, undefined],
  ["refuses a long parent", `00-${TRACE}-${PARENT}0-01`, undefined],
  ["refuses a missing flag", `00-${TRACE}-${PARENT}`, undefined],
  ["refuses half a flag", `00-${TRACE}-${PARENT}-0`, undefined],
  ["refuses two of them", `${VALID}, ${VALID}`, undefined],
  ["refuses two of a later version", `cc-${TRACE}-${PARENT}-01-x, ${VALID}`, undefined],
  ["refuses a space in front", ` ${VALID}`, undefined],
  ["refuses a line end", `${VALID}\n`, undefined],
  ["refuses nothing", "", undefined],
];
for (const [what, value, isSampled] of VALUES) {
  Deno.test(`parseTraceParent() ${what}`, () => {
    const trace = { traceId: TRACE, parentId: PARENT, isSampled };
    assertEquals(parseTraceParent(value), isSampled === undefined ? undefined : trace);
  });
}

Deno.test("parseTraceParent() gives nothing but lower-case digits, whatever it is given", () => {
  const piece = fc.oneof(
    fc.constantFrom("00", "01", "-", TRACE, PARENT, "ff", "\n", '"', " "),
    fc.string({ unit: anyCharacter }),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    for (const value of [pieces.join(""), pieces.join("-")]) {
      const trace = parseTraceParent(value);
      if (trace === undefined) continue;
      assertEquals(/^[0-9a-f]{32}$/.test(trace.traceId), true);
      assertEquals(/^[0-9a-f]{16}$/.test(trace.parentId), true);
    }
  }));
});
