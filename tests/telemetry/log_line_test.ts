import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyCharacter } from "../any_character.ts";
import { formatJson, formatText, type LogEntry } from "../../lib/telemetry/log_line.ts";

const ENTRY: LogEntry = {
  timeMs: Date.UTC(2026, 10, 23, 4, 3, 57, 123),
  level: "info",
  logger: "sluice.security",
  message: "Refused a target",
  properties: {},
};

const HEAD = "2026-11-23T04:03:57.123Z INFO  sluice.security  Refused a target";

const ROWS: [what: string, properties: Record<string, unknown>, text: string, json: unknown][] = [
  ["without properties", {}, "", {}],
  [
    "plain values",
    { status: 403, ok: false, none: null, rule: "dot-segment" },
    " status=403 ok=false none=null rule=dot-segment",
    {
      status: 403,
      ok: false,
      none: null,
      rule: "dot-segment",
    },
  ],
  ["values that need quotes", { a: "b c", d: "", e: 'f"=\\' }, ' a="b c" d="" e="f\\"=\\\\"', {
    a: "b c",
    d: "",
    e: 'f"=\\',
  }],
  [
    "an address and a target",
    { client: "[::1]:80", target: "/a?b&c" },
    " client=[::1]:80 target=/a?b&c",
    {
      client: "[::1]:80",
      target: "/a?b&c",
    },
  ],
  ["undefined as absent", { a: undefined, b: 1 }, " b=1", { b: 1 }],
  ["the names of its own fields", { level: "error", message: "x" }, " level=error message=x", {
    level_: "error",
    message_: "x",
  }],
  ["a name that needs quotes", { "a b\n": 1 }, ' "a b\\n"=1', { "a b\n": 1 }],
  ["terminal escapes", { a: "\x1b]0;x\x07\u009b" }, ' a="\\u001b]0;x\\u0007\\u009b"', {
    a: "\x1b]0;x\x07\u009b",
  }],
  [
    "a getter that throws",
    {
      get a() {
        throw new Error("nobody may see this");
      },
      b: 2,
    },
    " a=unreadable b=2",
    { a: "unreadable", b: 2 },
  ],
];
for (const [what, properties, text, json] of ROWS) {
  Deno.test(`a log line shows ${what}`, () => {
    assertEquals(formatText({ ...ENTRY, properties }, false), `${HEAD}${text}\n`);
    const { time, level, logger, message, ...rest } = JSON.parse(
      formatJson({ ...ENTRY, properties }),
    );
    assertEquals([time, level, logger, message], [
      "2026-11-23T04:03:57.123Z",
      "info",
      "sluice.security",
      "Refused a target",
    ]);
    assertEquals(rest, json);
  });
}

Deno.test("formatText colours the level only", () => {
  const line = formatText({ ...ENTRY, level: "error" }, true);
  assertEquals(line, `${HEAD.replace("INFO ", "\x1b[31mERROR\x1b[39m")}\n`);
});

const hostile = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.constantFrom(...'\n\r\x1b"\\ =\u2028\u009b\x7f{}:,a') }),
);

Deno.test("a log line is one line without active characters, whatever it is made of", () => {
  const properties = fc.dictionary(hostile, fc.oneof(hostile, fc.anything()));
  fc.assert(fc.property(hostile, hostile, properties, (logger, message, values) => {
    const entry: LogEntry = { ...ENTRY, logger, message, properties: values };
    for (const line of [formatText(entry, false), formatJson(entry)]) {
      assert(line.endsWith("\n"));
      assert(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line.slice(0, -1)));
    }
    const object = JSON.parse(formatJson(entry));
    assertEquals([object.level, object.logger, object.message], ["info", logger, message]);
  }));
});

Deno.test("a log line is bounded", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`n${index}`, "x".repeat(10_000)]),
  );
  const entry = { ...ENTRY, message: "m".repeat(10_000), properties };
  assert(formatText(entry, false).length < 33 * 4200);
  assert(formatJson(entry).length < 33 * 4200);
});
