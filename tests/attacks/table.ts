// The whole table. It checks itself when loaded: a row that says the same as another, or that could
// not be sent, is a mistake of ours and must not pass for a test.

import { join } from "@std/path";
import type { Attack, Topic } from "./attack.ts";
import { DELAYS } from "./delays.ts";
import { HEADERS } from "./headers.ts";
import { HOST } from "./host.ts";
import { INJECTION } from "./injection.ts";
import { HIDDEN_FILES, LINKS } from "./names.ts";
import { REDIRECTS } from "./redirects.ts";
import { RESOURCES } from "./resources.ts";
import { LISTINGS, MOUNTS, RULES, STEADS } from "./serving.ts";
import { SMUGGLING } from "./smuggling.ts";
import { TRAVERSAL } from "./traversal.ts";
import { UPLOADS } from "./uploads.ts";

/** Waits of a server that must not be waited for. */
const IMPATIENT = ["--head-timeout", "1s", "--body-timeout", "1s", "--keep-alive", "1s"];

/** A second folder beside the root. */
const mounted = (folder: string) => ["--listing", "on", "--mount", `/more=${join(folder, "more")}`];

/** Every rule that an operator can give, in the way that is easiest to abuse. */
const RULED = [
  ...["--redirect", "/go*=302 /*", "--redirect", "/find/*=302 /page?for=*"],
  ...["--redirect", "/host*=302 https://safe.example/*", "--header", "/**=X-Rule: 1"],
];

/** Every attack, by topic. */
export const TOPICS: readonly Topic[] = [
  { name: "traversal", attacks: TRAVERSAL },
  { name: "hidden files", attacks: HIDDEN_FILES },
  { name: "links and special files", attacks: LINKS },
  { name: "hosts", attacks: HOST },
  { name: "smuggling", attacks: SMUGGLING },
  { name: "injection", attacks: INJECTION },
  { name: "header abuse", attacks: HEADERS },
  { name: "upload abuse", attacks: UPLOADS },
  { name: "redirects", attacks: REDIRECTS },
  { name: "listings", attacks: LISTINGS, flags: ["--listing", "on"] },
  { name: "further folders", attacks: MOUNTS, flags: mounted },
  { name: "rules", attacks: RULES, flags: RULED },
  { name: "fallbacks", attacks: STEADS, flags: ["--clean-urls", "on", "--spa", "index.html"] },
  { name: "resource abuse", attacks: RESOURCES },
  { name: "delays", attacks: DELAYS, flags: IMPATIENT, isSlow: true },
];

/** Every attack. */
export const ATTACKS: readonly Attack[] = checked(TOPICS.flatMap((topic) => topic.attacks));

function checked(attacks: readonly Attack[]): readonly Attack[] {
  const names = new Set<string>();
  const sent = new Map<string, string>();
  for (const row of attacks) {
    const twin = sent.get(row.send);
    if (names.has(row.attack)) fail(row, "name must be unique");
    if (twin !== undefined) fail(row, `bytes must be unique, sent before in "${twin}"`);
    // deno-lint-ignore no-control-regex -- control characters are what many rows are about
    if (!/^[\x00-\xff]*$/.test(row.send)) fail(row, "bytes must be characters up to 0xff");
    if (row.status === "closed" && row.after === "open") fail(row, "closed must stay closed");
    names.add(row.attack);
    sent.set(row.send, row.attack);
  }
  return attacks;
}

function fail({ attack }: Attack, state: string): never {
  throw new Error(`Cannot use the attack "${attack}": ${state}`);
}
