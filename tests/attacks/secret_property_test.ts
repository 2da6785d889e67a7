// Whatever stands where a target should: no answer tells a secret, and none is an error of ours.

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { AnswerReader, textOf } from "../integration/answer.ts";
import { serverTest, type TestServer } from "../integration/harness.ts";
import { head } from "../integration/requests.ts";
import { furnish, groundOf, PARTIAL, PUBLIC, SECRET, UPLOADS_FOLDER } from "./site.ts";

const RUNS = 500;

/** What targets begin with. */
const STARTS = ["/", "//", "/uploads/", "/sub/", "/outdir/", "http://localhost/", "/\\", "", "*"];

/** Names that are there, whether they should be served or not. */
const NAMES = [
  ...["ten.bin", "index.html", "coded.html", "sub", "uploads", "special", ".well-known"],
  ...["secret.html", "root-secret", "rootsecret.html", "outside", "deep", "page.html", "file.html"],
  ...[".env", ".git", "config", ".htpasswd", "out.html", "chain.html", "outdir", "sibling", "up"],
  ...["linkindex", "nested", "root", "log", "link.json", "coded.html.gz"],
  ...["partial.html", "uploaded", PARTIAL, UPLOADS_FOLDER],
];

/** Ways to say up, in, and otherwise. */
const TURNS = [
  ...["/", "//", "..", "../", "/../", ".", "\\", "..\\", "%2e", "%2e%2e", "%2f", "%5c", "%252e"],
  ...["%252f", "%c0%ae", "%c0%af", "%e0%80%ae", "%ef%bc%8e", "%u002e", ";", "..;", ":", "%00"],
  ...["%0d%0a", "?", "#", "%", "%2", "~", "*", "%20", " ", "\t", "\r\n", "\x00", "\xff"],
];

const target = fc.tuple(
  fc.constantFrom(...STARTS),
  fc.array(
    fc.oneof(
      { arbitrary: fc.constantFrom(...TURNS), weight: 5 },
      { arbitrary: fc.constantFrom(...NAMES), weight: 5 },
      { arbitrary: fc.integer({ min: 0, max: 255 }).map(escaped), weight: 1 },
      {
        arbitrary: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
        weight: 1,
      },
    ),
    { maxLength: 12 },
  ),
).map(([start, pieces]) => start + pieces.join(""));

const coding = fc.constantFrom("identity", "gzip", "br", "*");

function escaped(octet: number): string {
  return `%${octet.toString(16).padStart(2, "0")}`;
}

const PUBLIC_TEXTS: ReadonlySet<string> = new Set(
  Object.values(PUBLIC).map((text) => textOf(new TextEncoder().encode(text))),
);

serverTest("no target over the socket ever tells a secret", groundOf(), async (server) => {
  await furnish(server.folder);
  await fc.assert(
    fc.asyncProperty(target, coding, (target, coding) => assertKept(server, target, coding)),
    { numRuns: RUNS },
  );
});

async function assertKept(server: TestServer, target: string, coding: string): Promise<void> {
  using client = await server.connect();
  const fields = ["Host: localhost", `Accept-Encoding: ${coding}`, "Connection: close"];
  await client.send(head(`GET ${target} HTTP/1.1`, ...fields));
  await client.endSending();
  const bytes = await client.rest();
  const text = textOf(bytes);
  assert(!text.includes(SECRET), "a secret was told");
  assert(!text.includes(server.folder), "a path of this machine was told");
  assertMatch(text, /^HTTP\/1\.1 (?:200|206|301|400|403|404|505) /);
  const pieces = [bytes];
  const answer = await new AnswerReader(() => Promise.resolve(pieces.pop() ?? null)).next("GET");
  if (answer.status !== 200) return;
  assertEquals(PUBLIC_TEXTS.has(answer.text), true, "what is served is what was put there");
}
