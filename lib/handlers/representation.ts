/**
 * How a file is presented: its media type, and whether a browser shows it or saves it.
 *
 * @module
 */

import { contentType } from "@std/media-types";
import { extname } from "@std/path";
import { fileEntityTag } from "../http/entity_tag.ts";
import { formatHttpDate } from "../http/http_date.ts";
import { fieldBlock } from "../http/response.ts";
import { type Coding, isCompressible } from "./coding.ts";
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

/**
 * Presents the file called `name` in the state `state`.
 *
 * @param coding The coding that the octets are in, or will be; it makes them another representation,
 * with a tag of its own (RFC 9110 §8.8.3.3).
 */
export function represent(
  name: string,
  state: FileState,
  { downloadExtensions, compression, extraFields }: Presentation,
  coding?: Coding,
): Representation {
  const extension = extname(name).toLowerCase();
  const mediaType = contentType(extension) ?? UNKNOWN_TYPE;
  const isNegotiated = compression && isCompressible(mediaType);
  const entityTag = fileEntityTag(state.sizeBytes, state.modifiedMs, coding?.suffix);
  const validatorFields = fieldBlock({
    "ETag": entityTag,
    "Last-Modified": formatHttpDate(state.modifiedMs),
    "Vary": isNegotiated ? "Accept-Encoding" : undefined,
  }) + extraFields;
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
      "Content-Disposition": downloadExtensions.includes(extension.slice(1))
        ? attachment(name)
        : undefined,
    }),
  };
}
