import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  boundEvent,
  decodeEvent,
  encodeEvent,
  EVENT_BYTES_MAX,
  type SecurityEvent,
} from "../../lib/telemetry/security_event.ts";
import { EVENT, hostileEvent } from "./security_events.ts";

Deno.test("an event arrives as it was sent", () => {
  for (const event of [EVENT, { ...EVENT, worker: undefined, status: 0, target: "" }]) {
    assertEquals(decodeEvent(encodeEvent(event)), event);
  }
});

Deno.test("any event fits its bound and arrives as it was bounded", () => {
  fc.assert(fc.property(hostileEvent, (event) => {
    const bytes = encodeEvent(event);
    assert(bytes.length <= EVENT_BYTES_MAX);
    assertEquals(decodeEvent(bytes), boundEvent(event));
  }));
});

Deno.test("boundEvent bounds any event to one that can be rendered, and leaves it at that", () => {
  fc.assert(fc.property(hostileEvent, (event) => {
    const bounded = boundEvent(event);
    assert(bounded.client.length <= 65 && bounded.target.length <= 513);
    assert(/^[a-z0-9-]{1,32}$/.test(bounded.rule));
    assertEquals(new Date(bounded.timeMs).toISOString().length, 24);
    assertEquals(boundEvent(bounded), bounded);
  }));
});

Deno.test("encodeEvent fits the longest texts in their worst encoding", () => {
  const worst = "\0".repeat(9000);
  const bytes = encodeEvent({
    kind: "hidden-file",
    rule: "r".repeat(32),
    client: worst,
    target: worst,
    status: 999,
    worker: Number.MAX_SAFE_INTEGER,
    timeMs: Infinity,
  });
  assert(bytes.length <= EVENT_BYTES_MAX);
  assertEquals(decodeEvent(bytes)?.target, `${"\0".repeat(512)}…`);
});

const BOUNDS: [what: string, event: Partial<SecurityEvent>, bounded: Partial<SecurityEvent>][] = [
  ["a malformed rule", { rule: "a b" }, { rule: "other" }],
  ["no rule", { rule: "" }, { rule: "other" }],
  ["a rule that is too long", { rule: "r".repeat(33) }, { rule: "other" }],
  ["a long client", { client: "x".repeat(65) }, { client: `${"x".repeat(64)}…` }],
  ["a status that is none", { status: 403.5 }, { status: 0 }],
  ["a worker that is none", { worker: -1 }, { worker: undefined }],
  ["a time before all", { timeMs: -1 }, { timeMs: 0 }],
  ["a time that is none", { timeMs: NaN }, { timeMs: 0 }],
  ["a time after all", { timeMs: 1e300 }, { timeMs: 253_402_300_799_999 }],
  ["a part of a millisecond", { timeMs: 1.75 }, { timeMs: 1 }],
];
for (const [what, event, bounded] of BOUNDS) {
  Deno.test(`boundEvent bounds ${what}`, () => {
    assertEquals(boundEvent({ ...EVENT, ...event }), { ...EVENT, ...bounded });
  });
}

function changed(changes: Record<string, unknown>): string {
  return JSON.stringify({ ...EVENT, ...changes });
}

const GARBAGE: [what: string, text: string][] = [
  ["nothing", ""],
  ["no JSON", "{"],
  ["a number", "1"],
  ["null", "null"],
  ["an array", "[]"],
  ["an empty object", "{}"],
  ["an unknown kind", changed({ kind: "weather" })],
  ["a kind that every object has", changed({ kind: "constructor" })],
  ["a kind in an array", changed({ kind: ["host"] })],
  ["no kind", changed({ kind: undefined })],
  ["a rule that is no text", changed({ rule: 1 })],
  ["a rule with a line end", changed({ rule: "a\nb" })],
  ["a rule in capitals", changed({ rule: "__PROTO__" })],
  ["a rule that is too long", changed({ rule: "r".repeat(33) })],
  ["no client", changed({ client: undefined })],
  ["a client that is too long", changed({ client: "x".repeat(66) })],
  ["a target that is an object", changed({ target: {} })],
  ["a target that is too long", changed({ target: "x".repeat(514) })],
  ["a status in a text", changed({ status: "403" })],
  ["a negative status", changed({ status: -1 })],
  ["a status of four digits", changed({ status: 1000 })],
  ["a worker that is null", changed({ worker: null })],
  ["half a worker", changed({ worker: 0.5 })],
  ["a time after the year 9999", changed({ timeMs: 253_402_300_800_000 })],
  ["a time before 1970", changed({ timeMs: -1 })],
  ["no time", changed({ timeMs: undefined })],
  ["too many bytes", changed({ more: "x".repeat(4096) })],
];
for (const [what, text] of GARBAGE) {
  Deno.test(`decodeEvent refuses ${what}`, () => {
    assertEquals(decodeEvent(new TextEncoder().encode(text)), undefined);
  });
}

Deno.test("decodeEvent takes nothing but the fields of an event", () => {
  const text = changed({ more: 1 }).replace("{", '{"__proto__":{"kind":"host"},');
  const event = decodeEvent(new TextEncoder().encode(text));
  assertEquals(event, EVENT);
  assertEquals(Object.getPrototypeOf(event), Object.prototype);
});

Deno.test("decodeEvent survives any bytes, any JSON, and any change to an event", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    decodeEvent(bytes);
  }));
  fc.assert(fc.property(fc.json(), (text) => {
    assertEquals(decodeEvent(new TextEncoder().encode(text)), undefined);
  }));
  const bytes = encodeEvent(EVENT);
  fc.assert(fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
    const event = decodeEvent(bytes.with(at, byte));
    if (event !== undefined) assertEquals(boundEvent(event), event);
  }));
});

Deno.test("decodeEvent reads shared memory", () => {
  const bytes = encodeEvent(EVENT);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  assertEquals(decodeEvent(shared), EVENT);
});
