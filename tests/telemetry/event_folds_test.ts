import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventFolds, FOLDS_MAX, FOLDS_PER_KIND } from "../../lib/telemetry/event_folds.ts";
import type { SecurityEvent } from "../../lib/telemetry/security_event.ts";
import { SECURITY_EVENT_KINDS } from "../../lib/telemetry/security_kind.ts";
import { EVENT } from "./security_events.ts";

const SAME: [what: string, other: Partial<SecurityEvent>, isSame: boolean][] = [
  ["target", { target: "/x" }, true],
  ["status", { status: 400 }, true],
  ["worker", { worker: 2 }, true],
  ["time", { timeMs: 0 }, true],
  ["kind", { kind: "host" }, false],
  ["rule", { rule: "nul" }, false],
  ["client", { client: "192.0.2.2" }, false],
  ["client that looks like a rule and a client", { rule: "a", client: "b 192.0.2.1" }, false],
];
for (const [what, other, isSame] of SAME) {
  Deno.test(`EventFolds ${isSame ? "folds" : "tells apart"} events with another ${what}`, () => {
    const folds = new EventFolds();
    folds.add(EVENT);
    const fold = folds.add({ ...EVENT, ...other });
    assertEquals([fold?.count, [...folds.folds()].length], isSame ? [2, 1] : [1, 2]);
    if (isSame) assertEquals(fold?.event, EVENT);
  });
}

Deno.test("EventFolds keeps the latest time, in whatever order threads deliver", () => {
  const folds = new EventFolds();
  for (const timeMs of [5, 9, 7]) folds.add({ ...EVENT, timeMs });
  assertEquals([...folds.folds()].map((fold) => [fold.event.timeMs, fold.lastMs]), [[5, 9]]);
});

Deno.test("EventFolds has room for every kind, however many clients flood it with one", () => {
  const folds = new EventFolds();
  for (let number = 0; number < 2 * FOLDS_MAX; number++) {
    folds.add({ ...EVENT, client: `client ${number}` });
  }
  const others = SECURITY_EVENT_KINDS.filter((kind) => kind !== EVENT.kind);
  for (const kind of others) {
    for (let number = 0; number < FOLDS_PER_KIND; number++) {
      assertEquals(folds.add({ ...EVENT, kind, client: `client ${number}` })?.count, 1);
    }
    assertEquals(folds.add({ ...EVENT, kind, client: "one too many" }), undefined);
  }
  assertEquals([...folds.folds()].length, FOLDS_MAX);
  assertEquals(folds.suppressed?.kinds.host, 1);
  assertEquals(folds.add({ ...EVENT, client: "client 0" })?.count, 2);
});

Deno.test("EventFolds accounts for every event, in bounded room", () => {
  const event = fc.record({
    kind: fc.constantFrom(...SECURITY_EVENT_KINDS),
    client: fc.nat(200).map(String),
    timeMs: fc.nat(1000),
  }).map((fields) => ({ ...EVENT, ...fields }));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 3000, size: "max" }), (events) => {
      const folds = new EventFolds();
      for (const event of events) folds.add(event);
      const all = [...folds.folds()];
      const { suppressed } = folds;
      assert(all.length <= FOLDS_MAX);
      const folded = all.reduce((sum, { count }) => sum + count, 0);
      assertEquals(folded + (suppressed?.count ?? 0), events.length);
      if (suppressed === undefined) return;
      const kinds = Object.values(suppressed.kinds).reduce((sum, count) => sum + count, 0);
      assertEquals(kinds, suppressed.count);
      assert(suppressed.firstMs <= suppressed.lastMs);
    }),
    { numRuns: 30 },
  );
});
