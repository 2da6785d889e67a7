/**
 * A listing in writing: as a page that needs no script, and as JSON. Names of files are whatever
 * somebody called them, so each is escaped where it stands.
 *
 * @module
 */

import type { Entry } from "./folder.ts";
import type { ListingOrder, SortKey } from "./listing_order.ts";
import { LISTING_STYLE } from "./listing_style.ts";

/** A listing, in order. */
export interface Listing {
  /** Decoded names of the folders from the top down to this one. */
  readonly names: readonly string[];
  /** What is in it, in order. */
  readonly entries: readonly Entry[];
  /** Which order that is. */
  readonly order: ListingOrder;
  /** Whether there is more. */
  readonly isCut: boolean;
}

/** Entries written at a time: some 16 KB of text. */
const BATCH = 64;

const COLUMNS: readonly (readonly [key: SortKey, title: string, startsDescending: boolean])[] = [
  ["name", "Name", false],
  ["size", "Size", true],
  ["time", "Modified", true],
];

const UNITS = ["KB", "MB", "GB", "TB", "PB"] as const;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes text for a page, inside an element as well as inside a quoted attribute.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(escapeHtml('<a href="">'), "&lt;a href=&quot;&quot;&gt;");
 * ```
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? "");
}

/**
 * A number of bytes for people, in powers of 1024.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatSize(1_536), "1.5 KB");
 * assertEquals(formatSize(1_000), "1000 B");
 * ```
 */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = "";
  for (const name of UNITS) {
    value /= 1024;
    unit = name;
    if (value < 1023.95) break; // what would round to 1024 is one of the next unit
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Relative to the folder itself, so that neither a proxy's prefix nor a name like `a:b` matters. */
function hrefOf({ name, isFolder }: Entry): string {
  return escapeHtml(`./${encodeURIComponent(name)}${isFolder ? "/" : ""}`);
}

/** A name may turn the direction of writing: what follows it must not follow that. */
function nameOf(name: string): string {
  return `<bdi>${escapeHtml(name)}</bdi>`;
}

function crumbs(names: readonly string[]): string {
  const steps = names.map((name, index) => {
    const up = names.length - 1 - index;
    return up === 0 ? nameOf(name) : `<a href="${"../".repeat(up)}">${nameOf(name)}</a>`;
  });
  const top = names.length === 0 ? "/" : `<a href="${"../".repeat(names.length)}">/</a>`;
  return steps.length === 0 ? top : `${top} ${steps.join(" / ")} /`;
}

function heading(
  [key, title, startsDescending]: typeof COLUMNS[number],
  order: ListingOrder,
): string {
  const isCurrent = key === order.key;
  const isNextDescending = isCurrent ? !order.isDescending : startsDescending;
  const state = isCurrent ? ` aria-sort="${order.isDescending ? "descending" : "ascending"}"` : "";
  const mark = !isCurrent ? "" : order.isDescending ? " ↓" : " ↑";
  const href = `?sort=${key}&amp;order=${isNextDescending ? "desc" : "asc"}`;
  return `<th scope="col" class="${key}"${state}><a href="${href}">${title}${
    mark && `<span aria-hidden="true">${mark}</span>`
  }</a></th>`;
}

function time(modifiedMs: number): string {
  const [date = "", clock = ""] = new Date(modifiedMs).toISOString().split("T");
  return `<time datetime="${date}T${clock}">${date} <span class="clock">${
    clock.slice(0, 5)
  } UTC</span></time>`;
}

function row(entry: Entry): string {
  const { name, isFolder, sizeBytes, modifiedMs } = entry;
  const link = `<a href="${hrefOf(entry)}"${isFolder ? ' class="folder"' : ""}>${nameOf(name)}${
    isFolder ? "/" : ""
  }</a>`;
  const size = isFolder ? "" : `<data value="${sizeBytes}">${formatSize(sizeBytes)}</data>`;
  return `<tr><th scope="row">${link}</th><td class="size">${size}</td><td class="time">${
    time(modifiedMs)
  }</td></tr>\n`;
}

const PARENT =
  '<tr><th scope="row"><a href="../" class="folder">Parent folder</a></th><td></td><td></td></tr>\n';

/** How many of what. */
function counted(entries: readonly Entry[]): string {
  const folders = entries.filter(({ isFolder }) => isFolder).length;
  const files = entries.length - folders;
  const words = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  return `${words(folders, "folder")}, ${words(files, "file")}`;
}

/** The listing as a page, piece by piece. */
export function* pageOf({ names, entries, order, isCut }: Listing): Generator<string> {
  const title = escapeHtml(`/${names.map((name) => `${name}/`).join("")}`);
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>${LISTING_STYLE}</style>
</head>
<body>
<main>
<h1>${crumbs(names)}</h1>
${isCut ? `<p class="notice">Only the first ${entries.length} entries are shown.</p>\n` : ""}`;
  yield `<div class="list"><table><thead><tr>${
    COLUMNS.map((column) => heading(column, order)).join("")
  }</tr></thead>\n<tbody>\n${names.length === 0 ? "" : PARENT}`;
  for (let at = 0; at < entries.length; at += BATCH) {
    yield entries.slice(at, at + BATCH).map(row).join("");
  }
  yield `</tbody></table></div>
</main>
<footer>${counted(entries)} · <a href="?format=json">JSON</a></footer>
</body>
</html>
`;
}

/** The listing as JSON, piece by piece. */
export function* jsonOf({ names, entries, isCut }: Listing): Generator<string> {
  const path = `/${names.map((name) => `${name}/`).join("")}`;
  yield `{"path":${JSON.stringify(path)},"truncated":${isCut},"entries":[`;
  for (let at = 0; at < entries.length; at += BATCH) {
    const items = entries.slice(at, at + BATCH).map(({ name, isFolder, sizeBytes, modifiedMs }) =>
      JSON.stringify({
        name,
        type: isFolder ? "folder" : "file",
        ...(isFolder ? {} : { size: sizeBytes }),
        modified: new Date(modifiedMs).toISOString(),
      })
    );
    yield `${at === 0 ? "\n" : ",\n"}${items.join(",\n")}`;
  }
  yield "\n]}\n";
}
