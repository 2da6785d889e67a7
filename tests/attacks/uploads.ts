// Uploads that want to be more than a JSON text in a file of our naming.

import { chunk, get, head, request, upload, uploadHead } from "../integration/requests.ts";
import { type Attack, attacks, type Verdict } from "./attack.ts";

const STORED: Verdict = { status: 201, event: "none", after: "open" };
const NOT_JSON: Verdict = { status: 400, event: "upload", after: "open" };
const OTHER_TYPE: Verdict = { status: 415, event: "upload", after: "open" };
const TOO_LARGE: Verdict = { status: 413, event: "limit", after: "closed" };
const NO_METHOD: Verdict = { status: 405, event: "none", after: "open" };

/** A whole upload of something that calls itself `type`. */
function typed(type: string, content: string, ...fields: readonly string[]): string {
  const length = `Content-Length: ${content.length}`;
  return request("POST", "/upload", `Content-Type: ${type}`, length, ...fields) + content;
}

function multipart(name: string): string {
  const content = "--b\r\n" +
    `Content-Disposition: form-data; name="file"; filename="${name}"\r\n` +
    "Content-Type: application/json\r\n\r\n{}\r\n--b--\r\n";
  return typed("multipart/form-data; boundary=b", content);
}

const TYPES = attacks(OTHER_TYPE, [
  ["a page (text/html upload, stored XSS)", typed("text/html", "<script>alert(1)</script>")],
  ["a picture that runs (SVG)", typed("image/svg+xml", "<svg onload='alert(1)'/>")],
  ["a form of another site, which no browser asks about (CSRF)", typed("text/plain", '{"a":1}')],
  ["a form of fields (CSRF)", typed("application/x-www-form-urlencoded", "a=1")],
  ["a form of files (CSRF, dufs)", multipart("a.json")],
  ["a form with a path for a name (miniserve#518)", multipart("../../../../etc/cron.d/evil")],
  ["no type", request("POST", "/upload", "Content-Length: 2") + "{}"],
  ["two types", typed("text/html", "{}", "Content-Type: application/json")],
  ["a type in a list", typed("application/json, text/html", "{}")],
  ["a type that begins like JSON", typed("application/jsonp", "{}")],
  ["a type that ends like JSON", typed("application/problem+json", "{}")],
  ["JSON in UTF-16", typed("application/json; charset=utf-16", "\xff\xfe{\x00}\x00")],
  ["JSON in UTF-7 (XSS)", typed("application/json; charset=utf-7", "+ADw-script+AD4-")],
  ["JSON with content-encoding gzip (bomb)", upload("\x1f\x8b\x08\x00", "Content-Encoding: gzip")],
  ["JSON with two codings (bomb)", upload("{}", "Content-Encoding: gzip, gzip")],
  ["JSON with the coding identity", upload("{}", "Content-Encoding: identity")],
  ["a type with tabs by the thousand", typed(`application/json${"\t".repeat(15_000)};x`, "{}")],
]);

const TEXTS = [
  ...attacks(NOT_JSON, [
    ["a page that calls itself JSON", upload("<script>alert(1)</script>")],
    ["gzip that calls itself JSON", upload("\x1f\x8b\x08\x00\x00\x00\x00\x00")],
    ["nothing", uploadHead("Content-Length: 0")],
    ["blanks alone", upload(" \r\n\t ")],
    ["a BOM", upload("\xef\xbb\xbf{}")],
    ["a BOM of UTF-16", upload("\xff\xfe{\x00}\x00")],
    ["invalid UTF-8 in JSON", upload('"\xff\xfe"')],
    ["overlong UTF-8 in JSON", upload('"\xc0\xaf"')],
    ["a surrogate in UTF-8 in JSON", upload('"\xed\xa0\x80"')],
    ["UTF-8 beyond Unicode in JSON", upload('"\xf4\x90\x80\x80"')],
    ["a NUL in JSON", upload('{"a":\x00}')],
    ["a NUL in a string of JSON", upload('"a\x00b"')],
    ["a NUL behind JSON", upload("{}\x00")],
    ["a line end in a string of JSON", upload('"a\nb"')],
    ["a comment in JSON", upload("{}/* */")],
    ["a trailing comma in JSON", upload("[1,]")],
    ["a name without quotes in JSON", upload("{a:1}")],
    ["single quotes in JSON", upload("{'a':1}")],
    ["a number that is none", upload("NaN")],
    ["a number in hexadecimal", upload("0x10")],
    ["a number with a leading zero", upload("010")],
    ["two texts (JSON injection)", upload('{"a":1}{"admin":true}')],
    ["a text that is cut", upload('{"a":')],
    ["a script that loads like JSON", upload("callback({})")],
    ["513 levels of nesting", upload("[".repeat(513) + "]".repeat(513))],
    ["20,000 brackets", upload("[".repeat(20_000))],
    [
      "20,000 brackets in chunks",
      uploadHead("Transfer-Encoding: chunked") + chunk("[".repeat(20_000)) + "0\r\n\r\n",
    ],
    ["20,000 objects in objects", upload('{"a":'.repeat(10_000))],
  ]),
  ...attacks({ ...NOT_JSON, after: "closed" }, [
    ["deep JSON (100k brackets)", upload("[".repeat(100_000))],
    ["deep JSON that is closed (100k brackets)", upload("[".repeat(50_000) + "]".repeat(50_000))],
  ]),
  ...attacks(STORED, [
    ["__proto__ keys", upload('{"__proto__":{"admin":true}}')],
    ["constructor keys", upload('{"constructor":{"prototype":{"admin":true}}}')],
    ["__proto__ keys in disguise", upload('{"\\u005f_proto__":{"admin":true}}')],
    ["one key twice", upload('{"a":1,"a":2}')],
    ["a number beyond all numbers", upload("1e999999999")],
    ["a number of 10,000 digits", upload("9".repeat(10_000))],
    ["an escaped NUL", upload('"\\u0000"')],
    ["half a surrogate pair, escaped", upload('"\\ud800"')],
    ["markup in a string", upload('"</script><script>alert(1)</script>"')],
    ["512 levels of nesting", upload("[".repeat(512) + "]".repeat(512))],
  ]),
];

const NAMES = attacks(STORED, [
  [
    "a name in Content-Disposition",
    upload("[1]", 'Content-Disposition: attachment; filename="../../evil.html"'),
  ],
  ["a name in Slug", upload("[2]", "Slug: ../../evil.html")],
  ["a name in X-File-Name", upload("[3]", "X-File-Name: /etc/cron.d/evil")],
  [
    "a path in a query (miniserve#518)",
    upload("[4]").replace("/upload ", "/upload?path=../../&name=evil.html "),
  ],
  ["a path in the text", upload('{"filepath":"/etc/passwd","filename":"../../evil.html"}')],
  [
    "a name in Content-Type",
    typed("application/json", "[5]", "X-Name: evil.html", "Destination: /evil.html"),
  ],
]);

const SIZES = [
  ...attacks(TOO_LARGE, [
    ["10 GB declared (miniserve#1368)", uploadHead("Content-Length: 10737418240")],
    ["10 GB in one chunk (caddy#1587)", uploadHead("Transfer-Encoding: chunked") + "280000000\r\n"],
    [
      "10 GB that waits to be asked for",
      uploadHead("Content-Length: 10737418240", "Expect: 100-continue"),
    ],
    ["one byte above the limit", uploadHead("Content-Length: 10485761")],
    ["10 GB for a file", request("POST", "/ten.bin", "Content-Length: 10737418240")],
    ["10 GB with GET", get("/ten.bin", "Content-Length: 10737418240")],
    ["a length past counting", uploadHead(`Content-Length: ${"9".repeat(400)}`)],
  ]),
];

const METHODS = [
  ...attacks(NO_METHOD, [
    ["PUT in place of POST", request("PUT", "/upload", "Content-Length: 2") + "{}"],
    [
      "PUT of a page (CVE-2017-12615 Tomcat)",
      request("PUT", "/evil.html", "Content-Length: 1") + "x",
    ],
    [
      "PUT of a page with a slash behind (CVE-2017-12615 Tomcat)",
      request("PUT", "/evil.html/", "Content-Length: 1") + "x",
    ],
    ["PATCH of an upload", request("PATCH", "/uploads/a.json", "Content-Length: 2") + "{}"],
    ["DELETE of a file (dufs)", request("DELETE", "/ten.bin")],
    [
      "POST to the folder of uploads",
      request("POST", "/uploads/evil.html", "Content-Length: 1") + "x",
    ],
    ["POST with a slash behind", upload("[6]").replace("/upload ", "/upload/ ")],
    ["GET of the form's place", get("/upload")],
  ]),
  ...attacks({ status: 501, event: "protocol", after: "open" }, [
    [
      "MOVE over a file (WebDAV)",
      request("MOVE", "/uploads/a.json", "Destination: http://localhost/index.html"),
    ],
    ["MKCOL (WebDAV)", request("MKCOL", "/evil")],
    ["PROPFIND of all (WebDAV)", request("PROPFIND", "/", "Depth: infinity")],
    ["PURGE of a cache", request("PURGE", "/ten.bin")],
  ]),
  ...attacks({ ...STORED, after: "closed" }, [
    [
      "an upload in HTTP/1.0",
      head("POST /upload HTTP/1.0", "Content-Type: application/json", "Content-Length: 2") + "{}",
    ],
  ]),
];

/** Everything about uploads. */
export const UPLOADS: readonly Attack[] = [...TYPES, ...TEXTS, ...NAMES, ...SIZES, ...METHODS];
