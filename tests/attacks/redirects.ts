// Redirects that should lead to another site. Every Location is a path of ours.

import { get, head, request } from "../integration/requests.ts";
import { ABSENT, type Attack, attacks, type Verdict } from "./attack.ts";

const REFUSED: Verdict = { status: 403, event: "traversal", after: "open" };

function led(location: string): Verdict {
  return { status: 301, event: "none", after: "open", fields: { location } };
}

/** Everything about Location. */
export const REDIRECTS: readonly Attack[] = [
  ...attacks(REFUSED, [
    ["//evil.example/..%2f.. (cpython#87389 CVE-2021-28861)", get("//evil.example/..%2f..")],
    ["//evil.example/..%2f..%2fsub (http-server 14)", get("//evil.example/..%2f..%2fsub")],
    ["//evil.example/%2e%2e (cpython#87389)", get("//evil.example/%2e%2e")],
    ["//evil.example/../sub (caddy#7330)", get("//evil.example/../sub")],
    ["/\\evil.example (caddy#8023)", get("/\\evil.example")],
    ["/\\evil.example/ (caddy#8023)", get("/\\evil.example/")],
    ["/%5cevil.example, an encoded backslash (caddy#8023)", get("/%5cevil.example")],
    [
      "/%5c%5cevil.example/%2e%2e, encoded backslashes (caddy#8023)",
      get("/%5c%5cevil.example/%2e%2e"),
    ],
    ["/sub%5c..%5c (caddy#8023)", get("/sub%5c..%5c")],
    ["/%2f%2fevil.example, encoded slashes", get("/%2f%2fevil.example")],
    ["/%2fevil.example/sub, an encoded slash", get("/%2fevil.example/sub")],
    ["/.//evil.example", get("/.//evil.example")],
    ["/https:evil.example", get("/https:evil.example")],
    ["/https:%2f%2fevil.example", get("/https:%2f%2fevil.example")],
  ]),
  ...attacks({ ...REFUSED, status: 400, event: "protocol" }, [
    ["/%09/evil.example, a tab that browsers drop", get("/%09/evil.example")],
    ["/%0d%0aLocation: another Location", get("/sub%0d%0aLocation:%20//evil.example")],
  ]),
  ...attacks(ABSENT, [
    ["//evil.net", get("//evil.net")],
    ["//evil.net/", get("//evil.net/")],
    ["///evil.net/%3F", get("///evil.net/%3f")],
    ["/@evil.net", get("/@evil.net")],
    ["/sub;//evil.net", get("/sub;//evil.net")],
    ["/sub@evil.net", get("/sub@evil.net")],
  ]),
  ...attacks(led("/evil.example/"), [
    ["//evil.example, a folder of ours", get("//evil.example")],
    ["///evil.example, a folder of ours", get("///evil.example")],
    ["http://localhost//evil.example, a folder of ours", get("http://localhost//evil.example")],
    ["//evil%2eexample, a folder of ours", get("//evil%2eexample")],
  ]),
  ...attacks(led("/sub/"), [
    ["a folder in absolute form (std builds an absolute Location)", get("http://localhost/sub")],
    [
      "a folder with another Host (std builds an absolute Location)",
      head("GET http://localhost/sub HTTP/1.1", "Host: evil.example"),
    ],
    [
      "a folder with X-Forwarded-Host",
      get("/sub", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"),
    ],
    ["a folder with X-Forwarded-Prefix", get("/sub", "X-Forwarded-Prefix: //evil.example")],
    ["a folder with Referer", get("/sub", "Referer: https://evil.example/")],
    ["a folder with HEAD", request("HEAD", "/sub")],
  ]),
  ...attacks(led("/uploads/"), [
    ["//uploads", get("//uploads")],
  ]),
  ...attacks(led("/sub/?next=//evil.example"), [
    ["a folder with a query", get("/sub?next=//evil.example")],
  ]),
  ...attacks(led("/sub/?//evil.example"), [
    ["a folder with a query of slashes", get("//sub?//evil.example")],
  ]),
  ...attacks({
    status: 414,
    event: "limit",
    after: "open",
  }, [
    ["a folder with a query of 3000 bytes", get(`/sub?${"q".repeat(3_000)}`)],
    ["the uploads with a query of 8000 bytes", get(`/uploads?${"q".repeat(8_000)}`)],
  ]),
];
