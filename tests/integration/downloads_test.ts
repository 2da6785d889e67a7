// Which files a browser is told to save.

import { assertEquals } from "@std/assert";
import { serverTest } from "./harness.ts";
import { get } from "./requests.ts";

const NAMES = ["a.txt", "a.png", "a.jpg", "a.jpeg", "a.TXT", "a.html", "a.css", "a.pdf", "txt"];
const FILES = Object.fromEntries(NAMES.map((name) => [`root/${name}`, name]));

/** Flags, and the files saved under them; the others are shown. */
const ROWS: readonly (readonly [flags: readonly string[], saved: readonly string[]])[] = [
  [[], ["a.txt", "a.png", "a.jpg", "a.jpeg", "a.TXT"]],
  [["--download", "pdf,.css"], ["a.pdf", "a.css"]],
  [["--download", "none"], []],
  [["--download="], []],
];

for (const [flags, saved] of ROWS) {
  serverTest(
    `downloads with ${flags.join(" ") || "no flag"}`,
    { flags, files: FILES },
    async (server) => {
      for (const name of NAMES) {
        const { status, fields, text } = await server.ask(get(`/${name}`));
        const want = saved.includes(name) ? `attachment; filename="${name}"` : undefined;
        assertEquals([status, text, fields.get("content-disposition")], [200, name, want]);
      }
    },
  );
}

serverTest("the name of a download survives any character", {
  files: { 'root/a "b" %20.txt': "1", "root/caf\u00e9.txt": "2" },
}, async (server) => {
  const quoted = await server.ask(get("/a%20%22b%22%20%2520.txt"));
  assertEquals(
    quoted.fields.get("content-disposition"),
    `attachment; filename="a _b_ _20.txt"; filename*=UTF-8''a%20%22b%22%20%2520.txt`,
  );
  const accented = await server.ask(get("/caf%C3%A9.txt"));
  assertEquals(
    accented.fields.get("content-disposition"),
    `attachment; filename="caf_.txt"; filename*=UTF-8''caf%C3%A9.txt`,
  );
});
