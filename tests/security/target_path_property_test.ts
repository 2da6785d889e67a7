import { assert, assertEquals } from "@std/assert";
import { join, normalize } from "@std/path";
import fc from "fast-check";
import { isInside } from "../../lib/security/containment.ts";
import { brokenSegmentRule, type NameSystem } from "../../lib/security/segment_rules.ts";
import {
  type PathRule,
  type PathVerdict,
  resolveTargetPath,
} from "../../lib/security/target_path.ts";

/** Pieces from which nearly every attack is made, so that random text meets them often. */
const HOSTILE = [
  ..."/ /./../..;/.%2e/%2e/%2f/%5c/%25/%00/%c0%ae/%c0/%ae/%252e/%u002e/%/\\/:/;/~1/ / %20"
    .split("/").filter((piece) => piece !== ""),
  "/",
  "//",
  ".",
  ".well-known",
  "con",
  "%EF%BC%8E",
  "%E2%80%8C",
  "%c3%a9",
  "\0",
  "?",
];

const byteText = fc.array(fc.integer({ min: 0, max: 255 }))
  .map((bytes) => `/${String.fromCharCode(...bytes)}`);
const visibleText = fc.array(fc.integer({ min: 0x21, max: 0x7e }))
  .map((bytes) => `/${String.fromCharCode(...bytes)}`);
const escapedText = fc.uint8Array({ maxLength: 24 })
  .map((bytes) => `/${[...bytes].map((b) => `%${b.toString(16).padStart(2, "0")}`).join("")}`);
const hostileText = fc.array(
  fc.oneof(fc.constantFrom(...HOSTILE), fc.stringMatching(/^[a-z]{1,3}$/)),
  { maxLength: 12 },
).map((pieces) => `/${pieces.join("")}`);
const plainText = fc.stringMatching(/^\/[A-Za-z0-9_\-~/.]{0,40}$/);
const anyTarget = fc.oneof(
  byteText,
  visibleText,
  escapedText,
  hostileText,
  plainText,
  fc.string(), // with no leading slash, mostly
);
const anySystem = fc.constantFrom<NameSystem>("posix", "windows");

Deno.test("resolveTargetPath refuses, or names something inside the root", () => {
  fc.assert(
    fc.property(anyTarget, anySystem, (target, system) => {
      const verdict = resolveTargetPath(target, system);
      if (!verdict.ok) {
        assert(verdict.status === 400 || verdict.status === 403);
        return;
      }
      for (const root of ["/srv/www", "/"]) {
        const joined = root + verdict.segments.map((name) => `/${name}`).join("");
        assert(isInside(root, normalize(joined), "/"));
        assertEquals(normalize(joined), join(root, ...verdict.segments));
      }
      for (const name of verdict.segments) {
        assert(name !== "" && name !== "." && name !== "..");
        // deno-lint-ignore no-control-regex -- control characters are what is looked for
        assert(!/[/\\:\u0000-\u001f\u007f]/.test(name));
      }
      assertEquals(verdict.path, `/${verdict.segments.join("/")}`);
      assertEquals(verdict.trailingSlash, target.endsWith("/"));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("resolveTargetPath gives the same verdict for its own answer, escaped", () => {
  fc.assert(
    fc.property(anyTarget, (target) => {
      const verdict = resolveTargetPath(target, "posix");
      if (!verdict.ok) return;
      const again = `/${verdict.segments.map(encodeURIComponent).join("/")}`;
      const slash = verdict.trailingSlash && verdict.segments.length > 0 ? "/" : "";
      assertEquals(resolveTargetPath(again + slash, "posix"), verdict);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("resolveTargetPath agrees with its slow twin", () => {
  fc.assert(
    fc.property(anyTarget, anySystem, (target, system) => {
      assertEquals(resolveTargetPath(target, system), slowTwin(target, system));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("resolveTargetPath agrees with its slow twin at the lengths that are bounds", () => {
  for (const unit of ["a", "%61", "/", "/a", "%C3%A9", "/b%20b"]) {
    for (const bytes of [254, 255, 256, 4094, 4095, 4096, 4097]) {
      for (const count of [bytes, Math.floor(bytes / 2)]) {
        const target = `/${unit.repeat(count)}`;
        assertEquals(resolveTargetPath(target, "posix"), slowTwin(target, "posix"));
      }
    }
  }
});

/** No fast way, no engine decoder: bytes one by one, then the standard decoder per segment. */
function slowTwin(target: string, system: NameSystem): PathVerdict {
  const broken = (rule: PathRule): PathVerdict => ({ ok: false, status: 400, rule });
  if (target[0] !== "/") return broken("not-absolute");
  if (target.length > 12_288) return broken("path-length");
  const characters = [...target];
  if (characters.some((c) => c <= " " || c > "~" || c === "?" || c === "#")) {
    return broken("unescaped-byte");
  }
  const names: number[][] = [[]];
  for (let at = 0; at < target.length; at++) {
    if (target[at] === "/") names.push([]);
    else if (target[at] !== "%") names.at(-1)?.push(target.charCodeAt(at));
    else {
      const digits = target.slice(at + 1, at + 3);
      if (!/^[0-9a-f]{2}$/i.test(digits)) return broken("malformed-escape");
      names.at(-1)?.push(Number.parseInt(digits, 16));
      at += 2;
    }
  }
  const segments: string[] = [];
  for (const name of names.filter((bytes) => bytes.length > 0)) {
    let segment: string;
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      segment = decoder.decode(Uint8Array.from(name));
    } catch {
      return broken("invalid-utf8");
    }
    const rule = brokenSegmentRule(segment, { isFirst: segments.length === 0, system });
    const is400 = rule === "nul" || rule === "control" || rule === "segment-length";
    if (rule !== undefined) return { ok: false, status: is400 ? 400 : 403, rule };
    segments.push(segment);
  }
  const path = `/${segments.join("/")}`;
  if (new TextEncoder().encode(path).length > 4096) return broken("path-length");
  return { ok: true, segments, path, trailingSlash: target.endsWith("/") };
}
