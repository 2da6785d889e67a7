// Files: whole, in part, unchanged, compressed, and the ways to ask for them.

import { get, request } from "../../tests/integration/requests.ts";
import { type Answer, textOf } from "../../tests/integration/answer.ts";
import { ask, type Chapter, type Step, withFields } from "./step.ts";

/** Content of every file of the demo's site, by name. */
export const SITE: Readonly<Record<string, string>> = {
  "index.html": "<!DOCTYPE html>\n<title>Demo</title>\n<p>Hello</p>\n",
  "notes.txt": "Saved, not shown.\n",
  "folder/index.html": "<p>Inside</p>\n",
  "page.html": "<p>A page</p>\n",
  "plain/list.css": "p { margin: 0 }\n",
  "lines.css": "p { margin: 0 }\n".repeat(4096),
};

const DIGITS = "0123456789";

/** A file whose bytes tell where they are from. */
export const LONG = { name: "long.bin", content: DIGITS.repeat(100_000) } as const;

const INDEX_BYTES = SITE["index.html"]?.length ?? 0;

function length({ status, fields, content }: Answer): string {
  return `${status}, ${fields.get("content-length")} announced, ${content.length} sent`;
}

function content({ status, text }: Answer): string {
  return `${status}, ${JSON.stringify(text)}`;
}

/** Two requests on one connection, the second made of the first answer. */
function asked(title: string, first: string, then: (answer: Answer) => string): Step {
  return {
    title,
    expected: "200, then 304 and 0 bytes",
    async act({ server }) {
      using client = await server.connect();
      const whole = await client.ask(first);
      const again = await client.ask(then(whole));
      return `${whole.status}, then ${again.status} and ${again.content.length} bytes`;
    },
  };
}

const gzipped: Step = {
  title: "Accept-Encoding: gzip makes a text small",
  expected: "200, gzip, less than a tenth",
  async act({ server }) {
    using client = await server.connect();
    await client.send(get("/lines.css", "Accept-Encoding: gzip", "Connection: close"));
    const answer = textOf(await client.rest());
    const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
    const [, coding] = /\r\nContent-Encoding: (\S+)\r\n/.exec(answer) ?? [];
    const isSmall = answer.length * 10 < (SITE["lines.css"]?.length ?? 0);
    return `${status}, ${coding}, ${isSmall ? "less" : "more"} than a tenth`;
  },
};

/** The chapter. */
export const FILES: Chapter = {
  title: "Files",
  steps: [
    ask(
      "GET / is the index page",
      get("/"),
      "200, text/html; charset=UTF-8",
      withFields("content-type"),
    ),
    ask(
      "HEAD has its fields and no content",
      request("HEAD", "/"),
      `200, ${INDEX_BYTES} announced, 0 sent`,
      length,
    ),
    ask(
      "a text is offered as a download",
      get("/notes.txt"),
      '200, attachment; filename="notes.txt"',
      withFields("content-disposition"),
    ),
    ask(
      "a folder without its slash is redirected",
      get("/folder?x=1"),
      "301, /folder/?x=1",
      withFields("location"),
    ),
    ask("a missing file is not found", get("/missing.html"), "404"),
    asked(
      "If-None-Match: an unchanged file is not sent",
      get("/"),
      (answer) => get("/", `If-None-Match: ${answer.fields.get("etag")}`),
    ),
    asked(
      "If-Modified-Since does the same",
      get("/"),
      (answer) => get("/", `If-Modified-Since: ${answer.fields.get("last-modified")}`),
    ),
    ask("If-Match of another version fails", get("/", 'If-Match: "other"'), "412"),
    ask(
      "Range: ten bytes out of a million",
      get(`/${LONG.name}`, "Range: bytes=500003-500012"),
      '206, "3456789012"',
      content,
    ),
    ask(
      "Range: the last three bytes",
      get(`/${LONG.name}`, "Range: bytes=-3"),
      "206, bytes 999997-999999/1000000",
      withFields("content-range"),
    ),
    ask(
      "a range past the end",
      get(`/${LONG.name}`, "Range: bytes=1000000-"),
      "416, bytes */1000000",
      withFields("content-range"),
    ),
    gzipped,
    ask(
      "OPTIONS tells the methods",
      request("OPTIONS", "/"),
      "204, GET, HEAD, OPTIONS",
      withFields("allow"),
    ),
    ask(
      "a method that is not for files",
      request("DELETE", "/"),
      "405, GET, HEAD, OPTIONS",
      withFields("allow"),
    ),
    ask("a method that nobody knows", request("BREW", "/"), "501"),
  ],
};
