/**
 * The way of log records to an OpenTelemetry collector. The runtime brings an exporter of its own,
 * which takes what is written to the console for logs, and spans from `@opentelemetry/api`; it needs
 * no permission, and does nothing unless it is switched on by `OTEL_DENO`.
 *
 * @module
 */

import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { formatJson, type LogEntry } from "./log_line.ts";
import type { LogLevel } from "./log_level.ts";
import { SLOW_REQUEST } from "./log_record.ts";

/** What takes text by its level, as `console` does. */
export type LevelWriter = Readonly<Record<LogLevel, (text: string) => void>>;

/** What the runtime's exporter was told. */
export interface ExporterSettings {
  /** Whether it is on. */
  readonly isOn: boolean;
  /** Its variable `OTEL_DENO_CONSOLE`. */
  readonly console: string | undefined;
}

/** The name of what made a span. */
const TRACER = "sluice";

/** Properties by the names that OpenTelemetry's conventions for HTTP have for them. */
const ATTRIBUTES = [
  ["method", "http.request.method"],
  ["status", "http.response.status_code"],
  ["client", "client.address"],
  ["requestId", "sluice.request_id"],
  ["worker", "sluice.worker"],
] as const;

/**
 * Exports entries as the runtime's exporter allows: each as a log record, if the console is
 * given over to it (`OTEL_DENO_CONSOLE=replace`), since otherwise each would stand on the terminal
 * twice; and a slow request as a span besides. Both belong to the trace that the request belongs to.
 *
 * @param console The console of the process.
 * @returns `undefined` when the exporter is off.
 */
export function openExporter(
  settings: ExporterSettings,
  console: LevelWriter,
): ((entry: LogEntry) => void) | undefined {
  if (!settings.isOn) return undefined;
  const isReplaced = settings.console === "replace";
  return (entry) => {
    const parent = parentOf(entry);
    if (entry.message === SLOW_REQUEST) exportSpan(entry, parent);
    if (!isReplaced) return;
    context.with(parent, () => console[entry.level](formatJson(entry).trimEnd()));
  };
}

/**
 * Whether the runtime's exporter is on. Its variable does not tell: a compiled binary goes by what
 * that was when it was built.
 */
export function isExporting(): boolean {
  return trace.getTracer(TRACER).startSpan("probe").isRecording(); // never ended, so never sent
}

/** The span that caused what the entry tells of. */
function parentOf({ properties: { traceId, parentId } }: LogEntry): Context {
  if (typeof traceId !== "string" || typeof parentId !== "string") return ROOT_CONTEXT;
  const traceFlags = TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: parentId,
    traceFlags,
    isRemote: true,
  });
}

/** A request of which nothing was recorded until it was over. */
function exportSpan({ timeMs, properties }: LogEntry, parent: Context): void {
  const { method, ms } = properties;
  const attributes = attributesOf(properties);
  const startTime = timeMs - (typeof ms === "number" ? ms : 0);
  const name = typeof method === "string" ? method : "HTTP";
  trace.getTracer(TRACER)
    .startSpan(name, { kind: SpanKind.SERVER, startTime, attributes }, parent)
    .end(timeMs);
}

function attributesOf(properties: LogEntry["properties"]): Attributes {
  const attributes: Attributes = {};
  for (const [property, attribute] of ATTRIBUTES) {
    const value = properties[property];
    if (typeof value === "string" || typeof value === "number") attributes[attribute] = value;
  }
  const [path, query] = String(properties.target ?? "").split(/\?(.*)/s, 2);
  return { ...attributes, "url.path": path, "url.query": query };
}
