import { assertEquals } from "@std/assert";
import { type PathVerdict, resolveTargetPath } from "../../lib/security/target_path.ts";

/** `ok` with the path and its trailing slash, or the status and the rule. */
function show(verdict: PathVerdict): string {
  if (!verdict.ok) return `${verdict.status} ${verdict.rule}`;
  return `ok ${verdict.path}${verdict.trailingSlash && verdict.path !== "/" ? "/" : ""}`;
}

const long = "a".repeat(255);

const ACCEPTED: readonly (readonly [rule: string, target: string, verdict: string])[] = [
  ["takes the root", "/", "ok /"],
  ["takes a name", "/index.html", "ok /index.html"],
  ["takes a nested name", "/assets/js/app-1.2_3~.js", "ok /assets/js/app-1.2_3~.js"],
  ["keeps the trailing slash", "/docs/", "ok /docs/"],
  ["keeps case", "/README.TXT", "ok /README.TXT"],
  ["collapses empty segments", "//a///b", "ok /a/b"],
  ["collapses empty segments at the end", "/a//", "ok /a/"],
  ["collapses nothing but slashes to the root", "////", "ok /"],
  ["makes no host of a double slash (CVE-2021-28861)", "//evil.example", "ok /evil.example"],
  ["collapses beside an escape", "//a%20b//c//", "ok /a b/c/"],
  ["decodes an escape", "/a%20b", "ok /a b"],
  ["decodes escapes of plain letters", "/%69ndex%2Ehtml", "ok /index.html"],
  ["decodes lower and upper case digits alike", "/%c3%a9%C3%A9", "ok /éé"],
  ["decodes four-byte UTF-8", "/%f0%9f%98%80.png", "ok /😀.png"],
  ["keeps a byte order mark", "/%EF%BB%BFa", "ok /\uFEFFa"],
  ["leaves the plus sign alone", "/a+b", "ok /a+b"],
  ["keeps an escaped question mark and hash", "/a%3Fb%23c", "ok /a?b#c"],
  ["keeps an escaped percent sign", "/100%25", "ok /100%"],
  ["keeps an escaped escape of a harmless byte", "/a%2520b", "ok /a%20b"],
  ["keeps sub-delims", "/a!$&'()*+,=@b", "ok /a!$&'()*+,=@b"],
  ["keeps characters browsers send raw", "/a|b^c{d}[e]", "ok /a|b^c{d}[e]"],
  ["keeps parameters of a name", "/a;v=1.txt", "ok /a;v=1.txt"],
  ["keeps inner double dots", "/a..b", "ok /a..b"],
  ["keeps an ellipsis before a name", "/%E2%80%A6and.mp3", "ok /…and.mp3"],
  ["keeps full-width letters", "/%EF%BC%A1.txt", "ok /Ａ.txt"],
  ["keeps a full-width solidus in a name", "/a%EF%BC%8Fb", "ok /a／b"],
  ["keeps emoji with a variation selector", "/%E2%9D%A4%EF%B8%8F", "ok /❤️"],
  ["keeps the sibling name for containment to judge", "/www-secret", "ok /www-secret"],
  ["takes .well-known at the top (RFC 8615)", "/.well-known/acme", "ok /.well-known/acme"],
  ["takes .well-known after empty segments", "//.well-known/a", "ok /.well-known/a"],
  ["takes .well-known with an escaped dot", "/%2ewell-known/a", "ok /.well-known/a"],
  ["takes a segment of 255 bytes", `/${long}`, `ok /${long}`],
  ["takes an escaped segment of 255 bytes", `/${"%C3%A9".repeat(127)}`, `ok /${"é".repeat(127)}`],
  ["takes a path of 4096 bytes", `/${long}`.repeat(16), `ok ${`/${long}`.repeat(16)}`],
  ["takes a device name where it is only a name", "/i2c/aux.c", "ok /i2c/aux.c"],
];

const BROKEN: readonly (readonly [rule: string, target: string, verdict: string])[] = [
  ["refuses an empty target", "", "400 not-absolute"],
  ["refuses asterisk-form", "*", "400 not-absolute"],
  ["refuses a relative path", "a/b", "400 not-absolute"],
  ["refuses absolute-form", "http://a.example/", "400 not-absolute"],
  ["refuses a leading backslash", "\\..\\a", "400 not-absolute"],
  ["refuses a lone percent sign (sirv#54)", "/%", "400 malformed-escape"],
  ["refuses a cut escape", "/a%2", "400 malformed-escape"],
  ["refuses an escape cut by a slash", "/%2/e", "400 malformed-escape"],
  ["refuses an escape of letters", "/%zz", "400 malformed-escape"],
  ["refuses %u escapes", "/%u002e%u002e/a", "400 malformed-escape"],
  ["refuses a nested escape (CVE-2021-42013)", "/%%32%65%%32%65/a", "400 malformed-escape"],
  ["refuses a half-nested escape", "/.%%32e/a", "400 malformed-escape"],
  ["answers syntax before policy", "/../%zz", "400 malformed-escape"],
  ["refuses a lone high byte (servor#85)", "/%ff", "400 invalid-utf8"],
  ["refuses a lone continuation byte", "/%80", "400 invalid-utf8"],
  ["refuses cut UTF-8", "/%c3", "400 invalid-utf8"],
  ["refuses UTF-8 across a slash", "/%c3/%a9", "400 invalid-utf8"],
  ["refuses an overlong dot (CVE-2008-2938)", "/%c0%ae%c0%ae/a", "400 invalid-utf8"],
  ["refuses a three-byte overlong dot", "/%e0%80%ae%e0%80%ae/a", "400 invalid-utf8"],
  ["refuses a four-byte overlong dot", "/%f0%80%80%ae/a", "400 invalid-utf8"],
  ["refuses an overlong slash (CVE-2000-0884)", "/a%c0%afb", "400 invalid-utf8"],
  ["refuses an overlong backslash", "/a%c1%9cb", "400 invalid-utf8"],
  ["refuses a broken overlong dot (CVE-2010-2266)", "/%c0.%c0./%c0.%c0./a", "400 invalid-utf8"],
  ["refuses a surrogate", "/%ed%a0%80", "400 invalid-utf8"],
  ["refuses a code point beyond Unicode", "/%f4%90%80%80", "400 invalid-utf8"],
  ["refuses an escaped NUL", "/a.html%00.png", "400 nul"],
  ["refuses NUL before traversal", "/..%00/a", "400 nul"],
  ["refuses an escaped line break", "/a%0d%0aSet-Cookie:x", "400 control"],
  ["refuses an escaped terminal escape (dufs#691)", "/a%1b[31m", "400 control"],
  ["refuses an escaped DEL", "/a%7f", "400 control"],
  ["refuses an escaped C1 control", "/a%c2%9b31m", "400 control"],
  ["refuses a raw NUL", "/a\0b", "400 unescaped-byte"],
  ["refuses a raw space (CVE-2013-4547)", "/a \0.php", "400 unescaped-byte"],
  ["refuses a raw tab", "/a\tb", "400 unescaped-byte"],
  ["refuses a raw high byte", "/caf\u00e9", "400 unescaped-byte"],
  ["refuses a character beyond one byte", "/\uff0e\uff0e/a", "400 unescaped-byte"],
  ["refuses a fragment (RFC 9112 §3.2.1)", "/a#b", "400 unescaped-byte"],
  ["refuses a query that was not removed", "/a?b", "400 unescaped-byte"],
  ["refuses a segment of 256 bytes", `/${long}a`, "400 segment-length"],
  ["counts bytes, not characters", `/${"%C3%A9".repeat(128)}`, "400 segment-length"],
  ["refuses a path of more than 4096 bytes", `${`/${long}`.repeat(16)}/b`, "400 path-length"],
  ["refuses a path of three times as many characters", "/".repeat(12_289), "400 path-length"],
];

const FORBIDDEN: readonly (readonly [rule: string, target: string, verdict: string])[] = [
  ["refuses dot-dot (CVE-2021-43798)", "/public/../../../etc/passwd", "403 traversal"],
  ["refuses dot-dot alone", "/..", "403 traversal"],
  ["refuses dot-dot that stays inside", "/a/b/../c", "403 traversal"],
  ["refuses dot-dot at the end", "/a/..", "403 traversal"],
  ["refuses dot-dot after empty segments", "/a//../b", "403 traversal"],
  ["refuses a half-escaped dot-dot (CVE-2021-41773)", "/cgi-bin/.%2e/etc", "403 traversal"],
  ["refuses the other half", "/%2e./etc", "403 traversal"],
  ["refuses an escaped dot-dot (CVE-2018-3712)", "/%2e%2e/etc", "403 traversal"],
  ["refuses an escaped dot-dot in upper case", "/%2E%2E/etc", "403 traversal"],
  ["refuses an escaped slash after dot-dot (deno#8134)", "/..%2fetc", "403 traversal"],
  ["refuses all of it escaped", "/%2e%2e%2fetc", "403 traversal"],
  ["refuses dot-dot behind an escaped slash", "/a%2f..", "403 traversal"],
  ["refuses dot-dot with backslash (CVE-2018-1271)", "/..%5cetc", "403 traversal"],
  ["refuses dot-dot between backslashes", "/a\\..\\b", "403 traversal"],
  ["refuses dot-dot with parameters (CVE-2020-5902)", "/login/..;/admin", "403 traversal"],
  ["refuses dot-dot with named parameters", "/a/..;x=y/b", "403 traversal"],
  ["refuses dot-dot with escaped parameters", "/a/%2e%2e%3b/b", "403 traversal"],
  ["refuses a lone dot", "/./a", "403 traversal"],
  ["refuses a lone dot at the end (CVE-2025-46565)", "/key.pem/.", "403 traversal"],
  ["refuses an escaped lone dot", "/a/%2e", "403 traversal"],
  ["refuses a lone dot with parameters", "/.;/a", "403 traversal"],
  ["refuses three dots", "/.../a", "403 traversal"],
  ["refuses dot-dot and a space", "/..%20/a", "403 traversal"],
  ["refuses a space and dot-dot", "/%20../a", "403 traversal"],
  ["refuses dots with a space between", "/.%20./a", "403 traversal"],
  ["refuses full-width dots", "/%EF%BC%8E%EF%BC%8E/a", "403 traversal"],
  ["refuses full-width dots and solidus", "/%EF%BC%8E%EF%BC%8E%EF%BC%8Fa", "403 traversal"],
  ["refuses the two-dot leader", "/%E2%80%A5/a", "403 traversal"],
  ["refuses dot-dot around an invisible character", "/.%E2%80%8C./a", "403 traversal"],
  ["refuses the redirect payload (http-server)", "//evil.example/..%2f..%2fsub", "403 traversal"],
  ["refuses the caddy redirect payload (caddy#8023)", "/%5cevil.example/", "403 backslash"],
  ["refuses an escaped slash", "/a%2fb", "403 encoded-slash"],
  ["refuses an escaped slash in upper case", "/a%2Fb", "403 encoded-slash"],
  ["refuses an escaped slash in front", "/%2fetc/passwd", "403 encoded-slash"],
  ["refuses a raw backslash", "/a\\b", "403 backslash"],
  ["refuses a backslash at the end (CVE-2025-62522)", "/server.key\\", "403 backslash"],
  ["refuses an escaped backslash (CVE-2026-54286)", "/a%5Cb", "403 backslash"],
  ["refuses double encoding (CVE-2020-5410)", "/%252e%252e%252fetc", "403 double-encoding"],
  ["refuses a double-encoded slash", "/..%252f..%252fetc", "403 double-encoding"],
  ["refuses a double-encoded backslash (CVE-2001-0333)", "/..%255c..", "403 double-encoding"],
  ["refuses a double-encoded NUL", "/a%2500.png", "403 double-encoding"],
  ["refuses a double-encoded line break", "/a%250d%250a", "403 double-encoding"],
  ["refuses triple encoding", "/%25252e%25252e/a", "403 double-encoding"],
  ["refuses a double-encoded overlong dot", "/%25c0%25ae/a", "403 double-encoding"],
  ["refuses a double-encoded %u escape", "/%25u002e%25u002e/a", "403 double-encoding"],
  ["refuses digits encoded by themselves", "/%25%32%65%25%32%65/a", "403 double-encoding"],
  ["refuses a drive letter (CVE-2025-23084)", "/C:/Windows", "403 colon"],
  ["refuses an escaped drive letter", "/c%3A/Windows", "403 colon"],
  ["refuses an NTFS stream (CVE-1999-0278)", "/a.php::$DATA", "403 colon"],
  ["refuses an NTFS index", "/dir:$i30:$INDEX_ALLOCATION/a", "403 colon"],
  ["refuses a dot-file", "/.env", "403 dot-file"],
  ["refuses a dot-folder", "/.git/config", "403 dot-file"],
  ["refuses a nested dot-file", "/a/b/.htpasswd", "403 dot-file"],
  ["refuses a dot-file with an escaped dot", "/%2eenv", "403 dot-file"],
  ["refuses a dot-file after empty segments", "//.env", "403 dot-file"],
  ["refuses a dot-file behind an invisible (CVE-2014-9390)", "/%E2%80%8C.git", "403 dot-file"],
  ["refuses a dot-file behind a byte order mark", "/%EF%BB%BF.git", "403 dot-file"],
  ["refuses .well-known below the top", "/a/.well-known/x", "403 dot-file"],
  ["refuses .well-known in other case", "/.Well-Known/x", "403 dot-file"],
  ["refuses a dot-file under .well-known", "/.well-known/.env", "403 dot-file"],
  ["refuses names that begin with .well-known", "/.well-known2/x", "403 dot-file"],
  ["refuses a trailing dot", "/a.php.", "403 trailing-dot-or-space"],
  ["refuses a trailing dot of a folder", "/a./b", "403 trailing-dot-or-space"],
  ["refuses a trailing escaped dot", "/a.php%2e", "403 trailing-dot-or-space"],
  ["refuses a trailing space", "/a.php%20", "403 trailing-dot-or-space"],
  ["refuses a lone space", "/%20", "403 trailing-dot-or-space"],
  ["answers the leftmost segment", "/.env/a%2fb", "403 dot-file"],
];

for (const [rule, target, verdict] of [...ACCEPTED, ...BROKEN, ...FORBIDDEN]) {
  Deno.test(`resolveTargetPath ${rule}`, () => {
    assertEquals(show(resolveTargetPath(target, "posix")), verdict);
  });
}

const ON_WINDOWS: readonly (readonly [rule: string, target: string, verdict: string])[] = [
  ["takes a plain name", "/a/index.html", "ok /a/index.html"],
  ["refuses a device (CVE-2025-66221)", "/a/CON", "403 windows-name"],
  ["refuses a device with an extension", "/nul.txt", "403 windows-name"],
  ["refuses a device with an escaped letter", "/%61ux", "403 windows-name"],
  ["refuses a short name", "/ENV~1", "403 windows-name"],
  ["keeps the other rules", "/..%5c", "403 traversal"],
];

for (const [rule, target, verdict] of ON_WINDOWS) {
  Deno.test(`resolveTargetPath on Windows ${rule}`, () => {
    assertEquals(show(resolveTargetPath(target, "windows")), verdict);
  });
}

Deno.test("resolveTargetPath gives segments, path and trailing slash", () => {
  assertEquals(resolveTargetPath("/a//b%20c/", "posix"), {
    ok: true,
    segments: ["a", "b c"],
    path: "/a/b c",
    trailingSlash: true,
  });
  assertEquals(resolveTargetPath("/", "posix"), {
    ok: true,
    segments: [],
    path: "/",
    trailingSlash: true,
  });
});
