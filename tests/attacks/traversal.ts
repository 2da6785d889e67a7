// Targets that try to name a file outside of the root.

import { get, request, upload } from "../integration/requests.ts";
import { ABSENT, type Attack, attacks, BROKEN, SERVED, type Verdict } from "./attack.ts";

const REFUSED: Verdict = { status: 403, event: "traversal", after: "open" };
const NUL: Verdict = { status: 400, event: "traversal", after: "open" };
const NO_PATH: Verdict = { status: 400, event: "protocol", after: "open" };

/** Dots and slashes in every disguise. */
const DISGUISES = [
  ...attacks(REFUSED, [
    ["plain dots (miniserve#518, python http.server)", get("/../secret.html")],
    ["dots behind a folder (CVE-2019-19781 Citrix)", get("/sub/../../secret.html")],
    ["dots that stay inside", get("/sub/../ten.bin")],
    ["dots at the end", get("/sub/..")],
    ["dots alone", get("/..")],
    ["a single dot", get("/./ten.bin")],
    ["encoded dots, checked before decoding (deno#8134)", get("/%2e%2e/secret.html")],
    ["an encoded slash, checked before decoding (deno#8134)", get("/..%2fsecret.html")],
    ["dots and slash encoded (deno#8134)", get("/%2e%2e%2fsecret.html")],
    ["encoded dots to a system file (sirv#63)", get("/%2e%2e%2f%2e%2e%2fetc%2fpasswd")],
    ["half encoded dots (CVE-2021-41773 Apache)", get("/cgi-bin/.%2e/.%2e/.%2e/etc/passwd")],
    ["upper case escapes (CVE-2014-3744 st)", get("/%2E%2E/%2E%2E/etc/passwd")],
    ["dots around a folder that is not there (CVE-2017-14849 Node)", get("/a/../../secret.html")],
    ["a plugin's folder (CVE-2021-43798 Grafana)", get("/public/plugins/x/../../../../etc/passwd")],
    ["dots in front of a query (CVE-2019-11510 Pulse)", get("/dana/../../etc/passwd?/dana/")],
    [
      "a route guard passed by an encoded slash (fastify/static CVE-2026-6414)",
      get("/guarded%2fpage.html"),
    ],
    [
      "a hidden file behind an encoded slash (fastify/static CVE-2026-6414)",
      get("/sub%2f.htpasswd"),
    ],
    ["a path that is guarded before it is decoded (caddy#7941)", get("/guarded%2f..%2f.env")],
    ["a backslash (CVE-2018-1271 Spring)", get("/..\\secret.html")],
    ["an encoded backslash (CVE-2018-1271 Spring)", get("/..%5csecret.html")],
    ["backslashes behind a folder", get("/sub\\..\\..\\secret.html")],
    ["a double encoding of dots (CVE-2001-0333 IIS)", get("/%252e%252e/secret.html")],
    ["a double encoding of slashes (CVE-2020-5410 Spring)", get("/..%252Fsecret.html")],
    ["a double encoding of all (CVE-2020-5410 Spring)", get("/%252e%252e%252fsecret.html")],
    ["a triple encoding", get("/%25252e%25252e/secret.html")],
    ["a path parameter behind dots (CVE-2020-5902 F5)", get("/..;/secret.html")],
    ["a path parameter behind encoded dots (CVE-2020-5902 F5)", get("/%2e%2e;x=y/secret.html")],
    ["three dots (Windows 9x)", get("/.../secret.html")],
    ["dots and a space (Windows)", get("/..%20/secret.html")],
    ["a space and dots (Windows)", get("/%20../secret.html")],
    ["full-width dots", get("/%ef%bc%8e%ef%bc%8e/secret.html")],
    ["a two dot leader", get("/%e2%80%a5/secret.html")],
    ["dots with a joiner between (CVE-2014-9390)", get("/.%e2%80%8d./secret.html")],
    ["a drive letter", get("/C:/windows/win.ini")],
    ["an encoded drive letter", get("/c%3a%5cwindows%5cwin.ini")],
    ["a stream of a file (CVE-1999-0278 IIS)", get("/ten.bin::$DATA")],
    ["a dot behind the name (Windows)", get("/ten.bin.")],
    ["a space behind the name (Windows)", get("/ten.bin%20")],
    ["dots in absolute form", get("http://localhost/../secret.html")],
    ["encoded dots in absolute form", get("http://localhost/%2e%2e/secret.html")],
    ["dots behind slashes", get("////../secret.html")],
    ["dots with HEAD", request("HEAD", "/../secret.html")],
    ["dots with OPTIONS", request("OPTIONS", "/../secret.html")],
  ]),
  ...attacks(NUL, [
    ["a NUL behind a name (CVE-2010-2333 LiteSpeed)", get("/ten.bin%00.png")],
    ["a NUL in front of dots", get("/%00/../secret.html")],
  ]),
  ...attacks(NO_PATH, [
    ["an overlong slash (CVE-2000-0884 IIS)", get("/..%c0%afsecret.html")],
    ["overlong dots", get("/%c0%ae%c0%ae/secret.html")],
    ["overlong dots of three bytes", get("/%e0%80%ae%e0%80%ae/secret.html")],
    ["overlong dots of four bytes", get("/%f0%80%80%ae%f0%80%80%ae/secret.html")],
    ["a surrogate in UTF-8", get("/%ed%a0%80/secret.html")],
    ["a byte that is no UTF-8 (sveltejs/kit#5245, /%ff)", get("/%ff")],
    ["a UTF-8 sequence that is cut", get("/%e2%80")],
    ["a percent sign alone (sirv#54, /%)", get("/%")],
    ["a percent sign at the end (servor#85)", get("/ten.bin%")],
    ["an escape of one digit", get("/%f")],
    ["an escape that is none", get("/%zz")],
    ["escapes within escapes (CVE-2021-42013 Apache)", get("/%%32%65%%32%65/secret.html")],
    ["escapes of IIS", get("/%u002e%u002e/secret.html")],
  ]),
  ...attacks(BROKEN, [
    ["a target without a slash", get("../secret.html")],
    ["a fragment", get("/ten.bin#/../secret.html")],
    ["a high byte that is not escaped", get("/\xff")],
    ["a file URL", get("file:///etc/passwd")],
  ]),
];

/** Names of neighbours: `/www` is no prefix of `/www-secret`. */
const SIBLINGS = [
  ...attacks(REFUSED, [
    ["a sibling folder (CVE-2025-58751 sibling prefix, vite)", get("/../root-secret/file.html")],
    ["a sibling folder, encoded (11ty/dev-server#152)", get("/%2e%2e/root-secret/file.html")],
    ["a sibling folder behind an encoded slash (testem#2016)", get("/..%2froot-secret/file.html")],
    ["a sibling file", get("/../rootsecret.html")],
  ]),
  ...attacks(ABSENT, [
    ["the rest of a sibling's name (CVE-2025-58751 sibling prefix)", get("/-secret/file.html")],
    ["the rest of a sibling's name, doubled slash", get("//-secret/file.html")],
    ["an absolute path", get("//etc/passwd")],
    ["an absolute path of the system", get("/etc/passwd")],
  ]),
];

const UPLOADS = [
  ...attacks(REFUSED, [
    ["out of the uploads", get("/uploads/../secret.html")],
    ["out of the uploads, encoded", get("/uploads/%2e%2e/secret.html")],
    ["out of the uploads, behind an encoded slash", get("/uploads/..%2fsecret.html")],
    ["out of the uploads, by backslash", get("/uploads/..%5csecret.html")],
    [
      "a write out of the uploads (miniserve#518)",
      upload("[1]").replace("/upload ", "/upload/../../x.json "),
    ],
    ["a write to a name (miniserve#518)", request("PUT", "/../x.html", "Content-Length: 1") + "x"],
    ["a deletion outside (dufs)", request("DELETE", "/../secret.html")],
  ]),
];

const HARMLESS = [
  ...attacks(SERVED, [
    ["dots in a query (CVE-2018-13379 FortiOS)", get("/ten.bin?lang=/../../../../etc/passwd")],
    ["a NUL in a query", get("/ten.bin?%00")],
    ["a double slash", get("//ten.bin")],
    ["slashes by the thousand", get("/".repeat(8_000))],
    ["an escaped letter", get("/te%6e.bin")],
  ]),
  ...attacks(ABSENT, [
    ["a file taken for a folder", get("/ten.bin/")],
    ["a name below a file", get("/ten.bin/secret.html")],
    ["an invisible name", get("/%e2%80%ae")],
  ]),
];

/** Everything about leaving the root by name. */
export const TRAVERSAL: readonly Attack[] = [...DISGUISES, ...SIBLINGS, ...UPLOADS, ...HARMLESS];
