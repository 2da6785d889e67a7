// What came out: Markdown for people, JSON for programs.

import { type Case, isLessBetter } from "./cases.ts";
import { median, type Result, type Row } from "./comparison.ts";

/** All there is to tell. */
export interface Report {
  readonly machine: string;
  readonly command: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly peers: readonly {
    readonly name: string;
    readonly version: string;
    readonly what: string;
  }[];
  /** Peers that are not there, and how to get them. */
  readonly missing: readonly string[];
  readonly rows: readonly Row[];
}

/** Three digits that count, with separators. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (value >= 1000) {
    const step = 10 ** (Math.floor(Math.log10(value)) - 2);
    return (Math.round(value / step) * step).toLocaleString("en-US");
  }
  return String(Number(value.toPrecision(3)));
}

function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : "-";
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map((_, at) => at === 0 ? "---" : "---:"), ...rows].map(line).join(
    "\n",
  );
}

function resultOf(row: Row, peer: string): Result | undefined {
  return row.results.find((result) => result.peer === peer);
}

/** Median, and the lowest and highest. */
function cell(result: Result | undefined): string {
  if (result === undefined) return "";
  if (result.values.length === 0) return "failed";
  const middle = figure(median(result.values));
  if (result.values.length === 1) return middle;
  return `${middle} (${figure(Math.min(...result.values))}-${figure(Math.max(...result.values))})`;
}

/** How ours stands to a peer's: medians of the same rounds. */
function ratioTo(row: Row, ours: string, peer: string): number {
  const [own, other] = [ours, peer].map((name) => median(resultOf(row, name)?.values ?? []));
  return (own ?? Number.NaN) / (other ?? Number.NaN);
}

function goal({ goals, ...one }: Case): string {
  const sign = isLessBetter({ goals, ...one }) ? "<=" : ">=";
  const parts = Object.entries(goals).map(([peer, value]) => `${sign} ${value} ${peer}`);
  return parts.join(", ");
}

function titleOf({ case: { title, unit } }: Row): string {
  return `${title}, ${unit}`;
}

/** The report as Markdown. */
export function markdown(report: Report): string {
  const { rows, peers, missing } = report;
  const names = peers.map(({ name }) => name);
  const [ours = "", ...others] = names;
  const figures = rows.map((
    row,
  ) => [titleOf(row), ...names.map((name) => cell(resultOf(row, name)))]);
  const ratios = rows.map((row) => [
    row.case.title,
    ...others.map((name) => ratio(ratioTo(row, ours, name))),
    goal(row.case),
  ]);
  const cpu = rows.filter((row) => row.results.some(({ cpuUs }) => cpuUs.length > 0)).map((row) => [
    row.case.title,
    ...names.map((name) => figure(median(resultOf(row, name)?.cpuUs ?? []))),
  ]);
  const failures = rows.flatMap((row) =>
    row.results.filter(({ failure }) => failure !== undefined).map(({ peer, failure }) =>
      `- ${row.case.name}, ${peer}: ${failure}`
    )
  );
  return [
    `\`${report.command}\`\n\n${report.machine}; ${report.rounds} interleaved rounds of ${report.seconds} s, ` +
    "medians with lowest and highest; the load generator runs on the same cores.",
    peers.map(({ name, version, what }) => `- ${name}: ${version}; ${what}`).join("\n"),
    ...(missing.length > 0 ? [missing.map((text) => `- ${text}`).join("\n")] : []),
    table(["Case", ...names], figures),
    ...(others.length > 0
      ? [`${ours} to each of the others:`, table(["Case", ...others, "Goal"], ratios)]
      : []),
    "CPU time of the server's whole process tree for one request, in microseconds:",
    table(["Case", ...names], cpu),
    ...(failures.length > 0 ? [failures.join("\n")] : []),
  ].join("\n\n") + "\n";
}

/** The report as JSON. */
export function json({ rows, ...rest }: Report): string {
  const plain = rows.map(({ case: { name, title, unit, goals }, results }) => ({
    name,
    title,
    unit,
    goals,
    results: results.map((result) => ({ ...result, median: median(result.values) })),
  }));
  return `${JSON.stringify({ ...rest, rows: plain }, null, 2)}\n`;
}
