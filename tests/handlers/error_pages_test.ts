import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ErrorPages } from "../../lib/handlers/error_pages.ts";
import { FieldRules } from "../../lib/handlers/field_rules.ts";
import { Folder } from "../../lib/handlers/folder.ts";
import { asked, drained, folderTest, put, Rounds } from "./ground.ts";

const ROUNDS = new Rounds();
const PERSON = "Accept: text/html";

const PRESENTATION = {
  downloadExtensions: ["html"],
  compression: true,
  extraFields: "X-Own: 1\r\n",
  rules: new FieldRules({
    cache: [{ glob: "/**", value: "max-age=3600" }],
    immutable: true,
    headers: [{ glob: "*.html", name: "X-Rule", value: "2" }],
  }),
};

/** The content of the page that answers, or `undefined`. */
function page(pages: ErrorPages, status: number, line = "GET /x", accept = PERSON) {
  const answer = pages.answer(asked(line, accept), status, "", ROUNDS.next());
  assert(answer === undefined || answer.status === status, "the status is kept");
  return answer && drained(answer.content);
}

folderTest("ErrorPages has a page for 404, and one for all faults of ours", (folder) => {
  put(folder, "404.html", "not found");
  put(folder, "50x.html", "our fault");
  put(folder, "403.html", "never");
  const pages = new ErrorPages(new Folder(folder), PRESENTATION);
  assertEquals(page(pages, 404), "not found");
  for (const status of [500, 503, 507]) assertEquals(page(pages, status), "our fault");
  for (const status of [400, 403, 405, 410, 414, 600]) assertEquals(page(pages, status), undefined);
});

folderTest("ErrorPages is for people", (folder) => {
  put(folder, "404.html", "not found");
  const pages = new ErrorPages(new Folder(folder), PRESENTATION);
  assertEquals(page(pages, 404, "HEAD /x"), "not found"); // whoever sends it leaves the content away
  assertEquals(page(pages, 404, "POST /x"), undefined);
  for (const accept of ["application/json", "*/*", "application/json, text/html"]) {
    assertEquals(page(pages, 404, "GET /x", `Accept: ${accept}`), undefined);
  }
});

folderTest("ErrorPages sends the octets of the file and nothing of its state", (folder) => {
  put(folder, "404.html", "not found");
  const pages = new ErrorPages(new Folder(folder), PRESENTATION);
  const request = asked("GET /x", PERSON, "Range: bytes=0-1", "If-None-Match: *");
  const answer = pages.answer(request, 404, "X-Error: 3\r\n", ROUNDS.next());
  assertEquals(
    answer?.fields,
    "X-Error: 3\r\nX-Own: 1\r\nX-Rule: 2\r\nContent-Type: text/html; charset=UTF-8\r\nVary: Accept\r\n",
  );
  assertEquals(drained(answer?.content), "not found");
});

folderTest("ErrorPages sees pages come, change and go", (folder) => {
  const pages = new ErrorPages(new Folder(folder), PRESENTATION);
  assertEquals(page(pages, 404), undefined);
  put(folder, "404.html", "one");
  assertEquals(page(pages, 404), "one");
  put(folder, "404.html", "two, longer");
  assertEquals(page(pages, 404), "two, longer");
  Deno.removeSync(join(folder, "404.html"));
  assertEquals(page(pages, 404), undefined);
});

folderTest("ErrorPages takes no page that is too large, no file, or lies outside", (folder) => {
  const root = join(folder, "root");
  put(folder, "secret.html", "secret");
  put(root, "50x.html/index.html", "a folder");
  const path = put(root, "404.html", "x".repeat(1024 * 1024));
  const pages = new ErrorPages(new Folder(root), PRESENTATION);
  assert(page(pages, 404)?.length === 1024 * 1024);
  assertEquals(page(pages, 500), undefined);
  put(root, "404.html", "x".repeat(1024 * 1024 + 1));
  assert(page(pages, 404) === undefined, "a megabyte is enough");
  pages.tidy({ round: 0, epochMs: Infinity });
  Deno.removeSync(path);
  Deno.symlinkSync("../secret.html", path);
  assertEquals(page(pages, 404), undefined);
});
