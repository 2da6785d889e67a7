import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import {
  type AccessForm,
  type AccessFormat,
  AccessLog,
  type AccessRecord,
} from "../../lib/telemetry/access_log.ts";
import { parseCommonLine } from "./common_line.ts";

const RECORD: AccessRecord = {
  timeMs: Date.UTC(2026, 10, 23, 4, 3, 57, 123),
  client: "127.0.0.1",
  method: "GET",
  target: "/index.html",
  status: 200,
  contentBytes: 1024,
  durationMs: 0.312,
  minorVersion: 1,
  isCut: false,
  requestId: "",
  traceId: "",
  parentId: "",
  referer: "",
  userAgent: "",
};

const TIME = "2026-11-23T04:03:57.123Z";

/** Any UTF-16 code units, and often the ones that matter. */
const hostileText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom(...'\n\r\x1b"\\ \u2028\u009b\x7f{}:,-…1a') }),
);

interface Batches {
  readonly log: AccessLog;
  /** Every batch that was handed out. */
  readonly sizes: number[];
  lines(form: AccessForm): string[];
}

interface Wanted {
  readonly text?: boolean;
  readonly json?: boolean;
  readonly format?: AccessFormat;
  readonly batchBytes?: number;
}

function open(options: Wanted = {}): Batches {
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

/** As long as they may be. */
const LONG_NAMES = {
  requestId: "r".repeat(128),
  traceId: "a".repeat(32),
  parentId: "b".repeat(16),
  contentBytes: Number.MAX_SAFE_INTEGER,
  isCut: true,
};

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
  [
    "marks an answer that was cut",
    { isCut: true },
    `${TIME} INFO  sluice.access  w1 127.0.0.1 GET /index.html 200 1024B 0.312ms cut`,
    `{"time":"${TIME}","level":"info","logger":"sluice.access","worker":1,` +
    '"client":"127.0.0.1","method":"GET","target":"/index.html","status":200,"bytes":1024,' +
    '"ms":0.312,"cut":true}',
  ],
  [
    "tells programs what the request is called",
    {
      requestId: "abc-1",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentId: "b7ad6b7169203331",
    },
    `${TIME} INFO  sluice.access  w1 127.0.0.1 GET /index.html 200 1024B 0.312ms`,
    `{"time":"${TIME}","level":"info","logger":"sluice.access","worker":1,` +
    '"client":"127.0.0.1","method":"GET","target":"/index.html","status":200,"bytes":1024,' +
    '"ms":0.312,"requestId":"abc-1","traceId":"0af7651916cd43dd8448eb211c80319c",' +
    '"parentId":"b7ad6b7169203331"}',
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

const AGENT = 'Mozilla/5.0 (X11) "x"';

const COMMON_ROWS: [what: string, record: Partial<AccessRecord>, common: string, more: string][] = [
  [
    "writes common and combined lines",
    { referer: "https://a.example/?q=1", userAgent: "Mozilla/5.0 (X11; Linux)" },
    '127.0.0.1 - - [23/Nov/2026:04:03:57 +0000] "GET /index.html HTTP/1.1" 200 1024',
    ' "https://a.example/?q=1" "Mozilla/5.0 (X11; Linux)"',
  ],
  [
    "writes a hyphen for what a client did not say",
    { minorVersion: 0, status: 404, contentBytes: 0 },
    '127.0.0.1 - - [23/Nov/2026:04:03:57 +0000] "GET /index.html HTTP/1.0" 404 0',
    ' "-" "-"',
  ],
  [
    "writes a hyphen for a request that was not parsed",
    { method: "", target: "", status: 400 },
    '127.0.0.1 - - [23/Nov/2026:04:03:57 +0000] "-" 400 1024',
    ' "-" "-"',
  ],
  [
    "escapes quotes, backslashes and controls as nginx does",
    { target: '/"\\\n é', referer: "\x1b[2J", userAgent: AGENT },
    "127.0.0.1 - - [23/Nov/2026:04:03:57 +0000] " +
    '"GET /\\x22\\x5C\\x0A\\x20\\xE9 HTTP/1.1" 200 1024',
    ' "\\x1B[2J" "Mozilla/5.0 (X11) \\x22x\\x22"',
  ],
  [
    "has no mark for a cut, which readers of these forms would not know",
    { isCut: true, requestId: "abc-1" },
    '127.0.0.1 - - [23/Nov/2026:04:03:57 +0000] "GET /index.html HTTP/1.1" 200 1024',
    ' "-" "-"',
  ],
];
for (const [what, changes, common, more] of COMMON_ROWS) {
  Deno.test(`AccessLog ${what}`, () => {
    for (const [format, line] of [["common", common], ["combined", common + more]] as const) {
      const { log, lines } = open({ format, json: false });
      log.record({ ...RECORD, ...changes });
      log.flush();
      assertEquals(lines("text"), [line]);
    }
  });
}

Deno.test("AccessLog tells programs of referer and user agent with the combined form alone", () => {
  for (const format of ["default", "common", "combined"] as const) {
    const { log, lines } = open({ format });
    log.record({ ...RECORD, referer: "/from", userAgent: AGENT });
    log.flush();
    const { referer, userAgent } = JSON.parse(lines("json")[0] ?? "");
    const told = format === "combined" ? ["/from", AGENT] : [undefined, undefined];
    assertEquals([referer, userAgent], told);
  }
});

/** These forms cannot tell a hyphen from nothing. */
function shown(value: string): string {
  return value === "-" ? "" : value;
}

const agentText = fc.oneof(hostileText, fc.string({ unit: "grapheme-ascii", minLength: 60 }));
const hostileRequest = fc.record({
  method: hostileText.map((method) => method.slice(0, 34)),
  target: hostileText,
  referer: agentText,
  userAgent: agentText,
  isCut: fc.boolean(),
});

for (const format of ["common", "combined"] as const) {
  Deno.test(`AccessLog writes ${format} lines that read back, whatever a client sends`, () => {
    fc.assert(
      fc.property(fc.array(hostileRequest), (requests) => {
        const { log, lines } = open({ format });
        for (const request of requests) log.record({ ...RECORD, ...request });
        log.flush();
        assertEquals(lines("text").length, requests.length);
        for (const [index, { method, target, referer, userAgent }] of requests.entries()) {
          const line = parseCommonLine(lines("text")[index] ?? "");
          assertEquals([line.client, line.status, line.bytes], [RECORD.client, 200, 1024]);
          assertEquals(line.timeMs, RECORD.timeMs - 123);
          const request = target === "" ? ["", ""] : [shown(method), shown(target)];
          assertEquals([line.method, line.target], request);
          const agent = format === "common"
            ? [undefined, undefined]
            : [shown(referer), shown(userAgent)];
          assertEquals([line.referer, line.userAgent], agent);
          if (format === "common") continue;
          const object = JSON.parse(lines("json")[index] ?? "");
          assertEquals([object.referer, object.userAgent], [referer, userAgent]);
        }
      }),
      { numRuns: 300 },
    );
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

for (const batchBytes of [2048, 3000, 8192]) {
  Deno.test(`AccessLog never splits a line or outgrows a batch of ${batchBytes} bytes`, () => {
    const size = fc.oneof(fc.nat(60), fc.nat(2 * batchBytes));
    const unit = fc.constantFrom("a", "\n", '"', "é");
    fc.assert(
      fc.property(fc.array(fc.tuple(size, unit, size, unit), { maxLength: 20 }), (shapes) => {
        const { log, lines, sizes } = open({ batchBytes, format: "combined" });
        for (const [count, character, methodCount, methodCharacter] of shapes) {
          const target = character.repeat(count);
          const method = methodCharacter.repeat(methodCount);
          const agent = { referer: method, userAgent: target };
          log.record({ ...RECORD, ...LONG_NAMES, ...agent, client: method, target, method });
        }
        log.flush();
        assert(sizes.every((bytes) => bytes <= batchBytes));
        assertEquals(lines("text").length, shapes.length);
        for (const line of lines("text")) parseCommonLine(line);
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
    const combined = open({ json: false, format: "combined" });
    const agent = { referer: character.repeat(32_768), userAgent: character.repeat(32_768) };
    combined.log.record({ ...RECORD, ...agent, target: character.repeat(32_768) });
    combined.log.flush();
    assert((combined.sizes[0] ?? 0) > 8192 - 128 - 32);
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
  assertThrows(() => open({ batchBytes: 2047 }), RangeError, "must be at least 2048 bytes");
});
