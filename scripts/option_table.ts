// Writes the tables of options anew, from the options themselves: the common ones in README.md, all of
// them in resources/docs/configuration.md.
//
//   deno run -P=test scripts/option_table.ts && deno fmt

import { describeOptions, type OptionDescription } from "../lib/config.ts";

/** Cells row by row, headings first. */
export type Table = readonly (readonly string[])[];

/** One table, and where it stands: in a document, between the comments `<!-- NAME -->`. */
export interface Placed {
  /** The document, from the project's folder. */
  readonly document: string;
  /** What the comment before the table says; the one behind it says `end of NAME`. */
  readonly name: string;
  /** The table. */
  readonly table: Table;
}

const README = "README.md";
const REFERENCE = "resources/docs/configuration.md";

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

function flag({ flag, placeholder }: OptionDescription): string {
  return code(`${flag} ${placeholder}`.trim());
}

/** What most operators touch. */
function shortTable(options: readonly OptionDescription[]): Table {
  const rows = options.filter(({ isCommon }) => isCommon)
    .map((option) => [flag(option), code(option.fallback), option.help]);
  return [["Flag", "Default", "What"], ...rows];
}

function fullTable(options: readonly OptionDescription[]): Table {
  const rows = options.map((option) => [
    flag(option),
    code(option.fallback),
    code(option.environment),
    option.rule,
    option.help,
  ]);
  return [["Flag", "Default", "Variable", "Must be", "What"], ...rows];
}

/** Every table of options. */
export function optionTables(): readonly Placed[] {
  const options = describeOptions({ root: "resources", uploads: "resources/uploads" });
  const groups = [...Map.groupBy(options, ({ group }) => group)];
  return [
    { document: README, name: "options", table: shortTable(options) },
    ...groups.map(([group, members]) => ({
      document: REFERENCE,
      name: group.toLowerCase(),
      table: fullTable(members),
    })),
  ];
}

/** The place of a table in its document: everything between the two comments. */
export function placeOf(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->)([^]*?)(<!-- end of ${name} -->)`);
}

/** A bar inside a cell would end it, in code as well. */
function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

if (import.meta.main) {
  for (const { document, name, table } of optionTables()) {
    const [headings = [], ...rows] = table;
    const lines = [line(headings), line(headings.map(() => "---")), ...rows.map(line)];
    const path = new URL(`../${document}`, import.meta.url);
    const text = await Deno.readTextFile(path);
    const place = placeOf(name);
    if (!place.test(text)) throw new Error(`Cannot find <!-- ${name} --> in ${document}`);
    await Deno.writeTextFile(
      path,
      text.replace(place, (_, start, _old, end) => `${start}\n\n${lines.join("\n")}\n\n${end}`),
    );
  }
}
