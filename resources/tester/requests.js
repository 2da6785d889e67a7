// @ts-check
// The prepared requests. Every target has to survive the browser's own tidying of URLs, which
// resolves `..` and `%2e%2e` before anything is sent: an attack that it defuses would test nothing.

/**
 * @typedef {object} PreparedRequest
 * @property {string} name what the button says
 * @property {string} method
 * @property {string} target path and query
 * @property {string} [fields] one `Name: value` a line
 * @property {string} [body]
 * @property {boolean} [needsEtag] whether If-None-Match is filled in with the ETag last seen
 * @property {number} expects the status that the server should answer with
 */

/**
 * @typedef {object} Group
 * @property {string} title
 * @property {readonly PreparedRequest[]} requests
 */

const UPLOAD = JSON.stringify({ gate: "north", level: 3.2, open: true }, null, 2);

/** Just above the defaults of `--max-target` and `--max-head`. */
const LONG_TARGET = `/${"a".repeat(8 * 1024)}`;
const LONG_FIELD = `X-Long: ${"a".repeat(16 * 1024)}`;

/** @type {readonly Group[]} */
export const GROUPS = [
  {
    title: "Ordinary",
    requests: [
      { name: "GET /", method: "GET", target: "/", expects: 200 },
      { name: "HEAD /", method: "HEAD", target: "/", expects: 200 },
      { name: "GET /sample.json", method: "GET", target: "/sample.json", expects: 200 },
      { name: "GET /sample.txt", method: "GET", target: "/sample.txt", expects: 200 },
      { name: "GET /photo.jpg", method: "GET", target: "/photo.jpg", expects: 200 },
      { name: "GET /health", method: "GET", target: "/health", expects: 200 },
      { name: "GET what is not there", method: "GET", target: "/missing.html", expects: 404 },
      { name: "DELETE /", method: "DELETE", target: "/", expects: 405 },
    ],
  },
  {
    title: "Conditions and ranges",
    requests: [
      {
        name: "Only if changed",
        method: "GET",
        target: "/sample.json",
        needsEtag: true,
        expects: 304,
      },
      {
        name: "Only if it is another",
        method: "GET",
        target: "/sample.json",
        fields: 'If-Match: "another"',
        expects: 412,
      },
      {
        name: "First 100 bytes",
        method: "GET",
        target: "/sample.txt",
        fields: "Range: bytes=0-99",
        expects: 206,
      },
      {
        name: "Last 50 bytes",
        method: "GET",
        target: "/sample.txt",
        fields: "Range: bytes=-50",
        expects: 206,
      },
      {
        name: "Past the end",
        method: "GET",
        target: "/sample.txt",
        fields: "Range: bytes=999999-",
        expects: 416,
      },
    ],
  },
  {
    title: "Uploads",
    requests: [
      {
        name: "JSON",
        method: "POST",
        target: "/upload",
        fields: "Content-Type: application/json",
        body: UPLOAD,
        expects: 201,
      },
      {
        name: "Plain text",
        method: "POST",
        target: "/upload",
        fields: "Content-Type: text/plain",
        body: "The north gate is open.",
        expects: 415,
      },
      {
        name: "Broken JSON",
        method: "POST",
        target: "/upload",
        fields: "Content-Type: application/json",
        body: '{ "gate": "north", "level": }',
        expects: 400,
      },
    ],
  },
  {
    title: "Attacks",
    requests: [
      attack("Escaped slashes", "/..%2f..%2fetc%2fpasswd", 403),
      attack("Escaped backslashes", "/..%5c..%5cwindows%5cwin.ini", 403),
      attack("Encoded twice", "/%252e%252e/%252e%252e/etc/passwd", 403),
      attack("Four dots", "/....//....//etc/passwd", 403),
      attack("Dots and semicolons", "/..;/..;/etc/passwd", 403),
      attack("Overlong UTF-8", "/%c0%ae%c0%ae/etc/passwd", 400),
      attack("Zero byte", "/%00", 400),
      attack("Zero byte in a name", "/index.html%00.png", 400),
      attack("Hidden file", "/.env", 403),
      attack("Hidden folder", "/.git/config", 403),
      attack("Drive letter", "/C:%5cWindows", 403),
      attack("NTFS stream", "/sample.txt::$DATA", 403),
    ],
  },
  {
    title: "Too much",
    requests: [
      { name: "8 KB target", method: "GET", target: LONG_TARGET, expects: 414 },
      { name: "16 KB field", method: "GET", target: "/", fields: LONG_FIELD, expects: 431 },
    ],
  },
];

/**
 * @param {string} name
 * @param {string} target
 * @param {number} expects
 * @returns {PreparedRequest}
 */
function attack(name, target, expects) {
  return { name, method: "GET", target, expects };
}
