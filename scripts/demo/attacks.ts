// Attacks: what is refused, and with which status.

import { chunk, get, head, uploadHead } from "../../tests/integration/requests.ts";
import { ask, type Chapter, type Step } from "./step.ts";

/** Name of a link inside the site that leads out of it, where links can be made. */
export const LINK_OUT = "way_out.html";

const TRAVERSALS: readonly (readonly [title: string, target: string, status: number])[] = [
  ["out of the folder", "/../secret.html", 403],
  ["the same, escaped", "/%2e%2e/secret.html", 403],
  ["the same, with an escaped slash", "/..%2fsecret.html", 403],
  ["the same, with a backslash", "/..%5csecret.html", 403],
  ["the same, escaped twice", "/%252e%252e/secret.html", 403],
  ["a hidden file", "/.env", 403],
  ["a zero byte", "/index.html%00.png", 400],
  ["bytes that are no UTF-8", "/%c0%ae%c0%ae/secret.html", 400],
];

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** One answer and a closed door: the bytes behind the first request are never read as a second one. */
function smuggling(title: string, bytes: string): Step {
  return {
    title,
    expected: "400, nothing more, closed",
    async act({ server }) {
      using client = await server.connect();
      await client.send(bytes + SMUGGLED);
      const answer = await client.answer();
      const rest = await client.rest();
      return `${answer.status}, ${rest.length === 0 ? "nothing" : rest.length} more, closed`;
    },
  };
}

/** The chapter. */
export const ATTACKS: Chapter = {
  title: "Attacks",
  steps: [
    ...TRAVERSALS.map(([title, target, status]) =>
      ask(`${title}: ${target}`, get(target), `${status}`)
    ),
    ...(Deno.build.os === "windows"
      ? []
      : [ask(`a link that leads out: /${LINK_OUT}`, get(`/${LINK_OUT}`), "403")]),
    ask(
      "a host that is not ours (DNS rebinding)",
      head("GET / HTTP/1.1", "Host: evil.example"),
      "403",
    ),
    ask("no host at all", head("GET / HTTP/1.1"), "400"),
    ask("two hosts", get("/", "Host: evil.example"), "400"),
    smuggling(
      "Content-Length and Transfer-Encoding",
      uploadHead("Content-Length: 4", "Transfer-Encoding: chunked") + chunk("[]") + "0\r\n\r\n",
    ),
    smuggling(
      "two lengths that differ",
      uploadHead("Content-Length: 2", "Content-Length: 3") + "[]",
    ),
    smuggling(
      "a chunk size that is no number",
      `${uploadHead("Transfer-Encoding: chunked")}0x2\r\n[]\r\n0\r\n\r\n`,
    ),
    smuggling(
      "a blank before the colon",
      head("GET / HTTP/1.1", "Host: localhost", "Content-Length : 0"),
    ),
    ask("a head larger than the limit", get("/", `X: ${"x".repeat(20_000)}`), "431"),
    ask("a target larger than the limit", get(`/${"x".repeat(9_000)}`), "414"),
  ],
};
