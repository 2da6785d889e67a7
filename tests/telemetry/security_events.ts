import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import type { SecurityEvent } from "../../lib/telemetry/security_event.ts";
import { SECURITY_EVENT_KINDS } from "../../lib/telemetry/security_kind.ts";

/** An event like any other. */
export const EVENT: SecurityEvent = {
  kind: "traversal",
  rule: "backslash",
  client: "192.0.2.1",
  target: "/..\\..\\etc",
  status: 403,
  worker: 1,
  timeMs: 1_795_406_637_123,
};

/** Text with every character that could act, halves of surrogate pairs, and what is just long. */
export const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: anyCharacter, minLength: 500, maxLength: 1200 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom("\n", "\r", "\x1b", '"', "\\", "\u2028", "\u009b", "\u202e", "a", " "),
  }),
);

/** Events whose every field is chosen by an enemy, as far as the types go. */
export const hostileEvent: fc.Arbitrary<SecurityEvent> = fc.record({
  kind: fc.constantFrom(...SECURITY_EVENT_KINDS),
  rule: fc.oneof(fc.constantFrom("traversal", "dot-file", "__proto__"), anyText),
  client: fc.oneof(fc.constantFrom("192.0.2.1", "::1", ""), anyText),
  target: anyText,
  status: fc.oneof(fc.integer({ min: 400, max: 599 }), fc.double()),
  worker: fc.oneof(fc.constant(undefined), fc.nat(64), fc.double()),
  timeMs: fc.oneof(fc.nat(), fc.double()),
  requestId: fc.oneof(fc.constantFrom(undefined, "", "abc-1", "x".repeat(128)), anyText),
});
