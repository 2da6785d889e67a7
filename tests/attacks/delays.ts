// Messages that never end. Each holds a connection, and each is let go.

import { chunk, get, uploadHead } from "../integration/requests.ts";
import { type Attack, attacks, type Verdict } from "./attack.ts";

const LATE: Verdict = { status: 408, event: "timeout", after: "closed" };
const CHUNKED = "Transfer-Encoding: chunked";

/** Everything about waiting; the server is one that does not wait long. */
export const DELAYS: readonly Attack[] = [
  ...attacks(LATE, [
    ["a method without an end (Slowloris)", "GE"],
    ["a target without an end (Slowloris)", "GET /ten"],
    ["a request line without an end (Slowloris)", "GET /ten.bin HTTP/1.1\r"],
    [
      "fields without an end (CVE-2007-6750 Slowloris)",
      "GET /ten.bin HTTP/1.1\r\nHost: localhost\r\n",
    ],
    ["a field without an end (deno#3515, caddy#4235)", "GET /ten.bin HTTP/1.1\r\nX: x"],
    ["a head that lacks its last byte", get("/ten.bin").slice(0, -1)],
    ["content that never comes (R.U.D.Y.)", uploadHead("Content-Length: 100")],
    ["content that stops (R.U.D.Y.)", uploadHead("Content-Length: 100") + '{"a":'],
    ["content that lacks its last byte", uploadHead("Content-Length: 3") + "{}"],
    ["a chunk size without an end", uploadHead(CHUNKED) + "2"],
    ["a chunk that stops", uploadHead(CHUNKED) + "ff\r\n["],
    ["a last chunk that never comes", uploadHead(CHUNKED) + chunk("{}")],
    ["a trailer section without an end", uploadHead(CHUNKED) + chunk("{}") + "0\r\nX: y\r\n"],
    [
      "content that was asked for and never comes",
      uploadHead("Content-Length: 100", "Expect: 100-continue"),
    ],
    ["content nobody wants that never comes", get("/ten.bin", "Content-Length: 100")],
  ]),
  ...attacks({ status: "closed", event: "none", after: "closed" }, [
    ["a connection on which nothing is said (idle flood)", ""],
    ["an empty line alone", "\r\n"],
  ]),
];
