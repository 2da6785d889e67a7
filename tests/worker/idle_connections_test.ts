import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { IdleConnections } from "../../lib/worker/idle_connections.ts";

Deno.test("IdleConnections gives up the longest idle first, as many as are wanted", () => {
  const idle = new IdleConnections(8);
  for (const slot of [3, 1, 4, 5]) idle.rested(slot, 0);
  idle.woke(1);
  idle.rested(1, 0);
  const asked = [1, 1, 2, 4, 4, 4].map((wanted) => idle.giveUp(wanted, 100));
  assertEquals(asked, [3, undefined, 4, 5, 1, undefined]);
});

Deno.test("IdleConnections asks for another when a request crossed with the close", () => {
  const idle = new IdleConnections(4);
  idle.rested(0, 0);
  idle.rested(1, 0);
  assertEquals(idle.giveUp(1, 100), 0);
  idle.woke(0);
  assertEquals(idle.giveUp(1, 100), 1);
});

Deno.test("IdleConnections takes nobody for idle who asked a moment ago", () => {
  const idle = new IdleConnections(4);
  idle.rested(0, 1000);
  idle.rested(1, 1050);
  const asked = [1099, 1100, 1149, 1150].map((nowMs) => idle.giveUp(4, nowMs));
  assertEquals(asked, [undefined, 0, undefined, 1]);
});

Deno.test("IdleConnections counts who leaves by itself, until its slot is given back", () => {
  const idle = new IdleConnections(4);
  idle.rested(0, 0);
  idle.leaves(3);
  assertEquals(idle.giveUp(1, 100), undefined);
  idle.woke(3);
  assertEquals(idle.giveUp(1, 100), 0);
});

Deno.test("IdleConnections leaves a fresh connection alone for a second", () => {
  const idle = new IdleConnections(4);
  idle.opened(2, 1000);
  idle.opened(1, 1200);
  assertEquals([idle.giveUp(1, 1999), idle.giveUp(1, 2000)], [undefined, 2]);
  assertEquals([idle.giveUp(2, 2000), idle.giveUp(2, 2200)], [undefined, 1]);
});

/** The same, slowly: what is idle in the order of its rest, and what leaves. */
class SlowTwin {
  readonly idle: number[] = [];
  readonly leaving = new Set<number>();

  rested(slot: number) {
    this.woke(slot);
    this.idle.push(slot);
  }

  leaves(slot: number) {
    this.woke(slot);
    this.leaving.add(slot);
  }

  woke(slot: number) {
    const at = this.idle.indexOf(slot);
    if (at >= 0) this.idle.splice(at, 1);
    this.leaving.delete(slot);
  }

  giveUp(wanted: number) {
    if (this.leaving.size >= wanted) return undefined;
    const slot = this.idle.shift();
    if (slot !== undefined) this.leaving.add(slot);
    return slot;
  }
}

Deno.test("IdleConnections answers every step as the slow twin does", () => {
  const slots = 5;
  const act = fc.constantFrom(
    "rested" as const,
    "woke" as const,
    "leaves" as const,
    "giveUp" as const,
  );
  const step = fc.tuple(act, fc.nat({ max: slots - 1 }));
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const fast = new IdleConnections(slots);
    const slow = new SlowTwin();
    for (const [act, value] of steps) {
      if (act === "giveUp") assertEquals(fast.giveUp(value, 100), slow.giveUp(value));
      else {
        fast[act](value, 0);
        slow[act](value);
      }
    }
  }));
});
