// What an answer's head costs: from an answer to the octets that go before its content.

import { BytesContent } from "../../lib/http/content.ts";
import { fieldBlock, HeadWriter } from "../../lib/http/response.ts";
import { formatHttpDate } from "../../lib/http/http_date.ts";

const NOW_MS = 1_795_406_637_123;
const CONTENT = new Uint8Array(1024);

/** Fields of a file, as they are made once for each of its states. */
const FIELDS = fieldBlock({
  "ETag": '"400-19a0c3f2b7b"',
  "Last-Modified": formatHttpDate(NOW_MS - 3_600_000),
  "Content-Type": "application/octet-stream",
  "Accept-Ranges": "bytes",
});

const heads = new HeadWriter(30_000, 100);
const TERMS = { close: false, isHttp10: false };
let second = 0;
let octets = 0; // kept, so that nothing is optimised away

Deno.bench("HeadWriter writes the head of a file that was sent before", () => {
  const answer = { status: 200, fields: FIELDS, content: new BytesContent(CONTENT) };
  octets += heads.write(answer, TERMS, NOW_MS).length;
});

Deno.bench("HeadWriter writes the first head of a second", () => {
  const answer = { status: 200, fields: FIELDS, content: new BytesContent(CONTENT) };
  octets += heads.write(answer, TERMS, NOW_MS + 1000 * second++).length;
});

Deno.bench("fieldBlock makes the fields of a file", () => {
  octets += fieldBlock({ "ETag": '"400-19a0c3f2b7b"', "Content-Type": "text/html" }).length;
});
