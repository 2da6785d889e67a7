import { assertEquals } from "@std/assert";
import { type ExporterSettings, openExporter } from "../../lib/telemetry/exporter.ts";
import type { LogEntry } from "../../lib/telemetry/log_line.ts";

const ENTRY: LogEntry = {
  timeMs: 1_795_406_637_123,
  level: "warn",
  logger: "sluice.security",
  message: "Security event",
  properties: { target: "/a\nb", traceId: 7, parentId: "no id" },
};

const LINE = '{"time":"2026-11-23T04:03:57.123Z","level":"warn","logger":"sluice.security",' +
  '"message":"Security event","target":"/a\\nb","traceId":7,"parentId":"no id"}';

const ROWS: [what: string, settings: ExporterSettings, written: string[] | "off"][] = [
  ["is off where the runtime's is", { isOn: false, console: "replace" }, "off"],
  ["gives the console what is logged", { isOn: true, console: "replace" }, [LINE]],
  ["leaves the terminal to the log", { isOn: true, console: undefined }, []],
  ["leaves it to the log also if told so", { isOn: true, console: "capture" }, []],
  ["keeps quiet where the console is not exported", { isOn: true, console: "ignore" }, []],
];
for (const [what, settings, expected] of ROWS) {
  Deno.test(`the exporter ${what}`, () => {
    const written: string[] = [];
    const refuse = () => {
      throw new Error("Cannot be: the level is another");
    };
    const warn = (text: string) => written.push(text);
    const exported = openExporter(settings, { debug: refuse, info: refuse, warn, error: refuse });
    exported?.(ENTRY);
    assertEquals(exported === undefined ? "off" : written, expected);
  });
}
