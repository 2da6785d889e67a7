/**
 * How a file is presented: its media type, and whether a browser shows it or saves it.
 *
 * @module
 */

import { contentType } from "@std/media-types";
import { basename, extname } from "@std/path";
import { fileEntityTag } from "../http/entity_tag.ts";
import { formatHttpDate } from "../http/http_date.ts";
import { fieldBlock } from "../http/response.ts";
import { type Coding, isCompressible } from "./coding.ts";
import type { FieldRules } from "./field_rules.ts";
import type { FileState } from "./folder.ts";

/** A file's answer fields, made once for each state of the file. */
export interface Representation {
  /** `Content-Type`. */
  readonly mediaType: string;
  /** Whether it may be sent in a content coding: then what is sent depends on `Accept-Encoding`. */
  readonly isNegotiated: boolean;
  /** `ETag`, with its quotes. */
  readonly entityTag: string;
  /** `Last-Modified`, in milliseconds since 1970. */
  readonly lastModifiedMs: number;
  /** `ETag`, `Last-Modified` and the like: what a 304 carries (RFC 9110 §15.4.5). */
  readonly validatorFields: string;
  /** All of it, for a 200. */
  readonly fields: string;
}

/** Which files are presented how. */
export interface Presentation {
  /** Extensions offered as downloads, in lower case and without a dot. */
  readonly downloadExtensions: readonly string[];
  /** Whether content codings are used. */
  readonly compression: boolean;
  /** Fields that every answer of the folder carries. */
  readonly extraFields: string;
  /** Where the folder is served, as rules see it: empty, or a path without a slash at its end. */
  readonly urlPath?: string;
  /** The operator's fields, if there are any. */
  readonly rules?: FieldRules | undefined;
}

/** Everything unknown is a row of octets, which no browser runs. */
const UNKNOWN_TYPE = "application/octet-stream";

/** `attachment` with a name that survives any character (RFC 6266 §4.1, RFC 8187 §3.2). */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const star = plain === name
    ? ""
    : `; filename*=UTF-8''${
      encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
    }`;
  return `attachment; filename="${plain}"${star}`;
}

/** Fields that say something of the octets, and so have no place on a 304 (RFC 9110 §15.4.5). */
const OF_CONTENT = /^content-(?!security-policy)/i;

/** What the operator's rules make of the fields of one path. */
interface Ruled {
  readonly mediaType: string;
  /** Fields of every answer. */
  readonly fields: string;
  /** Fields of an answer with content, `Content-Type` aside. */
  readonly contentFields: string;
  /** Whether there is a field of this name, in lower case, already. */
  readonly has: (name: string) => boolean;
}

/** The fields of a folder's every answer, and the operator's, which take their place. */
function ruledFields(path: string, { extraFields, urlPath = "", rules }: Presentation): Ruled {
  const mediaType = contentType(extname(path).toLowerCase()) ?? UNKNOWN_TYPE;
  const given = [...rules?.headersOf(urlPath + path) ?? []];
  if (given.length === 0) {
    return { mediaType, fields: extraFields, contentFields: "", has: () => false };
  }
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const kept = extraFields.split(/(?<=\r\n)/)
    .filter((line) => !names.has(line.slice(0, line.indexOf(":")).toLowerCase()));
  const isType = (name: string) => name.toLowerCase() === "content-type";
  const block = (fields: typeof given) => fieldBlock(Object.fromEntries(fields));
  return {
    mediaType: given.find(([name]) => isType(name))?.[1] ?? mediaType,
    fields: kept.join("") + block(given.filter(([name]) => !OF_CONTENT.test(name))),
    contentFields: block(given.filter(([name]) => OF_CONTENT.test(name) && !isType(name))),
    has: (name) => names.has(name),
  };
}

/**
 * Presents the file at `path` in the state `state`.
 *
 * @param path Its path in its folder, with a slash before each name, or its name.
 * @param coding The coding that the octets are in, or will be; it makes them another representation,
 * with a tag of its own (RFC 9110 §8.8.3.3).
 */
export function represent(
  path: string,
  state: FileState,
  presentation: Presentation,
  coding?: Coding,
): Representation {
  const { downloadExtensions, compression, urlPath = "", rules } = presentation;
  const { mediaType, fields, contentFields, has } = ruledFields(path, presentation);
  const isNegotiated = compression && isCompressible(mediaType);
  const entityTag = fileEntityTag(state.sizeBytes, state.modifiedMs, coding?.suffix);
  const validatorFields = fieldBlock({
    "ETag": entityTag,
    "Last-Modified": formatHttpDate(state.modifiedMs),
    "Cache-Control": rules?.cacheControlOf(urlPath + path),
    "Vary": isNegotiated ? "Accept-Encoding" : undefined,
  }) + fields;
  const isDownload = downloadExtensions.includes(extname(path).toLowerCase().slice(1)) &&
    !has("content-disposition");
  return {
    mediaType,
    isNegotiated,
    entityTag,
    lastModifiedMs: state.modifiedMs,
    validatorFields,
    fields: validatorFields + fieldBlock({
      "Content-Type": mediaType,
      "Content-Encoding": coding?.name,
      "Accept-Ranges": "bytes",
      "Content-Disposition": isDownload ? attachment(basename(path)) : undefined,
    }) + contentFields,
  };
}

/**
 * The fields of an answer that the file at `path` only lends its octets to, such as an error: nothing
 * that tells one state of the file from another, and nothing of how long to keep it.
 */
export function pageFields(path: string, presentation: Presentation): string {
  const { mediaType, fields, contentFields } = ruledFields(path, presentation);
  return fields + fieldBlock({ "Content-Type": mediaType, "Vary": "Accept" }) + contentFields;
}

/**
 * The fields of a listing of the folder at `path`. It has a policy of its own, without which its style
 * would not count.
 */
export function listingFields(path: string, presentation: Presentation): string {
  return ruledFields(path, presentation).fields.replaceAll(
    /^content-security-policy:.*\r\n/gim,
    "",
  );
}
