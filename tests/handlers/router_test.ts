import { assert, assertEquals, assertThrows } from "@std/assert";
import { FileHandler } from "../../lib/handlers/files.ts";
import { Folder } from "../../lib/handlers/folder.ts";
import { isSink, Router, UPLOADS_PATH } from "../../lib/handlers/router.ts";
import { UploadHandler } from "../../lib/handlers/uploads.ts";
import { HttpError } from "../../lib/http/errors.ts";
import { Refusal } from "../../lib/security/refusal.ts";
import { RedirectTable } from "../../lib/security/redirect_table.ts";
import { asked, claims, drained, folderTest, put, ready, Rounds } from "./ground.ts";

const PRESENTATION = { downloadExtensions: [], compression: false, extraFields: "" };

const CALLER = { peer: "127.0.0.1", client: "127.0.0.1" };

/** A router over `root`, `uploads` and `more` in the folder, all of it below `/app`. */
function routerBelow(path: string): Router {
  put(path, "root/index.html", "index");
  put(path, "root/more/page.html", "shadowed");
  put(path, "more/page.html", "more");
  put(path, "more/sub/page.html", "more below");
  put(path, "more-secret/page.html", "secret");
  put(path, "uploads/stored.json", "stored");
  const uploads = new Folder(`${path}/uploads`);
  const files = (name: string, at: string) =>
    new FileHandler(new Folder(`${path}/${name}`), `/app${at}`, PRESENTATION);
  return new Router({
    files: files("root", ""),
    uploaded: files("uploads", UPLOADS_PATH),
    uploads: new UploadHandler({
      folder: uploads,
      urlPath: `/app${UPLOADS_PATH}`,
      claims: claims(),
    }),
    mounted: [{ urlPath: "/more", handler: files("more", "/more") }],
  }, {
    base: "/app",
    redirects: new RedirectTable([
      { from: "/old/*", status: 301, to: "/new/*" },
      { from: "/away/*", status: 302, to: "https://example.org/*?from=sluice" },
    ]),
  });
}

/** A router over `root` and `uploads` in the folder. */
function routerOver(path: string): Router {
  put(path, "root/index.html", "index");
  put(path, "root/upload/index.html", "a folder that happens to have the name");
  put(path, "root/uploads/shadowed.json", "never served");
  put(path, "uploads/stored.json", "stored");
  const uploads = new Folder(`${path}/uploads`);
  return new Router({
    files: new FileHandler(new Folder(`${path}/root`), "", PRESENTATION),
    uploaded: new FileHandler(uploads, UPLOADS_PATH, PRESENTATION),
    uploads: new UploadHandler({ folder: uploads, urlPath: UPLOADS_PATH, claims: claims() }),
  });
}

/** Requests and what they get: a content, a field, or the status of an error. */
const ROWS: readonly (readonly [line: string, want: string | number])[] = [
  ["GET /", "index"],
  ["GET /index.html", "index"],
  ["GET /uploads/stored.json", "stored"],
  ["GET //uploads/stored.json", "stored"],
  ["GET /uploads/shadowed.json", 404],
  ["GET /uploads/", 404],
  ["GET /Uploads/stored.json", 404],
  ["GET /uploads", "Location: /uploads/\r\n"],
  ["GET /upload/", "a folder that happens to have the name"],
  ["GET /upload", "Allow: POST, OPTIONS\r\n"],
  ["HEAD /upload", "Allow: POST, OPTIONS\r\n"],
  ["DELETE /upload", "Allow: POST, OPTIONS\r\n"],
  ["OPTIONS /upload", "Allow: POST, OPTIONS\r\n"],
  ["POST /", "Allow: GET, HEAD, OPTIONS\r\n"],
  ["POST /uploads/stored.json", "Allow: GET, HEAD, OPTIONS\r\n"],
  ["DELETE /uploads/stored.json", "Allow: GET, HEAD, OPTIONS\r\n"],
  ["POST /upload/", "Allow: GET, HEAD, OPTIONS\r\n"],
  ["TRACE /", "Allow: GET, HEAD, OPTIONS\r\n"],
  ["OPTIONS /missing", "Allow: GET, HEAD, OPTIONS\r\n"],
  ["OPTIONS *", "Allow: GET, HEAD, POST, OPTIONS\r\n"],
  ["CONNECT localhost:80", "Allow: GET, HEAD, POST, OPTIONS\r\n"],
  ["BREW /", 501],
  ["get /", 501],
  ["GET /missing", 404],
];

/** What a router makes of a request line, as in the rows. */
function check(router: Router, line: string, want: string | number): void {
  const handle = () => ready(router.handle(asked(line), new Rounds().next(), CALLER));
  if (typeof want === "number") {
    assertEquals(assertThrows(handle, HttpError).status, want);
    return;
  }
  const handled = handle();
  if (!handled.fields.includes(want)) assertEquals(drained(handled.content), want);
  else handled.content?.close();
}

for (const [line, want] of ROWS) {
  folderTest(`Router ${line}`, (path) => check(routerOver(path), line, want));
}

/** The same below a base, with another folder and redirects. */
const ROWS_BELOW: typeof ROWS = [
  ["GET /", 404],
  ["GET /index.html", 404],
  ["GET /uploads/stored.json", 404],
  ["POST /upload", 404],
  ["GET /application/", 404],
  ["GET /app", "Location: /app/\r\n"],
  ["GET /app?a=b", "Location: /app/?a=b\r\n"],
  ["GET /app/", "index"],
  ["GET //app//index.html", "index"],
  ["GET /app/uploads/stored.json", "stored"],
  ["GET /app/uploads", "Location: /app/uploads/\r\n"],
  ["GET /app/upload", "Allow: POST, OPTIONS\r\n"],
  ["GET /app/more/page.html", "more"],
  ["GET /app/more", "Location: /app/more/\r\n"],
  ["GET /app/more-secret/page.html", 404],
  ["GET /app/more/sub", "Location: /app/more/sub/\r\n"],
  ["GET /app/old/a%20b", "Location: /app/new/a%20b\r\n"],
  ["GET /app/old/", "Location: /app/new/\r\n"],
  ["GET /app/old/x?a=b", "Location: /app/new/x?a=b\r\n"],
  ["POST /app/old/x", "Location: /app/new/x\r\n"],
  ["GET /app/away/x?a=b", "Location: https://example.org/x?from=sluice\r\n"],
  ["GET /old/x", 404],
  [`GET /app/old/x?${"x".repeat(1_200)}`, 414],
  ["OPTIONS *", "Allow: GET, HEAD, POST, OPTIONS\r\n"],
];

for (const [line, want] of ROWS_BELOW) {
  folderTest(`Router below a base: ${line.slice(0, 80)}`, (path) => {
    check(routerBelow(path), line, want);
  });
}

folderTest("Router wants the content of an upload", (path) => {
  const router = routerOver(path);
  const request = asked("POST /upload", "Content-Type: application/json", "Content-Length: 2");
  const handled = router.handle(request, new Rounds().next(), CALLER);
  assert(isSink(handled));
  handled.abort();
});

folderTest("Router refuses a bad target with its rule, whatever the method", (path) => {
  const router = routerOver(path);
  for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
    const handle = () => router.handle(asked(`${method} /%2e%2e/x`), new Rounds().next(), CALLER);
    const { status, rule } = assertThrows(handle, Refusal);
    assertEquals([status, rule], [403, "traversal"]);
  }
});
