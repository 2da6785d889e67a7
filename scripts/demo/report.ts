// What the demo prints.

import type { Step } from "./step.ts";

/** How a step went. */
export interface Outcome {
  /** The chapter it belongs to. */
  readonly chapter: string;
  readonly isOk: boolean;
}

const HAS_COLOUR = !Deno.noColor && Deno.stdout.isTerminal();
const TITLE_COLUMNS = 54;

function paint(code: number, text: string): string {
  return HAS_COLOUR ? `\x1b[${code}m${text}\x1b[0m` : text;
}

function green(text: string): string {
  return paint(32, text);
}

function red(text: string): string {
  return paint(31, text);
}

function dim(text: string): string {
  return paint(2, text);
}

/** A heading with a blank line before it. */
export function printHeading(title: string): void {
  console.log(`\n${paint(1, title)}`);
}

/** One step and what came of it. */
export function printStep({ title, expected }: Step, got: string): void {
  if (got === expected) {
    console.log(`  ${green("ok")}    ${title.padEnd(TITLE_COLUMNS)} ${dim(got)}`);
    return;
  }
  console.log(`  ${red("WRONG")} ${title}`);
  console.log(`        expected ${expected}`);
  console.log(`        got      ${red(got)}`);
}

/** How many steps of each chapter went well, and what that means. */
export function printSummary(outcomes: readonly Outcome[], tookMs: number): void {
  printHeading("Summary");
  console.log(dim(`  ${"chapter".padEnd(24)}steps     ok  wrong`));
  const chapters = Map.groupBy(outcomes, (outcome) => outcome.chapter);
  for (const [title, steps] of chapters) console.log(summaryLine(title, steps));
  console.log(summaryLine("all", outcomes));
  const wrong = outcomes.filter((outcome) => !outcome.isOk).length;
  const seconds = (tookMs / 1000).toFixed(1);
  console.log(
    wrong === 0
      ? `\n${green("Everything was as expected")}, in ${seconds} s.`
      : `\n${red(`Not as expected: ${wrong} of ${outcomes.length} steps`)}, in ${seconds} s.`,
  );
}

function summaryLine(title: string, steps: readonly Outcome[]): string {
  const ok = steps.filter((step) => step.isOk).length;
  const wrong = steps.length - ok;
  const numbers = [`${steps.length}`.padStart(5), `${ok}`.padStart(7), `${wrong}`.padStart(7)];
  const line = `  ${title.padEnd(24)}${numbers.join("")}`;
  return wrong === 0 ? line : red(line);
}
