import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type AccessForm, AccessLog, type AccessRecord } from "../../lib/telemetry/access_log.ts";

const RECORD: AccessRecord = {
  timeMs: Date.UTC(2026, 10, 23, 4, 3, 57, 123),
  client: "127.0.0.1",
  method: "GET",
  target: "/index.html",
  status: 200,
  contentBytes: 1024,
  durationMs: 0.312,
};

const TIME = "2026-11-23T04:03:57.123Z";

/** Any UTF-16 code units, and often the ones that matter. */
const hostileText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom(...'\n\r\x1b"\\ \u2028\u009b\x7f{}:,-…1a') }),
);

interface Batches {
  readonly log: AccessLog;
  /** Every batch that was handed out. */
  readonly sizes: number[];
  lines(form: AccessForm): string[];
}

function open(options: { text?: boolean; json?: boolean; batchBytes?: number } = {}): Batches {
  const texts = { text: "", json: "" };
  const sizes: number[] = [];
  const log = new AccessLog({
    worker: 1,
    text: true,
    json: true,
    ...options,
    flush: (form, lines) => {
      sizes.push(lines.length);
      assertEquals(lines.at(-1), 0x0a);
      texts[form] += new TextDecoder("utf-8", { fatal: true }).decode(lines);
    },
  });
  return { log, sizes, lines: (form) => texts[form].split("\n").slice(0, -1) };
}

/** The fields of a line of text, read back by the one rule the escapes follow. */
function fields(line: string): string[] {
  return line.split(/ +/).map((field) => JSON.parse(`"${field}"`));
}

const ROWS: [what: string, record: Partial<AccessRecord>, text: string, json: string][] = [
  [
    "writes both forms",
    {},
    `${TIME} INFO  sluice.access  w1 127.0.0.1 GET /index.html 200 1024B 0.312ms`,
    `{"time":"${TIME}","level":"info","logger":"sluice.access","worker":1,` +
    '"client":"127.0.0.1","method":"GET","target":"/index.html","status":200,"bytes":1024,"ms":0.312}',
  ],
  [
    "keeps the columns of a request that was not parsed",
    { method: "", target: "", status: 400 },
    `${TIME} INFO  sluice.access  w1 127.0.0.1 - - 400 1024B 0.312ms`,
    `{"time":"${TIME}","level":"info","logger":"sluice.access","worker":1,` +
    '"client":"127.0.0.1","method":"","target":"","status":400,"bytes":1024,"ms":0.312}',
  ],
  [
    "escapes spaces, quotes and controls",
    { client: "::1", target: '/a b"\\\n\x1b' },
    `${TIME} INFO  sluice.access  w1 ::1 GET /a\\u0020b\\"\\\\\\u000a\\u001b 200 1024B 0.312ms`,
    `{"time":"${TIME}","level":"info","logger":"sluice.access","worker":1,` +
    '"client":"::1","method":"GET","target":"/a\\u0020b\\"\\\\\\u000a\\u001b",' +
    '"status":200,"bytes":1024,"ms":0.312}',
  ],
];
for (const [what, changes, text, json] of ROWS) {
  Deno.test(`AccessLog ${what}`, () => {
    const { log, lines } = open();
    log.record({ ...RECORD, ...changes });
    log.flush();
    assertEquals(lines("text"), [text]);
    assertEquals(lines("json"), [json]);
  });
}

Deno.test("AccessLog writes one line a record that reads back, whatever a client sends", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ method: hostileText, target: hostileText })), (requests) => {
      const { log, lines } = open();
      // Shorter than the bound, so that every value is whole.
      const sent = requests.map(({ method, target }) => ({ method: method.slice(0, 34), target }));
      for (const request of sent) log.record({ ...RECORD, ...request });
      log.flush();
      assertEquals(lines("text").length, sent.length);
      assertEquals(lines("json").length, sent.length);
      for (const [index, { method, target }] of sent.entries()) {
        const line = lines("text")[index] ?? "";
        assert(/^[ -~]*$/.test(line));
        assertEquals(
          fields(line).slice(3),
          ["w1", RECORD.client, method || "-", target || "-", "200", "1024B", "0.312ms"],
        );
        const object = JSON.parse(lines("json")[index] ?? "");
        assertEquals([object.method, object.target, object.status], [method, target, 200]);
      }
    }),
    { numRuns: 500 },
  );
});

for (const batchBytes of [1024, 1500, 8192]) {
  Deno.test(`AccessLog never splits a line or outgrows a batch of ${batchBytes} bytes`, () => {
    const size = fc.oneof(fc.nat(60), fc.nat(2 * batchBytes));
    const unit = fc.constantFrom("a", "\n", '"', "é");
    fc.assert(
      fc.property(fc.array(fc.tuple(size, unit, size, unit), { maxLength: 20 }), (shapes) => {
        const { log, lines, sizes } = open({ batchBytes });
        for (const [count, character, methodCount, methodCharacter] of shapes) {
          const target = character.repeat(count);
          const method = methodCharacter.repeat(methodCount);
          log.record({ ...RECORD, client: method, target, method });
        }
        log.flush();
        assert(sizes.every((bytes) => bytes <= batchBytes));
        assertEquals(lines("text").length, shapes.length);
        for (const [index, line] of lines("json").entries()) {
          const { target, status } = JSON.parse(line);
          const [count = 0, character = ""] = shapes[index] ?? [];
          const whole = character.repeat(count);
          assert(target === whole || target.endsWith("…") && whole.startsWith(target.slice(0, -1)));
          assertEquals(status, 200);
        }
      }),
      { numRuns: 200 },
    );
  });
}

Deno.test("AccessLog fills a batch as far as it can before it cuts a target", () => {
  for (const character of ["a", "\n"]) {
    const { log, sizes, lines } = open({ json: false });
    log.record({ ...RECORD, target: character.repeat(32_768) });
    log.flush();
    assert(lines("text")[0]?.includes("… 200 1024B 0.312ms"));
    assert((sizes[0] ?? 0) > 8192 - 128 - 32);
  }
});

Deno.test("AccessLog cannot be made to show its mark of a cut", () => {
  const { log, lines } = open();
  log.record({ ...RECORD, target: "/a…" });
  log.flush();
  assert(lines("text")[0]?.includes(" /a\\u2026 "));
});

Deno.test("AccessLog hands out a full batch by itself and keeps the order", () => {
  const { log, sizes, lines } = open({ json: false });
  for (let index = 0; index < 500; index++) log.record({ ...RECORD, contentBytes: index });
  assert(sizes.length > 0 && sizes.every((bytes) => bytes > 8192 - 256 && bytes <= 8192));
  log.flush();
  assertEquals(
    lines("text").map((line) => fields(line)[8]),
    [...Array(500).keys()].map((n) => `${n}B`),
  );
});

const WANTED: [text: boolean, json: boolean][] = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];
for (const [text, json] of WANTED) {
  Deno.test(`AccessLog with text ${text} and JSON ${json} makes only these`, () => {
    const { log, lines, sizes } = open({ text, json });
    assert(log.isEmpty);
    log.flush();
    assertEquals(sizes, []);
    log.record(RECORD);
    assertEquals(log.isEmpty, !text && !json);
    log.flush();
    assert(log.isEmpty);
    assertEquals([lines("text").length, lines("json").length], [Number(text), Number(json)]);
  });
}

Deno.test("AccessLog refuses a batch that cannot hold a line", () => {
  assertThrows(() => open({ batchBytes: 1023 }), RangeError, "must be at least 1024 bytes");
});
