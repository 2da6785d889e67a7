import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  kindOfRule,
  RULE_KINDS,
  SECURITY_EVENT_KINDS,
  type SecurityEventKind,
} from "../../lib/telemetry/security_kind.ts";

const LIBRARY = fromFileUrl(import.meta.resolve("../../lib/"));

const ROWS: [rule: string, status: number, kind: SecurityEventKind][] = [
  ["traversal", 403, "traversal"],
  ["nul", 400, "traversal"],
  ["dot-file", 403, "hidden-file"],
  ["symlink", 403, "symlink"],
  ["host-unknown", 403, "host"],
  ["host-malformed", 400, "host"],
  ["path-length", 400, "limit"],
  ["invalid-utf8", 400, "protocol"],
  ["protocol", 400, "protocol"],
  ["protocol", 408, "timeout"],
  ["protocol", 413, "limit"],
  ["protocol", 414, "limit"],
  ["protocol", 429, "rate-limit"],
  ["protocol", 431, "limit"],
  ["protocol", 501, "protocol"],
  ["traversal", 431, "traversal"],
  ["rate-limit", 429, "rate-limit"],
  ["banned", 403, "banned"],
  ["timeout", 0, "timeout"],
  ["upload-type", 415, "upload"],
  ["admin-token", 401, "admin"],
  ["cors-origin", 403, "cors"],
  ["hosts", 403, "protocol"],
  ["constructor", 403, "protocol"],
  ["", 400, "protocol"],
];
for (const [rule, status, kind] of ROWS) {
  Deno.test(`kindOfRule takes ${rule || "nothing"} with ${status} for ${kind}`, () => {
    assertEquals(kindOfRule(rule, status), kind);
  });
}

/** Text of every module of a room. */
function sourcesOf(room: string): string[] {
  const folder = join(LIBRARY, room);
  const names = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile);
  return names.map(({ name }) => Deno.readTextFileSync(join(folder, name)));
}

/** The literals of every exported union that is called a rule. */
function declaredRules(): string[] {
  const unions = sourcesOf("security").flatMap((source) => [
    ...source.matchAll(/^export type \w*Rule =([^;]+);/gm),
  ]);
  return unions.flatMap(([, union = ""]) => [...union.matchAll(/"([^"]+)"/g)])
    .map(([, rule = ""]) => rule);
}

/** The literals that refusals are made with. */
function refusedRules(): string[] {
  return ["security", "handlers", "worker"].flatMap(sourcesOf)
    .flatMap((source) => [...source.matchAll(/new Refusal\(\s*\d+,\s*"([^"]+)"/g)])
    .map(([, rule = ""]) => rule);
}

Deno.test("every rule that the security room declares has its kind", () => {
  const rules = declaredRules();
  for (const rule of ["not-absolute", "windows-name", "host-port"]) assert(rules.includes(rule));
  assertEquals(rules.filter((rule) => !RULE_KINDS.has(rule)), []);
});

Deno.test("every rule that has a kind exists", () => {
  const rules = new Set([...declaredRules(), ...refusedRules()]);
  assertEquals([...RULE_KINDS.keys()].filter((rule) => !rules.has(rule)), []);
});

Deno.test("every rule that a refusal is made with has its kind, by its entry or its name", () => {
  const rules = refusedRules();
  assert(rules.includes("symlink"));
  const kinds: readonly string[] = SECURITY_EVENT_KINDS;
  const isNamed = (rule: string) =>
    kinds.some((kind) => rule === kind || rule.startsWith(`${kind}-`));
  assertEquals(rules.filter((rule) => !RULE_KINDS.has(rule) && !isNamed(rule)), []);
});
