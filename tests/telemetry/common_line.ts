// Reads access lines in the common and the combined form as strictly as their definition allows:
// https://httpd.apache.org/docs/2.4/logs.html#common, values escaped as nginx escapes them.

import { assert } from "@std/assert";

// No value holds a quote, and none between spaces a space: a reader needs no escapes to find columns.
const LINE =
  /^([!-~]+) - - \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000)\] "(?:-|([!-~]+) ([!-~]+) HTTP\/1\.[01])" (\d{3}) (\d+)(?: "([ -~]+)" "([ -~]+)")?$/;

const TIME = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(.{8}) \+0000$/;

const ELLIPSIS = /…/g;

/** One line, taken apart. */
export interface CommonLine {
  readonly client: string;
  readonly timeMs: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly bytes: number;
  /** Missing in the common form, as is the next. */
  readonly referer: string | undefined;
  readonly userAgent: string | undefined;
}

/** Takes a line apart. @throws {AssertionError} If it is none. */
export function parseCommonLine(line: string): CommonLine {
  const parts = LINE.exec(line.replaceAll(ELLIPSIS, "~"));
  assert(parts !== null, `no line in the common form: ${line}`);
  const [, client = "", time = "", method, target, status, bytes, referer, userAgent] = parts;
  return {
    client: plain(client),
    timeMs: timeOf(time),
    method: plain(method ?? "-"),
    target: plain(target ?? "-"),
    status: Number(status),
    bytes: Number(bytes),
    referer: referer && plain(referer),
    userAgent: userAgent && plain(userAgent),
  };
}

/** A hyphen alone stands for nothing. */
function plain(value: string): string {
  assert(!/"|\\(?!x[0-9A-F]{2}|u[0-9a-f]{4})/.test(value), `not escaped: ${value}`);
  if (value === "-") return "";
  return value.replaceAll(
    /\\(?:x(..)|u(....))/g,
    (_, octet = "", unit = "") => String.fromCharCode(Number.parseInt(octet || unit, 16)),
  );
}

function timeOf(time: string): number {
  const [, day = "", month = "", year = "", clock = ""] = TIME.exec(time) ?? [];
  return Date.parse(`${day} ${month} ${year} ${clock} UTC`);
}
