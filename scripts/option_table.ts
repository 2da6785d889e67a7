// Writes the table of options in README.md anew, from the options themselves.
//
//   deno run --allow-read=. --allow-write=README.md scripts/option_table.ts && deno fmt README.md

import { describeOptions } from "../lib/config.ts";

/** The table's place in the README: everything between the two is replaced. */
const PLACE = /(<!-- options -->)[^]*(<!-- end of options -->)/;

const HEADINGS = ["Flag", "Default", "Variable", "Must be", "What"];

/** The cells of the table, headings first. */
export function optionTable(): readonly (readonly string[])[] {
  const rows = describeOptions({ root: "resources", uploads: "resources/uploads" });
  return [
    HEADINGS,
    ...rows.map((row) => [
      code(`${row.flag} ${row.placeholder}`.trim()),
      code(row.fallback),
      code(row.environment),
      row.rule,
      row.help,
    ]),
  ];
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** A bar inside a cell would end it, in code as well. */
function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

if (import.meta.main) {
  const [headings = [], ...rows] = optionTable();
  const table = [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
  const path = new URL("../README.md", import.meta.url);
  const readme = await Deno.readTextFile(path);
  await Deno.writeTextFile(
    path,
    readme.replace(PLACE, (_, start, end) => `${start}\n\n${table}\n\n${end}`),
  );
}
