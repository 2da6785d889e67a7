import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Folder } from "../../lib/handlers/folder.ts";
import { UploadHandler } from "../../lib/handlers/uploads.ts";
import { HttpError } from "../../lib/http/errors.ts";
import { HIDDEN_PREFIX } from "../../lib/storage/upload_name.ts";
import { asked, claims, CLIENT, drained, folderTest } from "./ground.ts";

const NOON_MS = Date.UTC(2026, 10, 23, 12, 0, 9);
const JSON_TYPE = "Content-Type: application/json";

/** Begins an upload into `folder`. */
function begin(folder: string, ...fields: readonly string[]) {
  const handler = new UploadHandler({
    folder: new Folder(folder),
    urlPath: "/uploads",
    claims: claims(),
  });
  return handler.begin(asked("POST /upload", "Content-Length: 9", ...fields), CLIENT, NOON_MS);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** Values of Content-Type and whether they are taken. */
const TYPES: readonly (readonly [value: string, isTaken: boolean])[] = [
  ["application/json", true],
  ["Application/JSON", true],
  ["application/json; charset=utf-8", true],
  ['application/json;charset="UTF-8"', true],
  ["application/json ; charset=utf-8", true],
  ["application/json; charset=latin1", false],
  ["application/json; x=y", false],
  ["application/jsonp", false],
  ["application/json, text/html", false],
  ["text/json", false],
  ["application/x-www-form-urlencoded", false],
];

for (const [value, isTaken] of TYPES) {
  folderTest(`UploadHandler ${isTaken ? "takes" : "refuses"} ${value}`, (folder) => {
    if (isTaken) return begin(folder, `Content-Type: ${value}`).abort();
    const error = assertThrows(() => begin(folder, `Content-Type: ${value}`), HttpError);
    assertEquals(error.status, 415);
  });
}

folderTest("UploadHandler refuses a content coding", (folder) => {
  const error = assertThrows(() => begin(folder, JSON_TYPE, "Content-Encoding: gzip"), HttpError);
  assertEquals(error.status, 415);
});

folderTest(
  "UploadHandler makes a file with the first octets, and shows it at the end",
  async (folder) => {
    const upload = begin(folder, JSON_TYPE);
    assertEquals(names(folder), []);
    upload.write(encode('{"a":'));
    const [partial = ""] = names(folder);
    assert(partial.startsWith(HIDDEN_PREFIX));
    upload.write(encode("1}"));
    assertEquals(names(folder), [partial]);
    const answer = await upload.end();
    const [name = "", ...others] = names(folder);
    assertEquals(others, []);
    assert(/^upload_20261123_120009_[0-9a-f]{16}\.json$/.test(name), name);
    assertEquals(Deno.readTextFileSync(`${folder}/${name}`), '{"a":1}');
    assert(answer.fields.includes(`Location: /uploads/${name}\r\n`));
    assertEquals(JSON.parse(drained(answer.content)).size, 7);
  },
);

folderTest("UploadHandler leaves nothing of an upload that is given up", (folder) => {
  const upload = begin(folder, JSON_TYPE);
  upload.write(encode("[1, 2"));
  assertEquals(names(folder).length, 1);
  upload.abort();
  upload.abort();
  assertEquals(names(folder), []);
});

folderTest("UploadHandler refuses broken JSON where it breaks", (folder) => {
  const upload = begin(folder, JSON_TYPE);
  upload.write(encode("[1, "));
  const error = assertThrows(() => upload.write(encode("}")), HttpError);
  assertEquals(error.status, 400);
  upload.abort();
  assertEquals(names(folder), []);
});

folderTest(
  "UploadHandler refuses a text that ends too early, and leaves nothing",
  async (folder) => {
    const upload = begin(folder, JSON_TYPE);
    upload.write(encode("[1, 2"));
    const error = await assertRejects(async () => await upload.end(), HttpError);
    assertEquals(error.status, 400);
    upload.abort();
    assertEquals(names(folder), []);
  },
);

folderTest("UploadHandler names no path when the disk fails", async (folder) => {
  const missing = `${folder}/missing`;
  const upload = begin(missing, JSON_TYPE);
  const error = assertThrows(() => upload.write(encode("[]")), HttpError);
  assertEquals([error.status, error.message.includes(folder)], [500, false]);
  upload.abort();
  // And when the folder goes between the first octet and the last.
  await Deno.mkdir(missing);
  const other = begin(missing, JSON_TYPE);
  other.write(encode("[]"));
  await Deno.remove(missing, { recursive: true });
  const late = await assertRejects(async () => await other.end(), HttpError);
  assertEquals([late.status, late.message.includes(folder)], [500, false]);
  other.abort();
});

folderTest("UploadHandler gives uploads of one second names of their own", async (folder) => {
  const uploads = Array.from({ length: 50 }, () => begin(folder, JSON_TYPE));
  for (const upload of uploads) upload.write(encode("[]"));
  await Promise.all(uploads.map((upload) => upload.end()));
  assertEquals(names(folder).length, 50);
});
