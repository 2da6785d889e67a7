/**
 * The files of the dashboard page. Workers may not read the program's own folders, so the main thread
 * reads them once, at start, and hands them over.
 *
 * @module
 */

/** One file of the page. */
export interface DashboardFile {
  /** Value of its `Content-Type` field. */
  readonly mediaType: string;
  /** Its content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Name of the page itself among {@linkcode loadDashboard}'s files. */
export const DASHBOARD_PAGE = "page.html";

const FOLDER = new URL("../dashboard/", import.meta.url);

/** What a browser loads; anything else in the folder, such as a licence, is not served. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ["html", "text/html; charset=utf-8"],
  ["css", "text/css; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["svg", "image/svg+xml"],
]);

function filesBelow(folder: URL, prefix: string): [name: string, file: DashboardFile][] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesBelow(new URL(`${name}/`, folder), `${prefix}${name}/`);
    const mediaType = MEDIA_TYPES.get(name.slice(name.lastIndexOf(".") + 1));
    if (mediaType === undefined) return [];
    const bytes = Deno.readFileSync(new URL(name, folder));
    return [[prefix + name, { mediaType, bytes }]];
  });
}

/**
 * Reads every file of the page, from the source tree or from inside the binary. The names are those
 * in the page's links below `/security-dashboard/`, such as `page.css` and `vendor/uPlot.min.css`;
 * {@linkcode DASHBOARD_PAGE} is the page.
 *
 * @throws {Deno.errors.NotFound} When the program was built without them.
 */
export function loadDashboard(): ReadonlyMap<string, DashboardFile> {
  return new Map(filesBelow(FOLDER, ""));
}
