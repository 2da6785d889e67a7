// Requests that cost much more than they weigh.

import { get, request } from "../integration/requests.ts";
import { ABSENT, type Attack, attacks, SERVED, type Verdict } from "./attack.ts";
import { LONG_NAME } from "./site.ts";

const PARTIAL: Verdict = { status: 206, event: "none", after: "open" };
const TOO_LONG: Verdict = { status: 400, event: "limit", after: "open" };

function range(value: string, target = "/thousand.bin"): string {
  return get(target, `Range: ${value}`);
}

const RANGES = [
  ...attacks(SERVED, [
    [
      "1300 ranges (CVE-2011-3192 Apache killer)",
      range(`bytes=0-${Array.from({ length: 1_300 }, (_, at) => `,5-${at}`).join("")}`),
    ],
    ["3000 ranges of one byte (many ranges)", range(`bytes=${"0-0,".repeat(3_000)}1-1`)],
    [
      "17 ranges (many ranges)",
      range(`bytes=${Array.from({ length: 17 }, (_, at) => `${at * 50}-${at * 50 + 1}`).join()}`),
    ],
    ["a range that ends before it begins (dufs#690)", range("bytes=5-2")],
    ["a range without numbers", range("bytes=-")],
    ["a range of negative numbers", range("bytes=--5")],
    ["a range in hexadecimal", range("bytes=0x0-0x5")],
    ["a range with an exponent", range("bytes=1e2-")],
    ["a range of another unit", range("octets=0-5")],
    ["a range of blanks by the thousand", range(`bytes=${" ".repeat(15_000)}x`)],
    ["a range of commas by the thousand", range(`bytes=${",".repeat(15_000)}`)],
  ]),
  ...attacks(PARTIAL, [
    ["a huge range (CVE-2015-1635 HTTP.sys)", range("bytes=18-18446744073709551615")],
    ["a huge suffix (nginx CVE-2017-7529)", range("bytes=-9223372036854775608")],
    ["two huge suffixes (nginx CVE-2017-7529)", range("bytes=-17208,-9223372036854758792")],
    ["a range of 10,000 digits", range(`bytes=0-${"9".repeat(10_000)}`)],
    ["16 ranges that are one", range(`bytes=0-,${"0-,".repeat(14)}0-`)],
    ["a range from -0 (sirv: bytes=0-0)", range("bytes=0-0")],
  ]),
  ...attacks({ status: 416, event: "none", after: "open" }, [
    ["a range far beyond the end (huge ranges)", range("bytes=18446744073709551615-")],
    ["a suffix of nothing (dufs#690)", range("bytes=-0")],
    ["a range past the end, and its file given back (vercel/serve#575)", range("bytes=1000-")],
  ]),
];

/** What is decided before a file is opened, or closes it after all. */
const DESCRIPTORS = [
  ...attacks({ status: 304, event: "none", after: "open" }, [
    ["304 (fd leak, serve-handler#235)", get("/thousand.bin", "If-None-Match: *")],
    [
      "304 by date (fd leak, vercel/serve#837)",
      get("/thousand.bin", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"),
    ],
  ]),
  ...attacks(SERVED, [
    ["HEAD (fd leak, oven-sh/bun#29181)", request("HEAD", "/thousand.bin")],
    [
      "HEAD with a range (fd leak, sveltejs/kit#11617)",
      request("HEAD", "/thousand.bin", "Range: bytes=0-1"),
    ],
  ]),
  ...attacks({ status: 412, event: "none", after: "open" }, [
    ["412 (fd leak, serve-handler)", get("/thousand.bin", 'If-Match: "x"')],
  ]),
];

const PATHS = [
  ...attacks(TOO_LONG, [
    ["a very long segment", get(`/${"x".repeat(256)}`)],
    ["a very long segment of escapes", get(`/${"%41".repeat(256)}`)],
    ["a very long segment beyond ASCII", get(`/${"%c3%a9".repeat(128)}`)],
    ["a path beyond any system's", get(`/${"x/".repeat(2_100)}`)],
  ]),
  ...attacks(ABSENT, [
    ["2000 folders that are not there", get(`/${"x/".repeat(2_000)}`)],
    ["a segment of 255 bytes", get(`/${"x".repeat(255)}`)],
    ["a file's name 1000 times (ENOTDIR)", get(`/${"ten.bin/".repeat(500)}`)],
  ]),
  ...attacks(ABSENT, [
    [
      "a path of escapes that is too long only below the root (ENAMETOOLONG)",
      get(`/${"%41/".repeat(2_045)}`),
    ],
    [
      "a path that is too long only below the root (ENAMETOOLONG)",
      get(`/${`${"x".repeat(200)}/`.repeat(20)}${"y".repeat(60)}`),
    ],
  ]),
  ...attacks(SERVED, [
    ["a name with no room for .gz (ENAMETOOLONG)", get(`/${LONG_NAME}`, "Accept-Encoding: gzip")],
  ]),
];

const NEGOTIATION = attacks(SERVED, [
  ["codings by the thousand", get("/index.html", `Accept-Encoding: ${"a,".repeat(7_000)}gzip`)],
  [
    "weights by the thousand",
    get("/index.html", `Accept-Encoding: ${"gzip;q=0.001,".repeat(1_100)}br`),
  ],
  [
    "a weight of 10,000 digits",
    get("/index.html", `Accept-Encoding: gzip;q=0.${"1".repeat(10_000)}`),
  ],
  ["every coding excluded", get("/ten.bin", "Accept-Encoding: *;q=0, identity;q=0")],
  [
    "blanks by the thousand in a coding",
    get("/index.html", `Accept-Encoding: gzip${" ".repeat(15_000)}x`),
  ],
  ["a type by the thousand", get("/index.html", `Accept: ${"*/*;q=0.1,".repeat(1_500)}a/b`)],
]);

/** Everything about cost. */
export const RESOURCES: readonly Attack[] = [
  ...RANGES,
  ...DESCRIPTORS,
  ...PATHS,
  ...NEGOTIATION,
];
