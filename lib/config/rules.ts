/**
 * The kinds of value that are rules: a pattern of paths, an equals sign, and what holds for them. A
 * value may hold commas, so rules are told apart by lines where several stand in one text.
 *
 * @module
 */

import type { Kind } from "./kinds.ts";
import type { CacheRule, FolderMount, HeaderRule, RedirectRule } from "./shape.ts";

/** Fields with a meaning of their own here: a second opinion on them would break the message. */
const OWN_FIELDS =
  /^(?:accept-ranges|access-control-.*|allow|cache-control|connection|content-(?:encoding|length|range)|date|etag|keep-alive|last-modified|location|proxy-connection|retry-after|server|strict-transport-security|te|trailer|transfer-encoding|upgrade|vary|x-content-type-options)$/;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110 §5.5 without what is obsolete: visible ASCII, and blanks inside. */
const FIELD_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Paths are compared with it after decoding, so it may hold any character but those of control. */
const GLOB = /^(?:\/\P{Cc}*|(?:(?!\/)\P{Cc})+)$/u;

const REDIRECTION = /^(30[12378])[ \t]+(\S+)$/;

/** A path of ours: a second slash or a backslash would make it another host to a browser. */
const OWN_PATH = /^\/(?![/\\])[!-\[\]-~]*$/;

/** The host is over before a `*` may come, so that no client can add to it. */
const OTHER_SITE = /^https?:\/\/[A-Za-z0-9.:_\[\]-]+(?:\/[!-\[\]-~]*)?$/i;

/** Segments without an escape and without a leading dot. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*(?<!\.))+$/;

/** What stands at the top of every server. */
const OWN_PLACES = /^\/(?:uploads?|health|metrics|security-dashboard)(?:\/|$)/;

const STATUSES = [301, 302, 303, 307, 308] as const;

/** What tells one kind of rule from another. */
interface RuleKind<T> {
  readonly placeholder: string;
  readonly rule: string;
  /** @returns `undefined` when the text breaks the rule. */
  readonly parse: (left: string, right: string) => T | undefined;
  readonly format: (value: T) => string;
}

function rules<T>({ placeholder, rule, parse, format }: RuleKind<T>): Kind<readonly T[]> {
  return {
    placeholder,
    rule,
    repeatable: true,
    separator: "\n",
    none: Object.freeze([]),
    schema: {
      type: ["array", "string"],
      items: { type: "string", minLength: 1 },
      uniqueItems: true,
    },
    toJson: (values) => values.map(format),
    read(text) {
      const values: T[] = [];
      for (const line of text.split("\n")) {
        const equals = line.indexOf("=");
        const value = equals < 0
          ? undefined
          : parse(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
        if (value === undefined) return { refused: line };
        values.push(Object.freeze(value));
      }
      return { value: Object.freeze(values) };
    },
    format: (values) => values.map(format).join("\n"),
  };
}

/** `Cache-Control` values by path, such as `/assets/**=public, max-age=3600`. */
export function cacheRules(): Kind<readonly CacheRule[]> {
  return rules({
    placeholder: "RULE",
    rule: "GLOB=VALUE such as *.css=max-age=3600",
    parse: (glob, value) =>
      GLOB.test(glob) && FIELD_VALUE.test(value) ? { glob, value } : undefined,
    format: ({ glob, value }) => `${glob}=${value}`,
  });
}

/** Fields of answers by path, such as `*.html=X-Frame-Options: DENY`. */
export function headerRules(): Kind<readonly HeaderRule[]> {
  return rules({
    placeholder: "RULE",
    rule: "GLOB=Name: value, of a field that the server does not set itself",
    parse(glob, field) {
      const colon = field.indexOf(":");
      const [name, value] = [field.slice(0, colon), field.slice(colon + 1).trim()];
      const isFit = colon > 0 && TOKEN.test(name) && !OWN_FIELDS.test(name.toLowerCase());
      return isFit && GLOB.test(glob) && FIELD_VALUE.test(value)
        ? { glob, name, value }
        : undefined;
    },
    format: ({ glob, name, value }) => `${glob}=${name}: ${value}`,
  });
}

/** Redirects, such as `/old/*=301 /new/*`: the `*` of the target is what the first one stood for. */
export function redirectRules(): Kind<readonly RedirectRule[]> {
  return rules({
    placeholder: "RULE",
    rule: "/FROM=STATUS TO such as /old=301 /new, where TO is a path or an http(s) URL",
    parse(left, right) {
      const from = decoded(left);
      const [, code, to = ""] = REDIRECTION.exec(right) ?? [];
      const status = STATUSES.find((known) => String(known) === code);
      if (from === undefined || status === undefined || !isDestination(to)) return undefined;
      const isFit = /^\/[^*]*\*?[^*]*$/.test(from) && count(to) <= count(from);
      return isFit ? { from, status, to } : undefined;
    },
    format: ({ from, status, to }) => `${encodeURI(from).replaceAll("=", "%3D")}=${status} ${to}`,
  });
}

/** Folders served below a path, such as `/docs=/srv/docs`. */
export function folderMounts(): Kind<readonly FolderMount[]> {
  const kind = rules<FolderMount>({
    placeholder: "/URL=DIR",
    rule: "/URL=DIR of plain letters, each URL once, and none of the server's own",
    parse(left, folder) {
      const urlPath = left.replace(/\/$/, "");
      const isFit = PLAIN_PATH.test(urlPath) && !OWN_PLACES.test(urlPath) && folder !== "" &&
        !folder.includes("\0");
      return isFit ? { urlPath, folder } : undefined;
    },
    format: ({ urlPath, folder }) => `${urlPath}=${folder}`,
  });
  return {
    ...kind,
    read(text) {
      const reading = kind.read(text);
      if ("refused" in reading) return reading;
      const urls = reading.value.map(({ urlPath }) => urlPath);
      const twin = urls.find((url, index) => urls.indexOf(url) !== index);
      return twin === undefined ? reading : { refused: twin };
    },
  };
}

/** A path that everything lies below, without its last slash; `/` is none, and empty as a value. */
export function basePath(): Kind<string> {
  return {
    placeholder: "/PATH",
    rule: "a path such as /app, in plain letters",
    read(text) {
      const value = text.replace(/\/$/, "");
      return text.startsWith("/") && (value === "" || PLAIN_PATH.test(value))
        ? { value }
        : { refused: text };
    },
    format: (value) => value === "" ? "/" : value,
  };
}

/** The file that answers navigations: `on` for `index.html`, `off` for none. */
export function fallbackFile(): Kind<string> {
  return {
    placeholder: "FILE",
    rule: "on, off or the path of a file in the root",
    read(text) {
      const word = text.toLowerCase();
      if (word === "off") return { value: word };
      if (word === "on") return { value: "index.html" };
      return PLAIN_PATH.test(`/${text}`) ? { value: text } : { refused: text };
    },
    format: (value) => value,
  };
}

/** An operator may have copied a path from the address line of a browser. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    return text.isWellFormed() && !/\p{Cc}/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function isDestination(to: string): boolean {
  if (decoded(to) === undefined) return false;
  return OWN_PATH.test(to) || (OTHER_SITE.test(to) && URL.canParse(to));
}

/** How many stars there are. */
function count(text: string): number {
  return text.split("*").length - 1;
}
