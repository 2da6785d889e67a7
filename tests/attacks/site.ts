// What lies on the disk of a server under attack: a small site, secrets all around and inside of it,
// and whatever links, pipes and devices this machine can make.

import { join } from "@std/path";
import { type Ground, writeFile } from "../integration/harness.ts";
import type { Attack, Flags } from "./attack.ts";

/** Stands in every file that must not be served, and nowhere else. */
export const SECRET = "MARKER-OF-A-SECRET-7F3A9C";

/** A file that every row may end with. */
export const TEN = "0123456789";

/** Long enough that many ranges of it are not better sent in one piece. */
export const THOUSAND = TEN.repeat(100);

/**
 * Where uploads land: beside the root, readable by the same threads, and of a name that begins like
 * the root's. Whatever else lies outside, the runtime itself refuses to those threads.
 */
export const UPLOADS_FOLDER = "root-uploads";

/** An upload under way, which nobody may read. */
export const PARTIAL = ".upload_20260101_000000_0.json.part";

/** An upload that is complete, which everybody may read, by its own path. */
export const STORED = "upload_20260101_000000_0000000000000000.json";

/** Longest name there is, and the longest that leaves no room for the extension of a coding. */
export const LONG_NAME = `${"n".repeat(250)}.html`;

/** What may be served. */
export const PUBLIC: Readonly<Record<string, string>> = {
  "index.html": "<p>index</p>\n",
  "ten.bin": TEN,
  "thousand.bin": THOUSAND,
  "sub/index.html": "<p>sub</p>\n",
  "sub/page.html": "<p>page</p>\n",
  "evil.example/index.html": "<p>a folder</p>\n",
  "<img src=x onerror=alert(1)>/index.html": "<p>markup</p>\n",
  'quote"; filename="evil.html.txt': "a name in quotes\n",
  "caf\u00e9\u202e.txt": "a name beyond ASCII\n",
  "odd.__proto__": "an odd extension\n",
  "odd.constructor": "another odd extension\n",
  ".well-known/security.txt": "Contact: mailto:a@example.org\n",
  "coded.html": "<p>coded</p>\n",
  "brotli.html": "<p>brotli</p>\n",
  "guarded/page.html": "<p>guarded</p>\n",
  [LONG_NAME]: "<p>long</p>\n",
};

const HIDDEN = [
  "root/.env",
  "root/.git/config",
  "root/.git/HEAD",
  "root/.htaccess",
  "root/.hidden/page.html",
  "root/.well-known/.htpasswd",
  "root/sub/.htpasswd",
  "root/sub/.well-known/page.html",
  `${UPLOADS_FOLDER}/${PARTIAL}`,
];

const OUTSIDE = [
  "secret.html",
  "outside/index.html",
  "outside/page.html",
  "outside/deep/page.html",
  "outside/coded",
  "root-secret/file.html",
  "rootsecret.html",
  "more-secret/file.html",
  "more/.env",
];

/** What may be served of a second folder, where a server has one. */
const MORE: Readonly<Record<string, string>> = { "more/page.html": "<p>more</p>\n" };

/** Files of the site, for the harness. */
export const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(PUBLIC).map(([name, text]) => [`root/${name}`, text])),
  ...MORE,
  [`${UPLOADS_FOLDER}/${STORED}`]: "{}\n",
  ...Object.fromEntries([...HIDDEN, ...OUTSIDE].map((name) => [name, `${SECRET} ${name}\n`])),
};

/** Every attacker is the same client here, and is to be answered every time. */
export const UNLIMITED: readonly string[] = [
  ...["--rate", "0", "--upload-rate", "0", "--ban-errors", "0", "--per-client", "0"],
];

/** The ground of a server under attack. */
export function groundOf(flags: Flags = []): Ground {
  const uploads = (folder: string) => ["--uploads", join(folder, UPLOADS_FOLDER)];
  const more = (folder: string) => typeof flags === "function" ? flags(folder) : flags;
  return { files: FILES, flags: (folder) => [...UNLIMITED, ...uploads(folder), ...more(folder)] };
}

/** Where a link stands, and where it leads. */
const LINKS: readonly (readonly [link: string, to: string])[] = [
  ["root/out.html", "../secret.html"],
  ["root/chain.html", "out.html"],
  ["root/outdir", "../outside"],
  ["root/sibling", "../root-secret"],
  ["root/up", ".."],
  ["root/sub/nested", "../outdir/deep"],
  ["root/passwd.html", "/etc/passwd"],
  ["root/environ.html", "/proc/self/environ"],
  ["root/zero.bin", "/dev/zero"],
  ["root/linkindex/index.html", "../../secret.html"],
  ["root/coded.html.gz", "../outside/coded"],
  ["root/brotli.html.br", "../outside/coded"],
  ["root/env.html", ".env"],
  ["root/loop.html", "loop.html"],
  ["root/nowhere.html", "not/there.html"],
  ["root/partial.html", `../${UPLOADS_FOLDER}/${PARTIAL}`],
  ["root/uploaded", `../${UPLOADS_FOLDER}`],
  [`${UPLOADS_FOLDER}/link.json`, "../secret.html"],
  [`${UPLOADS_FOLDER}/root.json`, "../root/ten.bin"],
  ["root/inside.bin", "ten.bin"],
  ["root/tomore", "../more"],
  ["more/out.html", "../secret.html"],
  ["more/up", ".."],
  ["more/toroot", "../root"],
  ["more/sibling", "../more-secret"],
];

/** Puts in place what is no plain file. @returns What could be made here. */
export async function furnish(folder: string): Promise<ReadonlySet<Attack["needs"]>> {
  const made = new Set<Attack["needs"]>();
  if (Deno.build.os === "windows") return made; // links need a privilege there
  await Deno.mkdir(join(folder, "root", "linkindex"), { recursive: true });
  for (const [link, to] of LINKS) await Deno.symlink(to, join(folder, link));
  made.add("links");
  await writeFile(join(folder, "root", "special", "index.html"), "<p>special</p>\n");
  const path = (name: string) => join(folder, "root", "special", name);
  if (await succeeds("mkfifo", path("pipe.html"))) made.add("pipe");
  if (await succeeds("mknod", path("zero.html"), "c", "1", "5")) made.add("device");
  if (await succeeds("python3", "-c", BIND, path("socket.html"))) made.add("socket");
  return made;
}

const BIND = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";

async function succeeds(name: string, ...args: readonly string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(name, { args: [...args], stdin: "null" });
    return (await command.output()).success;
  } catch {
    return false; // it is not installed, or may not be run
  }
}
