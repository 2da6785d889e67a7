import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AuditTrail } from "../../lib/telemetry/audit.ts";
import { Log } from "../../lib/telemetry/log.ts";
import { boundEvent, type SecurityEvent } from "../../lib/telemetry/security_event.ts";
import { SECURITY_EVENT_KINDS } from "../../lib/telemetry/security_kind.ts";
import { FakeClock } from "./fake_clock.ts";
import { Folder } from "./folder.ts";
import { EVENT, hostileEvent } from "./security_events.ts";

const START_MS = EVENT.timeMs;
const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A trail in its own time, and everything that came out of it. */
class Setup {
  readonly clock = new FakeClock(START_MS);
  readonly lines: string[] = [];
  readonly warnings: [message: string, properties: Record<string, unknown>][] = [];
  readonly trail = new AuditTrail({
    write: (line) => this.lines.push(new TextDecoder().decode(line)),
    warn: (message, properties) => this.warnings.push([message, properties]),
    clock: this.clock,
  });

  /** Notes an event that happens now. */
  note(changes: Partial<SecurityEvent> = {}): void {
    this.trail.note({ ...EVENT, timeMs: this.clock.nowMs(), ...changes });
  }

  /** What the lines say, as somebody reads it who knows JSON and no more. */
  get objects(): Record<string, unknown>[] {
    return this.lines.map((line) => {
      assertEquals([line.indexOf("\n"), ACTIVE.test(line.slice(0, -1))], [line.length - 1, false]);
      return JSON.parse(line);
    });
  }

  /** Client and count of each line so far. */
  get told(): string[] {
    return this.objects.map(({ message, client, count }) =>
      `${String(message).replace(/^Security events? ?/, "")} ${client ?? "-"} ${count}`.trim()
    );
  }
}

const ONE = {
  time: "2026-11-23T04:03:57.123Z",
  level: "warn",
  logger: "sluice.audit",
  message: "Security event",
  kind: "traversal",
  rule: "backslash",
  client: "192.0.2.1",
  target: "/..\\..\\etc",
  status: 403,
  worker: 1,
  count: 1,
};

Deno.test("a trail writes the first event at once", () => {
  const setup = new Setup();
  setup.note();
  assertEquals(setup.objects, [ONE]);
  assertEquals(Object.keys(setup.objects[0] ?? {}), Object.keys(ONE));
  setup.trail.close();
});

Deno.test("a trail writes repetitions as one line at the end of the window", () => {
  const setup = new Setup();
  setup.note();
  setup.clock.pass(1000);
  setup.note({ target: "/another", status: 400, worker: 2 });
  setup.clock.pass(2000);
  setup.note();
  assertEquals(setup.lines.length, 1);
  setup.clock.pass(7000);
  assertEquals(setup.objects.slice(1), [{
    ...ONE,
    time: "2026-11-23T04:04:07.123Z",
    message: "Security event repeated",
    count: 2,
    first: "2026-11-23T04:03:57.123Z",
    last: "2026-11-23T04:04:00.123Z",
  }]);
  setup.clock.pass(60_000);
  assertEquals(setup.lines.length, 2);
});

Deno.test("a trail tells the ordinary log the same", () => {
  const setup = new Setup();
  setup.note();
  setup.note();
  setup.trail.close();
  const told = setup.warnings.map(([message, properties]): Record<string, unknown> => ({
    message,
    ...properties,
  }));
  const { time: _time, level: _level, logger: _logger, ...rest } = ONE;
  assertEquals(told, [
    rest,
    {
      ...rest,
      message: "Security event repeated",
      first: "2026-11-23T04:03:57.123Z",
      last: "2026-11-23T04:03:57.123Z",
    },
  ]);
});

// Each step is a time to pass in ms, or the letter of a client that does something.
const FOLDS: [what: string, steps: (number | string)[], told: string[]][] = [
  ["of nothing writes nothing", [20_000], []],
  ["of one event writes no more", ["a", 20_000], ["a 1"]],
  ["of one client writes two lines", ["a", "a", "a", 10_000], ["a 1", "repeated a 2"]],
  ["tells clients apart", ["a", "b", "a", "a", "b", 10_000], [
    "a 1",
    "b 1",
    "repeated a 2",
    "repeated b 1",
  ]],
  ["is not over a millisecond early", ["a", 9_999, "a", 1], ["a 1", "repeated a 1"]],
  ["begins with an event, not at a full minute", [7_000, "a", 7_000, "a", 3_000, "a", 10_000], [
    "a 1",
    "repeated a 1",
    "a 1",
  ]],
  ["is followed by another one", ["a", "a", 10_000, "a", "a", "a", 10_000], [
    "a 1",
    "repeated a 1",
    "a 1",
    "repeated a 2",
  ]],
];
for (const [what, steps, told] of FOLDS) {
  Deno.test(`a window ${what}`, () => {
    const setup = new Setup();
    for (const step of steps) {
      if (typeof step === "number") setup.clock.pass(step);
      else setup.note({ client: step });
    }
    assertEquals(setup.told, told);
    assertEquals(setup.clock.timers, 0);
    setup.trail.close();
    assertEquals(setup.told, told);
  });
}

Deno.test("a trail has a timer only while a window is open", () => {
  const setup = new Setup();
  assertEquals(setup.clock.timers, 0);
  setup.note();
  setup.note({ client: "b" });
  assertEquals(setup.clock.timers, 1);
  setup.clock.pass(10_000);
  assertEquals(setup.clock.timers, 0);
});

Deno.test("a trail that is closed writes what is left, once, and takes no more", () => {
  const setup = new Setup();
  setup.note();
  setup.note();
  setup.trail.close();
  setup.trail.close();
  setup.note();
  assertEquals(setup.told, ["192.0.2.1 1", "repeated 192.0.2.1 1"]);
  assertEquals([setup.clock.timers, setup.trail.counts().traversal], [0, 2]);
});

Deno.test("a trail leaves no timer of the system behind", () => {
  // The leak check of the test runner would find it.
  const trail = new AuditTrail({ warn() {} });
  trail.note(EVENT);
  trail.close();
});

Deno.test("a trail counts by kind, and gives its counts away", () => {
  const setup = new Setup();
  SECURITY_EVENT_KINDS.forEach((kind, at) => {
    for (let times = 0; times < at; times++) setup.note({ kind });
  });
  const counts = setup.trail.counts();
  setup.note({ kind: "cors" });
  assertEquals(counts, Object.fromEntries(SECURITY_EVENT_KINDS.map((kind, at) => [kind, at])));
  assertEquals(Object.keys(counts), [...SECURITY_EVENT_KINDS]);
  setup.trail.close();
});

Deno.test("a history has the newest first and grows no longer than 256", () => {
  const setup = new Setup();
  const clients = () => setup.trail.history().map(({ event }) => event.client);
  assertEquals(setup.trail.history(), []);
  for (let number = 0; number < 600; number++) {
    setup.note({ client: String(number) });
    const length = Math.min(number + 1, 256);
    if (number % 50 === 0 || number % 256 === 0) {
      assertEquals(clients(), Array.from({ length }, (_, at) => String(number - at)));
    }
    if (number % 200 === 0) setup.clock.pass(10_000);
  }
  assertEquals(clients().length, 256);
  setup.trail.close();
});

Deno.test("a history counts with the window, and gives its entries away", () => {
  const setup = new Setup();
  setup.note();
  const before = setup.trail.history();
  setup.clock.pass(5_000);
  setup.note({ target: "/another" });
  assertEquals(before, [{ event: EVENT, count: 1, lastMs: START_MS }]);
  assertEquals(setup.trail.history(), [{ event: EVENT, count: 2, lastMs: START_MS + 5_000 }]);
  setup.clock.pass(5_000);
  setup.note();
  assertEquals(setup.trail.history().map(({ count }) => count), [1, 2]);
  setup.trail.close();
});

Deno.test("a trail knows its top clients", () => {
  const setup = new Setup();
  for (const client of ["a", "b", "b"]) setup.note({ client });
  assertEquals(setup.trail.topClients().map(({ client, count }) => [client, count]), [
    ["b", 2],
    ["a", 1],
  ]);
  setup.trail.close();
});

Deno.test("a flood from 200,000 addresses is counted, bounded, and hides nobody", () => {
  const setup = new Setup();
  const persistent = { client: "198.51.100.7", kind: "admin", rule: "admin-token" } as const;
  const addresses = 200_000;
  for (let number = 0; number < addresses; number++) {
    setup.note({ client: `10.${number >> 16}.${number >> 8 & 255}.${number & 255}` });
    if (number % 200 === 199) setup.note(persistent);
  }
  setup.clock.pass(10_000);
  assertEquals([setup.trail.counts().traversal, setup.trail.counts().admin], [addresses, 1000]);
  assert(setup.lines.length <= 1000);
  assertEquals(setup.warnings.length, setup.lines.length);
  const counts = setup.objects.map(({ count }) => Number(count));
  assertEquals(counts.reduce((sum, count) => sum + count), addresses + 1000);
  assertEquals(setup.told.filter((line) => line.includes(persistent.client)), [
    "198.51.100.7 1",
    "repeated 198.51.100.7 999",
  ]);
  const { time, level, logger, ...suppressed } = setup.objects.at(-1) ?? {};
  assertEquals([time, level, logger], ["2026-11-23T04:04:07.123Z", "warn", "sluice.audit"]);
  const hidden = addresses - (setup.lines.length - 3);
  assertEquals(suppressed, {
    message: "Security events suppressed",
    count: hidden,
    first: ONE.time,
    last: ONE.time,
    traversal: hidden,
  });
  assertEquals([setup.trail.history().length, setup.trail.topClients().length], [256, 64]);
  setup.clock.pass(60_000);
  assertEquals(setup.clock.timers, 0);
});

Deno.test("a window of any events writes at most 1000 lines", () => {
  const setup = new Setup();
  for (let times = 0; times < 2; times++) {
    for (const kind of SECURITY_EVENT_KINDS) {
      for (let number = 0; number < 500; number++) setup.note({ kind, client: String(number) });
    }
  }
  setup.trail.close();
  assertEquals(setup.lines.length, 999);
  const counts = setup.objects.map(({ count }) => Number(count));
  assertEquals(counts.reduce((sum, count) => sum + count), 2 * 500 * SECURITY_EVENT_KINDS.length);
});

Deno.test("the counts of all lines add up to the events, whatever they are and when", () => {
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.nat(12_000) },
    { weight: 6, arbitrary: hostileEvent },
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const setup = new Setup();
    const events = steps.filter((step) => typeof step !== "number");
    for (const step of steps) {
      if (typeof step === "number") setup.clock.pass(step);
      else setup.trail.note(step);
    }
    setup.trail.close();
    const told = setup.objects.reduce((sum, { count }) => sum + Number(count), 0);
    const counted = Object.values(setup.trail.counts()).reduce((sum, count) => sum + count);
    assertEquals([told, counted], [events.length, events.length]);
    assertEquals(setup.trail.topClients().reduce((sum, { count }) => sum + count, 0), told);
  }));
});

Deno.test("a line says what happened, and nobody can forge another", () => {
  fc.assert(fc.property(hostileEvent, (event) => {
    const setup = new Setup();
    setup.trail.note(event);
    setup.trail.close();
    const { kind, rule, client, target, status, worker, timeMs, requestId } = boundEvent(event);
    const [line, ...others] = setup.objects;
    assertEquals(others, []);
    assertEquals(line, {
      time: new Date(timeMs).toISOString(),
      level: "warn",
      logger: "sluice.audit",
      message: "Security event",
      kind,
      rule,
      client,
      target,
      status,
      ...(worker === undefined ? {} : { worker }),
      ...(requestId === undefined ? {} : { requestId }),
      count: 1,
    });
  }));
});

Deno.test("a trail writes through a log to the audit file and, as text, to the log file", () =>
  Folder.with(async (folder) => {
    const [file, auditFile] = [folder.at("log"), folder.at("audit")];
    const log = Log.open({ level: "info", file, auditFile });
    const trail = new AuditTrail({
      write: log.wantsAudit ? (line) => log.audit(line) : undefined,
      warn: (message, properties) => log.child("security").warn(message, properties),
    });
    for (let times = 0; times < 3; times++) trail.note({ ...EVENT, target: '/a"\r\nb\x1b[2J' });
    trail.close();
    await log.close();
    const audit = (await folder.read("audit")).trimEnd().split("\n");
    assertEquals(audit.map((line) => JSON.parse(line).count), [1, 2]);
    const text = (await folder.read("log")).trimEnd().split("\n");
    assertEquals(
      text[0]?.slice(25),
      "WARN  sluice.security  Security event kind=traversal rule=backslash client=192.0.2.1 " +
        'target="/a\\"\\r\\nb\\u001b[2J" status=403 worker=1 count=1',
    );
    assertEquals(text.length, 2);
  }));
