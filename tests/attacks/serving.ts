// What is served beside plain files: listings, further folders, rules, and what stands in for a name.

import { get, request } from "../integration/requests.ts";
import { ABSENT, type Attack, attacks, BROKEN, SERVED, type Verdict } from "./attack.ts";

const LED_OUT: Verdict = { status: 403, event: "symlink", after: "open", needs: "links" };
const TRAVERSAL: Verdict = { status: 403, event: "traversal", after: "open" };
const HIDDEN: Verdict = { ...TRAVERSAL, event: "hidden-file" };
const MALFORMED: Verdict = { status: 400, event: "protocol", after: "open" };
const PERSON = "Accept: text/html";

/** The policy of every listing: one style, by its hash, and nothing else. */
const LISTED: Verdict = { ...SERVED, fields: { "content-type": "text/html; charset=utf-8" } };

/** Everything about listings; what stands in one is tested where names can be made. */
export const LISTINGS: readonly Attack[] = [
  ...attacks(LED_OUT, [
    ["a listing of a linked folder (pathosDev/actor-ts#575)", get("/outdir/?list")],
    ["a listing of a linked folder, as JSON", get("/outdir/?format=json")],
    ["a listing of a linked folder, with HEAD", request("HEAD", "/outdir/?list")],
    ["a listing of the sibling (CVE-2025-58751)", get("/sibling/?list")],
    ["a listing of the parent", get("/up/?list")],
    ["a listing through two links", get("/sub/nested/?list")],
    ["a listing of the linked uploads", get("/uploaded/?list")],
    ["a listing in place of an index that is a link (actor-ts#575)", get("/linkindex/?list")],
  ]),
  ...attacks(HIDDEN, [
    ["a listing of a hidden folder", get("/.git/?list")],
    ["a listing of a hidden folder below", get("/.hidden/?format=json")],
  ]),
  ...attacks(TRAVERSAL, [
    ["a listing of the parent by dots", get("/guarded/../?list")],
    ["a listing of the parent by encoded dots", get("/guarded/%2e%2e/?list")],
    ["a listing of the parent by encoded slashes", get("/guarded%2f..%2f/?list")],
  ]),
  ...attacks(ABSENT, [
    ["a listing of the uploads, whose names are secrets", get("/uploads/?list")],
    ["a listing of the uploads, as JSON", get("/uploads/?format=json")],
    ["a listing of a file", get("/ten.bin/?list")],
    ["a listing of nothing", get("/nothing/?list")],
  ]),
  ...attacks(LISTED, [
    [
      "markup in the order (serve-index#28)",
      get("/guarded/?sort=%3Cscript%3Ealert(1)%3C/script%3E"),
    ],
    ["markup in the order, raw", get('/guarded/?order="><script>alert(1)</script>')],
    ["a prototype as the order", get("/guarded/?sort=__proto__&order=constructor")],
    ["a query that does not decode", get("/guarded/?sort=%ff%zz&%")],
    ["a query of many parts", get(`/guarded/?${"sort=size&".repeat(500)}`)],
    [
      "an Accept of many parts",
      get("/guarded/?accept", `Accept: ${"text/x;q=0.1,".repeat(300)}*/*`),
    ],
  ]),
];

/** Ways out of a folder that is served beside the root. */
export const MOUNTS: readonly Attack[] = [
  ...attacks(LED_OUT, [
    ["a link out of a further folder", get("/more/out.html")],
    ["a further folder's parent by a link", get("/more/up/secret.html")],
    ["a listing of a further folder's parent by a link", get("/more/up/?list")],
    ["a further folder's sibling by a link", get("/more/sibling/file.html")],
    ["a link from a further folder into the root", get("/more/toroot/ten.bin")],
    ["a hidden file of the root from a further folder", get("/more/toroot/env.html")],
    ["a link from the root into a further folder", get("/tomore/page.html")],
  ]),
  ...attacks(TRAVERSAL, [
    ["dots out of a further folder", get("/more/../secret.html")],
    ["dots out of a further folder into its sibling", get("/more/../more-secret/file.html")],
    ["encoded dots out of a further folder", get("/more/%2e%2e/secret.html")],
    ["an encoded slash into a further folder", get("/more%2f..%2fsecret.html")],
    ["an encoded slash as a part of the mount's name", get("/more%2fpage.html")],
    ["a backslash out of a further folder", get("/more\\..\\secret.html")],
    ["dots with a parameter out of a further folder", get("/more/..;/secret.html")],
  ]),
  ...attacks(HIDDEN, [
    ["a hidden file of a further folder", get("/more/.env")],
  ]),
  ...attacks(ABSENT, [
    ["the sibling of a further folder (CVE-2025-58751)", get("/more-secret/file.html")],
    ["the sibling of a further folder, encoded", get("/more%2dsecret/file.html")],
    ["a further folder in capitals", get("/MORE/page.html")],
    ["a further folder below another name", get("/sub/more/page.html")],
  ]),
  ...attacks(SERVED, [
    ["a further folder, its name escaped", get("/%6dore/page.html")],
    ["a further folder behind empty segments", get("//more//page.html")],
  ]),
];

function led(location: string): Verdict {
  return { status: 302, event: "none", after: "open", fields: { location, "x-rule": false } };
}

/** Redirects and fields by rule. */
export const RULES: readonly Attack[] = [
  ...attacks(led("/evil.example"), [
    ["a captured host behind a slash (CVE-2021-28861)", get("/go/evil.example")],
    ["a captured host behind two slashes", get("/go//evil.example")],
    ["a captured host behind four slashes", get("/go////evil.example")],
    ["a captured host without a slash", get("/goevil.example")],
    ["a captured host in absolute form", get("http://localhost/go//evil.example")],
  ]),
  ...attacks(led("/evil.example/?x=//evil.example"), [
    ["a captured host with a query", get("/go//evil.example/?x=//evil.example")],
  ]),
  ...attacks(led("/%40evil.example/https"), [
    ["a captured user", get("/go/@evil.example/https")],
  ]),
  ...attacks(led("/page?for=a%26b%3Dc%23d"), [
    ["a capture that ends its parameter", get("/find/a&b=c%23d")],
  ]),
  ...attacks(led("/x?%0d%0aSet-Cookie:a=b"), [
    ["a header in the query of a redirect", get("/go/x?%0d%0aSet-Cookie:a=b")],
  ]),
  ...attacks(TRAVERSAL, [
    ["a captured backslash (caddy#8023)", get("/go/%5cevil.example")],
    ["a captured backslash, raw", get("/go\\evil.example")],
    ["a captured encoded slash", get("/go%2f%2fevil.example")],
    ["captured dots", get("/go/..//evil.example")],
    ["a captured scheme", get("/go/https:evil.example")],
  ]),
  ...attacks(MALFORMED, [
    ["a captured header (CRLF)", get("/go/%0d%0aX-Injected:1")],
    ["a captured tab that browsers drop", get("/go/%09/evil.example")],
  ]),
  ...attacks({ ...TRAVERSAL, status: 400 }, [
    ["a captured NUL", get("/find/%00")],
  ]),
  ...attacks({ status: 414, event: "limit", after: "open" }, [
    ["a redirect with a query that is longer than a head", get(`/go/x?${"q".repeat(3_000)}`)],
  ]),
  ...attacks(BROKEN, [
    [
      "a header of the rules sent twice over a bare line feed",
      get("/ten.bin", "X-Rule: 1\nX-Rule: 2"),
    ],
  ]),
];

/** What stands in for a name that is not there is no way around the rules for names. */
export const STEADS: readonly Attack[] = [
  ...attacks(LED_OUT, [
    ["a link by its name without the extension", get("/out")],
    ["a linked system file without the extension", get("/passwd", PERSON)],
    ["a chain of links without the extension", get("/chain")],
    ["a linked folder's page without the extension", get("/outdir/page")],
  ]),
  ...attacks(HIDDEN, [
    ["a hidden file, asked for as a person", get("/.env", PERSON)],
    ["a hidden folder, asked for as a person", get("/.git/", PERSON)],
    ["a hidden name without its extension", get("/.htaccess.html", PERSON)],
  ]),
  ...attacks(TRAVERSAL, [
    ["dots, asked for as a person", get("/../secret", PERSON)],
    ["encoded dots without the extension", get("/%2e%2e/secret", PERSON)],
    ["a backslash, asked for as a person", get("/..\\secret", PERSON)],
  ]),
  ...attacks(ABSENT, [
    ["a page without the extension, outside", get("/rootsecret")],
    ["a fallback for a script", get("/missing.js", PERSON)],
    ["a fallback for a program", get("/missing/route", "Accept: */*")],
    ["a fallback below the uploads", get("/uploads/missing", PERSON)],
    ["a name that grows too long by its extension", get(`/${"n".repeat(251)}`)],
  ]),
  ...attacks({ status: 301, event: "none", after: "open", fields: { location: "/sub/page?//x" } }, [
    ["//sub//page.html, sent to its name", get("//sub//page.html?//x")],
  ]),
];
